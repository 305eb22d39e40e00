/** What only tickers of options tell, and the channel that tells the marks of all of an index. */
import { type Decimal, dec, ONE, ZERO } from '../../../base/decimal.ts';
import type { Millis } from '../../../base/time.ts';
import { datedCandles } from './dated-candles.ts';
import { underlyingName } from './dated.ts';
import { isOption, type OptionSpec } from './instruments.ts';
import { impliedPercent, inPercent } from './option-marks.ts';
import { greeksOfSize, optionNow } from './option-now.ts';
import { num, type WireNumber, type WireValue } from '../wire/wire-json.ts';
import { marketOf, type World } from '../world.ts';

/** Volatilities in percent; 0 on a side where nobody offers anything. */
export function optionFigures(
  world: World,
  spec: OptionSpec,
  best: { readonly bid: Decimal | undefined; readonly ask: Decimal | undefined },
) {
  const now = optionNow(world, spec);
  const implied = (price: Decimal | undefined): WireNumber =>
    num(price === undefined ? ZERO : impliedPercent(now, price));
  const { delta, gamma, vega, theta, rho } = greeksOfSize(world, spec, ONE);
  return {
    underlying_price: num(now.underlying),
    underlying_index: underlyingName(world.perpetuals, spec),
    interest_rate: num(dec(0)),
    mark_iv: num(inPercent(now.volatility)),
    bid_iv: implied(best.bid),
    ask_iv: implied(best.ask),
    greeks: {
      delta: num(delta),
      gamma: num(gamma),
      vega: num(vega),
      theta: num(theta),
      rho: num(rho),
    },
  };
}

const HISTORY_MINUTES = 5;

/** The mark at the end of each five minutes of a stretch of time, as far as the index is still known. */
export const marksOf = (
  world: World,
  spec: OptionSpec,
  range: { readonly from: Millis; readonly to: Millis },
): WireValue =>
  datedCandles(world, spec, { ...range, minutes: HISTORY_MINUTES }).map(({ at, close }) => [
    at,
    num(close),
  ]);

/** Marks and volatilities (fractions here) of all options of an index that have not ended. */
export const optionMarks = (world: World, index: string): WireValue =>
  [...world.specs.values()]
    .filter(isOption)
    .filter(
      (spec) => spec.index === index && marketOf(world, spec.name).dated?.delivery === undefined,
    )
    .map((spec) => ({
      instrument_name: spec.name,
      mark_price: num(marketOf(world, spec.name).mark),
      iv: num(optionNow(world, spec).volatility),
      timestamp: world.now,
    }));
