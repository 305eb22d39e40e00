/**
 * What the exchange keeps of each market's past beside candles and trades: the funding of every hour and every
 * settlement. Both lists only grow, oldest first.
 */
import { type Decimal, abs, add, div, dec, roundTo, sum, ZERO } from '../../../base/decimal.ts';
import { DAY, HOUR, type Millis } from '../../../base/time.ts';
import type { Bankruptcy, MarketRecord, State } from '../state.ts';

/** One hour of one perpetual, noted at its end. Rates are fractions. */
export type FundingHour = {
  readonly instrument: string;
  readonly at: Millis;
  readonly index: Decimal;
  /** The index an hour before. */
  readonly previous: Decimal;
  /** What the hour itself cost a long, and the mean 8-hour rate at its end. */
  readonly rate1h: Decimal;
  readonly rate8h: Decimal;
};

/** One settlement of one instrument, over all accounts. */
export type SettlementRecord = {
  readonly instrument: string;
  readonly at: Millis;
  readonly mark: Decimal;
  readonly index: Decimal;
  /** What all accounts held, either way, added up. */
  readonly position: Decimal;
  readonly profit: Decimal;
  readonly funding: Decimal;
  /** What became of one that could not pay; left out where it is none. */
  readonly bankruptcy?: Bankruptcy;
  /** Left out for a settlement of the day. */
  readonly type?: 'delivery';
  /** What is delivered at that moment is delivered at it; left out in settlements from before it was kept. */
  readonly delivery?: Decimal;
};

const RATE_DIGITS = 18;
const EIGHT_HOURS = dec(8 * HOUR);
/** Hours that are kept: more than the longest chart of funding asks for. */
const KEPT = 40 * DAY;

/** What a long has paid in funding since the last full hour, as a fraction. */
export const runningRate = (market: MarketRecord): Decimal =>
  div(market.rateMs ?? ZERO, EIGHT_HOURS, RATE_DIGITS);

/** Notes the hour that ends now, and begins the next; the integral must have been moved to this moment before. */
export function noteHour(state: State, market: MarketRecord, at: Millis): void {
  const last = state.hours.findLast(({ instrument }) => instrument === market.name);
  state.hours.push({
    instrument: market.name,
    at,
    index: market.index,
    previous: last?.index ?? market.index,
    rate1h: runningRate(market),
    rate8h: market.meanRate,
  });
  market.rateMs = ZERO;
}

/** The hours of an instrument that ended in [from, to]. */
export const hoursOf = (
  state: State,
  instrument: string,
  range: { readonly from: Millis; readonly to: Millis },
): FundingHour[] =>
  state.hours.filter(
    (hour) =>
      hour.instrument === instrument &&
      hour.at >= Math.max(range.from, state.server - KEPT) &&
      hour.at <= range.to,
  );

/** Notes a settlement; `sizes`, `profits` and `fundings` are those of the accounts. */
export function noteSettlement(
  state: State,
  market: MarketRecord,
  of: {
    readonly at: Millis;
    readonly type?: 'delivery';
    readonly delivery: Decimal;
    readonly sizes: readonly Decimal[];
    readonly profits: readonly Decimal[];
    readonly fundings: readonly Decimal[];
  },
): void {
  state.settlements.push({
    instrument: market.name,
    at: of.at,
    mark: market.mark,
    index: market.index,
    position: sum(of.sizes.map(abs)),
    profit: roundTo(of.profits.reduce(add, ZERO), 8),
    funding: roundTo(of.fundings.reduce(add, ZERO), 8),
    delivery: of.delivery,
    ...(of.type === undefined ? {} : { type: of.type }),
  });
}

/** Notes that an account could not pay what its session lost. */
export function noteBankruptcy(
  state: State,
  market: MarketRecord,
  of: {
    readonly at: Millis;
    readonly change: Decimal;
    readonly funding: Decimal;
    readonly bankruptcy: Bankruptcy;
  },
): void {
  state.settlements.push({
    instrument: market.name,
    at: of.at,
    mark: market.mark,
    index: market.index,
    position: ZERO,
    profit: of.change,
    funding: roundTo(of.funding, 8),
    bankruptcy: of.bankruptcy,
  });
}
