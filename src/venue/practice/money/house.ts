/**
 * What the exchange holds beside its accounts: cash in the books of the house, and the position that the market makers and
 * the takers of the market hold together in each instrument. It runs by sessions like any other; as it has no entry price,
 * it is kept by its session alone.
 */
import { type Decimal, add, neg, sub, sum, ZERO } from '../../../base/decimal.ts';
import { type InstrumentSpec, isOption, roundCash, valueOf } from '../products/instruments.ts';
import { fundingUnits, sessionFunding } from './positions.ts';
import {
  HOUSE_BOOKS,
  type House,
  type HouseBook,
  type MakersPosition,
  type MarketRecord,
  type OrderSource,
  type PositionRecord,
  type State,
} from '../state.ts';

export const emptyHouse = (): House =>
  Object.fromEntries(HOUSE_BOOKS.map((book) => [book, {}])) as House;

const makersOf = (market: MarketRecord): MakersPosition =>
  market.makers ?? { size: ZERO, sessionCash: ZERO, funding: ZERO, interestAt: market.interest };

/** The market makers buy (> 0) or sell at a price; premiums are cash at once. */
export function fillMakers(
  market: MarketRecord,
  spec: InstrumentSpec,
  { signed, price }: { readonly signed: Decimal; readonly price: Decimal },
): void {
  const before = makersOf(market);
  market.makers = {
    size: add(before.size, signed),
    sessionCash: isOption(spec)
      ? before.sessionCash
      : sub(before.sessionCash, valueOf(spec, signed, price)),
    funding: fundingUnits(before, market),
    interestAt: market.interest,
  };
}

/** Ends the makers' session at a price and begins the next; answers what it brought them, as cash is booked. */
export function settleMakers(market: MarketRecord, spec: InstrumentSpec, price: Decimal): Decimal {
  const { makers: before } = market;
  if (before === undefined) return ZERO;
  const value = valueOf(spec, before.size, price);
  market.makers = { size: before.size, sessionCash: neg(value), funding: ZERO, interestAt: ZERO };
  return roundCash(
    spec.settlement,
    sum([before.sessionCash, value, sessionFunding(before, market)]),
  );
}

/** What the makers' session has brought them so far, at the mark, beside premiums. */
export function makersProfit(market: MarketRecord, spec: InstrumentSpec): Decimal {
  const { makers } = market;
  if (makers === undefined || isOption(spec)) return ZERO;
  return sum([
    makers.sessionCash,
    valueOf(spec, makers.size, market.mark),
    sessionFunding(makers, market),
  ]);
}

/** The makers carry on the session of a position that is flat, and it begins a new one. */
export function takeOverSession(market: MarketRecord, position: PositionRecord): void {
  const before = makersOf(market);
  market.makers = {
    size: before.size,
    sessionCash: add(before.sessionCash, position.sessionCash),
    funding: add(fundingUnits(before, market), fundingUnits(position, market)),
    interestAt: market.interest,
  };
  position.sessionCash = ZERO;
  position.funding = ZERO;
  position.interestAt = market.interest;
  delete position.told;
}

/** Where fees go: those of who is liquidated to the insurance fund. */
export const feeBook = (source: OrderSource | null): HouseBook =>
  source === 'liquidation' ? 'insurance' : 'fees';

/** Books for an exchange that was written down before it had any: all that accounts hold came from somewhere. */
export function openHouse(state: Omit<State, 'house'>): House {
  const house = emptyHouse();
  const move = (book: HouseBook, currency: string, change: Decimal): void => {
    house[book][currency] = add(house[book][currency] ?? ZERO, change);
  };
  for (const { type, currency, change, commission, source } of state.rows) {
    const fee = type === 'trade' ? (commission ?? ZERO) : ZERO;
    move(feeBook(source), currency, fee);
    move(type === 'deposit' ? 'outside' : 'makers', currency, neg(add(change, fee)));
  }
  for (const market of state.markets.values()) {
    const held = [...state.accounts.values()].flatMap(
      ({ positions }) => positions[market.name] ?? [],
    );
    if (held.length === 0) continue;
    const total = (of: (position: PositionRecord) => Decimal): Decimal => neg(sum(held.map(of)));
    market.makers = {
      size: total(({ size }) => size),
      sessionCash: total(({ sessionCash }) => sessionCash),
      funding: total((position) => fundingUnits(position, market)),
      interestAt: market.interest,
    };
  }
  return house;
}
