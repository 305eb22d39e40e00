/** Margins that grow with the size, and the price at which they are used up, as a client reads both. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import { add, type Decimal, dec, mul, neg, sub, ZERO } from '../../../base/decimal.ts';
import { createBench, PERP } from '../harness.contract.ts';
import { INSTRUMENTS, valueOf } from '../products/instruments.ts';
import { orderMargin } from './margin.ts';

const INVERSE = 'BTC-PERPETUAL';
const ETHER = 'ETH_USDC-PERPETUAL';
const specNamed = (name: string) =>
  must(
    INSTRUMENTS.find((spec) => spec.name === name),
    name,
  );

/** An exchange at 64,000 (and ether at 3,200) whose account holds what it is told, bought at the mark. */
function holding(
  cash: Readonly<Record<string, string>>,
  sizes: Readonly<Record<string, string>>,
): { readonly bench: ReturnType<typeof createBench>; readonly conn: number } {
  const bench = createBench({ speed: 0 });
  bench.restart('snapshot', ({ accounts, markets }) => {
    const account = must(accounts[0], 'an account');
    for (const [currency, amount] of Object.entries(cash)) account.balances[currency] = dec(amount);
    for (const [name, size] of Object.entries(sizes)) {
      const market = must(
        markets.find((one) => one.name === name),
        'a market',
      );
      account.positions[name] = {
        size: dec(size),
        average: market.mark,
        sessionAverage: market.mark,
        sessionCash: neg(valueOf(specNamed(name), dec(size), market.mark)),
        funding: ZERO,
        interestAt: market.interest,
        settlementPrice: market.mark,
      };
    }
  });
  return { bench, conn: bench.login() };
}

test('the rate grows by the coin: 25 BTC at 100,000 need 2.125 %, 350 need 3.75 %', () => {
  const price = dec(100_000);
  const needs = (name: string, amount: string): Decimal =>
    orderMargin(specNamed(name), dec(amount), price);
  assert.deepEqual([needs(PERP, '25'), needs(PERP, '350')], ['53125', '1312500']);
  assert.equal(needs(INVERSE, '2500000'), '0.53125', 'an inverse one in coin');
  assert.equal(
    orderMargin(specNamed(ETHER), dec(5_000), dec(3_000)),
    mul(dec(15_000_000), dec('0.04')),
    'ether by 0.0004 %',
  );
});

test('a position shows its margins and the leverage that is left at its size', () => {
  const { bench, conn } = holding(
    { USDC: '900000', BTC: '50' },
    { [PERP]: '-25', [INVERSE]: '64000' },
  );
  const short = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  assert.deepEqual(
    [short.initial_margin, short.maintenance_margin, short.leverage],
    [34_000, 18_000, 47],
  );
  const long = bench.ok(conn, 'private/get_position', { instrument_name: INVERSE });
  assert.deepEqual(
    [long.initial_margin, long.maintenance_margin, long.leverage],
    [0.02005, 0.01005, 50],
  );
});

test('orders reserve the margin of the size that they may lead to, and an account gets no more than it can carry', () => {
  const { bench, conn } = holding({ USDC: '35000' }, { [PERP]: '20' });
  const reserved = () => bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  assert.equal(reserved().initial_margin, 26_880);
  bench.buy(conn, { amount: 5, price: 60_000 });
  assert.equal(reserved().open_orders_margin, 34_000 - 26_880, 'that of 25 less that of 20');
  bench.sell(conn, { amount: 44, price: 70_000 });
  assert.equal(reserved().open_orders_margin, 34_000 - 26_880, 'the worse side counts');
  assert.equal(
    bench.fails(conn, 'private/buy', { instrument_name: PERP, amount: 1, price: 60_000 }).code,
    10009,
  );
});

test('get_margins: each side at the rate of the position that it would make', () => {
  const { bench, conn } = holding({ USDC: '900000' }, { [PERP]: '10' });
  assert.deepEqual(
    bench.ok(conn, 'private/get_margins', { instrument_name: PERP, amount: 10, price: 64_000 }),
    { buy: 13_440, sell: 12_800, min_price: 63_040, max_price: 64_960 },
  );
});

test('beyond the estimated liquidation price, and not at it, liquidation begins', () => {
  const cases: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    [PERP, '25', { USDC: '100000' }],
    [PERP, '-25', { USDC: '100000' }],
    [INVERSE, '1280000', { BTC: '3' }],
    [INVERSE, '-1280000', { BTC: '3' }],
    [INVERSE, '-6400000', { BTC: '6' }],
  ];
  for (const [instrument, size, cash] of cases) {
    const { bench, conn } = holding(cash, { [instrument]: size });
    const currency = instrument === PERP ? 'USDC' : 'BTC';
    const told = bench.ok(conn, 'private/get_position', { instrument_name: instrument });
    const limit = dec(must(told.estimated_liquidation_price, 'a liquidation price'));
    const beyond = (size.startsWith('-') ? add : sub)(limit, dec('0.01'));
    const begins = (mark: Decimal): boolean => {
      bench.control('POST', 'price', { instrument, price: mark });
      assert.equal(bench.state().instruments.find(({ name }) => name === instrument)?.mark, mark);
      return bench.state().orders.some(({ liquidation }) => liquidation);
    };
    const before = bench.ok(conn, 'private/get_account_summary', { currency });
    const ratio = Number(limit) / 64_000;
    assert.ok(
      Math.abs(Number(before.estimated_liquidation_ratio) - ratio) < 1e-6,
      `${instrument} ${size}`,
    );
    const map: unknown = before.estimated_liquidation_ratio_map;
    assert.deepEqual(Object.keys(map as object), [instrument === PERP ? 'btc_usdc' : 'btc_usd']);
    assert.ok(!begins(limit) && begins(beyond), `${instrument} ${size} at ${limit}`);
  }
});

test('no liquidation price where no price liquidates: flat, covered in full, or short in coin without leverage', () => {
  for (const [instrument, size, cash] of [
    [PERP, '1', { USDC: '70000' }],
    [INVERSE, '-64000', { BTC: '2' }],
    [ETHER, '0', { USDC: '1' }],
  ] as const) {
    const { bench, conn } = holding(cash, { [instrument]: size });
    const told = bench.ok(conn, 'private/get_position', { instrument_name: instrument });
    assert.equal(told.estimated_liquidation_price, null, instrument);
    const currency = instrument === INVERSE ? 'BTC' : 'USDC';
    const row = bench.ok(conn, 'private/get_account_summary', { currency });
    assert.deepEqual(
      [row.estimated_liquidation_ratio, row.estimated_liquidation_ratio_map],
      [0, {}],
    );
  }
});

test('of two indexes each has its own ratio, and all together theirs', () => {
  const { bench, conn } = holding({ USDC: '20000' }, { [PERP]: '2', [ETHER]: '-10' });
  const row = bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' });
  const map = row.estimated_liquidation_ratio_map as Readonly<Record<string, number>>;
  for (const [name, index] of [
    [PERP, 'btc_usdc'],
    [ETHER, 'eth_usdc'],
  ] as const) {
    const told = bench.ok(conn, 'private/get_position', { instrument_name: name });
    const ratio = Number(told.estimated_liquidation_price) / told.mark_price;
    assert.ok(Math.abs((map[index] ?? 0) - ratio) < 1e-5, name);
  }
  assert.ok(Number(row.estimated_liquidation_ratio) < (map['btc_usdc'] ?? 0), 'ether helps');
});
