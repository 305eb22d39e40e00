/**
 * Random histories of a practice exchange with two accounts: they trade with each other and with the makers, prices and
 * funding move, days end, cash comes, goes and changes hands. And what the exchange's own figures must add up to.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Decimal, add, dec, mul, ZERO } from '../../base/decimal.ts';
import { SECOND } from '../../base/time.ts';
import { accountNamed } from './exchange.ts';
import { type Bench, createBench, PERP } from './harness.contract.ts';

export const INVERSE = 'BTC-PERPETUAL';
/** What ends four days after the start, or when a hand delivers it. */
const DATED = ['BTC_USDC-9JAN26', 'BTC-9JAN26'] as const;
const OPTIONS = ['BTC_USDC-9JAN26-64000-C', 'BTC_USDC-9JAN26-64000-P'] as const;
export const NAMES = ['main', 'second'] as const;

type Name = (typeof NAMES)[number];
export type Act =
  | {
      readonly kind: 'order';
      readonly account: Name;
      readonly instrument: string;
      readonly direction: 'buy' | 'sell';
      readonly lots: number;
      readonly away: number;
    }
  | {
      readonly kind: 'option';
      readonly account: Name;
      readonly instrument: string;
      readonly direction: 'buy' | 'sell';
      readonly lots: number;
    }
  | { readonly kind: 'price'; readonly price: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'funding'; readonly instrument: string; readonly ppm: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'deliver'; readonly instrument: string }
  | { readonly kind: 'liquidate'; readonly account: Name }
  | {
      readonly kind: 'cash';
      readonly account: Name;
      readonly currency: string;
      readonly units: number;
    }
  | { readonly kind: 'transfer'; readonly currency: string; readonly units: number };

const account = fc.constantFrom(...NAMES);
const perpetual = fc.constantFrom(PERP, INVERSE);
const instrument = fc.constantFrom(PERP, INVERSE, ...DATED);
const currency = fc.constantFrom('USDC', 'BTC');
const units = fc.integer({ min: -40_000_000, max: 40_000_000 }).filter((n) => n !== 0);

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      account,
      instrument,
      direction: fc.constantFrom('buy' as const, 'sell' as const),
      lots: fc.integer({ min: 1, max: 99 }),
      away: fc.integer({ min: -30, max: 30 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('option' as const),
      account,
      instrument: fc.constantFrom(...OPTIONS),
      direction: fc.constantFrom('buy' as const, 'sell' as const),
      lots: fc.integer({ min: 1, max: 30 }),
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
      ms: fc.integer({ min: 1, max: 30 * SECOND }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('funding' as const),
      instrument: perpetual,
      ppm: fc.integer({ min: -5_000, max: 5_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'settle' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      instrument: fc.constantFrom(...DATED, ...OPTIONS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('liquidate' as const), account }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cash' as const), account, currency, units }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('transfer' as const), currency, units }) },
);

export const histories = (most: number): fc.Arbitrary<Act[]> =>
  fc.array(act, { minLength: 5, maxLength: most, size: 'max' });

export type Life = { readonly bench: Bench; readonly conns: Readonly<Record<Name, number>> };

/** Two accounts, each with a client that may do everything. */
export function beginLife(lively: boolean): Life {
  const bench = createBench({
    lively,
    dated: true,
    accounts: NAMES.map((name) => accountNamed(name)),
  });
  const login = (key: string): number => {
    const conn = bench.connect();
    const credentials = { client_id: key, client_secret: `${key}-secret` };
    bench.ok(conn, 'public/auth', { grant_type: 'client_credentials', ...credentials });
    bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
    return conn;
  };
  return {
    bench,
    conns: { main: login('practice-api'), second: login('practice-api-second') },
  };
}

/** Whether an instrument's amounts are dollars and its profit is coin. */
export const isInverse = (name: string): boolean => !name.includes('_');

/** Cash of so many of the smallest units. */
const cashOf = (of: string, n: number): Decimal => mul(dec(n), dec(of === 'BTC' ? '1e-8' : '1e-6'));

/** Does it, or finds it refused. */
export function perform({ bench, conns }: Life, one: Act): void {
  switch (one.kind) {
    case 'order':
      bench.control('POST', 'order', {
        account: one.account,
        instrument: one.instrument,
        direction: one.direction,
        amount: mul(dec(one.lots), dec(isInverse(one.instrument) ? 10 : '0.0003')),
        type: 'limit',
        price: String(64_000 + one.away),
      });
      return;
    case 'option':
      bench.control('POST', 'order', {
        account: one.account,
        instrument: one.instrument,
        direction: one.direction,
        amount: mul(dec(one.lots), dec('0.01')),
      });
      return;
    case 'price':
      bench.price(String(one.price));
      return;
    case 'pass':
      bench.pass(one.ms, SECOND);
      return;
    case 'funding':
      bench.control('POST', 'funding', {
        instrument: one.instrument,
        premium: mul(dec(one.ppm), dec('0.000001')),
      });
      return;
    case 'settle':
      bench.control('POST', 'settle');
      bench.pass(5 * SECOND, SECOND);
      return;
    case 'deliver':
      bench.control('POST', 'deliver', { instrument: one.instrument });
      return;
    case 'liquidate':
      bench.control('POST', 'liquidate', { account: one.account, instrument: PERP, share: '0.5' });
      return;
    case 'cash':
      bench.control('POST', 'deposit', {
        account: one.account,
        currency: one.currency,
        amount: cashOf(one.currency, one.units),
      });
      return;
    case 'transfer': {
      const [from, to] = one.units > 0 ? [1_001, 1_002] : [1_002, 1_001];
      bench.ask(conns.main, 'private/submit_transfer_between_subaccounts', {
        currency: one.currency,
        amount: cashOf(one.currency, Math.abs(one.units)),
        source: from,
        destination: to,
      });
      return;
    }
  }
}

/** All cash by currency and all positions by instrument, of accounts and house, added up. */
function totalsOf(bench: Bench): Readonly<Record<string, Decimal>> {
  const { accounts, house } = bench.state();
  const totals: Record<string, Decimal> = {};
  const count = (name: string, value: Decimal): void => {
    totals[name] = add(totals[name] ?? ZERO, value);
  };
  for (const cash of [...accounts.map((one) => one.cash), ...Object.values(house.cash)])
    for (const [name, amount] of Object.entries(cash)) count(name, amount);
  for (const held of [...accounts.flatMap(({ positions }) => positions), ...house.positions])
    count(held.instrument, held.size);
  return totals;
}

/** That nothing came from nowhere; answers how many sums were looked at. */
export function assertWhole({ bench }: { readonly bench: Bench }): number {
  const totals = Object.entries(totalsOf(bench));
  for (const [name, total] of totals) assert.equal(total, ZERO, `${name} sums to ${total}`);
  return totals.length;
}
