/**
 * How much a coin's price moves, in percent a year, from the candles of its perpetual. For display only, so that plain
 * numbers do; written with two digits.
 */
import { type Decimal, dec, toApproximate } from '../../../base/decimal.ts';
import { DAY, HOUR, MINUTE, type Millis } from '../../../base/time.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { candlesOf } from './ticker.ts';
import type { World } from '../world.ts';

const YEAR = 365 * DAY;
/** The window over which one value looks back. */
const WINDOW = DAY;
const DIGITS = 2;

/** The perpetual whose candles speak for a coin. */
export const speakerFor = (world: World, currency: string): InstrumentSpec | undefined =>
  [...world.specs.values()].find((spec) => spec.base === currency);

/** Standard deviation of the log returns of closes `stepMs` apart, annualised, in percent. */
function annualised(closes: readonly number[], stepMs: Millis): Decimal {
  const returns = closes.slice(1).map((close, i) => Math.log(close / (closes[i] as number)));
  if (returns.length === 0) return dec(0);
  const mean = returns.reduce((total, value) => total + value, 0) / returns.length;
  const squares = returns.reduce((total, value) => total + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / returns.length) * Math.sqrt(YEAR / stepMs);
  return dec((deviation * 100).toFixed(DIGITS));
}

/** Volatility at `at` over the day before, by five-minute returns. */
export function volatilityAt(world: World, spec: InstrumentSpec, at: Millis): Decimal {
  const candles = candlesOf(world, spec, { from: at - WINDOW, to: at, minutes: 5 });
  return annualised(
    candles.map(({ close }) => toApproximate(close)),
    5 * MINUTE,
  );
}

/** One value for each full hour that the candles reach back. */
export function volatilityHours(
  world: World,
  spec: InstrumentSpec,
): readonly { readonly at: Millis; readonly value: Decimal }[] {
  const candles = candlesOf(world, spec, { from: 0, to: world.now, minutes: 5 });
  const first = candles[0]?.at ?? world.now;
  const values = [];
  for (let at = first - (first % HOUR) + HOUR; at <= world.now; at += HOUR) {
    const seen = candles.filter((candle) => candle.at > at - WINDOW && candle.at <= at);
    const closes = seen.map(({ close }) => toApproximate(close));
    values.push({ at, value: annualised(closes, 5 * MINUTE) });
  }
  return values;
}
