/** The inverse perpetual beside the linear ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, createBench, PERP } from '../harness.contract.ts';

const INVERSE = 'BTC-PERPETUAL';
test('an inverse perpetual trades in USD, pays in coin, and keeps its own ids, position and log', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.future.BTC.raw'] });
  const market = { instrument_name: INVERSE, type: 'market' };
  assert.equal(bench.fails(conn, 'private/buy', { ...market, amount: 15 }).code, 10021);
  const { order, trades } = bench.ok(conn, 'private/buy', { ...market, amount: 3_200 });
  bench.buy(conn, { amount: 0.001, type: 'market' });
  assert.match(order.order_id, /^\d+$/);
  assert.deepEqual(
    [order.contracts, order.average_price, trades[0]?.fee_currency, trades[0]?.fee],
    [320, 64001.59374794, 'BTC', 0.00002344],
  );
  const stop = { trigger: 'mark_price', trigger_price: 60_000 };
  const waiting = { ...market, ...stop, type: 'stop_market', amount: 3_200 };
  assert.match(bench.ok(conn, 'private/sell', waiting).order.order_id, /^SLMS-\d+$/);
  bench.control('POST', 'price', { instrument: INVERSE, price: '65000' });
  const position = bench.ok(conn, 'private/get_position', { instrument_name: INVERSE });
  assert.deepEqual(
    [position.size, position.size_currency, position.mark_price, position.total_profit_loss],
    [3_200, 0.049230769, 65_000, 0.000767986],
  );
  const btc = bench.ok(conn, 'private/get_account_summary', { currency: 'BTC' });
  assert.deepEqual([btc.balance, btc.session_upl], [1.999975, 0.00076799]);
  assert.deepEqual(
    changesOf(bench.inbox(conn)).map((frame) => frame.instrument_name),
    [INVERSE, INVERSE],
  );
  bench.control('POST', 'settle');
  const { logs } = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'BTC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server,
  });
  assert.deepEqual(
    logs.map((row) => [row.type, row.change, row.position]),
    [
      ['settlement', 0.00076799, 3_200],
      ['trade', -0.00000156, 3_200],
      ['trade', -0.00002344, 3_000],
      ['deposit', 2, null],
    ],
  );
  const sizes = bench
    .ok(conn, 'private/get_positions')
    .map((one) => [one.instrument_name, one.size]);
  assert.deepEqual(sizes, [
    [PERP, 0.001],
    [INVERSE, 3_200],
  ]);
});
