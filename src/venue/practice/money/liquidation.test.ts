/** What the exchange does to a position that it liquidates, and how that shows on the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../../../base/decimal.ts';
import { changesOf, createBench, PERP } from '../harness.contract.ts';

test('a liquidation ends the own orders, closes the position, and says so on order, trade and log', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  bench.buy(conn, {
    amount: 0.004,
    type: 'market',
    linked_order_type: 'one_triggers_one_cancels_other',
    otoco_config: [
      {
        direction: 'sell',
        type: 'stop_market',
        trigger: 'mark_price',
        trigger_price: 63000,
        reduce_only: true,
        label: 'stop',
      },
      { direction: 'sell', type: 'limit', price: 65000, reduce_only: true, label: 'target' },
    ],
  });
  const far = bench.buy(conn, { amount: 0.001, price: 60000 }).order.order_id;
  bench.inbox(conn);
  const { order, trades } = bench.control('POST', 'liquidate', { instrument: PERP }).body;
  assert.deepEqual(
    [order.state, order.direction, order.filled, order.label, order.liquidation, order.reduceOnly],
    ['filled', 'sell', '0.004', '', true, true],
  );
  assert.deepEqual([order.api, order.web, order.mobile], [false, false, false]);
  assert.deepEqual(
    trades.map((trade) => [trade.price, trade.amount, trade.liquidation, trade.fee]),
    [['63998.7', '0.004', 'T', '1.919961']],
  );
  const [ended, closed, ...more] = changesOf(bench.inbox(conn));
  assert.ok(ended !== undefined && closed !== undefined && more.length === 0);
  assert.deepEqual(
    ended.orders.map((one) => [one.order_id === far, one.order_state, one.cancel_reason]),
    [
      [false, 'cancelled', 'autoliquidation'],
      [false, 'cancelled', 'autoliquidation'],
      [true, 'cancelled', 'autoliquidation'],
    ],
  );
  assert.deepEqual(
    closed.orders.map((one) => [one.label, one.order_state, one.is_liquidation, one.web]),
    [['', 'filled', true, false]],
  );
  assert.equal(closed.positions[0]?.size, 0);
  const [trade] = closed.trades;
  assert.deepEqual(
    [trade?.order_type, trade?.liquidation, trade?.liquidity, trade?.api, trade?.fee],
    ['liquidation', 'T', 'T', false, 1.919961],
  );
  const { logs } = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server + 1,
  });
  assert.deepEqual(
    [logs[0]?.side, logs[0]?.commission, logs[0]?.change],
    ['close sell', 1.919961, -1.919961],
  );
  assert.deepEqual(bench.ok(conn, 'private/get_open_orders'), []);
  const [seen] = bench.ok(conn, 'private/get_user_trades_by_order', { order_id: order.orderId });
  assert.equal(seen?.liquidation, 'T', 'history says it too');
});

test('a share of a short position is bought back in whole contracts; what is left may be liquidated next', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.sell(conn, { amount: 0.005, type: 'market' });
  const half = bench.control('POST', 'liquidate', { instrument: PERP, share: '0.5' }).body.order;
  assert.deepEqual([half.direction, half.filled], ['buy', '0.0025']);
  const least = bench.control('POST', 'liquidate', { instrument: PERP, share: '0.001' }).body.order;
  assert.equal(least.filled, '0.0001');
  bench.control('POST', 'liquidate', { instrument: PERP });
  assert.equal(bench.state().accounts[0]?.positions[0]?.size, '0');
});

test('a liquidation takes what the book holds within the band, and never rests', () => {
  const bench = createBench();
  bench.buy(bench.login(), { amount: 0.005, type: 'market' });
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.002' });
  const { order } = bench.control('POST', 'liquidate', { instrument: PERP }).body;
  assert.deepEqual([order.state, order.filled, order.amount], ['cancelled', '0.002', '0.005']);
  assert.equal(bench.state().accounts[0]?.positions[0]?.size, dec('0.003'));
});

test('a restart knows who was liquidated', () => {
  const bench = createBench();
  bench.buy(bench.login(), { amount: 0.005, type: 'market' });
  bench.control('POST', 'liquidate', { instrument: PERP });
  const before = bench.state();
  bench.restart();
  assert.deepEqual(bench.state().trades, before.trades);
  assert.deepEqual(bench.state().orders, before.orders);
});

test('a wrong liquidation names the field', () => {
  const bench = createBench();
  bench.buy(bench.login(), { amount: 0.005, type: 'market' });
  for (const [body, field] of [
    [{}, 'instrument'],
    [{ instrument: 'X' }, 'instrument'],
    [{ instrument: 'ETH_USDC-PERPETUAL' }, 'instrument'],
    [{ instrument: PERP, share: '0' }, 'share'],
    [{ instrument: PERP, share: '1.1' }, 'share'],
    [{ instrument: PERP, account: 'other' }, 'account'],
  ] as const) {
    const { status, body: answered } = bench.control('POST', 'liquidate', body);
    assert.deepEqual([status, answered.error.field], [400, field], JSON.stringify(body));
  }
});

test('X14: liquidated in its course, which no other fault can meddle with; bankrupt', () => {
  const bench = createBench();
  bench.buy(bench.login(), { amount: 0.02, type: 'market' });
  const plant = (how: object): void =>
    assert.equal(bench.control('POST', 'fault', { kind: 'X14', ...how }).status, 200);
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  plant({ how: 'course', share: 0.5 });
  const order = bench.state().orders.at(-1);
  assert.deepEqual([order?.liquidation, order?.state, order?.amount], [true, 'open', '0.001']);
  for (const kind of ['X8', 'X16'])
    assert.equal(bench.control('POST', 'fault', { kind }).body.error.code, 'no_order', kind);
  bench.control('POST', 'liquidity', { instrument: PERP });
  bench.pass(20_000);
  assert.equal(bench.state().accounts[0]?.positions[0]?.size, '0.01');
  plant({ how: 'bankruptcy' });
  const { cash, positions } = bench.state().accounts[0] ?? {};
  assert.deepEqual([cash?.['USDC'], positions?.[0]?.size], ['0', '0']);
  const { settlements } = bench.stored();
  const bankruptcy = settlements?.at(-1)?.bankruptcy;
  // A hundredth of 640, the commission of 0.75 %, and what the price of the fills took.
  const owed = Number(bankruptcy?.owed);
  assert.ok(owed > 6.4 + 4.8 && owed < 6.4 + 4.8 + 0.1, `${owed}`);
  assert.equal(Number(bankruptcy?.funded) + Number(bankruptcy?.socialized), owed);
});

test('a restart after a bankruptcy knows what the makers took over, in every instrument of the session', () => {
  const bench = createBench({ speed: 0 });
  const conn = bench.login();
  const ether = { instrument_name: 'ETH_USDC-PERPETUAL', amount: 1, type: 'market' };
  bench.ok(conn, 'private/buy', ether);
  bench.ok(conn, 'private/sell', ether);
  bench.buy(conn, { amount: 0.01, type: 'market' });
  bench.control('POST', 'fault', { kind: 'X14', how: 'bankruptcy' });
  const before = bench.stored();
  assert.equal(before.accounts[0]?.balances['USDC'], '0');
  bench.restart();
  assert.deepEqual(bench.stored(), before);
});
