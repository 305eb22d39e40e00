/** Trigger orders: when they fire and what becomes of them. Mark, index and last price are 64,000. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBench, PERP } from '../harness.contract.ts';

const TRIGGERS: readonly (readonly [string, 'buy' | 'sell', object, string, string])[] = [
  [
    'a sell stop fires when the mark falls to it',
    'sell',
    { type: 'stop_market', trigger: 'mark_price', trigger_price: 63500 },
    '63500',
    '63500.1',
  ],
  [
    'a buy stop fires when the mark rises to it',
    'buy',
    { type: 'stop_market', trigger: 'mark_price', trigger_price: 64500 },
    '64500',
    '64499.9',
  ],
  [
    'a sell take fires when the index rises to it',
    'sell',
    { type: 'take_market', trigger: 'index_price', trigger_price: 64500 },
    '64500',
    '64499.9',
  ],
  [
    'a buy take fires when the index falls to it',
    'buy',
    { type: 'take_market', trigger: 'index_price', trigger_price: 63500 },
    '63500',
    '63500.1',
  ],
  [
    'a stop on the last price',
    'sell',
    { type: 'stop_market', trigger: 'last_price', trigger_price: 63500 },
    '63500',
    '63500.1',
  ],
];

for (const [name, direction, params, hits, misses] of TRIGGERS) {
  test(`${name}, as a new order that names it`, () => {
    const bench = createBench();
    const conn = bench.login();
    const { order } = bench[direction](conn, { amount: 0.002, label: 'protect', ...params });
    assert.match(order.order_id, /^USDC-(SL|TL)[IMT][BS]-1$/);
    assert.equal(order.price, 'market_price');
    bench.price(misses);
    assert.equal(bench.order(conn, order.order_id).order_state, 'untriggered');
    bench.price(hits);
    const fired = bench.order(conn, order.order_id);
    assert.deepEqual([fired.order_state, fired.triggered], ['triggered', true]);
    const [, born] = bench.ok(conn, 'private/get_order_state_by_label', {
      currency: 'USDC',
      label: 'protect',
    });
    assert.deepEqual(
      [
        born?.order_state,
        born?.order_type,
        born?.trigger_order_id,
        born?.filled_amount,
        born?.direction,
      ],
      ['filled', 'market', order.order_id, 0.002, direction],
    );
  });
}

test('a stop_limit becomes a limit order at its price', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.sell(conn, {
    amount: 0.002,
    type: 'stop_limit',
    trigger: 'mark_price',
    trigger_price: 63500,
    price: 63600,
    label: 's',
  });
  bench.price('63500');
  const [, born] = bench.ok(conn, 'private/get_order_state_by_label', {
    currency: 'USDC',
    label: 's',
  });
  assert.deepEqual([born?.order_state, born?.order_type, born?.price], ['open', 'limit', 63600]);
});

test('a reduce-only stop fires for what there is to reduce, and is rejected when there is nothing', () => {
  const bench = createBench();
  const conn = bench.login();
  const stop = {
    amount: 0.002,
    type: 'stop_market',
    trigger: 'mark_price',
    trigger_price: 63500,
    reduce_only: true,
  };
  bench.buy(conn, { amount: 0.001, type: 'market' });
  const first = bench.sell(conn, { ...stop, label: 'a' }).order.order_id;
  const second = bench.sell(conn, { ...stop, label: 'b' }).order.order_id;
  bench.price('63400');
  const [, born] = bench.ok(conn, 'private/get_order_state_by_label', {
    currency: 'USDC',
    label: 'a',
  });
  assert.deepEqual(
    [bench.order(conn, first).order_state, born?.amount, born?.order_state],
    ['triggered', 0.001, 'filled'],
  );
  assert.equal(bench.order(conn, second).order_state, 'rejected');
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size, 0);
});
