/**
 * An entry whose request or answer goes missing between engine and exchange: what became of it is found out, and it is
 * never sent a second time.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertOneOrderPerLabel, compareBooks } from './support/compare.ts';
import { startDemo } from './support/demo.ts';

const LIMIT = { timeout: 60_000 };
const ENTRY_METHODS = ['private/buy', 'private/sell'];

describe('an entry that goes missing', { concurrency: true }, () => {
  test(
    '[T6] [I5] [I6] [L3] its request lost: proved absent, then a new one under a new label',
    LIMIT,
    async (t) => {
      const demo = await startDemo(t, { seed: 101 });
      const follower = await demo.follow();
      const faults = await Promise.all(
        ENTRY_METHODS.map((method) => demo.exchange.fault({ kind: 'lose_request', method })),
      );
      const unknown = await follower.frame(
        'ORDER_CHANGED',
        ({ order }) => order.state === 'unknown',
      );
      const { label } = unknown.frame.order;
      for (const id of faults) await demo.exchange.heal(id);
      const absent = await follower.frame(
        'ORDER_CHANGED',
        ({ order }) => order.label === label && order.state === 'absent',
      );
      const took = absent.group.receivedAt - unknown.group.receivedAt;
      assert.ok(took <= 15_000, `took ${took} ms`);
      const between = follower
        .groups()
        .slice(
          follower.groups().indexOf(unknown.group) + 1,
          follower.groups().indexOf(absent.group),
        )
        .flatMap(({ frames }) => frames);
      const others = between.filter(
        (frame) => frame.type === 'ORDER_CHANGED' && frame.order.label !== label,
      );
      assert.deepEqual(others, [], 'nothing is opened while it is unknown');
      const trade = await follower.inTrade();
      await demo.exchange.freeze();
      const { state } = await compareBooks(demo.engine(), demo.exchange);
      assert.deepEqual(
        state.orders.filter((order) => order.label === label),
        [],
      );
      assert.notEqual(trade.id, unknown.frame.order.tradeId);
    },
  );

  test(
    '[T6] [I1] [L3] [F1] twin: its answer and its pushes lost: found at the exchange, booked once',
    LIMIT,
    async (t) => {
      const demo = await startDemo(t, { seed: 102 });
      const follower = await demo.follow();
      for (const method of ENTRY_METHODS)
        await demo.exchange.fault({ kind: 'lose_answer', method, channel: 'user.changes' });
      const sent = await demo.exchange.until(
        'its fill',
        (event) => event.type === 'CHANGES' && event.trades.length > 0,
      );
      await demo.exchange.speed(1);
      const { frame } = await follower.frame('TRADE_OPENED');
      const state = await demo.exchange.state();
      assertOneOrderPerLabel(state);
      assert.ok(sent.type === 'CHANGES');
      assert.deepEqual(
        state.trades.map(({ tradeId }) => tradeId),
        sent.trades.map(({ tradeId }) => tradeId),
      );
      assert.equal(frame.trade.entryPrice, sent.trades[0]?.price);
      const opened = state.orders.filter(({ label }) => /\de:[a-z0-9]{8}$/.test(label));
      assert.deepEqual(
        opened.map(({ orderId }) => orderId),
        [...new Set(sent.trades.map(({ orderId }) => orderId))],
        'one entry was ever sent',
      );
      await follower.status('position_open');
      assert.equal((await demo.engine().reconcile()).ok, true);
      const booked = await demo.engine().facts('FILL_BOOKED');
      assert.deepEqual(
        booked.map(({ data }) => data.fill.tradeId),
        sent.trades.map(({ tradeId }) => tradeId),
      );
      const states = (await demo.engine().facts('ORDER_CHANGED')).flatMap(({ data: { order } }) =>
        order.label === opened[0]?.label ? [order.state] : [],
      );
      assert.deepEqual([...new Set(states)], ['pending', 'unknown', 'filled']);
    },
  );
});
