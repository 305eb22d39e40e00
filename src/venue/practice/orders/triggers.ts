/**
 * Trigger orders: each second their reference price is compared with their trigger, oldest order first. A fired one ends
 * as `triggered` and a new order with a new id, the same label and `trigger_order_id` goes into the book; a reduce-only
 * one that has nothing to reduce ends as `rejected` instead.
 */
import { type Decimal, add, gte, isZero, lte, min, sub } from '../../../base/decimal.ts';
import type { Direction, OrderType, Trigger } from '../../protocol/values.ts';
import { createOrder, enterBook, TRIGGERED_TYPES } from './entering.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { settleLinks, terms } from './linked.ts';
import { reducible } from './matching.ts';
import { isDormant, type MarketRecord, type OrderRecord } from '../state.ts';
import { liveOrders, marketOf, touchOrder, type World } from '../world.ts';

/** The price that a trigger looks at. */
export function referencePrice(market: MarketRecord, on: Trigger): Decimal {
  switch (on) {
    case 'index_price':
      return market.index;
    case 'mark_price':
      return market.mark;
    case 'last_price':
      return market.last;
  }
}

/** Whether an order fires when its reference rises: a stop that buys, or a take that sells. */
const isUpward = (order: Pick<OrderRecord, 'type' | 'direction'>): boolean =>
  (order.direction === 'buy') === !order.type.startsWith('take');

/** The trigger price of a trailing stop at a reference price: `offset` behind it. */
export const trailingPrice = (
  order: Pick<OrderRecord, 'type' | 'direction'>,
  reference: Decimal,
  offset: Decimal,
): Decimal => (isUpward(order) ? add(reference, offset) : sub(reference, offset));

/** Whether a reference price sets off an order: stops fire when the price goes against a position, takes when it goes with it. */
export function fires(
  order: { readonly type: OrderType; readonly direction: Direction },
  trigger: Decimal,
  reference: Decimal,
): boolean {
  return isUpward(order) ? gte(reference, trigger) : lte(reference, trigger);
}

/** Lets a trailing stop follow a reference that has become better for its position; it never goes back. */
function trail(world: World, order: OrderRecord, reference: Decimal): void {
  const { trigger } = order;
  if (trigger?.offset === undefined) return;
  const price = trailingPrice(order, reference, trigger.offset);
  if (isUpward(order) ? gte(price, trigger.price) : lte(price, trigger.price)) return;
  order.trigger = { ...trigger, price };
  order.updatedAt = world.now;
  touchOrder(world, order);
}

/** Fires every waiting order of the instrument whose moment has come. */
export function fireTriggers(world: World, spec: InstrumentSpec): void {
  const market = marketOf(world, spec.name);
  for (const order of liveOrders(world, spec.name)) {
    if (order.state !== 'untriggered' || order.trigger === null || isDormant(order)) continue;
    const reference = referencePrice(market, order.trigger.on);
    trail(world, order, reference);
    if (fires(order, order.trigger.price, reference)) fire(world, order);
  }
}

function fire(world: World, order: OrderRecord): void {
  const room = order.reduceOnly
    ? reducible(world, order.account, order.instrument, order.direction)
    : order.amount;
  order.state = isZero(room) ? 'rejected' : 'triggered';
  order.updatedAt = world.now;
  touchOrder(world, order);
  settleLinks(world, [order]);
  if (isZero(room)) return;
  const born = createOrder(world, {
    ...terms(order),
    type: TRIGGERED_TYPES[order.type] ?? 'market',
    amount: min(order.amount, room),
    trigger: null,
    bornFrom: order.id,
  });
  enterBook(world, born, (changed) => settleLinks(world, changed));
  settleLinks(world, [born]);
}
