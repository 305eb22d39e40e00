/**
 * Entries that go missing between a real engine and a real exchange: sent once, found by what there is to be found, and
 * never sent again.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Engine } from '../e2e/support/engine.ts';
import type { Exchange } from '../e2e/support/exchange.ts';
import { atRest, assertEnded, entries, marketMinutes, sharedTwin, type Twin } from './twin.ts';

const LIMIT = { timeout: 60_000 };

const ENTRIES = ['private/buy', 'private/sell'];

/** Plants a fault on whichever side the entry takes; answers how to take it back. */
async function onEntry({ exchange }: Twin, fault: object): Promise<() => Promise<void>> {
  const ids = await Promise.all(ENTRIES.map((method) => exchange.fault({ ...fault, method })));
  return async () => {
    for (const id of ids) await exchange.heal(id);
  };
}

describe('entries that go missing', () => {
  let pair: Twin;
  let exchange: Exchange;
  let engine: () => Engine;
  sharedTwin(201, {}, (made) => {
    pair = made;
    ({ exchange, engine } = made);
  });
  let sent = 0;

  /** Closes what is open, and tells that the trade's result is that of its own two fills. */
  const close = async (id: string): Promise<void> => {
    const before = (await exchange.state()).trades;
    const hand = await exchange.closeByHand();
    assertEnded(
      await pair.screen().closed(id),
      { exitReason: 'external_close', closedBy: 'web' },
      { entry: before.slice(-1), exit: hand.trades },
    );
  };

  test(
    '[F2] twin: answer lost, order arrives late, in time: one order, found, booked once, protected',
    LIMIT,
    async () => {
      const heal = await onEntry(pair, { kind: 'X3', delayMs: 1_500 });
      const trade = await pair.enter();
      await heal();
      assert.equal(await entries(pair), (sent += 1));
      const downs = (await engine().facts('LINK_CHANGED')).filter(({ data }) => !data.up);
      assert.ok(downs.length > 0, 'the connection was cut');
      assert.equal((await exchange.state()).trades.length, 1);
      await close(trade.id);
    },
  );

  test(
    '[F2] twin: the same, too late: refused by its own deadline, proved absent, never sent again',
    LIMIT,
    async () => {
      const heal = await onEntry(pair, { kind: 'X3', delayMs: 5_000 });
      pair.screen().forget();
      await pair.resume();
      const unknown = await pair
        .screen()
        .frame('ORDER_CHANGED', ({ order }) => order.state === 'unknown');
      await pair.hold();
      await heal();
      const { label } = unknown.frame.order;
      await pair
        .screen()
        .frame(
          'ORDER_CHANGED',
          ({ order }) => order.label === label && order.state === 'absent',
          25_000,
        );
      assert.equal(await entries(pair), sent, 'the exchange never took it');
      assert.equal(await exchange.position(), '0');
    },
  );

  test(
    '[F3] twin: answer and pushes lost, filled at once, its label free again: found by its fill alone',
    LIMIT,
    async () => {
      const window = await exchange.fault({ kind: 'X10', windowMs: 0, delayMs: 3_600_000 });
      const heal = await onEntry(pair, { kind: 'lose_answer', channel: 'user.changes' });
      const trade = await pair.enter();
      await heal();
      await exchange.heal(window);
      assert.equal(await entries(pair), (sent += 1));
      const [booked] = (await engine().facts('FILL_BOOKED')).slice(-1);
      assert.deepEqual(
        [booked?.data.fill.tradeId, booked?.data.source],
        [(await exchange.state()).trades.at(-1)?.tradeId, 'check'],
      );
      await close(trade.id);
    },
  );

  test(
    '[F4] twin: live orders are not found for ten minutes: nothing is believed, nothing is placed again',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      sent += 1;
      const before = (await exchange.state()).orders;
      const lies = await Promise.all([
        exchange.fault({
          kind: 'error',
          code: 10004,
          method: 'private/get_order_state*',
          ms: 60_000,
        }),
        exchange.fault({ kind: 'empty_answer', method: 'private/get_open_orders*', ms: 60_000 }),
      ]);
      const after = (await exchange.state()).now;
      for (let now = after; now < after + 600_000; now = (await exchange.state()).now) {
        const report = await engine().reconcile();
        assert.deepEqual([report.ok, report.complete], [false, false], JSON.stringify(report));
        await marketMinutes(exchange, 2);
      }
      assert.equal((await engine().trade(trade.id)).trade.status, 'open');
      assert.deepEqual(await engine().facts('BREAK_OPENED'), []);
      for (const id of lies) await exchange.heal(id);
      assert.equal((await engine().reconcile()).ok, true);
      assert.deepEqual((await exchange.state()).orders, before, 'no order more, none less');
      await close(trade.id);
    },
  );

  test('afterwards books and exchange are equal, and nothing is open', LIMIT, async () => {
    const { trades, state } = await atRest(pair);
    assert.equal(trades.length, 3);
    assert.equal(state.trades.length, 6);
    assert.equal(await entries(pair), sent);
  });
});
