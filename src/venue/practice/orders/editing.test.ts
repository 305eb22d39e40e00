/** Edits and cancels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBench, PERP } from '../harness.contract.ts';

test('an edit names the new total, keeps the id and drops the flags that it does not repeat', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.01, type: 'market' });
  const { order } = bench.sell(conn, {
    amount: 0.004,
    price: 65000,
    reduce_only: true,
    post_only: true,
  });
  const edited = bench.ok(conn, 'private/edit', {
    order_id: order.order_id,
    amount: 0.003,
    price: 65100,
  }).order;
  assert.deepEqual(
    [
      edited.order_id,
      edited.amount,
      edited.price,
      edited.reduce_only,
      edited.post_only,
      edited.replaced,
    ],
    [order.order_id, 0.003, 65100, false, false, true],
  );
  const kept = bench.ok(conn, 'private/edit', {
    order_id: order.order_id,
    amount: 0.02,
    reduce_only: true,
  }).order;
  assert.deepEqual(
    [kept.amount, kept.reduce_only, kept.price],
    [0.01, true, 65100],
    'reduce-only is bounded by the position',
  );
});

test('the filled part counts in the new total; a total that it reaches is refused', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.001' });
  const { order } = bench.buy(conn, { amount: 0.003, price: 64100 });
  assert.equal(order.filled_amount, 0.001);
  assert.equal(
    bench.fails(conn, 'private/edit', { order_id: order.order_id, amount: 0.001, price: 64100 })
      .code,
    10021,
  );
  const edited = bench.ok(conn, 'private/edit', {
    order_id: order.order_id,
    amount: 0.002,
    price: 64100,
  }).order;
  assert.deepEqual(
    [edited.amount, edited.filled_amount, edited.order_state],
    [0.002, 0.001, 'open'],
  );
});

test('an edit may execute at once', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, { amount: 0.001, price: 63000 });
  const edited = bench.ok(conn, 'private/edit_by_label', {
    label: '',
    instrument_name: PERP,
    amount: 0.001,
    price: 64100,
  });
  assert.equal(edited.order.order_id, order.order_id);
  assert.deepEqual([edited.order.order_state, edited.trades.length], ['filled', 1]);
});

test('a place in the queue is kept by shrinking and lost by growing or moving', () => {
  const lanes: readonly (readonly [string, object, readonly number[]])[] = [
    ['shrinking', { amount: 0.001, price: 63500 }, [0.001, 0]],
    ['growing', { amount: 0.003, price: 63500 }, [0, 0.001]],
    ['moving there and back', { amount: 0.002, price: 63499 }, [0, 0.001]],
  ];
  for (const [name, change, filled] of lanes) {
    const bench = createBench();
    const conn = bench.login();
    const first = bench.buy(conn, { amount: 0.002, price: 63500 }).order.order_id;
    const second = bench.buy(conn, { amount: 0.002, price: 63500 }).order.order_id;
    bench.ok(conn, 'private/edit', { order_id: first, ...change });
    if (name.startsWith('moving'))
      bench.ok(conn, 'private/edit', { order_id: first, amount: 0.002, price: 63500 });
    bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.001' });
    bench.price('63400');
    assert.deepEqual(
      [bench.order(conn, first).filled_amount, bench.order(conn, second).filled_amount],
      filled,
      name,
    );
  }
});

test('post_only with reject_post_only in an edit that would take cancels the order', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, { amount: 0.001, price: 63000 });
  const edited = bench.ok(conn, 'private/edit', {
    order_id: order.order_id,
    amount: 0.001,
    price: 64500,
    post_only: true,
    reject_post_only: true,
  }).order;
  assert.deepEqual(
    [edited.order_state, edited.cancel_reason],
    ['cancelled', 'edit_post_only_reject'],
  );
});

test('a stop is moved by an edit, but not across its reference', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.sell(conn, {
    amount: 0.002,
    type: 'stop_market',
    trigger: 'mark_price',
    trigger_price: 63500,
  });
  const edited = bench.ok(conn, 'private/edit', {
    order_id: order.order_id,
    amount: 0.001,
    trigger_price: 63600,
    reduce_only: true,
  }).order;
  assert.deepEqual(
    [edited.amount, edited.trigger_price, edited.order_state, edited.reduce_only],
    [0.001, 63600, 'untriggered', true],
  );
  assert.equal(
    bench.fails(conn, 'private/edit', {
      order_id: order.order_id,
      amount: 0.001,
      trigger_price: 64500,
    }).code,
    11036,
  );
  assert.equal(
    bench.fails(conn, 'private/edit', {
      order_id: order.order_id,
      amount: 0.001,
      trigger_price: 63600.05,
    }).code,
    10044,
  );
});

test('what is no longer open says how it ended', () => {
  const bench = createBench();
  const conn = bench.login();
  const filled = bench.buy(conn, { amount: 0.001, type: 'market' }).order.order_id;
  const open = bench.buy(conn, { amount: 0.001, price: 63000 }).order.order_id;
  const cancelled = bench.ok(conn, 'private/cancel', { order_id: open });
  assert.deepEqual(
    [cancelled.order_id, cancelled.order_state, cancelled.cancel_reason],
    [open, 'cancelled', 'user_request'],
  );
  const edit = (order_id: string) =>
    bench.fails(conn, 'private/edit', { order_id, amount: 0.002, price: 63000 }).code;
  const cancel = (order_id: string) => bench.fails(conn, 'private/cancel', { order_id }).code;
  assert.deepEqual([edit(filled), edit(open), edit('USDC-1')], [11008, 10010, 10004]);
  assert.deepEqual([cancel(filled), cancel(open), cancel('USDC-1')], [11044, 11044, 10004]);
});

test('cancel_all by instrument, currency and type count what they ended', () => {
  const bench = createBench();
  const conn = bench.login();
  const stop = { amount: 0.001, type: 'stop_market', trigger: 'mark_price', trigger_price: 65000 };
  const fill = () => {
    bench.buy(conn, { amount: 0.001, price: 63000 });
    bench.buy(conn, stop);
  };
  fill();
  assert.equal(
    bench.ok(conn, 'private/cancel_all_by_instrument', { instrument_name: PERP, type: 'limit' }),
    1,
  );
  assert.equal(bench.ok(conn, 'private/cancel_all_by_currency', { currency: 'BTC' }), 0);
  assert.equal(
    bench.ok(conn, 'private/cancel_all_by_currency', { currency: 'USDC', type: 'stop' }),
    1,
  );
  fill();
  const detailed = bench.ok(conn, 'private/cancel_all', { detailed: true });
  assert.deepEqual(
    detailed.map((group) => [group.currency, group.type, group.result[0]?.cancel_reason]),
    [
      ['USDC', 'limit', 'user_request'],
      ['USDC', 'trigger', 'user_request'],
    ],
  );
});
