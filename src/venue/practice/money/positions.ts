/**
 * The arithmetic of one position: fills, session profit, funding. The session's total is exact whatever was rounded on
 * the way, because it is kept as one sum (`sessionCash`) and only its split into realised and open uses averages.
 */
import {
  type Decimal,
  abs,
  add,
  div,
  isZero,
  lte,
  mul,
  neg,
  roundTo,
  sign,
  sub,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import {
  averageOf,
  type InstrumentSpec,
  isOption,
  roundCash,
  valueOf,
} from '../products/instruments.ts';
import type { AccountRecord, MarketRecord, PositionRecord } from '../state.ts';

/** Digits of the averages; finer than any tick. */
const AVERAGE_DIGITS = 12;
/** Eight hours in ms, the period that funding rates speak of. */
const FUNDING_PERIOD = '28800000' as Decimal;
const FUNDING_DIGITS = 24;

export const emptyPosition = (market: MarketRecord): PositionRecord => ({
  size: ZERO,
  average: ZERO,
  sessionAverage: ZERO,
  sessionCash: ZERO,
  funding: ZERO,
  interestAt: market.interest,
  settlementPrice: market.settlementPrice,
});

/** The account's position there; a flat one when it never had any (not stored). */
export const positionIn = (account: AccountRecord, market: MarketRecord): PositionRecord =>
  account.positions[market.name] ?? emptyPosition(market);

/** What a fill did: how much it closed and opened (both >= 0) and the session profit that the closed part realised. */
export type FillEffect = {
  readonly closed: Decimal;
  readonly opened: Decimal;
  readonly realised: Decimal;
};

/** Books a fill of `signed` amount (buy > 0) at `price`; funding must have been counted up to this moment. */
export function applyFill(
  position: PositionRecord,
  spec: InstrumentSpec,
  fill: { readonly signed: Decimal; readonly price: Decimal },
): FillEffect {
  const { signed, price } = fill;
  const before = position.size;
  position.sessionCash = sub(position.sessionCash, valueOf(spec, signed, price));
  position.size = add(before, signed);
  if (isZero(before) || sign(before) === sign(signed)) {
    position.average = blend(spec, { before, average: position.average, signed, price });
    position.sessionAverage = blend(spec, {
      before,
      average: position.sessionAverage,
      signed,
      price,
    });
    return { closed: ZERO, opened: abs(signed), realised: ZERO };
  }
  const whole = lte(abs(before), abs(signed));
  const closed = whole ? before : neg(signed);
  const realised = sub(
    valueOf(spec, closed, price),
    valueOf(spec, closed, position.sessionAverage),
  );
  if (whole) {
    position.average = isZero(position.size) ? ZERO : price;
    position.sessionAverage = position.average;
  }
  return { closed: abs(closed), opened: whole ? abs(position.size) : ZERO, realised };
}

function blend(
  spec: InstrumentSpec,
  part: {
    readonly before: Decimal;
    readonly average: Decimal;
    readonly signed: Decimal;
    readonly price: Decimal;
  },
): Decimal {
  if (isZero(part.before)) return part.price;
  const value = add(
    valueOf(spec, part.before, part.average),
    valueOf(spec, part.signed, part.price),
  );
  return roundTo(averageOf(spec, add(part.before, part.signed), value), AVERAGE_DIGITS);
}

/** What funding needs to know of a position. */
type Funded = Readonly<Pick<PositionRecord, 'size' | 'funding' | 'interestAt'>>;

/** Counts funding up to the market's integral; before every change of size and every settlement. */
export function accrueFunding(position: PositionRecord, market: MarketRecord): void {
  position.funding = fundingUnits(position, market);
  position.interestAt = market.interest;
}

/** Funding of this session so far, times 8 hours in ms. */
export const fundingUnits = (position: Funded, market: MarketRecord): Decimal =>
  sub(position.funding, mul(position.size, sub(market.interest, position.interestAt)));

/** Funding of this session so far in the settlement currency, received > 0, unrounded. */
export const sessionFunding = (position: Funded, market: MarketRecord): Decimal =>
  div(fundingUnits(position, market), FUNDING_PERIOD, FUNDING_DIGITS);

/**
 * Funding since the last row of the log, as cash: what the rows of a session tell adds up to what it came to. Funding must
 * have been counted up to this moment.
 */
export function tellFunding(position: PositionRecord, spec: InstrumentSpec): Decimal {
  const before = position.told ?? ZERO;
  const total = isZero(position.funding)
    ? ZERO
    : roundCash(spec.settlement, div(position.funding, FUNDING_PERIOD, FUNDING_DIGITS));
  if (total !== before) position.told = total;
  return sub(total, before);
}

/** Open profit of this session, since the reference price. */
export const floatingProfit = (
  position: PositionRecord,
  spec: InstrumentSpec,
  mark: Decimal,
): Decimal =>
  isZero(position.size)
    ? ZERO
    : sub(
        valueOf(spec, position.size, mark),
        valueOf(spec, position.size, position.sessionAverage),
      );

/** All that this session has brought, realised, open and funding; exact, whatever the averages were rounded to. */
export const sessionProfit = (
  position: PositionRecord,
  spec: InstrumentSpec,
  at: { readonly market: MarketRecord; readonly mark: Decimal },
): Decimal =>
  sum([
    position.sessionCash,
    valueOf(spec, position.size, at.mark),
    sessionFunding(position, at.market),
  ]);

/** What a position is worth beside the cash that has moved for it: of an option, whose premium is paid at once, its value; of others all that the session has brought. */
export const openValue = (
  position: PositionRecord,
  spec: InstrumentSpec,
  at: { readonly market: MarketRecord; readonly mark: Decimal },
): Decimal =>
  isOption(spec) ? valueOf(spec, position.size, at.mark) : sessionProfit(position, spec, at);

/** Open profit since the entry. */
export const totalProfit = (
  position: PositionRecord,
  spec: InstrumentSpec,
  mark: Decimal,
): Decimal =>
  isZero(position.size)
    ? ZERO
    : sub(valueOf(spec, position.size, mark), valueOf(spec, position.size, position.average));

/** Realised profit of this session without funding. */
export const realisedProfit = (position: PositionRecord, spec: InstrumentSpec): Decimal =>
  add(position.sessionCash, valueOf(spec, position.size, position.sessionAverage));

/** Starts a new session at the settlement price: what is open is carried over at it. */
export function startSession(position: PositionRecord, spec: InstrumentSpec, price: Decimal): void {
  position.settlementPrice = price;
  position.sessionAverage = isZero(position.size) ? ZERO : price;
  position.sessionCash = neg(valueOf(spec, position.size, price));
  position.funding = ZERO;
  position.interestAt = ZERO;
  delete position.told;
}
