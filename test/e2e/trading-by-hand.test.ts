/**
 * A person closes the bot's trade on the exchange's website, as real processes on real sockets see it: while the engine
 * runs (by push, and by the next check when the push is lost), and while it is down.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { add, dec, mul, neg, sub } from '../../src/base/decimal.ts';
import type { Break, Trade } from '../../src/domain/shown.ts';
import { type Demo, startDemo, untilInTrade } from './support/demo.ts';
import type { Follower, Page } from './support/engine.ts';
import { type ExchangeTrade, liveOrders, positionOf } from './support/exchange.ts';
import type { Owner } from './support/process.ts';

const LIMIT = { timeout: 70_000 };

type InTrade = { readonly demo: Demo; readonly follower: Follower; readonly trade: Trade };

async function inTrade(owner: Owner, seed: number): Promise<InTrade> {
  const demo = await startDemo(owner, { seed });
  const follower = await demo.follow();
  const trade = await untilInTrade(demo, follower);
  follower.forget();
  return { demo, follower, trade };
}

/** Stops and targets are gone from the exchange once their cancels were confirmed. */
async function leftoversGone(demo: Demo): Promise<void> {
  const isGone = async (): Promise<boolean> => liveOrders(await demo.exchange.state()).length === 0;
  if (await isGone()) return;
  await demo.exchange.until(
    'the leftover orders to go',
    (event) => event.type === 'CHANGES' && event.orders.some(({ state }) => state === 'cancelled'),
  );
  assert.ok(await isGone(), 'leftover orders stay');
}

/** The books say of the close what the exchange says, and of the result what its last two fills do. */
async function assertClosedAs(
  { exchange }: Demo,
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

describe('a trade that a hand or its own stop ends', { concurrency: true }, () => {
  test(
    '[T4] [N5] [N6] booked by push within a second, with the new status in one commit; leftovers go',
    LIMIT,
    async (t) => {
      const { demo, follower, trade } = await inTrade(t, 4);
      const began = performance.now();
      const hand = await demo.exchange.closeByHand();
      const { frame, group } = await follower.frame('TRADE_CLOSED');
      assert.ok(group.receivedAt - began <= 1_000, `took ${group.receivedAt - began} ms`);
      assert.equal(frame.trade.id, trade.id);
      assert.equal(frame.trade.exitReason, 'external_close');
      assert.equal(frame.trade.closedBy, 'web');
      await assertClosedAs(demo, frame.trade, hand.trades);
      const statuses = group.frames.flatMap((one) =>
        one.type === 'STRATEGY_STATUS_CHANGED' ? [one.status] : [],
      );
      assert.deepEqual(statuses, ['analyzing']);
      assert.deepEqual(
        [...new Set(group.frames.map((one) => ('commit' in one ? one.commit : null)))],
        [frame.commit],
      );
      await leftoversGone(demo);
      const report = await demo.engine().reconcile();
      assert.equal(report.ok, true);
      assert.equal(positionOf(await demo.exchange.state()), '0');
    },
  );

  test(
    '[T4] [L4] [F5] twin: its push lost: booked by the next check, within 35 s, and the stream is made anew',
    LIMIT,
    async (t) => {
      const { demo, follower, trade } = await inTrade(t, 5);
      await demo.engine().reconcile();
      const fault = await demo.exchange.fault({
        kind: 'drop_notification',
        channel: 'user.changes',
      });
      const began = performance.now();
      const hand = await demo.exchange.closeByHand();
      const { frame, group } = await follower.frame('TRADE_CLOSED', undefined, 40_000);
      const took = group.receivedAt - began;
      assert.ok(took > 1_000 && took <= 35_000, `took ${took} ms`);
      assert.equal((await demo.exchange.state()).faults.find(({ id }) => id === fault)?.hits, 1);
      assert.equal(frame.trade.id, trade.id);
      assert.equal(frame.trade.exitReason, 'external_close');
      assert.equal(frame.trade.closedBy, 'web');
      await assertClosedAs(demo, frame.trade, hand.trades);
      await follower.frame('LINK_CHANGED', ({ link, up }) => link === 'trading' && !up);
      await leftoversGone(demo);
    },
  );

  const back = async (demo: Demo, tradeId: string): Promise<Trade> => {
    await demo.restoreEngine();
    const follower = await demo.follow();
    const closed = await follower.closed(tradeId);
    await follower.status('analyzing');
    await leftoversGone(demo);
    assert.equal(await demo.exchange.position(), '0');
    assert.equal((await demo.engine().reconcile()).ok, true);
    return closed;
  };

  test(
    '[T1] [N1] closed by a hand: real exit price, fees and result, as a ghost that was cleaned up',
    LIMIT,
    async (t) => {
      const { demo, trade } = await inTrade(t, 6);
      await demo.killEngine();
      const hand = await demo.exchange.closeByHand();
      const closed = await back(demo, trade.id);
      await assertClosedAs(demo, closed, hand.trades);
      assert.equal(closed.exitReason, 'ghost_trade_cleanup');
      assert.equal(closed.closedBy, 'web');
    },
  );

  test(
    '[T1] [N1] [F13] twin: closed by its own stop while down: the stop was hit',
    LIMIT,
    async (t) => {
      const { demo, trade } = await inTrade(t, 7);
      await demo.killEngine();
      const beyond = Number(trade.stopLoss) * (trade.direction === 'long' ? 0.998 : 1.002);
      await demo.exchange.price(beyond.toFixed(1));
      assert.equal(await demo.exchange.position(), '0');
      const closed = await back(demo, trade.id);
      assert.equal(closed.exitReason, 'sl_hit');
      assert.equal(closed.closedBy, 'stop');
      await assertClosedAs(demo, closed, (await demo.exchange.state()).trades.slice(-1));
    },
  );

  test(
    '[T1] [N1] history emptied but flat proved: result unknown, a person is asked',
    LIMIT,
    async (t) => {
      const { demo, trade } = await inTrade(t, 8);
      await demo.killEngine();
      await demo.exchange.closeByHand();
      await demo.exchange.fault({ kind: 'forget_history' });
      await demo.restoreEngine();
      const follower = await demo.follow();
      const closed = await follower.closed(trade.id, 40_000);
      assert.equal(closed.exitReason, 'ghost_trade_cleanup');
      assert.equal(closed.pnlSource, 'unknown');
      assert.equal(closed.netPnl, '0');
      assert.equal(closed.exitPrice, null);
      const { items } = await demo.engine().get<Page<Break>>('/breaks?open=true');
      assert.deepEqual(
        items.map(({ kind, life }) => [kind, life]),
        [['ghost_trade', 'needs_you']],
      );
    },
  );
});
