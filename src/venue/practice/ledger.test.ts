/** The exchange's books: whatever happens, no cash and no contract comes from nowhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, abs, add, dec, gt, lte, mul, neg, sum, ZERO } from '../../base/decimal.ts';
import { HOUR, SECOND } from '../../base/time.ts';
import { accountNamed } from './exchange.ts';
import { type Bench, createBench, PERP } from './harness.contract.ts';
import { decimalsOf } from './instruments.ts';
import type { Snapshot } from './record.ts';

const INVERSE = 'BTC-PERPETUAL';
const NAMES = ['main', 'second'];

/** All cash by currency and all positions by instrument, added up. */
function totalsOf(bench: Bench): Record<string, Decimal> {
  const { accounts, house } = bench.state();
  const totals: Record<string, Decimal> = {};
  const count = (name: string, value: Decimal): void => {
    totals[name] = add(totals[name] ?? ZERO, value);
  };
  for (const cash of [...accounts.map((one) => one.cash), ...Object.values(house.cash)])
    for (const [currency, amount] of Object.entries(cash)) count(currency, amount);
  for (const { instrument, size } of [
    ...accounts.flatMap(({ positions }) => positions),
    ...house.positions,
  ])
    count(instrument, size);
  return totals;
}

function assertWhole(bench: Bench): number {
  const totals = Object.entries(totalsOf(bench));
  for (const [name, total] of totals) assert.equal(total, ZERO, `${name} sums to ${total}`);
  return totals.length;
}

type Act =
  | {
      readonly kind: 'order';
      readonly account: string;
      readonly instrument: string;
      readonly direction: 'buy' | 'sell';
      readonly lots: number;
      readonly away: number;
    }
  | { readonly kind: 'price'; readonly price: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'liquidate'; readonly account: string };

const account = fc.constantFrom(...NAMES);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      account,
      instrument: fc.constantFrom(PERP, INVERSE),
      direction: fc.constantFrom('buy' as const, 'sell' as const),
      lots: fc.integer({ min: 1, max: 99 }),
      away: fc.integer({ min: -30, max: 30 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('price' as const),
      price: fc.integer({ min: 63_000, max: 65_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: 90 * SECOND }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'settle' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('liquidate' as const), account }) },
);

function perform(bench: Bench, one: Act): void {
  switch (one.kind) {
    case 'order':
      bench.control('POST', 'order', {
        account: one.account,
        instrument: one.instrument,
        direction: one.direction,
        amount: mul(dec(one.lots), dec(one.instrument === PERP ? '0.0003' : 10)),
        type: 'limit',
        price: String(64_000 + one.away),
      });
      return;
    case 'price':
      bench.price(String(one.price));
      return;
    case 'pass':
      bench.pass(one.ms);
      return;
    case 'settle':
      bench.control('POST', 'settle');
      bench.pass(5 * SECOND);
      return;
    case 'liquidate':
      bench.control('POST', 'liquidate', { account: one.account, instrument: PERP, share: '0.5' });
      return;
  }
}

const twoAccounts = (lively: boolean): Bench =>
  createBench({ lively, accounts: NAMES.map((name) => accountNamed(name)) });

test('after every step all cash of a currency and all positions of an instrument sum to zero', () => {
  let [trades, settlements] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(act, { minLength: 5, maxLength: 25, size: 'max' }),
      fc.boolean(),
      (acts, lively) => {
        const bench = twoAccounts(lively);
        for (const one of acts) {
          perform(bench, one);
          assert.ok(assertWhole(bench) >= 2);
        }
        const { trades: all, rows, house } = bench.stored();
        trades += all.length;
        settlements += rows.filter(({ type }) => type === 'settlement').length;
        for (const [currency, rest] of Object.entries(house?.rounding ?? {})) {
          const parts = dec(rows.length + 3 * acts.length);
          assert.ok(lte(abs(rest), mul(parts, dec(`1e-${decimalsOf(currency)}`))), rest);
        }
      },
    ),
    { numRuns: 25 },
  );
  assert.ok(trades > 25 && settlements > 4, `looked at ${trades} trades, ${settlements} rows`);
});

test('fees go to fees, what a liquidated side pays to the insurance fund, profits come from makers', () => {
  const bench = createBench();
  const cash = (): ReturnType<Bench['state']>['house']['cash'] => bench.state().house.cash;
  assert.deepEqual(cash().outside, { USDC: '-10000', BTC: '-2' });
  const trades = bench.control('POST', 'order', {
    instrument: PERP,
    direction: 'buy',
    amount: '0.02',
  }).body.trades;
  assert.deepEqual(cash().fees, { USDC: sum(trades.map(({ fee }) => fee)) });
  assert.deepEqual(cash().makers, {});
  const taken = bench.control('POST', 'liquidate', { instrument: PERP, share: '1' }).body.trades;
  assert.deepEqual(cash().insurance, { USDC: sum(taken.map(({ fee }) => fee)) });
  bench.control('POST', 'settle');
  assert.ok(gt(cash().makers['USDC'] ?? ZERO, ZERO), 'the spread is theirs');
  const opposite = bench.state().house.positions.find(({ instrument }) => instrument === PERP);
  assert.equal(opposite?.size, ZERO);
  assertWhole(bench);
});

test('funding costs one side what it brings the other', () => {
  const bench = twoAccounts(false);
  const order = { instrument: PERP, amount: '0.05', type: 'limit', price: '64001' };
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  bench.control('POST', 'order', { ...order, account: 'second', direction: 'sell' });
  bench.control('POST', 'order', { ...order, account: 'main', direction: 'buy' });
  bench.pass(3 * HOUR);
  const fundings = bench
    .state()
    .accounts.flatMap(({ positions }) => positions.map(({ size, funding }) => ({ size, funding })));
  const [long, short] = fundings;
  assert.deepEqual([long?.size, short?.size], ['0.05', '-0.05']);
  assert.notEqual(long?.funding, ZERO);
  assert.equal(long?.funding, neg(short?.funding ?? ZERO));
  bench.control('POST', 'settle');
  assertWhole(bench);
  assert.deepEqual(bench.state().house.cash.makers, {}, 'accounts among themselves');
});

/** What was written before the house had books. */
function withoutHouse(text: string): string {
  const { house: _, ...entry } = JSON.parse(text) as Snapshot;
  const markets = entry.markets.map(({ makers: __, ...market }) => market);
  return JSON.stringify({ ...entry, markets });
}

test('a journal from before there were books gets them from its rows, once, and goes on the same', () => {
  const bench = twoAccounts(false);
  const acts: readonly Act[] = [
    { kind: 'order', account: 'main', instrument: PERP, direction: 'buy', lots: 90, away: 30 },
    {
      kind: 'order',
      account: 'second',
      instrument: INVERSE,
      direction: 'sell',
      lots: 7,
      away: -30,
    },
    { kind: 'price', price: 64_321 },
    { kind: 'settle' },
    { kind: 'order', account: 'main', instrument: PERP, direction: 'sell', lots: 30, away: -400 },
    { kind: 'liquidate', account: 'main' },
    { kind: 'pass', ms: 60_000 },
  ];
  for (const one of acts) perform(bench, one);
  const { house } = bench.state();
  bench.entries.splice(0, bench.entries.length, ...bench.entries.map(withoutHouse));
  bench.restart();
  assertWhole(bench);
  const derived = bench.state().house;
  assert.deepEqual(derived.positions, house.positions);
  assert.deepEqual(derived.cash.outside, house.cash.outside);
  bench.control('POST', 'settle');
  assertWhole(bench);
  const before = bench.stored();
  bench.restart();
  assert.deepEqual(bench.stored().house, before.house, 'written down');
});
