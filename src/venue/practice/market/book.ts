/**
 * The order book of one instrument: the users' resting orders and the market makers' quotes among them, best price first;
 * at one price users in the order of their arrival, then the makers, then what icebergs hide.
 */
import { type Decimal, add, gte, isZero, lte } from '../../../base/decimal.ts';
import type { Direction } from '../../protocol/values.ts';
import { hiddenOf, shownOf } from '../orders/iceberg.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { bestQuote, type Quote, quotesOn } from './quotes.ts';
import { levelsIn } from '../orders/resting.ts';
import type { OrderRecord } from '../state.ts';
import { marketOf, type World } from '../world.ts';

/** An amount that can be taken at a price; without `order` it is a market maker's. */
export type Offer = {
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly order: OrderRecord | null;
  /** It is an order's part that the book does not show. */
  readonly hidden?: true;
};

/** Side of the book that an order of that direction takes from. */
export const oppositeSide = (direction: Direction): 'bid' | 'ask' =>
  direction === 'buy' ? 'ask' : 'bid';

/** All that can be taken from one side, in the order in which it is; the book must not change while this is read. */
export function* offersOn(
  world: World,
  spec: InstrumentSpec,
  side: 'bid' | 'ask',
): Generator<Offer> {
  const quotes = quotesOn(spec, marketOf(world, spec.name), side);
  let quote = quotes.next();
  for (const level of levelsIn(world.resting, spec.name, directionOf(side))) {
    for (; isBefore(side, quote, level.price); quote = quotes.next())
      yield { ...quote.value, order: null };
    for (const order of level.orders) yield { price: level.price, amount: shownOf(order), order };
    if (level.hiding.length === 0) continue;
    for (; quote.done !== true && quote.value.price === level.price; quote = quotes.next())
      yield { ...quote.value, order: null };
    for (const order of level.hiding)
      yield { price: level.price, amount: hiddenOf(order), order, hidden: true };
  }
  for (; quote.done !== true; quote = quotes.next()) yield { ...quote.value, order: null };
}

const directionOf = (side: 'bid' | 'ask'): Direction => (side === 'bid' ? 'buy' : 'sell');

const isBefore = (
  side: 'bid' | 'ask',
  quote: IteratorResult<Quote, void>,
  price: Decimal,
): quote is IteratorYieldResult<Quote> =>
  quote.done !== true && !isAtLeast(side, price, quote.value.price);

/** The users' offer of one side that is taken first, or null when there is none. */
export function firstResting(
  world: World,
  spec: InstrumentSpec,
  side: 'bid' | 'ask',
): (Offer & { readonly order: OrderRecord }) | null {
  const level = levelsIn(world.resting, spec.name, directionOf(side))[0];
  const [order] = level?.orders ?? [];
  const [hides] = level?.hiding ?? [];
  if (level === undefined) return null;
  if (order !== undefined) return { price: level.price, amount: shownOf(order), order };
  if (hides === undefined) return null;
  return { price: level.price, amount: hiddenOf(hides), order: hides, hidden: true };
}

/** The first offer of one side, or null when it is empty. */
export function bestOffer(world: World, spec: InstrumentSpec, side: 'bid' | 'ask'): Offer | null {
  const quote = bestQuote(spec, marketOf(world, spec.name), side);
  const resting = firstResting(world, spec, side);
  if (resting === null) return quote === null ? null : { ...quote, order: null };
  if (quote === null) return resting;
  const waits = resting.hidden === true && resting.price === quote.price;
  return !waits && isAtLeast(side, resting.price, quote.price)
    ? resting
    : { ...quote, order: null };
}

/** Whether an offer of that side at `price` comes before, or with, one at `other`. */
const isAtLeast = (side: 'bid' | 'ask', price: Decimal, other: Decimal): boolean =>
  side === 'ask' ? lte(price, other) : gte(price, other);

/** Whether an order of that direction and limit would take an offer at `price`. */
export const crosses = (direction: Direction, limit: Decimal, price: Decimal): boolean =>
  direction === 'buy' ? lte(price, limit) : gte(price, limit);

/** Price levels for the public: users' and makers' amounts of one price together, as far as they are shown. */
export function levelsOf(
  offers: Iterable<Offer>,
  depth: number,
): { readonly price: Decimal; readonly amount: Decimal }[] {
  const levels: { price: Decimal; amount: Decimal }[] = [];
  for (const { price, amount, hidden } of offers) {
    if (hidden === true) continue;
    const last = levels.at(-1);
    if (last !== undefined && last.price === price) last.amount = add(last.amount, amount);
    else if (levels.length === depth) break;
    else levels.push({ price, amount });
  }
  return levels.filter((level) => !isZero(level.amount));
}
