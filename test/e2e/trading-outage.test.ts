/**
 * The exchange goes away for some seconds while a trade is open, as real processes on real sockets see it: it answers with
 * errors and empty lists, then it can't be reached at all, and meanwhile a hand closes. The same over two minutes, and in
 * more ways, is in the simulator.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBooks } from './support/compare.ts';
import { startDemo, untilInTrade } from './support/demo.ts';
import { liveOrders } from './support/exchange.ts';

test('[T7] [N9] [I24] [F7] twin: errors, empty lists, then no connection and a close by hand: nothing is believed, afterwards all is booked once', {
  timeout: 60_000,
}, async (t) => {
  const demo = await startDemo(t, { seed: 111 });
  const { exchange } = demo;
  const follower = await demo.follow();
  const trade = await untilInTrade(demo, follower);
  follower.forget();
  const stops = liveOrders(await exchange.state());
  assert.ok(stops.length > 0);

  for (const fault of [
    { kind: 'error', code: 11051, method: 'private/get_*' },
    { kind: 'empty_answer' },
    { kind: 'empty_answer', method: 'private/get_user_trades*' },
  ]) {
    const id = await exchange.fault({ ...fault, ms: 60_000 });
    const report = await demo.engine().reconcile();
    assert.deepEqual([report.ok, report.complete], [false, false], JSON.stringify(fault));
    assert.ok(report.verdicts.every(({ verdict }) => verdict === 'unknown'));
    await exchange.heal(id);
  }
  assert.equal((await demo.engine().trade(trade.id)).trade.status, 'open');
  assert.deepEqual(liveOrders(await exchange.state()), stops);

  const away = await exchange.fault({ kind: 'refuse_connections' });
  await exchange.fault({ kind: 'drop_link' });
  await follower.status('blind');
  const hand = await exchange.closeByHand();
  assert.equal((await demo.engine().trade(trade.id)).trade.status, 'open', 'nobody can know yet');
  await exchange.heal(away);
  const closed = await follower.closed(trade.id);
  assert.deepEqual(
    [closed.exitReason, closed.closedBy, closed.pnlSource, closed.exitPrice],
    ['external_close', 'web', 'fills', hand.trades[0]?.price],
  );
  await follower.status('analyzing');
  await exchange.freeze();
  const { state, trades } = await compareBooks(demo.engine(), exchange);
  assert.deepEqual(liveOrders(state), []);
  assert.equal(trades.filter(({ id }) => id === trade.id).length, 1);
  const { breaksOpen } = await demo.engine().status();
  assert.equal(breaksOpen, 0);
});
