/**
 * The order book of one instrument: the market maker's levels around the mark, made anew each second, and the users'
 * resting orders among them. What takers take is gone until the next second; a control can bound what the maker gives.
 */
import {
  type Decimal,
  add,
  dec,
  div,
  gt,
  isZero,
  lt,
  max,
  min,
  mul,
  sub,
  toStep,
  ZERO,
} from '../../base/decimal.ts';
import type { Direction } from '../protocol/values.ts';
import type { InstrumentSpec } from './instruments.ts';
import type { MarketRecord, OrderRecord } from './state.ts';
import { liveOrders, marketOf, type World } from './world.ts';

/** An amount that can be taken at a price; without `order` it is the market maker's. */
export type Offer = {
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly order: OrderRecord | null;
};

const MILLION = dec(1_000_000);

/** Side of the book that an order of that direction takes from. */
export const oppositeSide = (direction: Direction): 'bid' | 'ask' =>
  direction === 'buy' ? 'ask' : 'bid';

/** What the market maker still offers on one side, best price first; of the best `most` prices only when told. */
export function makerOffers(
  spec: InstrumentSpec,
  market: MarketRecord,
  side: 'bid' | 'ask',
  most = Infinity,
): Offer[] {
  const { maker, tick } = spec;
  const distance = (ppm: number): Decimal => max(tick, div(mul(market.mark, dec(ppm)), MILLION, 4));
  const [half, step] = [distance(maker.halfSpreadPpm), distance(maker.stepPpm)];
  let skip = market.taken[side];
  let left = market.liquidity === null ? null : max(ZERO, sub(market.liquidity, skip));
  const offers: Offer[] = [];
  for (let level = 0; level < maker.levels && offers.length < most; level++) {
    const away = add(half, mul(step, dec(level)));
    const price =
      side === 'ask'
        ? toStep(add(market.mark, away), tick, 'ceil')
        : toStep(sub(market.mark, away), tick, 'floor');
    let amount = mul(maker.topSize, dec(level + 1));
    const skipped = min(skip, amount);
    skip = sub(skip, skipped);
    amount = sub(amount, skipped);
    if (left !== null) {
      amount = min(amount, left);
      left = sub(left, amount);
    }
    if (gt(amount, ZERO) && gt(price, ZERO)) offers.push({ price, amount, order: null });
  }
  return offers;
}

/**
 * All that can be taken from one side, best price first; at one price users in the order of their arrival, then the maker,
 * who is asked for his best `most` prices only when told.
 */
export function offersOn(
  world: World,
  spec: InstrumentSpec,
  side: 'bid' | 'ask',
  most = Infinity,
): Offer[] {
  const direction: Direction = side === 'bid' ? 'buy' : 'sell';
  const users = liveOrders(world, spec.name)
    .filter((order) => order.state === 'open' && order.direction === direction)
    .sort((a, b) => a.queue - b.queue)
    .map(
      (order): Offer => ({
        price: order.price ?? ZERO,
        amount: sub(order.amount, order.filled),
        order,
      }),
    );
  const better = side === 'ask' ? lt : gt;
  return [...users, ...makerOffers(spec, marketOf(world, spec.name), side, most)].sort((a, b) =>
    better(a.price, b.price) ? -1 : a.price === b.price ? 0 : 1,
  );
}

/** Whether an order of that direction and limit would take an offer at `price`. */
export const crosses = (direction: Direction, limit: Decimal, price: Decimal): boolean =>
  direction === 'buy' ? !gt(price, limit) : !lt(price, limit);

/** Price levels for the public: users' and maker's amounts of one price together. */
export function levelsOf(
  offers: readonly Offer[],
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
