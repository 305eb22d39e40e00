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
  sub,
  ZERO,
} from '../../base/decimal.ts';
import { HOUR, type Millis } from '../../base/time.ts';
import type { InstrumentSpec } from './instruments.ts';
import type { MarketRecord } from './state.ts';

/** A premium of up to 0.025 percent either way costs nothing. */
const DEAD_ZONE = dec('0.00025');
/** Largest rate for 8 hours either way. */
const CAP = dec('0.005');
const RATE_DIGITS = 18;
const FINE = 24;
const MEAN_DIGITS = 12;
const MEAN_PERIOD = dec(8 * HOUR);

/** max(0.025 %, premium) + min(-0.025 %, premium), bounded by the cap. */
export function fundingRate(mark: Decimal, index: Decimal): Decimal {
  const premium = div(sub(mark, index), index, RATE_DIGITS);
  const rate = add(max(DEAD_ZONE, premium), min(neg(DEAD_ZONE), premium));
  return max(neg(CAP), min(CAP, rate));
}

/** Moves the integral to `to` with the rate that held until then, and the weighted mean with it. */
export function accrueInterest(market: MarketRecord, to: Millis): void {
  const passed = to - market.interestTo;
  if (passed <= 0) return;
  market.interest = add(market.interest, mul(market.interestPerMs, dec(passed)));
  market.rateMs = add(market.rateMs ?? ZERO, mul(market.rate, dec(passed)));
  market.interestTo = to;
}

/** Takes the rate of the new mark and index; the integral must have been moved to this moment before. */
export function setRate(spec: InstrumentSpec, market: MarketRecord, sinceMs: number): void {
  market.meanRate = roundTo(
    add(
      market.meanRate,
      div(mul(sub(market.rate, market.meanRate), dec(sinceMs)), MEAN_PERIOD, MEAN_DIGITS),
    ),
    MEAN_DIGITS,
  );
  market.rate = fundingRate(market.mark, market.index);
  market.interestPerMs =
    spec.type === 'linear' ? mul(market.rate, market.index) : div(market.rate, market.index, FINE);
}
