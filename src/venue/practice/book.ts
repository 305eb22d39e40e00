/**
 * The order book of one instrument: the users' resting orders and the market makers' quotes among them, best price first;
 * at one price users in the order of their arrival, then the makers.
 */
import { type Decimal, add, gte, isZero, lte, sub } from '../../base/decimal.ts';
import type { Direction } from '../protocol/values.ts';
import type { InstrumentSpec } from './instruments.ts';
import { bestQuote, quotesOn } from './quotes.ts';
import { levelsIn } from './resting.ts';
import type { OrderRecord } from './state.ts';
import { marketOf, type World } from './world.ts';

/** An amount that can be taken at a price; without `order` it is a market maker's. */
export type Offer = {
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly order: OrderRecord | null;
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
  const direction: Direction = side === 'bid' ? 'buy' : 'sell';
  const quotes = quotesOn(spec, marketOf(world, spec.name), side);
  let quote = quotes.next();
  for (const level of levelsIn(world.resting, spec.name, direction)) {
    for (
      ;
      quote.done !== true && !isAtLeast(side, level.price, quote.value.price);
      quote = quotes.next()
    )
      yield { ...quote.value, order: null };
    for (const order of level.orders)
      yield { price: level.price, amount: sub(order.amount, order.filled), order };
  }
  for (; quote.done !== true; quote = quotes.next()) yield { ...quote.value, order: null };
}

/** The first offer of one side, or null when it is empty. */
export function bestOffer(world: World, spec: InstrumentSpec, side: 'bid' | 'ask'): Offer | null {
  const quote = bestQuote(spec, marketOf(world, spec.name), side);
  const level = levelsIn(world.resting, spec.name, side === 'bid' ? 'buy' : 'sell')[0];
  const order = level?.orders[0];
  const isUsers =
    level !== undefined &&
    order !== undefined &&
    (quote === null || isAtLeast(side, level.price, quote.price));
  if (isUsers) return { price: level.price, amount: sub(order.amount, order.filled), order };
  return quote === null ? null : { ...quote, order: null };
}

/** Whether an offer of that side at `price` comes before, or with, one at `other`. */
const isAtLeast = (side: 'bid' | 'ask', price: Decimal, other: Decimal): boolean =>
  side === 'ask' ? lte(price, other) : gte(price, other);

/** Whether an order of that direction and limit would take an offer at `price`. */
export const crosses = (direction: Direction, limit: Decimal, price: Decimal): boolean =>
  direction === 'buy' ? lte(price, limit) : gte(price, limit);

/** Price levels for the public: users' and makers' amounts of one price together. */
export function levelsOf(
  offers: Iterable<Offer>,
  depth: number,
): { readonly price: Decimal; readonly amount: Decimal }[] {
  const levels: { price: Decimal; amount: Decimal }[] = [];
  for (const { price, amount } of offers) {
    const last = levels.at(-1);
    if (last !== undefined && last.price === price) last.amount = add(last.amount, amount);
    else if (levels.length === depth) break;
    else levels.push({ price, amount });
  }
  return levels.filter((level) => !isZero(level.amount));
}
