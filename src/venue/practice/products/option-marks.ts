/**
 * What options are marked at: Black's formula on the coin's forward of their expiry, with a volatility that wanders slowly
 * and smiles over the strikes. Volatility is rounded before the price is made of it, so that the mark follows to its last
 * digit from what a ticker tells.
 */
import { type Decimal, dec, mul, toApproximate } from '../../../base/decimal.ts';
import type { Millis } from '../../../base/time.ts';
import { forwardPrice, wander, yearsUntil } from './carry.ts';
import type { OptionSpec } from './instruments.ts';
import {
  type Greeks,
  greeksOf,
  impliedVolatility,
  optionPrice,
  type OptionTerms,
} from './option-model.ts';

/** Volatility of a coin at the money, a fraction a year: in the middle of where it wanders, and how far that goes. */
const LEVELS: Readonly<Record<string, { readonly middle: number; readonly width: number }>> = {
  BTC: { middle: 0.5, width: 0.2 },
  ETH: { middle: 0.65, width: 0.25 },
};
const OTHERS = { middle: 0.8, width: 0.3 };
/** What a deviation away from the money adds: lower strikes are dearer, and both wings are. */
const SKEW = -0.02;
const SMILE = 0.015;
const LEAST = 0.1;
const MOST = 3;
/** A day: nearer to the end distances do not grow any more. */
const LEAST_YEARS = 1 / 365;
/** Digits of a volatility as a fraction; as it is told in percent, two. */
const VOLATILITY_DIGITS = 4;
const PRICE_DIGITS = 4;

/** All that the mark of an option is made of. */
export type OptionMark = {
  readonly mark: Decimal;
  /** The coin's forward of its expiry. */
  readonly underlying: Decimal;
  /** A fraction a year. */
  readonly volatility: Decimal;
  readonly terms: OptionTerms;
};

/** The mark of an option at a moment at which its coin's price for delivery is taken to be `reference`. */
export function optionMark(
  seed: number,
  { base, term }: OptionSpec,
  at: Millis,
  reference: Decimal,
): OptionMark {
  const underlying = forwardPrice({ seed, coin: base, expiry: term.expiry }, at, reference);
  const terms = {
    side: term.side,
    forward: toApproximate(underlying),
    strike: toApproximate(term.strike),
    years: yearsUntil(at, term.expiry),
  };
  const { middle, width } = LEVELS[base] ?? OTHERS;
  const level = middle + width * (wander(seed, `volatility/${base}`, at) - 0.5);
  const away =
    Math.log(terms.strike / terms.forward) /
    (level * Math.sqrt(Math.max(LEAST_YEARS, terms.years)));
  const wanted = level * (1 + SKEW * away + SMILE * away * away);
  const volatility = dec(Math.min(MOST, Math.max(LEAST, wanted)).toFixed(VOLATILITY_DIGITS));
  const price = optionPrice(terms, toApproximate(volatility));
  return { mark: dec(price.toFixed(PRICE_DIGITS)), underlying, volatility, terms };
}

/** Its greeks. */
export const markGreeks = ({ terms, volatility }: OptionMark): Greeks =>
  greeksOf(terms, toApproximate(volatility));

const PERCENT = dec(100);
const PERCENT_DIGITS = 2;

/** A volatility in percent a year. */
export const inPercent = (volatility: Decimal): Decimal => mul(volatility, PERCENT);

/** The volatility that a price of it implies, in percent a year. */
export const impliedPercent = ({ terms }: OptionMark, price: Decimal): Decimal =>
  dec((impliedVolatility(terms, toApproximate(price)) * 100).toFixed(PERCENT_DIGITS));
