/** What an option is marked at now, with all that its mark is made of. */
import { type Decimal, dec, mul, roundTo } from '../../../base/decimal.ts';
import { type Millis, SECOND } from '../../../base/time.ts';
import type { OptionSpec } from './instruments.ts';
import { impliedPercent, markGreeks, type OptionMark, optionMark } from './option-marks.ts';
import type { Greeks } from './option-model.ts';
import { deliveryReference } from '../market/prices.ts';
import { marketOf, type World } from '../world.ts';

/** As of this second; of one that is delivered, as of its end. */
export function optionNow(world: World, spec: OptionSpec): OptionMark {
  const { seed, prices } = world.state;
  const delivery = marketOf(world, spec.name).dated?.delivery;
  if (delivery !== undefined) return optionMark(seed, spec, spec.term.expiry, delivery.price);
  const at = world.now - (world.now % SECOND);
  const reference = deliveryReference(prices, spec.index, { at, expiry: spec.term.expiry });
  return optionMark(seed, spec, at, reference);
}

/** The volatility in percent that a price of it implied at a moment, its index standing there. */
export const impliedAt = (
  seed: number,
  spec: OptionSpec,
  then: { readonly at: Millis; readonly index: Decimal; readonly price: Decimal },
): Decimal =>
  impliedPercent(optionMark(seed, spec, then.at - (then.at % SECOND), then.index), then.price);

/** Digits of a greek as it is told. */
export const GREEK_DIGITS = 5;

/** The greeks of a size in coins. */
export function greeksOfSize(
  world: World,
  spec: OptionSpec,
  size: Decimal,
): Readonly<Record<keyof Greeks, Decimal>> {
  const one = markGreeks(optionNow(world, spec));
  const of = (greek: number): Decimal =>
    roundTo(mul(dec(greek.toFixed(GREEK_DIGITS + 2)), size), GREEK_DIGITS);
  return {
    delta: of(one.delta),
    gamma: of(one.gamma),
    vega: of(one.vega),
    theta: of(one.theta),
    rho: of(one.rho),
  };
}
