/** The end of dated futures: the price that is made in the half hour before, and what it does to cash, orders and lists. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  type Decimal,
  dec,
  div,
  isZero,
  mul,
  roundTo,
  sub,
  sum,
} from '../../../base/decimal.ts';
import { HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { at, changesOf, createBench, flat, on } from '../harness.contract.ts';
import { PERPETUALS } from '../products/instruments.ts';

const EIGHT = at('2026-01-09T08:00:00Z');
const LINEAR = 'BTC_USDC-9JAN26';
const INVERSE = 'BTC-9JAN26';
const [CALL, PUT] = [`${LINEAR}-63000-C`, `${LINEAR}-65000-P`];
type Settlements = {
  readonly settlements: readonly { readonly type: string; readonly instrument_name: string }[];
};
type Bench = ReturnType<typeof createBench>;

const before = (ms: number, change: object = {}): Bench =>
  createBench({
    startAt: EIGHT - ms,
    file: flat('64000', EIGHT - ms - HOUR),
    dated: true,
    instruments: PERPETUALS,
    ...change,
  });
const rows = (bench: Bench, conn: number, currency: string, query?: string) =>
  bench.ok(conn, 'private/get_transaction_log', {
    currency,
    start_timestamp: 0,
    end_timestamp: EIGHT + HOUR,
    ...(query === undefined ? {} : { query }),
  }).logs;
/** Passes time in steps in which no connection is idle too long. */
const passTo = (bench: Bench, end: number): void => {
  while (bench.clock.server < end) bench.pass(Math.min(30 * SECOND, end - bench.clock.server));
};
/** All cash of a currency, over accounts and house; nothing may come from nowhere. */
const allCash = (bench: Bench, currency: string): Decimal => {
  const { accounts, house } = bench.stored();
  const books = Object.values(house ?? {}).map((cash) => cash[currency] ?? dec(0));
  return sum([...accounts.map(({ balances }) => balances[currency] ?? dec(0)), ...books]);
};

test('the delivery price is the mean of the index of each second from 07:30 to 08:00, and estimates grow into it', () => {
  const bench = before(31 * MINUTE);
  const conn = bench.login();
  const estimate = (): number =>
    bench.ok(conn, 'public/ticker', { instrument_name: LINEAR }).estimated_delivery_price;
  bench.ok(conn, 'public/subscribe', { channels: ['estimated_expiration_price.btc_usdc'] });
  bench.price('63000');
  bench.pass(MINUTE);
  assert.equal(estimate(), 63_000);
  // A third of the time at 63,000, two thirds at 64,500.
  passTo(bench, EIGHT - 20 * MINUTE);
  assert.equal(estimate(), 63_000);
  bench.price('64500');
  assert.equal(estimate(), 64_000);
  passTo(bench, EIGHT - 10 * MINUTE);
  assert.equal(estimate(), 64_000);
  const marks = [LINEAR, 'BTC_USDC-16JAN26'].map(
    (name) => bench.ok(conn, 'public/ticker', { instrument_name: name }).mark_price,
  );
  assert.ok(Math.abs((marks[0] ?? 0) - 64_000) < 1, 'what ends today is marked at the estimate');
  assert.ok((marks[1] ?? 0) > 64_500, 'what ends later at the index');
  const told = on<Record<string, number>>(bench.inbox(conn), 'estimated_expiration_price').at(-1);
  assert.deepEqual(
    [told?.['price'], told?.['seconds'], told?.['left_ticks'], told?.['total_ticks']],
    [64_000, 600, 600, 1_800],
  );
  passTo(bench, EIGHT + 6 * SECOND);
  const ticker = bench.ok(conn, 'public/ticker', { instrument_name: LINEAR });
  assert.deepEqual(
    [ticker.state, ticker.delivery_price, ticker.mark_price, ticker.settlement_price],
    ['delivered', 64_000, 64_000, undefined],
  );
  assert.deepEqual(
    bench.ask(conn, 'public/get_delivery_prices', { index_name: 'btc_usdc' })?.result,
    {
      records_total: 1,
      data: [{ date: '2026-01-09', delivery_price: 64_000 }],
    },
  );
});

test('a delivered position is cash: one row of type delivery with its fee, to the digit, for both kinds', () => {
  const bench = before(30 * SECOND);
  const conn = bench.login();
  const long = bench.ok(conn, 'private/buy', {
    instrument_name: LINEAR,
    amount: 0.05,
    type: 'market',
  });
  const short = bench.ok(conn, 'private/sell', {
    instrument_name: INVERSE,
    amount: 2_000,
    type: 'market',
  });
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  const entry = (trades: readonly { readonly price: number; readonly amount: number }[]) => trades;
  passTo(bench, EIGHT + SECOND);
  const frames = changesOf(bench.inbox(conn));
  for (const name of [LINEAR, INVERSE])
    assert.deepEqual(
      frames
        .filter(({ instrument_name }) => instrument_name === name)
        .map(({ orders, trades, positions }) => [orders, trades, positions[0]?.size]),
      [[[], [], 0]],
    );
  const [row] = rows(bench, conn, 'USDC', 'delivery');
  const cost = sum(
    entry(long.trades).map(({ price, amount }) => mul(dec(String(price)), dec(String(amount)))),
  );
  const profit = roundTo(sub(mul(dec('64000'), dec('0.05')), cost), 6);
  const fee = roundTo(mul(mul(dec('64000'), dec('0.05')), dec('0.00025')), 6);
  assert.deepEqual(
    [row?.type, row?.side, row?.amount, row?.position, row?.price, row?.order_id],
    ['delivery', 'close sell', 0.05, 0, 64_000, null],
  );
  assert.deepEqual(
    [row?.commission, row?.cashflow, row?.change].map(String),
    [fee, profit, sub(profit, fee)].map((one) => String(Number(one))),
  );
  const [coin] = rows(bench, conn, 'BTC', 'delivery');
  const sold = sum(
    entry(short.trades).map(({ price, amount }) =>
      div(dec(String(amount)), dec(String(price)), 24),
    ),
  );
  const value = div(dec(2_000), dec('64000'), 24);
  const gain = roundTo(sub(value, sold), 8);
  const toll = roundTo(mul(value, dec('0.00025')), 8);
  assert.deepEqual(
    [coin?.side, coin?.amount, coin?.commission, coin?.change],
    ['close buy', 2_000, Number(toll), Number(sub(gain, toll))],
  );
  assert.deepEqual(
    bench.ok(conn, 'private/get_positions', { kind: 'future' }).map(({ size }) => size),
    [],
  );
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: LINEAR }).size, 0);
  for (const currency of ['USDC', 'BTC', 'ETH'])
    assert.ok(isZero(allCash(bench, currency)), currency);
});

test('what the exchange tells of deliveries: private and public history, with their type', () => {
  const bench = before(30 * SECOND);
  const conn = bench.login();
  bench.ok(conn, 'private/buy', { instrument_name: LINEAR, amount: 0.05, type: 'market' });
  bench.buy(conn, { amount: 0.01, type: 'market' });
  passTo(bench, EIGHT + SECOND);
  const told = (method: string, params: object) => {
    const answer = bench.ask(conn, method, params)?.result as Settlements | undefined;
    return answer?.settlements.map((one) => [one.type, one.instrument_name]);
  };
  const of = 'private/get_settlement_history_by_';
  assert.deepEqual(told(`${of}currency`, { currency: 'USDC', type: 'delivery' }), [
    ['delivery', LINEAR],
  ]);
  assert.deepEqual(told(`${of}instrument`, { instrument_name: LINEAR }), [['delivery', LINEAR]]);
  assert.deepEqual(told(`${of}currency`, { currency: 'USDC', type: 'settlement' }), [
    ['settlement', 'BTC_USDC-PERPETUAL'],
  ]);
  assert.deepEqual(
    told('public/get_last_settlements_by_instrument', {
      instrument_name: LINEAR,
      type: 'delivery',
    }),
    [['delivery', LINEAR]],
  );
});

test('orders in an instrument that ends are cancelled, and nothing can be done to it afterwards', () => {
  const bench = before(30 * SECOND);
  const conn = bench.login();
  const { order } = bench.ok(conn, 'private/buy', {
    instrument_name: LINEAR,
    amount: 0.01,
    price: 60_000,
  });
  passTo(bench, EIGHT + SECOND);
  assert.deepEqual(
    [
      bench.order(conn, order.order_id).order_state,
      bench.order(conn, order.order_id).cancel_reason,
    ],
    ['cancelled', 'settlement'],
  );
  const again = { instrument_name: LINEAR, amount: 0.01, price: 60_000 };
  assert.equal(bench.fails(conn, 'private/buy', again).code, 10041);
  passTo(bench, EIGHT + 6 * SECOND);
  assert.equal(bench.fails(conn, 'private/buy', again).code, 10012);
  const one = bench
    .ok(conn, 'public/get_instruments', { currency: 'USDC', expired: true })
    .find(({ instrument_name }) => instrument_name === LINEAR);
  assert.deepEqual([one?.is_active, one?.state], [false, 'delivered']);
});

test('a hand delivers before the end, at the price that is made as things stand; a perpetual never ends', () => {
  const bench = before(3 * HOUR);
  const conn = bench.login();
  bench.ok(conn, 'private/buy', { instrument_name: LINEAR, amount: 0.05, type: 'market' });
  const { status, body } = bench.control('POST', 'deliver', { instrument: LINEAR });
  assert.deepEqual([status, body], [200, { instrument: LINEAR, price: '64000' }]);
  assert.equal(rows(bench, conn, 'USDC')[0]?.type, 'delivery');
  for (const [instrument, code] of [
    [LINEAR, 'has_ended'],
    ['BTC_USDC-PERPETUAL', 'never_ends'],
    ['BTC_USDC-31DEC25', 'unknown_instrument'],
  ] as const) {
    const refused = bench.control('POST', 'deliver', { instrument });
    assert.deepEqual([refused.status, refused.body.error.code], [400, code]);
  }
  bench.pass(MINUTE);
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: LINEAR }).size, 0);
});

test('who can not pay what a delivery costs is bankrupt: the fund or those who profit pay, and no cash is below zero', () => {
  const bench = before(30 * SECOND);
  const conn = bench.login();
  bench.ok(conn, 'private/buy', { instrument_name: LINEAR, amount: 2, type: 'market' });
  // So deep that nothing is left, and no second passes in which it would be liquidated.
  bench.control('POST', 'deposit', { currency: 'USDC', amount: '-7000' });
  bench.control('POST', 'fault', { kind: 'halt', instrument: LINEAR });
  bench.price('60000');
  bench.control('POST', 'deliver', { instrument: LINEAR });
  assert.equal(bench.state().accounts[0]?.cash['USDC'], '0');
  assert.ok(isZero(allCash(bench, 'USDC')));
  assert.equal(rows(bench, conn, 'USDC').at(-1)?.type, 'deposit');
});

test('nothing comes from nowhere: whatever is held, in whatever moves, all cash still adds up after deliveries', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          name: fc.constantFrom(LINEAR, INVERSE, CALL, PUT, 'BTC_USDC-16JAN26', 'BTC-PERPETUAL'),
          buys: fc.boolean(),
          contracts: fc.integer({ min: 1, max: 40 }),
          price: fc.integer({ min: 60_000, max: 68_000 }),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      (deals) => {
        const bench = before(3 * SECOND);
        const conn = bench.login();
        for (const { name, buys, contracts, price } of deals) {
          const size = name.includes('USDC') ? contracts / 100 : contracts * 10;
          bench.ask(conn, buys ? 'private/buy' : 'private/sell', {
            instrument_name: name,
            amount: size,
            type: 'market',
          });
          bench.price(String(price));
        }
        bench.pass(4 * SECOND);
        for (const currency of ['USDC', 'BTC'])
          assert.ok(isZero(allCash(bench, currency)), currency);
        const held = bench.ok(conn, 'private/get_positions', {});
        assert.ok(held.every(({ instrument_name }) => !instrument_name.includes('9JAN26')));
        const { logs } = bench.ok(conn, 'private/get_transaction_log', {
          currency: 'USDC',
          start_timestamp: 0,
          end_timestamp: EIGHT + HOUR,
          count: 250,
        });
        const balance = logs.map(({ change }) => dec(String(change))).reduce(add, dec(0));
        assert.equal(Number(balance), logs[0]?.balance);
      },
    ),
    { numRuns: 6 },
  );
});
