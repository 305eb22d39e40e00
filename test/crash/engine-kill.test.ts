/**
 * The engine killed with SIGKILL at each call of an order's life, against an exchange that goes on, and started again:
 * no label ever names two orders, every fill is in the books once, and the strategy shows what is true.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { must } from '../../src/base/assert.ts';
import { assertOneOrderPerLabel, compareBooks } from '../e2e/support/compare.ts';
import type { Engine } from '../e2e/support/engine.ts';
import { PERPETUAL, liveOrders } from '../e2e/support/exchange.ts';
import type { Trap } from './engine-child.ts';
import { ordersFor, scene, type Scene } from './scene.ts';

const LIMIT = { timeout: 70_000 };

/** No more openings; then everything is compared, and the chain is whole. */
async function atRest({ engine, exchange }: Scene) {
  await engine().post('/strategies/razor/pause', { reason: 'compare' });
  const compared = await compareBooks(engine(), exchange);
  assert.equal((await engine().post<{ ok: boolean }>('/audit/verify')).ok, true);
  assert.deepEqual(
    (await engine().get<{ items: readonly unknown[] }>('/breaks?open=true')).items,
    [],
  );
  return compared;
}

const intents = async (engine: Engine, purpose: string) =>
  (await engine.facts('ORDER_INTENDED'))
    .map(({ data }) => data.intent)
    .filter((intent) => intent.purpose === purpose);

type Opening = {
  readonly when: string;
  readonly trap: Trap;
  /** Whether the exchange has it; what the socket was handed may have left or not. */
  readonly sent: boolean | 'perhaps';
  readonly intended: boolean;
};

const OPENINGS: readonly Opening[] = [
  {
    when: 'before the intent is on disk',
    trap: { at: 'append', type: 'ORDER_INTENDED', purpose: 'entry', durable: false },
    sent: false,
    intended: false,
  },
  {
    when: 'after the intent is on disk, before it is sent',
    trap: { at: 'append', type: 'ORDER_INTENDED', purpose: 'entry', durable: true },
    sent: false,
    intended: true,
  },
  {
    when: 'as soon as it is handed to the socket',
    trap: { at: 'send', purpose: 'entry' },
    sent: 'perhaps',
    intended: true,
  },
  {
    when: 'at the push, before its commit',
    trap: { at: 'push', purpose: 'entry' },
    sent: true,
    intended: true,
  },
  {
    when: 'at the answer, before its commit',
    trap: { at: 'answer', purpose: 'entry' },
    sent: true,
    intended: true,
  },
  {
    when: 'when the fill is on disk, before it is shown',
    trap: { at: 'append', type: 'FILL_BOOKED', purpose: 'entry', durable: true },
    sent: true,
    intended: true,
  },
];

/** More at once would only wait for each other: each is an exchange and an engine that starts twice. */
const AT_ONCE = 4;

describe('the engine killed at a named call', { concurrency: AT_ONCE }, () => {
  for (const [index, { when, trap, sent, intended }] of OPENINGS.entries()) {
    test(`[T5] [I1] [I2] [I11] [F14] twin: ${when}`, LIMIT, async (t) => {
      const stage = await scene(t, 40 + index);
      await stage.sprung(await stage.start(trap));
      const before = await ordersFor(stage.exchange, 'e');
      if (sent !== 'perhaps')
        assert.equal(before.length, sent ? 1 : 0, 'what the exchange has at the kill');
      await stage.start(null);
      const follower = await stage.follow();
      const [first] = await intents(stage.engine(), 'entry');
      if (intended) {
        assert.ok(first !== undefined);
        const isSettled = ({ label, state }: { label: string; state: string }): boolean =>
          label === first.label &&
          ((state === 'filled' && sent !== false) || (state === 'absent' && sent !== true));
        const { items } = await stage
          .engine()
          .get<{ items: readonly { label: string; state: string }[] }>('/orders');
        if (!items.some(isSettled))
          await follower.frame('ORDER_CHANGED', ({ order }) => isSettled(order), 30_000);
      }
      await follower.status('position_open', 30_000);
      const { state, trades } = await atRest(stage);
      assert.equal(trades.length, 1);
      assert.equal(trades[0]?.phase, 'open');
      const named = state.orders.filter(
        ({ label, bornFrom }) => label === first?.label && bornFrom === null,
      );
      assert.equal(named.length, trades[0]?.id === first?.trade ? 1 : 0, 'sent once at most');
      const all = await ordersFor(stage.exchange, 'e');
      assert.equal(all.length, 1, 'one entry made the one trade');
      if (sent === true) assert.deepEqual(all, before, 'nothing was sent again');
    });
  }

  test(
    '[T5] [I5] [F14] twin: after the send, before any answer or push: found, booked once',
    LIMIT,
    async (t) => {
      const stage = await scene(t, 50);
      for (const method of ['private/buy', 'private/sell'])
        await stage.exchange.fault({ kind: 'lose_answer', method, channel: 'user.changes' });
      const child = await stage.start(null);
      await stage.exchange.until(
        'the order',
        (event) => event.type === 'CHANGES' && event.trades.length > 0,
      );
      await child.kill();
      for (const { id } of (await stage.exchange.state()).faults) await stage.exchange.heal(id);
      await stage.start(null);
      const follower = await stage.follow();
      await follower.status('position_open', 30_000);
      const { trades } = await atRest(stage);
      assert.equal(trades.length, 1);
      assert.equal((await ordersFor(stage.exchange, 'e')).length, 1);
    },
  );

  test(
    '[T5] [F14] twin: half filled: the part that was filled is a protected trade, the rest never comes',
    LIMIT,
    async (t) => {
      const stage = await scene(t, 51);
      await stage.exchange.post('liquidity', { instrument: PERPETUAL, amount: '0.0005' });
      await stage.sprung(await stage.start({ at: 'push', purpose: 'entry' }));
      await stage.start(null);
      const follower = await stage.follow();
      await follower.status('position_open', 30_000);
      const { trades, state } = await atRest(stage);
      assert.deepEqual(
        trades.map(({ openAmount }) => openAmount),
        ['0.0005'],
      );
      const stops = liveOrders(state).filter(({ type }) => type === 'stop_market');
      assert.deepEqual(
        stops.map(({ amount }) => amount),
        ['0.0005'],
      );
    },
  );

  test('[T5] [N3] [F14] twin: open: the same trade, nothing sent', LIMIT, async (t) => {
    const stage = await scene(t, 60);
    const child = await stage.start(null);
    await (await stage.follow()).status('position_open');
    const [before] = await stage.engine().trades();
    await child.kill();
    const orders = (await stage.exchange.state()).orders.length;
    await stage.start(null);
    await (await stage.follow()).status('position_open');
    const { trades, state } = await atRest(stage);
    assert.deepEqual(
      trades.map(({ id, openAmount, entryPrice }) => [id, openAmount, entryPrice]),
      [[before?.id, before?.openAmount, before?.entryPrice]],
    );
    assert.equal(state.orders.length, orders);
  });

  const CLOSINGS: readonly {
    readonly when: string;
    readonly trap: Trap;
    readonly sent: boolean;
  }[] = [
    {
      when: 'after the close is on disk, before it is sent',
      trap: { at: 'append', type: 'ORDER_INTENDED', purpose: 'operator_close', durable: true },
      sent: false,
    },
    {
      when: 'at the push of the close, before its commit',
      trap: { at: 'push', purpose: 'operator_close' },
      sent: true,
    },
  ];
  for (const [index, { when, trap, sent }] of CLOSINGS.entries()) {
    test(
      `[T5] [I9] [I51] [F14] twin: closing, ${when}: closed once, and never more than was open`,
      LIMIT,
      async (t) => {
        const stage = await scene(t, 61 + index);
        const child = await stage.start(trap);
        const follower = await stage.follow();
        await follower.status('position_open');
        const [open] = await stage.engine().trades();
        const asked = stage
          .engine()
          .post('/strategies/razor/flatten', { reason: 'enough' })
          .catch(() => undefined);
        await stage.sprung(child);
        await asked;
        assert.equal((await ordersFor(stage.exchange, 'o')).length, sent ? 1 : 0);
        await stage.start(null);
        const again = await stage.follow();
        const closed = await again.closed(must(open, 'a trade').id, 30_000);
        assert.deepEqual([closed.exitReason, closed.closedBy], ['operator_close', 'operator']);
        const { state } = await atRest(stage);
        assertOneOrderPerLabel(state);
        const closing = await ordersFor(stage.exchange, 'o');
        assert.deepEqual(
          closing.filter(({ filled }) => filled !== '0').map(({ amount }) => amount),
          [open?.amount],
        );
        assert.equal(await stage.exchange.position(), '0');
      },
    );
  }
});
