/**
 * Fills: an order takes what crosses it, best price first, and what rests is filled when the market comes to it. Every
 * fill moves position, cash and log together. An own order that stands in the way of an own taker is cancelled
 * (or the taker, see `own-orders.ts`). Resting reduce-only orders shrink with the position and end when there is
 * nothing left for them to reduce; the venue gives no reason for that, so neither do we.
 */
import { must } from '../../../base/assert.ts';
import { type Decimal, abs, add, gt, isZero, min, sign, sub, ZERO } from '../../../base/decimal.ts';
import type { CancelReason, Direction, LiquidationSide } from '../../protocol/values.ts';
import { bestOffer, crosses, firstResting, offersOn, oppositeSide } from '../market/book.ts';
import { chartTick } from '../market/candles.ts';
import { book } from './booking.ts';
import { hiddenOf, shownLess, shownOf, surfaced } from './iceberg.ts';
import { coinsOf, type InstrumentSpec, priceBand } from '../products/instruments.ts';
import { exchange } from '../money/ledger.ts';
import { isOwn, selfTradingOf } from './own-orders.ts';
import { piecesOf } from './pieces.ts';
import { quotesOn } from '../market/quotes.ts';
import { reducingIn, spentIn } from './resting.ts';
import { type MarketRecord, type OrderRecord, remainingOf } from '../state.ts';
import { accountOf, marketOf, publish, specOf, touchOrder, type World } from '../world.ts';

const other = (direction: Direction): Direction => (direction === 'buy' ? 'sell' : 'buy');

/** How much of the account's net position an order of that direction could close. */
export function reducible(
  world: World,
  account: string,
  instrument: string,
  direction: Direction,
): Decimal {
  const size = accountOf(world, account).positions[instrument]?.size ?? ZERO;
  return sign(size) === (direction === 'buy' ? -1 : 1) ? abs(size) : ZERO;
}

/** Ends an order without a fill. */
export function cancelOrder(world: World, order: OrderRecord, reason: CancelReason | null): void {
  order.state = 'cancelled';
  order.cancelReason = reason;
  order.updatedAt = world.now;
  touchOrder(world, order);
}

/** All that an order could take up to a limit: not own orders, nor what lies behind one that ends it. */
export function available(
  world: World,
  order: Pick<OrderRecord, 'instrument' | 'direction' | 'account'>,
  limit: Decimal,
): Decimal {
  let total = ZERO;
  if (world.bend.isHalted(order.instrument)) return total;
  const spec = specOf(world, order.instrument);
  for (const offer of offersOn(world, spec, oppositeSide(order.direction))) {
    if (!crosses(order.direction, limit, offer.price)) break;
    if (!isOwn(world, order.account, offer.order)) total = add(total, offer.amount);
    else if (selfTradingOf(world, order.account).mode === 'reject_taker') break;
  }
  return total;
}

/** Called when fills have changed orders, so that what hangs together with them follows before the next fill. */
export type Settle = (changed: readonly OrderRecord[]) => void;

/**
 * Lets an order take all that its limit reaches; what this changes of other orders is settled at once, and may end this
 * one: its partner of a pair is an order of its own that stands in its way.
 */
export function take(world: World, order: OrderRecord, limit: Decimal, settle: Settle): void {
  if (world.bend.isHalted(order.instrument)) return;
  const spec = specOf(world, order.instrument);
  const side = oppositeSide(order.direction);
  while (order.state === 'open') {
    const offer = bestOffer(world, spec, side);
    if (offer === null || !crosses(order.direction, limit, offer.price)) break;
    const { order: maker } = offer;
    if (maker !== null && isOwn(world, order.account, maker)) {
      const rejects = selfTradingOf(world, order.account).mode === 'reject_taker';
      const ended = rejects ? order : maker;
      cancelOrder(world, ended, 'risk_mitigation');
      settle([ended]);
      continue;
    }
    const amount = min(remainingOf(order), offer.amount);
    tradePieces(world, { ...offer, taker: order, maker, amount }, settle);
  }
  surface(world, spec.name);
}

/** Icebergs whose shown part was taken show the next one, behind all others of their price. */
function surface(world: World, instrument: string): void {
  const spent = spentIn(world.resting, instrument);
  if (spent.size === 0) return;
  for (const order of spent) {
    if (order.iceberg === undefined) continue;
    order.iceberg = surfaced(order.iceberg.refresh, remainingOf(order));
    order.queue = ++world.state.counters.queue;
    order.updatedAt = world.now;
    touchOrder(world, order);
  }
}

/** The market fills what is left of a resting order at its own price, what it shows before what it hides. */
export function fillWhole(world: World, order: OrderRecord, settle: Settle): void {
  const deal = { taker: null, maker: order, price: order.price ?? ZERO };
  const hidden = hiddenOf(order);
  const shrunk = trade(world, { ...deal, amount: shownOf(order) });
  if (!isZero(hidden)) shrunk.push(...trade(world, { ...deal, amount: hidden, hidden: true }));
  settle([order, ...shrunk]);
}

type Deal = {
  readonly taker: OrderRecord | null;
  readonly maker: OrderRecord | null;
  readonly amount: Decimal;
  readonly price: Decimal;
  /** It is the maker's part that the book did not show. */
  readonly hidden?: true;
  /** The taker is nobody's order and no market maker's either. */
  readonly fromOutside?: true;
};

/**
 * A trade in one piece, or in as many as a fault makes of it; what each piece changes is settled before the next, which
 * comes only while the orders still stand and is no more than what is left of them.
 */
function tradePieces(world: World, deal: Deal, settle: Settle): void {
  const { taker, maker } = deal;
  const orders = [taker, maker].filter((order) => order !== null);
  const spec = specOf(world, must(orders[0], 'an order').instrument);
  const pieces = piecesOf(world, spec, deal.amount);
  for (const piece of pieces) {
    if (orders.some((order) => order.state !== 'open')) return;
    const amount = orders.map(remainingOf).reduce(min, piece);
    const shrunk = trade(world, { ...deal, amount });
    const changed = maker === null ? shrunk : [maker, ...shrunk];
    if (changed.length > 0 || pieces.length > 1) settle(changed);
  }
}

/** Lets somebody outside take a given amount through users' orders and quotes, within the price band. */
export function takeAsOther(
  world: World,
  spec: InstrumentSpec,
  wanted: { readonly direction: Direction; readonly amount: Decimal },
  settle: Settle,
): void {
  const { direction } = wanted;
  const band = priceBand(spec, marketOf(world, spec.name).mark);
  const limit = direction === 'buy' ? band.max : band.min;
  let left = wanted.amount;
  while (!isZero(left)) {
    const offer = bestOffer(world, spec, oppositeSide(direction));
    if (offer === null || !crosses(direction, limit, offer.price)) break;
    const { order: maker, price } = offer;
    const amount = min(left, offer.amount);
    left = sub(left, amount);
    if (maker === null) between(world, spec, { direction, amount, price });
    else tradePieces(world, { ...offer, taker: null, maker, amount, fromOutside: true }, settle);
  }
  surface(world, spec.name);
}

/** A trade of others: the market maker's quote is used up, the public and the chart see it. */
function between(
  world: World,
  spec: InstrumentSpec,
  deal: { readonly direction: Direction; readonly amount: Decimal; readonly price: Decimal },
): void {
  const { taken } = marketOf(world, spec.name);
  const side = oppositeSide(deal.direction);
  taken[side] = add(taken[side], deal.amount);
  publish(world, { instrument: spec.name, ...deal });
  chart(world, spec, deal);
}

/** Perpetuals keep a chart of what is traded; others have none, see `dated-candles.ts`. */
function chart(
  world: World,
  spec: InstrumentSpec,
  { price, amount }: { readonly price: Decimal; readonly amount: Decimal },
): void {
  const kept = world.state.charts.get(spec.name);
  if (kept !== undefined) chartTick(kept, world.now, price, coinsOf(spec, amount, price));
}

/** One trade between a taker and a maker, of which one may be the market maker; answers the reduce-only orders that it shrank. */
function trade(world: World, deal: Deal): OrderRecord[] {
  const { taker, maker, amount, price } = deal;
  const orders = [taker, maker].filter((order) => order !== null);
  const first = must(orders[0], 'a side of the trade that is not the market maker');
  const spec = specOf(world, first.instrument);
  const market = marketOf(world, spec.name);
  const direction = taker?.direction ?? other(first.direction);
  if ((maker === null || taker === null) && deal.fromOutside === undefined) {
    const side = maker === null ? oppositeSide(direction) : oppositeSide(maker.direction);
    market.taken[side] = add(market.taken[side], amount);
  }
  const seen = publish(world, {
    instrument: spec.name,
    direction,
    price,
    amount,
    ...liquidatedSides(taker, maker),
  });
  chart(world, spec, deal);
  const moved = exchange(world, spec, { amount, price, ...sidesOf(orders) });
  for (const order of orders) {
    const filled = must(moved[order.direction], 'the position of an account');
    const isTaker = order === taker;
    const ofHidden = !isTaker && deal.hidden === true;
    if (!isTaker && !ofHidden && order.iceberg !== undefined)
      order.iceberg = shownLess(order.iceberg, amount);
    book(world, order, { ...seen, ...filled, taker: isTaker, ofHidden });
  }
  return orders.flatMap((order) => shrinkReduceOnly(world, order));
}

/** Which sides of a trade are being liquidated, if any. */
function liquidatedSides(
  taker: OrderRecord | null,
  maker: OrderRecord | null,
): { readonly liquidation?: LiquidationSide } {
  const takes = taker?.source === 'liquidation';
  if (maker?.source === 'liquidation') return { liquidation: takes ? 'MT' : 'M' };
  return takes ? { liquidation: 'T' } : {};
}

/** The accounts that buy and sell; null is the market. */
const sidesOf = (orders: readonly OrderRecord[]): Readonly<Record<Direction, string | null>> => ({
  buy: orders.find(({ direction }) => direction === 'buy')?.account ?? null,
  sell: orders.find(({ direction }) => direction === 'sell')?.account ?? null,
});

/** After a fill: resting reduce-only orders of that account never exceed what they could close. */
function shrinkReduceOnly(world: World, filled: OrderRecord): OrderRecord[] {
  const changed: OrderRecord[] = [];
  for (const order of reducingIn(world.resting, filled.instrument, filled.account).values()) {
    if (order === filled) continue;
    const room = reducible(world, order.account, order.instrument, order.direction);
    if (!gt(remainingOf(order), room)) continue;
    changed.push(order);
    if (isZero(room)) cancelOrder(world, order, null);
    else {
      order.amount = add(order.filled, room);
      order.updatedAt = world.now;
      touchOrder(world, order);
    }
  }
  return changed;
}

/**
 * Fills the users' resting orders that the market makers' prices have come to, at their own price, in price-time order,
 * with no more than the makers still give up to that price.
 */
export function fillResting(world: World, spec: InstrumentSpec, settle: Settle): void {
  const market = marketOf(world, spec.name);
  for (const direction of ['buy', 'sell'] as const) {
    for (;;) {
      const offer = firstResting(world, spec, direction === 'buy' ? 'bid' : 'ask');
      if (offer === null) break;
      const room = reached(spec, market, { direction, limit: offer.price });
      const amount = min(room, offer.amount);
      if (isZero(amount)) break;
      tradePieces(world, { ...offer, taker: null, maker: offer.order, amount }, settle);
    }
  }
  surface(world, spec.name);
}

/** What the market makers give an order of that direction up to its limit. */
function reached(
  spec: InstrumentSpec,
  market: MarketRecord,
  order: { readonly direction: Direction; readonly limit: Decimal },
): Decimal {
  let total = ZERO;
  for (const { price, amount } of quotesOn(spec, market, oppositeSide(order.direction))) {
    if (!crosses(order.direction, order.limit, price)) break;
    total = add(total, amount);
  }
  return total;
}
