/**
 * The way of an order into the market, after it has been accepted: it gets its id, takes what it can, and then rests,
 * waits for its trigger, or ends. A market order is bounded by the price band; what it leaves rests at that bound as a
 * limit order. An `immediate_or_cancel` or `fill_or_kill` order that does not fill ends as cancelled without a reason.
 */
import { type Decimal, add, gt, isZero, lt, max, min, sub, ZERO } from '../../../base/decimal.ts';
import type { OrderType } from '../../protocol/values.ts';
import { bestOffer, oppositeSide } from '../market/book.ts';
import { idPrefix, type InstrumentSpec, priceBand, toTick } from '../products/instruments.ts';
import { available, cancelOrder, reducible, type Settle, take } from './matching.ts';
import type { OrderRecord } from '../state.ts';
import { marketOf, specOf, touchOrder, type World } from '../world.ts';

/** What whoever places an order decides. */
export type NewOrder = Pick<
  OrderRecord,
  | 'account'
  | 'instrument'
  | 'direction'
  | 'type'
  | 'original'
  | 'amount'
  | 'price'
  | 'timeInForce'
  | 'postOnly'
  | 'rejectPostOnly'
  | 'reduceOnly'
  | 'label'
  | 'source'
  | 'trigger'
  | 'bornFrom'
  | 'link'
  | 'iceberg'
>;

/** Order types that wait for a trigger, with the types that they turn into. */
export const TRIGGERED_TYPES: Readonly<Partial<Record<OrderType, 'market' | 'limit'>>> = {
  stop_market: 'market',
  take_market: 'market',
  stop_limit: 'limit',
  take_limit: 'limit',
  trailing_stop: 'market',
};

const TRIGGER_LETTERS = { index_price: 'I', mark_price: 'M', last_price: 'T' } as const;

/**
 * Ids: plain orders count on; waiting ones are named SL or TL (stop, take), the letter of their trigger (Index, Mark,
 * last Trade) and of their side, such as USDC-SLMS-12; dormant secondaries OTO-n. All but BTC's carry the currency.
 */
function newId(world: World, spec: InstrumentSpec, order: NewOrder): string {
  const { counters } = world.state;
  if (order.link?.role === 'dormant') return `OTO-${++counters.oto}`;
  if (order.trigger === null) return `${idPrefix(spec)}${++counters.order}`;
  const kind = order.type.startsWith('take') ? 'TL' : 'SL';
  const side = order.direction === 'buy' ? 'B' : 'S';
  return `${idPrefix(spec)}${kind}${TRIGGER_LETTERS[order.trigger.on]}${side}-${++counters.trigger}`;
}

/** A new order with its id; it waits if it has a trigger or sleeps, else it is open but has not met the book yet. */
export function createOrder(world: World, order: NewOrder): OrderRecord {
  const record: OrderRecord = {
    ...order,
    id: newId(world, specOf(world, order.instrument), order),
    filled: ZERO,
    value: ZERO,
    createdAt: world.now,
    updatedAt: world.now,
    state: order.trigger !== null || order.link?.role === 'dormant' ? 'untriggered' : 'open',
    replaced: false,
    cancelReason: null,
    queue: ++world.state.counters.queue,
  };
  touchOrder(world, record);
  return record;
}

/** Lets an open order meet the book. */
export function enterBook(world: World, order: OrderRecord, settle: Settle): void {
  const spec = specOf(world, order.instrument);
  if (order.type === 'market') {
    order.price = bound(spec, marketOf(world, spec.name).mark, order.direction);
    touchOrder(world, order);
  }
  const limit = order.price ?? ZERO;
  if (order.reduceOnly && !keepWithinPosition(world, order)) return;
  if (order.timeInForce === 'fill_or_kill' && lt(available(world, order, limit), order.amount)) {
    cancelOrder(world, order, null);
    return;
  }
  take(world, order, limit, settle);
  if (order.state !== 'open') return;
  if (order.timeInForce === 'immediate_or_cancel' || order.timeInForce === 'fill_or_kill') {
    cancelOrder(world, order, null);
    return;
  }
  if (order.type === 'market' && world.options.marketRemainder === 'cancelled') {
    cancelOrder(world, order, null);
    return;
  }
  if (order.type === 'market') {
    order.type = 'limit';
    order.original = 'market';
    touchOrder(world, order);
  }
}

/** Bounds a reduce-only order by what there is to reduce now; false when that is nothing and it has ended. */
function keepWithinPosition(world: World, order: OrderRecord): boolean {
  const room = reducible(world, order.account, order.instrument, order.direction);
  if (isZero(room)) cancelOrder(world, order, null);
  else if (gt(sub(order.amount, order.filled), room)) {
    order.amount = add(order.filled, room);
    touchOrder(world, order);
  }
  return order.state === 'open';
}

/** The protective price of a market order. */
export const bound = (spec: InstrumentSpec, mark: Decimal, direction: 'buy' | 'sell'): Decimal =>
  direction === 'buy' ? priceBand(spec, mark).max : priceBand(spec, mark).min;

/** The price of a market_limit order: the best that is offered, or the mark's tick where nobody offers anything. */
export function marketLimit(
  world: World,
  spec: InstrumentSpec,
  direction: 'buy' | 'sell',
): Decimal {
  const best = bestOffer(world, spec, oppositeSide(direction));
  const { mark } = marketOf(world, spec.name);
  return best?.price ?? toTick(spec, mark, direction === 'buy' ? 'floor' : 'ceil');
}

/** Price at which a post-only order rests: its own, or one tick behind the best opposite price if it would take; 0 or less if there is none. */
export function restingPrice(
  order: { readonly direction: 'buy' | 'sell'; readonly price: Decimal },
  spec: InstrumentSpec,
  best: Decimal | null,
): Decimal {
  if (best === null) return order.price;
  return order.direction === 'buy'
    ? min(order.price, toTick(spec, sub(best, spec.tick), 'floor'))
    : max(order.price, toTick(spec, add(best, spec.tick), 'ceil'));
}
