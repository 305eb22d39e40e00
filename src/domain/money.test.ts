/** Results of trades against exact fractions, and shares that sum to what they are shares of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, abs, dec, lte, neg, sub, sum } from '../base/decimal.ts';
import { type Lot, averagePrice, grossPnl, signed, split, unrealisedPnl } from './money.ts';

const contracts = fc.integer({ min: 1, max: 50_000 });
const ticks = fc.integer({ min: 1, max: 2_000_000 });
const lots = fc.array(fc.tuple(contracts, ticks), { minLength: 1, maxLength: 6 });
/** Lots of n x 0.0001 coins at n x 0.1. */
const toLots = (drawn: readonly (readonly [number, number])[]): Lot[] =>
  drawn.map(([amount, price]) => ({ amount: dec(`${amount}e-4`), price: dec(`${price}e-1`) }));

/** Sum of amount x price in units of 0.00001, exact. */
const units = (drawn: readonly (readonly [number, number])[]): bigint =>
  drawn.reduce((total, [amount, price]) => total + BigInt(amount) * BigInt(price), 0n);
const total = (drawn: readonly (readonly [number, number])[]): number =>
  drawn.reduce((held, [amount]) => held + amount, 0);

test('[I15] the linear result of a whole trade is the exact difference of its values', () => {
  fc.assert(
    fc.property(lots, ticks, fc.boolean(), (entries, price, long) => {
      const exits = [[total(entries), price] as const];
      const exact = units(exits) - units(entries);
      assert.equal(
        grossPnl('linear', long ? 'long' : 'short', toLots(entries), toLots(exits)),
        dec(`${long ? exact : -exact}e-5`),
      );
    }),
  );
});

test('[I15] exits in pieces: the linear result differs from the exact fraction by less than 1e-17', () => {
  fc.assert(
    fc.property(
      lots,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), ticks), { minLength: 1, maxLength: 4 }),
      (entries, drawn) => {
        const opened = total(entries);
        const exits = drawn.filter(
          (_, n) => drawn.slice(0, n + 1).reduce((held, [amount]) => held + amount, 0) <= opened,
        );
        const result = grossPnl('linear', 'long', toLots(entries), toLots(exits));
        /** Exact: exits - entries x closed / opened, over the denominator opened x 1e5. */
        const numerator = units(exits) * BigInt(opened) - units(entries) * BigInt(total(exits));
        const found = BigInt(sub(result, dec('0')).replace('-', '').split('.')[0] ?? '0');
        const digits = result.replace('-', '').split('.')[1] ?? '';
        const scaled =
          (found * 10n ** 18n + BigInt(digits.padEnd(18, '0'))) *
          (result.startsWith('-') ? -1n : 1n);
        const difference = scaled * BigInt(opened) * 10n ** 5n - numerator * 10n ** 18n;
        assert.ok(
          (difference < 0n ? -difference : difference) <= BigInt(opened) * 10n ** 6n,
          `${result} against ${numerator}/${opened}e5`,
        );
      },
    ),
  );
});

test('an inverse trade earns coins: amount x (1/entry - 1/exit), harmonic average', () => {
  const entries = [{ amount: dec('1000'), price: dec('50000') }];
  const exits = [{ amount: dec('1000'), price: dec('62500') }];
  assert.equal(grossPnl('inverse', 'long', entries, exits), '0.004');
  assert.equal(grossPnl('inverse', 'short', entries, exits), '-0.004');
  assert.equal(
    averagePrice('inverse', [...entries, { amount: dec('1000'), price: dec('100000') }]),
    '66666.6666666667',
  );
});

/** A fraction of two whole numbers, never reduced. */
type Fraction = readonly [over: bigint, under: bigint];
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const minus = (a: Fraction, [over, under]: Fraction): Fraction => plus(a, [-over, under]);
const DIGITS = 30n;
/** A fraction as a decimal, cut after 30 digits. */
const shown = ([over, under]: Fraction): Decimal =>
  dec(`${(over * 10n ** DIGITS) / under}e-${DIGITS}`);

/** Whole contracts of 10 USD at prices on the grid of 0.5. */
const inverseLots = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 2_000, max: 800_000 })),
  { minLength: 1, maxLength: 6 },
);
const usd = (drawn: readonly (readonly [number, number])[]): Lot[] =>
  drawn.map(([amount, price]) => ({ amount: dec(amount * 10), price: dec(`${price * 5}e-1`) }));
/** Sum of amount / price in coin, exact: 10 n USD at p / 2. */
const coins = (drawn: readonly (readonly [number, number])[]): Fraction =>
  drawn.reduce<Fraction>(
    (held, [amount, price]) => plus(held, [BigInt(amount) * 20n, BigInt(price)]),
    [0n, 1n],
  );
const off = (found: Decimal, exact: Fraction): Decimal => abs(sub(found, shown(exact)));

test('[I15] the inverse result, whole or in part, differs from the exact fraction by less than 1e-16 coin', () => {
  fc.assert(
    fc.property(inverseLots, inverseLots, fc.boolean(), (entries, drawn, long) => {
      const opened = total(entries);
      const exits = drawn.filter((_, n) => total(drawn.slice(0, n + 1)) <= opened);
      const [over, under] = coins(entries);
      const share: Fraction = [over * BigInt(total(exits)), under * BigInt(opened)];
      const gain = long ? minus(share, coins(exits)) : minus(coins(exits), share);
      const found = grossPnl('inverse', long ? 'long' : 'short', usd(entries), usd(exits));
      assert.ok(lte(off(found, gain), dec('1e-16')), `${found} against ${shown(gain)}`);
    }),
  );
});

test('[I15] a long and a short over the same lots are each other’s loss, and a round trip at one price is nothing', () => {
  fc.assert(
    fc.property(inverseLots, fc.integer({ min: 2_000, max: 800_000 }), (entries, price) => {
      const exits = usd([[total(entries), price]]);
      assert.equal(
        sum([
          grossPnl('inverse', 'long', usd(entries), exits),
          grossPnl('inverse', 'short', usd(entries), exits),
        ]),
        '0',
      );
      assert.equal(grossPnl('inverse', 'long', exits, exits), '0');
    }),
  );
});

test('the harmonic average is what amount / price in coin comes to, to ten digits; the open result uses it', () => {
  fc.assert(
    fc.property(inverseLots, fc.integer({ min: 2_000, max: 800_000 }), (entries, price) => {
      const [over, under] = coins(entries);
      const average = averagePrice('inverse', usd(entries));
      assert.ok(
        average !== null &&
          lte(off(average, [BigInt(total(entries)) * 10n * under, over]), dec('1e-6')),
        `${average}`,
      );
      const open = { amount: dec(total(entries) * 10), price: average };
      const mark = dec(`${price * 5}e-1`);
      const exact = minus(coins(entries), [BigInt(total(entries)) * 20n, BigInt(price)]);
      assert.ok(lte(off(unrealisedPnl('inverse', 'long', open, mark), exact), dec('1e-7')));
    }),
  );
});

test('nothing opened or nothing closed is no result; an open lot at its own price is none either', () => {
  assert.equal(grossPnl('linear', 'long', [], []), '0');
  assert.equal(grossPnl('linear', 'long', toLots([[5, 10]]), []), '0');
  assert.equal(
    unrealisedPnl('linear', 'short', { amount: dec('0.5'), price: dec('100') }, dec('100')),
    '0',
  );
  assert.equal(
    unrealisedPnl('linear', 'short', { amount: dec('0.5'), price: dec('100') }, dec('90')),
    '5',
  );
  assert.equal(averagePrice('linear', []), null);
});

test('[I9] the average price lies between the lowest and the highest', () => {
  fc.assert(
    fc.property(lots, fc.constantFrom('linear' as const, 'inverse' as const), (drawn, kind) => {
      const whole =
        kind === 'linear'
          ? toLots(drawn)
          : drawn.map(([amount, price]) => ({
              amount: dec(amount * 10),
              price: dec(`${price}e-1`),
            }));
      const average = Number(averagePrice(kind, whole));
      const prices = drawn.map(([, price]) => price / 10);
      assert.ok(average >= Math.min(...prices) - 1e-6 && average <= Math.max(...prices) + 1e-6);
    }),
  );
});

test('[I9][I23] shares sum to the whole, none is missing, and none is far from its proportion', () => {
  const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => dec(`${n}e-6`));
  fc.assert(
    fc.property(
      amount,
      fc.array(
        contracts.map((n) => dec(`${n}e-4`)),
        { minLength: 1, maxLength: 6 },
      ),
      (whole, weights) => {
        const shares = split(whole, weights);
        assert.equal(shares.length, weights.length);
        assert.equal(sum(shares), whole);
        const weight = Number(sum(weights));
        shares.forEach((share, n) =>
          assert.ok(Math.abs(Number(share) - (Number(whole) * Number(weights[n])) / weight) < 1e-6),
        );
      },
    ),
  );
});

test('shares over weights that sum to nothing still sum to the whole', () => {
  const weights: readonly Decimal[] = [dec('2'), dec('-2')];
  assert.equal(sum(split(dec('0.7'), weights)), '0.7');
  assert.deepEqual(split(dec('0.7'), []), []);
});

test('a side gives an amount its sign', () => {
  assert.deepEqual(
    [signed('long', dec('2')), signed('short', dec('2')), neg(signed('short', dec('0')))],
    ['2', '-2', '0'],
  );
});
