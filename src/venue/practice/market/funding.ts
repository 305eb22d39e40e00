/**
 * Funding of perpetuals: an 8-hour rate from the premium of mark over index with a dead zone, paid continuously. Kept as
 * one integral per market (rate x index over ms for linear, rate / index for inverse), from which a position's funding
 * follows as -size x difference / 8 h; where it is looked at never changes what it comes to.
 */
import {
  type Decimal,
  add,
  dec,
  div,
  max,
  min,
  mul,
  neg,
  roundTo,
  sign,
  sub,
  ZERO,
} from '../../../base/decimal.ts';
import { HOUR, type Millis } from '../../../base/time.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import type { VenueOptions } from '../options.ts';
import type { MarketRecord } from '../state.ts';

/** Largest rate for 8 hours either way. */
export const FUNDING_CAP = dec('0.005');
/** The usual readings of what the documents leave open. */
export const USUAL_FUNDING: FundingRules = { fundingDeadZone: '0.00025', fundingPrice: 'index' };
const RATE_DIGITS = 18;
const FINE = 24;
const MEAN_DIGITS = 12;
const MEAN_PERIOD = dec(8 * HOUR);

/** How far the premium may be off without a cost, and at which price a position is valued. */
export type FundingRules = Pick<VenueOptions, 'fundingDeadZone' | 'fundingPrice'>;

/** max(zone, premium) + min(-zone, premium), bounded by the cap (FACTS, section 15.1). */
export function fundingRate(
  mark: Decimal,
  index: Decimal,
  zone: FundingRules['fundingDeadZone'] = USUAL_FUNDING.fundingDeadZone,
): Decimal {
  const premium = div(sub(mark, index), index, RATE_DIGITS);
  const free = dec(zone);
  const rate = add(max(free, premium), min(neg(free), premium));
  return max(neg(FUNDING_CAP), min(FUNDING_CAP, rate));
}

/** The premium at which the rate (at most the cap either way) is this one. */
export const premiumFor = (rate: Decimal, zone: FundingRules['fundingDeadZone']): Decimal =>
  sign(rate) === 0 ? ZERO : sign(rate) > 0 ? add(rate, dec(zone)) : sub(rate, dec(zone));

/** Moves the integral to `to` with the rate that held until then, and the weighted mean with it. */
export function accrueInterest(market: MarketRecord, to: Millis): void {
  const passed = to - market.interestTo;
  if (passed <= 0) return;
  market.interest = add(market.interest, mul(market.interestPerMs, dec(passed)));
  market.rateMs = add(market.rateMs ?? ZERO, mul(market.rate, dec(passed)));
  market.interestTo = to;
}

/** Takes the rate of the new mark and index; the integral must have been moved to this moment before. */
export function setRate(
  spec: InstrumentSpec,
  market: MarketRecord,
  { sinceMs, rules }: { readonly sinceMs: number; readonly rules: FundingRules },
): void {
  market.meanRate = roundTo(
    add(
      market.meanRate,
      div(mul(sub(market.rate, market.meanRate), dec(sinceMs)), MEAN_PERIOD, MEAN_DIGITS),
    ),
    MEAN_DIGITS,
  );
  market.rate = fundingRate(market.mark, market.index, rules.fundingDeadZone);
  const price = rules.fundingPrice === 'mark' ? market.mark : market.index;
  market.interestPerMs =
    spec.type === 'linear' ? mul(market.rate, price) : div(market.rate, price, FINE);
}
