/**
 * The exchange's list of open orders beside those of the books. A check looks at the orders that have changed on either side
 * since one last looked at them, and at those with which something was open then: any other pair is as it was, and looking
 * again would find what was found before. So a check costs what has happened, however many orders wait at the exchange.
 */
import { finderOf } from '../domain/finder.ts';
import { type VenueOrder, isLive } from '../domain/order.ts';
import type { VenueRequest, VenueResult } from '../venue/port.ts';
import type { Turn } from './turn.ts';

type Answer = Extract<VenueResult, { readonly kind: 'open_orders' | 'orders_since' }>;

/** Asks for what differs from the list that was read last, where it has a name. */
export const listRequest = ({ live }: Turn): VenueRequest => ({
  kind: 'open_orders',
  since: live.listed?.name ?? null,
});

/** Takes a read in: a whole list, or what differs from the one before. Answers why it can't be used. */
export function takeList({ live }: Turn, answer: Answer): string | null {
  const { listed } = live;
  if (answer.kind === 'open_orders') {
    const orders = new Map(answer.orders.map((order) => [order.orderId, order]));
    const restless = new Set([
      ...(listed?.restless ?? []),
      ...(listed?.orders.keys() ?? []),
      ...orders.keys(),
    ]);
    live.listed = { name: answer.list ?? null, orders, restless };
    return null;
  }
  if (listed === null || listed.name !== answer.since)
    return 'orders were told as differences from another list';
  for (const order of answer.changed) {
    listed.orders.set(order.orderId, order);
    listed.restless.add(order.orderId);
  }
  for (const orderId of answer.gone) {
    listed.orders.delete(orderId);
    listed.restless.add(orderId);
  }
  live.listed = { ...listed, name: answer.list };
  return null;
}

/** All orders of the list. */
export const listedOrders = ({ live }: Turn): Iterable<VenueOrder> =>
  live.listed?.orders.values() ?? [];

const toLookAt = ({ books, live }: Turn): ReadonlySet<string> =>
  new Set([...(live.listed?.restless ?? []), ...finderOf(books).unchecked]);

/** Orders of the list that have to be looked at. */
export const freshOrders = (turn: Turn): VenueOrder[] =>
  [...toLookAt(turn)].flatMap((orderId) => turn.live.listed?.orders.get(orderId) ?? []);

/** Orders that live in the books and are not in the list, in the order of the books. */
export function unlistedOrders(turn: Turn): string[] {
  const { places } = finderOf(turn.books);
  return [...toLookAt(turn)]
    .filter((orderId) => !turn.live.listed?.orders.has(orderId) && isLiveInBooks(turn, orderId))
    .sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** Whether an order was in the list that was read last. */
export const isListed = ({ live }: Turn, orderId: string): boolean =>
  live.listed?.orders.has(orderId) === true;

function isLiveInBooks({ books }: Turn, orderId: string): boolean {
  const known = books.orders.get(orderId);
  return known !== undefined && isLive(known.order.state);
}

/** An order under a label like ours that is none of ours: left by another journal, or of a kind that was never meant. */
export const isOrphan = ({ books }: Turn, { label, orderId }: VenueOrder): boolean =>
  label.startsWith('ls:') && (books.orders.get(orderId)?.leg ?? null) === null;

/** A check has looked at all of them: only those with which something is open are looked at again as they are. */
export function settleOrders(turn: Turn): void {
  const { listed } = turn.live;
  if (listed === null) return;
  const looked = toLookAt(turn);
  finderOf(turn.books).unchecked.clear();
  listed.restless.clear();
  for (const orderId of looked) {
    const order = listed.orders.get(orderId);
    const isOpen =
      order === undefined
        ? isLiveInBooks(turn, orderId)
        : !turn.books.orders.has(orderId) || isOrphan(turn, order);
    if (isOpen) listed.restless.add(orderId);
  }
}
