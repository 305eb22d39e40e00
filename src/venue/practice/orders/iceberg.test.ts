/** Icebergs on the wire; which order fills when is held against the model in `test/venue/matching.test.ts`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserTrade } from '../../protocol/objects.ts';
import { accountNamed } from '../exchange.ts';
import { type Bench, changesOf, createBench, PERP } from '../harness.contract.ts';

/** A bench of three accounts, logged in, where market makers give nothing. */
function crowd() {
  const bench = createBench({ accounts: ['main', 'second', 'third'].map(accountNamed) });
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  const login = (id: string): number => {
    const conn = bench.connect();
    const credentials = { client_id: id, client_secret: `${id}-secret` };
    bench.ok(conn, 'public/auth', { grant_type: 'client_credentials', ...credentials });
    return conn;
  };
  return {
    bench,
    main: login('practice-engine'),
    second: login('practice-engine-second'),
    third: login('practice-engine-third'),
  };
}

const asks = (bench: Bench) => bench.book({ instrument: PERP }).body.asks;
const tradesOf = (bench: Bench, conn: number, id: string): readonly UserTrade[] =>
  bench.ok(conn, 'private/get_user_trades_by_order', { order_id: id, sorting: 'asc' });
const fills = (trades: readonly UserTrade[]) =>
  trades.map(({ amount, liquidity, fee }) => [amount, liquidity, fee]);

test('an iceberg shows the book a part, is taken of it first, and pays as a taker for what it hid', () => {
  const { bench, main, second, third } = crowd();
  bench.ok(main, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  const { order } = bench.sell(main, { amount: 0.05, display_amount: 0.01, price: 64000 });
  assert.deepEqual([order.amount, order.display_amount, order.refresh_amount], [0.05, 0.01, 0.01]);
  const beside = bench.sell(second, { amount: 0.02, price: 64000 }).order;
  assert.equal(beside.display_amount, undefined);
  assert.deepEqual(asks(bench), [{ price: '64000', amount: '0.03' }]);

  bench.inbox(main);
  const taken = bench.buy(third, { amount: 0.035, price: 64000 });
  assert.deepEqual(
    taken.trades.map(({ amount }) => amount),
    [0.01, 0.02, 0.005],
  );
  assert.deepEqual(fills(tradesOf(bench, main, order.order_id)), [
    [0.01, 'M', 0],
    [0.005, 'M', 0.16],
  ]);
  const { logs } = bench.ok(main, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server + 1,
  });
  assert.deepEqual(
    logs
      .filter((row) => row.type === 'trade')
      .map((row) => [row.amount, row.user_role, row.fee_role, row.commission]),
    [
      [0.005, 'maker', 'taker', 0.16],
      [0.01, 'maker', 'maker', 0],
    ],
  );
  const last = changesOf(bench.inbox(main)).at(-1)?.orders.at(-1);
  assert.deepEqual([last?.filled_amount, last?.display_amount], [0.015, 0.01]);
  assert.deepEqual(asks(bench), [{ price: '64000', amount: '0.01' }]);
});

test('a part that is shown anew stands behind the orders that were there, also after a restart', () => {
  for (const restarts of [false, true]) {
    const { bench, main, second, third } = crowd();
    const { order } = bench.sell(main, { amount: 0.03, display_amount: 0.01, price: 64000 });
    const beside = bench.sell(second, { amount: 0.01, price: 64000 }).order;
    bench.buy(third, { amount: 0.01, price: 64000 });
    assert.equal(bench.order(main, order.order_id).filled_amount, 0.01);
    if (restarts) {
      bench.restart();
      bench.control('POST', 'order', {
        account: 'third',
        instrument: PERP,
        direction: 'buy',
        amount: '0.01',
        price: '64000',
        type: 'limit',
      });
    } else bench.buy(third, { amount: 0.01, price: 64000 });
    const filled = (id: string) => bench.state().orders.find((one) => one.orderId === id)?.filled;
    assert.deepEqual([filled(order.order_id), filled(beside.order_id)], ['0.01', '0.01']);
  }
});

test('what is shown is at least a hundred least amounts, a whole number of contracts, and more than a hundredth of the rest', () => {
  const { bench, main } = crowd();
  const refused = (params: object) =>
    bench.fails(main, 'private/sell', { instrument_name: PERP, price: 64000, ...params });
  assert.equal(refused({ amount: 0.5, display_amount: 0.0099 }).code, 10036);
  assert.equal(refused({ amount: 0.5, display_amount: 0.01005 }).code, 10036);
  assert.equal(refused({ amount: 1.01, display_amount: 0.01 }).code, 10036);
  assert.equal(refused({ amount: 1, display_amount: 'much' }).code, -32602);
  assert.deepEqual(refused({ amount: 1, display_amount: 'much' }).data, {
    param: 'display_amount',
    reason: 'wrong format',
  });
  bench.sell(main, { amount: 1.0099, display_amount: 0.01, price: 64000 });
  const whole = bench.sell(main, { amount: 0.005, display_amount: 0.01, price: 64000 }).order;
  assert.deepEqual([whole.display_amount, whole.refresh_amount], [0.005, 0.01]);
  assert.deepEqual(asks(bench), [{ price: '64000', amount: '0.015' }]);
});

test('only an order that rests at a limit of its own can be an iceberg', () => {
  const { bench, main } = crowd();
  const refused = (params: object) =>
    bench.fails(main, 'private/sell', {
      instrument_name: PERP,
      amount: 0.05,
      display_amount: 0.01,
      ...params,
    }).code;
  assert.equal(refused({ type: 'market' }), 11047);
  assert.equal(refused({ type: 'market_limit' }), 11047);
  assert.equal(refused({ price: 64000, time_in_force: 'immediate_or_cancel' }), 11047);
  assert.equal(refused({ price: 64000, time_in_force: 'fill_or_kill' }), 11047);
  assert.equal(
    refused({ type: 'stop_market', trigger: 'mark_price', trigger_price: 63000 }),
    11047,
  );
});

test('a waiting iceberg comes into the book as one, a linked one too', () => {
  const { bench, main } = crowd();
  const { order } = bench.sell(main, {
    type: 'stop_limit',
    amount: 0.05,
    display_amount: 0.02,
    price: 64500,
    trigger: 'mark_price',
    trigger_price: 63900,
  });
  assert.deepEqual([order.display_amount, order.refresh_amount], [0.02, 0.02]);
  bench.price('63800');
  const [born] = bench
    .ok(main, 'private/get_open_orders')
    .filter((one) => one.trigger_order_id === order.order_id);
  assert.deepEqual(
    [born?.order_state, born?.display_amount, born?.refresh_amount],
    ['open', 0.02, 0.02],
  );
  const primary = bench.sell(main, {
    amount: 0.05,
    display_amount: 0.01,
    price: 64600,
    linked_order_type: 'one_triggers_other',
    otoco_config: [{ direction: 'buy', type: 'limit', amount: 0.05, price: 60000 }],
  }).order;
  assert.equal(primary.display_amount, 0.01);
  assert.deepEqual(asks(bench), [
    { price: '64500', amount: '0.02' },
    { price: '64600', amount: '0.01' },
  ]);
});

test('an edit keeps what is shown unless it names it, and showing more costs the place', () => {
  const { bench, main, second, third } = crowd();
  const { order } = bench.sell(main, { amount: 0.05, display_amount: 0.02, price: 64000 });
  const beside = bench.sell(second, { amount: 0.01, price: 64000 }).order;
  const edit = (params: object) =>
    bench.ok(main, 'private/edit', { order_id: order.order_id, price: 64000, ...params }).order;
  assert.deepEqual(edit({ amount: 0.04 }).refresh_amount, 0.02);
  assert.deepEqual(edit({ amount: 0.04, display_amount: 0.01 }).display_amount, 0.01);
  assert.equal(
    bench.fails(main, 'private/edit', {
      order_id: order.order_id,
      amount: 0.04,
      display_amount: 0.001,
    }).code,
    10036,
  );
  bench.buy(third, { amount: 0.005, price: 64000 });
  assert.equal(bench.order(main, order.order_id).display_amount, 0.005, 'it kept its place');
  assert.equal(edit({ amount: 0.04, display_amount: 0.015 }).display_amount, 0.015);
  bench.buy(third, { amount: 0.01, price: 64000 });
  assert.equal(bench.order(second, beside.order_id).order_state, 'filled');
  assert.equal(bench.order(main, order.order_id).filled_amount, 0.005);
});

test("market makers' quotes at a price trade before what is hidden there, and their price takes all of an iceberg", () => {
  const { bench, main, third } = crowd();
  bench.control('POST', 'liquidity', { instrument: PERP, amount: null });
  const [best] = asks(bench);
  const price = Number(best?.price);
  const { order } = bench.sell(main, { amount: 0.03, display_amount: 0.01, price });
  assert.equal(best?.amount, '0.05');
  assert.deepEqual(asks(bench)[0], { price: best.price, amount: '0.06' });
  const taken = bench.buy(third, { amount: 0.065, price });
  assert.deepEqual(
    taken.trades.map((trade) => trade.amount),
    [0.01, 0.05, 0.005],
  );
  bench.price('64500');
  assert.deepEqual(
    fills(tradesOf(bench, main, order.order_id)).map(([size, role]) => [size, role]),
    [
      [0.01, 'M'],
      [0.005, 'M'],
      [0.01, 'M'],
      [0.005, 'M'],
    ],
  );
  assert.equal(bench.order(main, order.order_id).order_state, 'filled');
});
