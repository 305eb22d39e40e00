/** How the books of orders change: intents, placements, sightings, changes, and what is forgotten when nothing can come of it. */
import { DAY, MINUTE, type Millis } from '../base/time.ts';
import { assert } from '../base/assert.ts';
import type { Books, IntentRecord, OrderRecord, Placement } from './books.ts';
import { settleTrades } from './evolve-trade.ts';
import type { ChangeIntent, Intent } from './intent.ts';
import {
  finderOf,
  intentChanged,
  intentForgotten,
  orderChanged,
  orderForgotten,
  tradeForgotten,
  traitsOf,
} from './finder.ts';
import { attribute, isFinished, oldestAssumption } from './ledger.ts';
import { type VenueOrder, isLive } from './order.ts';

/** How long the traces of finished orders and trades are kept for late evidence. */
const KEEP = 30 * MINUTE;

/** How long it is remembered how a person ended a difference (market time). */
const ENDED_MEMORY = 30 * DAY;

/** I42's window of remembered entries; the gate decides how many are too many. */
const ENTRY_MEMORY = 100;

/** An intent and its children, each under its own label, which has never been used (I1). */
export function onIntended(books: Books, intent: Intent, at: Millis): void {
  const labels = [intent.label, ...intent.children.map((child) => child.label)];
  for (const label of labels) assert(!books.legs.has(label), `label ${label} used twice`);
  books.counters.label += labels.length;
  const intended: IntentRecord = { intent, placement: { state: 'pending' }, at };
  books.intents.set(intent.label, intended);
  intentChanged(books, intended, true);
  const { strategy, trade } = intent;
  books.legs.set(intent.label, {
    intent: intent.label,
    label: intent.label,
    purpose: intent.purpose,
    trade,
    strategy,
  });
  for (const child of intent.children) {
    books.legs.set(child.label, {
      intent: intent.label,
      label: child.label,
      purpose: child.purpose,
      trade,
      strategy,
    });
  }
  if (intent.purpose !== 'entry') return;
  books.counters.trade += 1;
  const record = books.strategies.get(strategy);
  if (record === undefined) return;
  record.recentEntries.push(at);
  if (record.evaluation !== null) record.evaluation = { ...record.evaluation, signal: null };
  if (record.recentEntries.length > ENTRY_MEMORY) record.recentEntries.shift();
}

const RANK = { pending: 0, unknown: 1, acked: 2, rejected: 2, absent: 2 } as const satisfies Record<
  Placement['state'],
  number
>;

/** I7: forward only. Evidence against a final placement is a break, never a second placement. */
export function onPlaced(books: Books, label: string, placement: Placement, at: Millis): void {
  const record = books.intents.get(label);
  assert(record !== undefined, `placement of an intent that does not exist: ${label}`);
  assert(
    RANK[placement.state] > RANK[record.placement.state],
    `${label}: ${record.placement.state} can't become ${placement.state}`,
  );
  record.placement = placement;
  intentChanged(books, record, false);
  settleTrades(books, at);
}

/** The matching engine has answered a cancel by label: nothing live under it since then. */
export function onFenced(
  books: Books,
  {
    label,
    at,
    cancelled,
  }: { readonly label: string; readonly at: Millis; readonly cancelled: number },
): void {
  const record = books.intents.get(label);
  if (record?.placement.state === 'unknown')
    record.placement = { ...record.placement, fenced: { at, cancelled } };
}

/** The newest sighting of an order replaces the one before; it is attributed once. */
export function onSeen(books: Books, order: VenueOrder, at: Millis): void {
  const known = books.orders.get(order.orderId);
  if (known === undefined) {
    const record: OrderRecord = { order, leg: attribute(books, order) };
    books.orders.set(order.orderId, record);
    orderChanged(books, record, null);
  } else {
    const before = traitsOf(known);
    known.order = order;
    known.leg ??= attribute(books, order);
    orderChanged(books, known, before);
  }
  settleTrades(books, at);
}

export function onChangeIntended(books: Books, change: ChangeIntent): void {
  books.counters.change += 1;
  books.changes.set(change.id, change);
}

/**
 * Forgets, at each completed check, what can't matter any more: fills older than every read's overlap, finished intents
 * with their orders, and closed trades, each kept for a while for late evidence. Trades with an unknown result stay.
 */
export function prune(books: Books, now: Millis): void {
  const horizon = now - KEEP * Math.max(1, books.speed);
  const overlap =
    Math.min(books.cursor ?? now, oldestAssumption(books, now)) - KEEP * Math.max(1, books.speed);
  books.fillHorizon = Math.max(books.fillHorizon, overlap);
  for (const [key, at] of books.fills) if (at < books.fillHorizon) books.fills.delete(key);
  for (const [key, at] of books.proving) if (at < horizon) books.proving.delete(key);
  const { closed, looseIntents, looseOrders, adoptedLegs } = finderOf(books);
  for (const [id, trade] of closed) {
    if (trade.settledAt === null || trade.settledAt >= horizon || trade.pnlSource === 'unknown')
      continue;
    books.trades.delete(id);
    tradeForgotten(books, id);
  }
  for (const [label, record] of looseIntents) {
    if (record.at >= horizon || !isFinished(books, record)) continue;
    books.intents.delete(label);
    intentForgotten(books, record);
    books.legs.delete(label);
    for (const child of record.intent.children) books.legs.delete(child.label);
  }
  for (const [orderId, record] of looseOrders) {
    const { order, leg } = record;
    if (isLive(order.state) || order.updatedAt >= horizon) continue;
    if (leg?.intent && books.intents.has(leg.intent)) continue;
    books.orders.delete(orderId);
    books.booked.delete(orderId);
    orderForgotten(books, record);
  }
  forgetUnshown(books);
  for (const [key, { at }] of books.ended) if (at < now - ENDED_MEMORY) books.ended.delete(key);
  for (const label of adoptedLegs) {
    const leg = books.legs.get(label);
    if (leg?.intent === null && leg.trade !== null && books.trades.has(leg.trade)) continue;
    adoptedLegs.delete(label);
    if (leg?.intent === null) books.legs.delete(label);
  }
}

/**
 * Forgets what was booked of orders that nobody ever showed. Whatever is more than one for each known order and each
 * remembered fill belongs to fills that are forgotten themselves; the oldest go first.
 */
function forgetUnshown(books: Books): void {
  const { ackedBy } = finderOf(books);
  let spare = books.booked.size - books.orders.size - books.fills.size;
  for (const orderId of books.booked.keys()) {
    if (spare <= 0) return;
    spare -= 1;
    if (!books.orders.has(orderId) && !ackedBy.has(orderId)) books.booked.delete(orderId);
  }
}
