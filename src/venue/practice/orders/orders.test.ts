/** Lives of single orders: each type against each way it can end. Mark is 64,000; the best ask 64,001.3, the best bid 63,998.7. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, SECOND } from '../../../base/time.ts';
import { createBench, NOON, PERP } from '../harness.contract.ts';

type Expected = {
  readonly state: string;
  readonly type?: string;
  readonly filled: number;
  readonly price?: number;
  readonly average?: number;
  readonly trades: number;
};

const LIVES: readonly (readonly [string, object, Expected])[] = [
  [
    'a bid below the market rests',
    { amount: 0.001, price: 63000 },
    { state: 'open', filled: 0, price: 63000, average: 0, trades: 0 },
  ],
  [
    "a limit that crosses takes at the maker's price",
    { amount: 0.01, price: 64500 },
    { state: 'filled', filled: 0.01, average: 64001.3, trades: 1 },
  ],
  [
    'a larger one walks the levels',
    { amount: 0.12, price: 64500 },
    { state: 'filled', filled: 0.12, average: 64002.05833333, trades: 2 },
  ],
  [
    'what its limit does not reach rests',
    { amount: 0.12, price: 64001.5 },
    { state: 'open', filled: 0.05, price: 64001.5, average: 64001.3, trades: 1 },
  ],
  [
    'immediate_or_cancel ends with what it got',
    { amount: 0.12, price: 64001.5, time_in_force: 'immediate_or_cancel' },
    { state: 'cancelled', filled: 0.05, trades: 1 },
  ],
  [
    'immediate_or_cancel that reaches nothing ends empty',
    { amount: 0.1, price: 63000, time_in_force: 'immediate_or_cancel' },
    { state: 'cancelled', filled: 0, trades: 0 },
  ],
  [
    'fill_or_kill fills whole',
    { amount: 0.12, price: 64500, time_in_force: 'fill_or_kill' },
    { state: 'filled', filled: 0.12, trades: 2 },
  ],
  [
    'fill_or_kill that can not fill whole does nothing',
    { amount: 0.12, price: 64001.5, time_in_force: 'fill_or_kill' },
    { state: 'cancelled', filled: 0, trades: 0 },
  ],
  [
    'a market order shows its protective price',
    { amount: 0.01, type: 'market' },
    { state: 'filled', type: 'market', filled: 0.01, price: 64960, trades: 1 },
  ],
  [
    'market_limit takes the best price and rests there',
    { amount: 0.12, type: 'market_limit' },
    { state: 'open', type: 'limit', filled: 0.05, price: 64001.3, trades: 1 },
  ],
  [
    'post_only is moved behind the best price',
    { amount: 0.01, price: 64500, post_only: true },
    { state: 'open', filled: 0, price: 64001.2, trades: 0 },
  ],
  [
    'a stop waits',
    { amount: 0.01, type: 'stop_market', trigger: 'mark_price', trigger_price: 65000 },
    { state: 'untriggered', type: 'stop_market', filled: NaN, trades: 0 },
  ],
];

for (const [name, params, expected] of LIVES) {
  test(name, () => {
    const bench = createBench();
    const { order, trades } = bench.buy(bench.login(), params);
    assert.equal(order.order_state, expected.state);
    assert.equal(order.order_type, expected.type ?? 'limit');
    assert.equal(order.filled_amount, Number.isNaN(expected.filled) ? undefined : expected.filled);
    if (expected.price !== undefined) assert.equal(order.price, expected.price);
    if (expected.average !== undefined) assert.equal(order.average_price, expected.average);
    assert.equal(trades.length, expected.trades);
    assert.equal(
      trades.reduce((sum, trade) => sum + trade.amount * 10_000, 0),
      Number.isNaN(expected.filled) ? 0 : expected.filled * 10_000,
    );
  });
}

const REFUSALS: readonly (readonly [string, object, number, unknown?])[] = [
  ['too little', { amount: 0.00005, price: 63000 }, 10002],
  ['off the contract grid', { amount: 0.00015, price: 63000 }, 10021],
  ['no amount', { price: 63000 }, -32602, { reason: 'value required', param: 'amount' }],
  [
    'amount and contracts that differ',
    { amount: 0.001, contracts: 11, price: 63000 },
    -32602,
    { reason: 'amount and contracts differ', param: 'contracts' },
  ],
  [
    'a limit without a price',
    { amount: 0.001 },
    -32602,
    { reason: 'value required', param: 'price' },
  ],
  ['a price off its tick', { amount: 0.001, price: 63000.05 }, 10043],
  ['a bid above the band', { amount: 0.001, price: 64960.1 }, 10007],
  [
    'a trigger price off its tick',
    { amount: 0.001, type: 'stop_market', trigger: 'mark_price', trigger_price: 65000.01 },
    10044,
  ],
  [
    'a trigger on the wrong side',
    { amount: 0.001, type: 'stop_market', trigger: 'mark_price', trigger_price: 63000 },
    11036,
  ],
  [
    'a stop without its trigger',
    { amount: 0.001, type: 'stop_market', trigger_price: 65000 },
    -32602,
    { reason: 'value required', param: 'trigger' },
  ],
  [
    'time in force on a market order',
    { amount: 0.001, type: 'market', time_in_force: 'immediate_or_cancel' },
    11047,
  ],
  [
    'reject_post_only that would take',
    { amount: 0.001, price: 64500, post_only: true, reject_post_only: true },
    11054,
  ],
  ['post_only on a market order', { amount: 0.001, type: 'market', post_only: true }, 11055],
  [
    'reduce_only with nothing to reduce',
    { amount: 0.001, type: 'market', reduce_only: true },
    11030,
  ],
  ['more than the account can carry', { amount: 8, price: 64500 }, 10009],
  ['a deadline that has passed', { amount: 0.001, price: 63000, valid_until: NOON - 1 }, 13888],
  [
    'a label beyond 64 characters',
    { amount: 0.001, price: 63000, label: 'x'.repeat(65) },
    -32602,
    { reason: 'wrong format', param: 'label' },
  ],
  [
    'an unknown instrument',
    { instrument_name: 'SOL_USDC-PERPETUAL', amount: 0.001, price: 63000 },
    10020,
  ],
];

for (const [name, params, code, data] of REFUSALS) {
  test(`refused: ${name}`, () => {
    const bench = createBench();
    const conn = bench.login();
    const recorded = bench.entries.length;
    const error = bench.fails(conn, 'private/buy', { instrument_name: PERP, ...params });
    assert.equal(error.code, code);
    if (data !== undefined) assert.deepEqual(error.data, data);
    assert.deepEqual(bench.state().orders, []);
    assert.equal(bench.entries.length, recorded);
  });
}

test('band errors carry the bound; a bid far below and an offer far above may rest', () => {
  const bench = createBench();
  const conn = bench.login();
  assert.equal(
    bench.fails(conn, 'private/buy', { instrument_name: PERP, amount: 0.001, price: 65000 })
      .message,
    'price_too_high 64960',
  );
  assert.equal(
    bench.fails(conn, 'private/sell', { instrument_name: PERP, amount: 0.001, price: 63000 })
      .message,
    'price_too_low 63040',
  );
  assert.equal(bench.buy(conn, { amount: 0.001, price: 32000 }).order.order_state, 'open');
  assert.equal(bench.sell(conn, { amount: 0.001, price: 99000 }).order.order_state, 'open');
});

test('valid_until is a deadline for starting, not an expiry', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, { amount: 0.001, price: 63000, valid_until: NOON + SECOND });
  bench.pass(10 * SECOND);
  assert.equal(bench.order(conn, order.order_id).order_state, 'open');
});

test('what a market order can not fill inside its bound rests there as a limit order', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.02' });
  const { order } = bench.buy(conn, { amount: 0.05, type: 'market' });
  assert.deepEqual(
    [
      order.order_state,
      order.order_type,
      order.original_order_type,
      order.price,
      order.filled_amount,
    ],
    ['open', 'limit', 'market', 64960, 0.02],
  );
});

test('thin liquidity fills an order half, and comes back each second', () => {
  const bench = createBench();
  const conn = bench.login();
  assert.deepEqual(
    bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.0008' }).body,
    { instrument: PERP, amount: '0.0008' },
  );
  const ioc = { amount: 0.0016, price: 64500, time_in_force: 'immediate_or_cancel' };
  assert.equal(bench.buy(conn, ioc).order.filled_amount, 0.0008);
  assert.equal(bench.buy(conn, ioc).order.filled_amount, 0);
  bench.pass(SECOND);
  assert.equal(bench.buy(conn, ioc).order.filled_amount, 0.0008);
  bench.control('POST', 'liquidity', { instrument: PERP, amount: null });
  assert.equal(bench.buy(conn, ioc).order.filled_amount, 0.0016);
});

test('resting orders fill at their own price as makers when the market comes, the better and older first', () => {
  const bench = createBench();
  const conn = bench.login();
  const low = bench.buy(conn, { amount: 0.03, price: 63500 }).order.order_id;
  const first = bench.buy(conn, { amount: 0.03, price: 63600 }).order.order_id;
  const second = bench.buy(conn, { amount: 0.03, price: 63600 }).order.order_id;
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.04' });
  bench.price('63400');
  const trades = bench
    .state()
    .trades.map(
      (trade: {
        orderId: string;
        amount: string;
        price: string;
        fee: string;
        liquidity: string;
      }) => [trade.orderId, trade.amount, trade.price, trade.fee, trade.liquidity],
    );
  assert.deepEqual(trades, [
    [first, '0.03', '63600', '0', 'M'],
    [second, '0.01', '63600', '0', 'M'],
  ]);
  assert.equal(bench.order(conn, low).filled_amount, 0);
});

test('fees are charged on takers only, at once; the position and its profit follow', () => {
  const bench = createBench();
  const conn = bench.login();
  const [trade] = bench.buy(conn, { amount: 0.0016, type: 'market' }).trades;
  assert.equal(trade?.fee, 0.051201);
  assert.equal(trade?.fee_currency, 'USDC');
  assert.equal(
    bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' }).balance,
    9999.948799,
  );
  bench.price('64100');
  const position = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  assert.deepEqual(
    [
      position.size,
      position.average_price,
      position.total_profit_loss,
      position.floating_profit_loss,
      position.direction,
    ],
    [0.0016, 64001.3, 0.15792, 0.15792, 'buy'],
  );
  assert.equal(position.initial_margin, 2.0512082);
  assert.equal(position.maintenance_margin, 1.0256082);
  const closed = bench.sell(conn, { amount: 0.0016, type: 'market' });
  assert.equal(closed.trades[0]?.profit_loss, 0.15584);
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: PERP }).direction, 'zero');
});

test('reduce_only shrinks to the net position, whoever opened it, and ends with it', () => {
  const bench = createBench();
  const engine = bench.login();
  const web = bench.login('practice-web');
  bench.buy(engine, { amount: 0.003, type: 'market' });
  const resting = bench.sell(engine, { amount: 0.01, price: 65000, reduce_only: true }).order;
  assert.equal(resting.amount, 0.003);
  bench.sell(web, { amount: 0.001, type: 'market', reduce_only: true });
  assert.equal(bench.order(engine, resting.order_id).amount, 0.002);
  bench.buy(web, { amount: 0.001, type: 'market' });
  assert.equal(bench.order(engine, resting.order_id).amount, 0.002, 'it never grows again');
  bench.ok(web, 'private/close_position', { instrument_name: PERP, type: 'market' });
  const ended = bench.order(engine, resting.order_id);
  assert.deepEqual(
    [ended.order_state, ended.filled_amount, ended.cancel_reason],
    ['cancelled', 0, undefined],
  );
});

test('an own resting order in the way of an own taker is cancelled', () => {
  const bench = createBench();
  const conn = bench.login();
  const offer = bench.sell(conn, { amount: 0.001, price: 64001 }).order.order_id;
  const { trades } = bench.buy(conn, { amount: 0.001, type: 'market' });
  assert.deepEqual(
    trades.map((trade) => trade.price),
    [64001.3],
  );
  assert.deepEqual(
    [bench.order(conn, offer).order_state, bench.order(conn, offer).cancel_reason],
    ['cancelled', 'risk_mitigation'],
  );
});

test('two orders of one label both live: a label is no key', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, price: 63000, label: 'twin' });
  bench.buy(conn, { amount: 0.001, price: 63000, label: 'twin' });
  assert.equal(
    bench.ok(conn, 'private/get_open_orders_by_label', { currency: 'USDC', label: 'twin' }).length,
    2,
  );
  assert.equal(
    bench.fails(conn, 'private/edit_by_label', {
      label: 'twin',
      instrument_name: PERP,
      amount: 0.002,
      price: 63000,
    }).code,
    13032,
  );
  assert.equal(bench.ok(conn, 'private/cancel_by_label', { label: 'twin' }), 2);
  assert.equal(bench.ok(conn, 'private/cancel_by_label', { label: 'twin' }), 0);
  bench.pass(31 * MINUTE);
});
