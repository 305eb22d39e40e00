/**
 * Tells open orders as what differs from the list that was told last, so that whoever keeps that list takes in only what
 * happened. A list that it does not know any more is answered with all of it.
 */
import { sameJson } from '../base/canonical.ts';
import type { VenueOrder } from '../domain/order.ts';
import type { VenueResult } from './port.ts';

export type ListTeller = {
  /** The answer to a read that names the list `since`, if it does, from the orders that the exchange has shown. */
  readonly tell: (
    orders: readonly VenueOrder[],
    since: string | null,
  ) => Extract<VenueResult, { readonly kind: 'open_orders' | 'orders_since' }>;
};

/** `id` tells its lists from those of every other one. */
export function createListTeller(id: string): ListTeller {
  let told: { readonly name: string; readonly orders: ReadonlyMap<string, VenueOrder> } | null =
    null;
  let counter = 0;
  return {
    tell: (orders, since) => {
      counter += 1;
      const list = `${id}-${counter}`;
      const before = told?.name === since ? told : null;
      const now = new Map<string, VenueOrder>();
      const changed: VenueOrder[] = [];
      for (const order of orders) {
        const known = before?.orders.get(order.orderId);
        const isSame = known !== undefined && sameJson(known, order);
        now.set(order.orderId, isSame ? known : order);
        if (!isSame) changed.push(order);
      }
      told = { name: list, orders: now };
      if (before === null) return { kind: 'open_orders', orders: [...now.values()], list };
      const gone = [...before.orders.keys()].filter((orderId) => !now.has(orderId));
      return { kind: 'orders_since', since: before.name, list, changed, gone };
    },
  };
}
