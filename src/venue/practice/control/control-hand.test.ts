/** What a hand does through the control API: orders with its flags, limits that close, cancels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, createBench, on, PERP } from '../harness.contract.ts';

test('an order is flagged as the website, the app or another key, on the order and for its owner', () => {
  for (const [as, flags] of [
    [undefined, [true, false, false]],
    ['web', [true, false, false]],
    ['mobile', [false, true, false]],
    ['api', [false, false, true]],
  ] as const) {
    const bench = createBench();
    const conn = bench.login();
    bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
    const { order, trades } = bench.control('POST', 'order', {
      instrument: PERP,
      direction: 'sell',
      amount: '0.002',
      ...(as === undefined ? {} : { as }),
    }).body;
    assert.deepEqual([order.web, order.mobile, order.api], flags, String(as));
    assert.deepEqual([trades[0]?.web, trades[0]?.mobile, trades[0]?.api], flags, String(as));
    const [seen] = changesOf(bench.inbox(conn));
    assert.deepEqual(
      [seen?.orders[0]?.web, seen?.orders[0]?.mobile ?? false, seen?.orders[0]?.api],
      flags,
    );
  }
});

test('a limit closes the position when the market comes to it', () => {
  const bench = createBench();
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.003' });
  const { order } = bench.control('POST', 'close', {
    instrument: PERP,
    type: 'limit',
    price: '64500',
    as: 'mobile',
  }).body;
  assert.deepEqual(
    [order.state, order.type, order.price, order.amount, order.reduceOnly, order.mobile],
    ['open', 'limit', '64500', '0.003', true, true],
  );
  bench.price('64600');
  bench.pass(1_000);
  assert.equal(bench.state().accounts[0]?.positions[0]?.size, '0');
  assert.deepEqual(
    bench.state().trades.map(({ price }) => price),
    ['64001.3', '64500'],
  );
});

test('a hand cancels an order once; an unknown or ended one is refused', () => {
  const bench = createBench();
  const { orderId } = bench.control('POST', 'order', {
    instrument: PERP,
    direction: 'buy',
    amount: '0.003',
    price: '60000',
  }).body.order;
  const { status, body } = bench.control('POST', 'cancel', { orderId, as: 'web' });
  assert.deepEqual(
    [status, body.order.state, body.order.cancelReason],
    [200, 'cancelled', 'user_request'],
  );
  const again = bench.control('POST', 'cancel', { orderId });
  assert.deepEqual([again.status, again.body.error.code], [400, 'not_open_order']);
  const unknown = bench.control('POST', 'cancel', { orderId: 'X-1' });
  assert.deepEqual([unknown.status, unknown.body.error.field], [404, 'orderId']);
  const without = bench.control('POST', 'cancel', {});
  assert.deepEqual([without.status, without.body.error.field], [400, 'orderId']);
});

test("what the exchange refuses names the field in the call's own words", () => {
  const bench = createBench();
  const order = { instrument: PERP, direction: 'buy', amount: '0.001' };
  for (const [more, field] of [
    [{ type: 'limit' }, 'price'],
    [{ type: 'stop_market' }, 'triggerPrice'],
    [{ type: 'stop_limit', triggerPrice: '65000' }, 'price'],
  ] as const) {
    const { status, body } = bench.control('POST', 'order', { ...order, ...more });
    assert.deepEqual([status, body.error.field], [400, field], JSON.stringify(more));
  }
});

test('an order of the binary interface is nowhere among orders, while its fills and position are shown', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', {
    channels: ['user.changes.any.any.raw', 'user.orders.any.any.raw', 'user.trades.any.any.raw'],
  });
  bench.inbox(conn);
  const hand = { instrument: PERP, direction: 'buy', amount: '0.001', label: 'far', as: 'binary' };
  const { body } = bench.control('POST', 'order', { ...hand, type: 'limit', price: '63500' });
  const { order } = body as unknown as { readonly order: { readonly orderId: string } };
  assert.deepEqual(bench.inbox(conn), [], 'it rests, and nobody hears of it');
  const query = { currency: 'USDC', label: 'far' };
  assert.deepEqual(bench.ok(conn, 'private/get_open_orders'), []);
  assert.deepEqual(bench.ok(conn, 'private/get_order_state_by_label', query), []);
  const named = { order_id: order.orderId };
  for (const method of ['private/get_order_state', 'private/cancel'])
    assert.equal(bench.fails(conn, method, named).code, 10004);
  bench.price('63400');
  const heard = bench.inbox(conn);
  assert.deepEqual(
    changesOf(heard).map(({ orders, trades }) => [orders.length, trades.length]),
    [[0, 1]],
  );
  assert.deepEqual([on(heard, 'user.orders'), on(heard, 'user.trades').length], [[], 1]);
  const history = { instrument_name: PERP, include_unfilled: true };
  assert.deepEqual(bench.ok(conn, 'private/get_order_history_by_instrument', history), []);
  const { trades } = bench.ok(conn, 'private/get_user_trades_by_instrument', {
    instrument_name: PERP,
  });
  assert.deepEqual(
    trades.map(({ order_id, api }) => [order_id, api]),
    [[order.orderId, true]],
  );
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size, 0.001);
  assert.equal(bench.state().orders.length, 1, 'the exchange itself knows it');
});
