/**
 * A person closes the bot's trade on the exchange's website, as real processes on real sockets see it: while the engine
 * runs (by push, and by the next check when the push is lost), and while it is down.
 */
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import { add, dec, mul, neg, sub } from '../../src/base/decimal.ts';
import type { Break, Trade } from '../../src/domain/shown.ts';
import { type Scene, type SceneOptions, scene } from '../crash/scene.ts';
import type { Follower, Page } from './support/engine.ts';
import { type ExchangeTrade, liveOrders, positionOf } from './support/exchange.ts';
import type { Running } from './support/process.ts';

const LIMIT = { timeout: 70_000 };

type InTrade = {
  readonly stage: Scene;
  readonly child: Running;
  readonly follower: Follower;
  readonly trade: Trade;
};

/** The one trade of a day, its stop live. */
async function inTrade(t: TestContext, seed: number, options?: SceneOptions): Promise<InTrade> {
  const stage = await scene(t, seed, options);
  const child = await stage.start(null);
  const follower = await stage.follow();
  const trade = await follower.inTrade();
  follower.forget();
  return { stage, child, follower, trade };
}

/** Stops and targets are gone from the exchange once their cancels were confirmed. */
async function leftoversGone({ exchange }: Scene): Promise<void> {
  const isGone = async (): Promise<boolean> => liveOrders(await exchange.state()).length === 0;
  if (await isGone()) return;
  await exchange.until(
    'the leftover orders to go',
    (event) => event.type === 'CHANGES' && event.orders.some(({ state }) => state === 'cancelled'),
  );
  assert.ok(await isGone(), 'leftover orders stay');
}

/** The books say of the close what the exchange says, and of the result what its last two fills do. */
async function assertClosedAs(
  { exchange }: Scene,
  closed: Trade,
  hand: readonly ExchangeTrade[],
): Promise<void> {
  assert.equal(hand.length, 1);
  assert.equal(closed.exitPrice, hand[0]?.price);
  assert.equal(closed.pnlSource, 'fills');
  assert.equal(closed.openAmount, '0');
  const [entry, exit] = (await exchange.state()).trades.slice(-2);
  assert.equal(exit?.tradeId, hand[0]?.tradeId);
  assert.equal(closed.fees, add(dec(entry?.fee ?? ''), dec(exit?.fee ?? '')));
  const gained = mul(sub(dec(exit?.price ?? ''), dec(entry?.price ?? '')), closed.amount);
  assert.equal(closed.grossPnl, closed.direction === 'long' ? gained : neg(gained));
}

// Alone: a second is what it is given, and others that start take that long.
test(
  '[T4] [N5] [N6] booked by push within a second, with the new status in one commit; leftovers go',
  LIMIT,
  async (t) => {
    const { stage, follower, trade } = await inTrade(t, 4);
    const began = performance.now();
    const hand = await stage.exchange.closeByHand();
    const { frame, group } = await follower.frame('TRADE_CLOSED');
    assert.ok(group.receivedAt - began <= 1_000, `took ${group.receivedAt - began} ms`);
    assert.equal(frame.trade.id, trade.id);
    assert.equal(frame.trade.exitReason, 'external_close');
    assert.equal(frame.trade.closedBy, 'web');
    await assertClosedAs(stage, frame.trade, hand.trades);
    const statuses = group.frames.flatMap((one) =>
      one.type === 'STRATEGY_STATUS_CHANGED' ? [one.status] : [],
    );
    assert.deepEqual(statuses, ['analyzing']);
    assert.deepEqual(
      [...new Set(group.frames.map((one) => ('commit' in one ? one.commit : null)))],
      [frame.commit],
    );
    await leftoversGone(stage);
    const report = await stage.engine().reconcile();
    assert.equal(report.ok, true);
    assert.equal(positionOf(await stage.exchange.state()), '0');
  },
);

describe('a trade that a hand or its own stop ends', { concurrency: true }, () => {
  test(
    '[T4] [L4] [F5] twin: its push lost: booked by the next check, within 5 s of its time, and the stream is made anew',
    LIMIT,
    async (t) => {
      const everySeconds = 5;
      const { stage, follower, trade } = await inTrade(t, 5, {
        engine: { checkEverySeconds: everySeconds },
      });
      // A fill of the link's first second need not have been pushed.
      for (let beats = 0; beats < 3; beats++) {
        follower.forget();
        await follower.frame('HEARTBEAT');
      }
      await stage.engine().reconcile();
      const fault = await stage.exchange.fault({
        kind: 'drop_notification',
        channel: 'user.changes',
      });
      const began = performance.now();
      const hand = await stage.exchange.closeByHand();
      const { frame, group } = await follower.frame('TRADE_CLOSED');
      const took = group.receivedAt - began;
      assert.ok(took > 1_000 && took <= everySeconds * 1_000 + 5_000, `took ${took} ms`);
      assert.equal((await stage.exchange.state()).faults.find(({ id }) => id === fault)?.hits, 1);
      assert.equal(frame.trade.id, trade.id);
      assert.equal(frame.trade.exitReason, 'external_close');
      assert.equal(frame.trade.closedBy, 'web');
      await assertClosedAs(stage, frame.trade, hand.trades);
      await follower.frame('LINK_CHANGED', ({ link, up }) => link === 'trading' && !up);
      await leftoversGone(stage);
    },
  );

  const back = async (stage: Scene, tradeId: string): Promise<Trade> => {
    await stage.start(null);
    const follower = await stage.follow();
    const closed = await follower.closed(tradeId);
    await follower.status('analyzing');
    await leftoversGone(stage);
    assert.equal(await stage.exchange.position(), '0');
    assert.equal((await stage.engine().reconcile()).ok, true);
    return closed;
  };

  test(
    '[T1] [N1] closed by a hand: real exit price, fees and result, as a ghost that was cleaned up',
    LIMIT,
    async (t) => {
      const { stage, child, trade } = await inTrade(t, 6);
      await child.kill();
      const hand = await stage.exchange.closeByHand();
      const closed = await back(stage, trade.id);
      await assertClosedAs(stage, closed, hand.trades);
      assert.equal(closed.exitReason, 'ghost_trade_cleanup');
      assert.equal(closed.closedBy, 'web');
    },
  );

  test(
    '[T1] [N1] [F13] twin: closed by its own stop while down: the stop was hit',
    LIMIT,
    async (t) => {
      const { stage, child, trade } = await inTrade(t, 7);
      await child.kill();
      const beyond = Number(trade.stopLoss) * (trade.direction === 'long' ? 0.998 : 1.002);
      await stage.exchange.price(beyond.toFixed(1));
      assert.equal(await stage.exchange.position(), '0');
      const closed = await back(stage, trade.id);
      assert.equal(closed.exitReason, 'sl_hit');
      assert.equal(closed.closedBy, 'stop');
      await assertClosedAs(stage, closed, (await stage.exchange.state()).trades.slice(-1));
    },
  );

  test(
    '[T1] [N1] history emptied but flat proved: result unknown, a person is asked',
    LIMIT,
    async (t) => {
      const { stage, child, trade } = await inTrade(t, 8);
      await child.kill();
      await stage.exchange.closeByHand();
      await stage.exchange.fault({ kind: 'forget_history' });
      await stage.start(null);
      const follower = await stage.follow();
      const closed = await follower.closed(trade.id, 40_000);
      assert.equal(closed.exitReason, 'ghost_trade_cleanup');
      assert.equal(closed.pnlSource, 'unknown');
      assert.equal(closed.netPnl, '0');
      assert.equal(closed.exitPrice, null);
      const { items } = await stage.engine().get<Page<Break>>('/breaks?open=true');
      assert.deepEqual(
        items.map(({ kind, life }) => [kind, life]),
        [['ghost_trade', 'needs_you']],
      );
    },
  );
});
