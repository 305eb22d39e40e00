/**
 * What a coin costs for later delivery: its reference price and what carrying it until then costs, a rate that wanders
 * slowly. Rates are functions of seed, coin and time alone, so that nobody has to keep them. They are models, not money:
 * plain numbers do, and what comes out is rounded to a fixed count of digits.
 */
import { add, type Decimal, dec, mul, roundTo } from '../../../base/decimal.ts';
import { nextUnit, prng } from '../../../base/prng.ts';
import { DAY, type Millis } from '../../../base/time.ts';

const YEAR = 365 * DAY;

/** Years from one moment to a later one; 0 when it has passed. */
export const yearsUntil = (at: Millis, end: Millis): number => Math.max(0, end - at) / YEAR;

/** A number in [0, 1) that goes straight from one draw to the next from midnight to midnight. */
export function wander(seed: number, name: string, at: Millis): number {
  const day = Math.floor(at / DAY);
  const draw = (of: number): number => nextUnit(prng(seed, `${name}/${of}`));
  const [from, to] = [draw(day), draw(day + 1)];
  return from + ((to - from) * (at - day * DAY)) / DAY;
}

/** Cost of carry, a fraction a year: least, and how far above it goes. */
const CARRY_LEAST = 0.02;
const CARRY_SPREAD = 0.08;
const BASIS_DIGITS = 9;
const PRICE_DIGITS = 2;

/** The fair price now of a coin that is delivered at `expiry`; the reference itself once that has come. */
export function forwardPrice(
  of: { readonly seed: number; readonly coin: string; readonly expiry: Millis },
  at: Millis,
  reference: Decimal,
): Decimal {
  const rate = CARRY_LEAST + CARRY_SPREAD * wander(of.seed, `carry/${of.coin}`, at);
  const basis = dec((rate * yearsUntil(at, of.expiry)).toFixed(BASIS_DIGITS));
  return basis === '0' ? reference : roundTo(mul(reference, add(dec(1), basis)), PRICE_DIGITS);
}
