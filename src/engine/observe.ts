/**
 * What the exchange shows becomes facts: orders, fills, positions. Everything may come twice, late and in any order; the
 * books hold each once. Within one message: orders, then fills, then funding, which is shared over who held what how long.
 */
import { type Decimal, add, div, isZero, lte, mul, sign, sub } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import { canonical, sameJson } from '../base/canonical.ts';
import type { VenuePosition } from '../domain/account.ts';
import { byTime, type Fill, fillKey } from '../domain/fill.ts';
import { isSameReading, newMark, seenAt, sessionStart, shareReading } from '../domain/funding.ts';
import { attribute, isFinished } from '../domain/ledger.ts';
import { type VenueOrder, isLive } from '../domain/order.ts';
import { originOf } from '../domain/present.ts';
import { allocateForeign, allocateOurs } from '../reconcile/allocate.ts';
import type { Booking } from '../reconcile/allocate.ts';
import type { IntentRecord } from '../domain/books.ts';
import { hear } from './heard.ts';
import type { TickerHeard } from './live.ts';
import { noteForeign } from './strangers.ts';
import { EXCHANGE, type Turn, record } from './turn.ts';
import { giveWay } from './undo.ts';

export type Source = 'push' | 'answer' | 'check' | 'start';

/** Notes that something happened to the account on an instrument; quiet is measured from here (I29). */
export function stir(turn: Turn, instrument: string): void {
  turn.live.events += 1;
  turn.live.lastEvent.set(instrument, turn.now.server);
}

const rank = {
  untriggered: 0,
  open: 1,
  triggered: 2,
  filled: 3,
  cancelled: 3,
  rejected: 3,
} as const;

/** Whether a sighting is older than what the books hold: orders only move forward. */
function isStale(known: VenueOrder, seen: VenueOrder): boolean {
  if (rank[seen.state] !== rank[known.state]) return rank[seen.state] < rank[known.state];
  if (seen.updatedAt !== known.updatedAt) return seen.updatedAt < known.updatedAt;
  return sub(seen.filled, known.filled).startsWith('-');
}

/** Books what an order looks like, when it is new and of use: ours, or live, or the origin of a fill. */
export function seeOrder(turn: Turn, order: VenueOrder): void {
  const known = turn.books.orders.get(order.orderId);
  if (known !== undefined) {
    if (isStale(known.order, order)) return;
    if (sameJson(known.order, order)) return;
  }
  const leg = attribute(turn.books, order);
  const before = known?.order;
  record(turn, { type: 'ORDER_SEEN', v: 1, data: { order, label: leg?.label ?? null } }, EXCHANGE);
  noteForeign(turn, { before, leg, order });
  stir(turn, order.instrument);
  if (leg !== null && leg.intent === leg.label) acknowledge(turn, leg.label, order);
}

/** An order under an intent's own label is the proof that it exists. */
function acknowledge(turn: Turn, label: string, order: VenueOrder): void {
  const intent = turn.books.intents.get(label);
  if (intent === undefined || order.triggerOrderId !== null) return;
  const { state } = intent.placement;
  if (state !== 'pending' && state !== 'unknown') return;
  if (fits(intent, order)) {
    record(turn, { type: 'ORDER_ACKED', v: 1, data: { label, orderId: order.orderId } }, EXCHANGE);
    turn.live.resolving.delete(label);
    return;
  }
  const what = `order ${order.orderId} carries our label ${label} but is not what was intended`;
  record(turn, { type: 'MESSAGE_REFUSED', v: 1, data: { what, raw: canonical(order) } }, EXCHANGE);
}

/**
 * Whether an order can be the one that was intended. Reduce-only orders may have been shrunk by the exchange. The time of
 * creation says nothing more: a label is unique for ever, and our picture of the exchange's clock may be off.
 */
const fits = ({ intent }: IntentRecord, order: VenueOrder): boolean =>
  order.instrument === intent.instrument &&
  order.direction === intent.direction &&
  lte(order.amount, intent.amount);

/** Books fills that the books do not hold yet, oldest first; answers those. What came too early is left to a check. */
export function bookFills(turn: Turn, fills: readonly Fill[], source: Source): Fill[] {
  const fresh = fills.filter(
    (fill) => !turn.books.fills.has(fillKey(fill)) && fill.at >= turn.books.fillHorizon,
  );
  const inOrder = [...new Map(fresh.map((fill) => [fillKey(fill), fill])).values()].sort(byTime);
  return inOrder.filter((fill) => {
    giveWay(turn, fill);
    const booking = plan(turn, fill, source);
    if ((source === 'push' || source === 'answer') && isEarly(turn, fill, booking)) {
      turn.live.wanted ??= 'surprise';
      return false;
    }
    acknowledgeByFill(turn, fill);
    record(turn, { type: 'FILL_BOOKED', v: 1, data: { fill, ...booking, source } }, EXCHANGE);
    stir(turn, fill.instrument);
    return true;
  });
}

/**
 * Whether a fill closes more than the books know to be open although an opening fill may be missing: of our own leg, or of
 * anybody while an entry of the other direction is not done. A check reads all fills and books them in their order.
 */
function isEarly(turn: Turn, fill: Fill, { allocations }: Booking): boolean {
  const leg = turn.books.orders.get(fill.orderId)?.leg ?? attribute(turn.books, fill);
  if (leg !== null)
    return (
      leg.trade !== null &&
      leg.purpose !== 'entry' &&
      allocations.some((part) => part.trade !== leg.trade)
    );
  if (allocations.every((part) => part.trade !== null || part.role === 'close')) return false;
  return [...turn.books.intents.values()].some(
    (known) =>
      known.intent.purpose === 'entry' &&
      known.intent.instrument === fill.instrument &&
      known.intent.direction !== fill.direction &&
      !isFinished(turn.books, known),
  );
}

/** A fill may precede every other sign of its order. */
function acknowledgeByFill(turn: Turn, fill: Fill): void {
  const intent = turn.books.intents.get(fill.label);
  if (
    intent === undefined ||
    fill.instrument !== intent.intent.instrument ||
    fill.direction !== intent.intent.direction
  )
    return;
  const { state } = intent.placement;
  if (state !== 'pending' && state !== 'unknown') return;
  record(
    turn,
    { type: 'ORDER_ACKED', v: 1, data: { label: fill.label, orderId: fill.orderId } },
    EXCHANGE,
  );
  turn.live.resolving.delete(fill.label);
}

function plan(turn: Turn, fill: Fill, source: Source): Booking {
  const known = turn.books.orders.get(fill.orderId);
  const leg = known?.leg ?? attribute(turn.books, fill);
  if (leg !== null) return allocateOurs(turn.books, fill, leg);
  const origin =
    known === undefined
      ? fill.api === true
        ? 'other_api'
        : undefined
      : originOf(known.order.flags, false, known.order.isLiquidation);
  return allocateForeign(turn.books, fill, origin, source === 'start');
}

/**
 * Shares the funding since the last reading over who held something, by signed amount x time. `at` is when the position was
 * true. What nobody held waits for the fill that explains it; once all fills are read (`whole`), it belongs to no trade.
 */
export function markFunding(turn: Turn, position: VenuePosition, at: Millis, whole = false): void {
  const { instrument, realizedFunding: realized } = position;
  const known = turn.books.funding.get(instrument) ?? newMark(sessionStart(at));
  if (at < known.at) return;
  const { fundingSeen } = turn.live;
  const seen = fundingSeen.get(instrument);
  if (isSameReading(known, { realized, at }))
    return void fundingSeen.set(instrument, seenAt(known, at, seen));
  const { change, isNew, shares } = shareReading(known, { realized, at }, seen);
  if (!isNew) return;
  if (shares === null && !whole && !isZero(change)) return;
  fundingSeen.delete(instrument);
  const nobody = isZero(change) ? [] : [{ trade: null, amount: change }];
  record(
    turn,
    {
      type: 'FUNDING_ACCRUED',
      v: 1,
      data: { instrument, realized, at, allocations: shares ?? nobody },
    },
    EXCHANGE,
  );
}

/** Everything of one private frame, or of one answer to an order, in the order that keeps attribution right. */
export function observe(
  turn: Turn,
  seen: {
    readonly orders: readonly VenueOrder[];
    readonly fills: readonly Fill[];
    readonly positions: readonly VenuePosition[];
  },
  source: Source,
): Fill[] {
  if (source === 'push' || source === 'answer') hear(turn, seen);
  const stamps = [
    ...seen.orders.map((order) => order.updatedAt),
    ...seen.fills.map((fill) => fill.at),
  ];
  const at = stamps.length === 0 ? turn.now.server : Math.max(...stamps);
  const useful = seen.orders.filter((order) => isOfUse(turn, order, seen.fills));
  for (const order of useful) seeOrder(turn, order);
  const booked = bookFills(turn, seen.fills, source);
  for (const position of seen.positions) markFunding(turn, position, at);
  return booked;
}

/** Orders of others are kept only while they live or explain a fill. */
function isOfUse(turn: Turn, order: VenueOrder, fills: readonly Fill[]): boolean {
  if (turn.books.orders.has(order.orderId) || attribute(turn.books, order) !== null) return true;
  return (
    isLive(order.state) ||
    order.isLiquidation ||
    fills.some((fill) => fill.orderId === order.orderId) ||
    !isZero(order.filled)
  );
}

/** What was last heard of an instrument's price, and when (mono). Its next ticker is looked at for whoever asks here. */
export function tickerOf({ live }: Turn, instrument: string): TickerHeard | undefined {
  live.priced.add(instrument);
  return live.tickers.get(instrument);
}

/** The mark price as last heard, if it is fresh enough to price an order. */
export function markPrice(turn: Turn, instrument: string, freshMs: number): Decimal | null {
  const known = tickerOf(turn, instrument);
  return known === undefined || turn.now.mono - known.mono > freshMs
    ? null
    : known.ticker.markPrice;
}

/** `price` moved by percent against (`beyond`) the side that trades at it: up for a buy, down for a sell. */
export function beyond(price: Decimal, direction: 'buy' | 'sell', percent: Decimal): Decimal {
  const move = div(mul(price, percent), '100' as Decimal, 10);
  return direction === 'buy' ? add(price, move) : sub(price, move);
}

/** Whether two signed amounts point in opposite directions. */
export const opposes = (a: Decimal, b: Decimal): boolean => sign(a) * sign(b) < 0;
