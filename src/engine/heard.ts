/**
 * What the exchange itself has told lately, by push or in answer to an order: fills, orders that it showed live, sizes of
 * positions. A read that lacks one of them is older than that, or empty by mistake, and proves nothing (N9): a fill does
 * not unhappen, an order that lived a moment ago can be found, and a position moves by fills. After a while, long before the exchange may really forget, a read is
 * believed again.
 */
import type { Millis } from '../base/time.ts';
import { type Decimal, add } from '../base/decimal.ts';
import type { VenuePosition } from '../domain/account.ts';
import { type Fill, fillKey } from '../domain/fill.ts';
import { signed } from '../domain/money.ts';
import { type VenueOrder, isLive } from '../domain/order.ts';
import { ORDERS_FOUND, RECENT_WINDOW, STALE_LEAST, STALE_PATIENCE } from './limits.ts';
import { type Turn, factor } from './turn.ts';

/** Real time for which the exchange must know what it showed: half of how long it keeps it, within bounds. */
const patience = (turn: Turn, kept: Millis): Millis =>
  Math.min(STALE_PATIENCE, Math.max(STALE_LEAST, kept / 2 / factor(turn)));

/** Forgets what was noted before; the oldest stand first. */
export function prune(heard: Map<string, { readonly mono: Millis }>, until: Millis): void {
  for (const [key, { mono }] of heard) {
    if (mono > until) return;
    heard.delete(key);
  }
}

/** Notes what a push or an answer of the matching engine showed. */
export function hear(
  turn: Turn,
  seen: {
    readonly orders: readonly VenueOrder[];
    readonly fills: readonly Fill[];
    readonly positions: readonly VenuePosition[];
  },
): void {
  const { heard } = turn.live;
  const { mono } = turn.now;
  prune(heard.fills, mono - STALE_PATIENCE);
  prune(heard.orders, mono - STALE_PATIENCE);
  for (const fill of seen.fills) {
    heard.fills.delete(fillKey(fill));
    heard.fills.set(fillKey(fill), { mono, at: fill.at, currency: fill.currency });
  }
  for (const order of seen.orders) {
    heard.orders.delete(order.orderId);
    if (isLive(order.state)) heard.orders.set(order.orderId, { mono });
  }
  for (const { instrument, size } of seen.positions) hearSize(turn, instrument, size);
}

function hearSize(turn: Turn, instrument: string, size: Decimal): void {
  const { server: at, mono } = turn.now;
  turn.live.heard.positions.set(instrument, { mono, at, size });
}

/**
 * Fills that a check has found move what was heard before them. The books are no measure of it: they may hold assumptions.
 */
export function hearMissed(turn: Turn, fills: readonly Fill[]): void {
  for (const { instrument, at, direction, amount } of fills) {
    const last = turn.live.heard.positions.get(instrument);
    if (last === undefined || at <= last.at) continue;
    const size = add(last.size, signed(direction === 'buy' ? 'long' : 'short', amount));
    turn.live.heard.positions.set(instrument, { ...last, mono: turn.now.mono, size });
  }
}

/** The size that the exchange brought last, if that was lately. */
export function lastHeardSize(turn: Turn, instrument: string): Decimal | undefined {
  const last = turn.live.heard.positions.get(instrument);
  const isLate = last !== undefined && turn.now.mono - last.mono < patience(turn, RECENT_WINDOW);
  return isLate ? last.size : undefined;
}

/** Whether the exchange showed an order live so lately that not knowing it means not looking at the present. */
export function wasJustLive(turn: Turn, orderId: string): boolean {
  const last = turn.live.heard.orders.get(orderId);
  return last !== undefined && turn.now.mono - last.mono < patience(turn, ORDERS_FOUND);
}

/** Whether an order was intended (server time) so lately that the exchange would still find it, had it ended at once. */
export const isStillFound = (turn: Turn, intendedAt: Millis): boolean =>
  (turn.now.server - intendedAt) / factor(turn) < patience(turn, ORDERS_FOUND);

/** A fill that a read of everything since `from` (server time) should hold and does not; undefined when it holds all. */
export function lackingFill(
  turn: Turn,
  read: { readonly fills: ReadonlyMap<string, Fill>; readonly from: Millis },
  currencies: readonly string[],
): string | undefined {
  const since = turn.now.mono - patience(turn, RECENT_WINDOW);
  for (const [key, { mono, at, currency }] of turn.live.heard.fills) {
    if (mono <= since || at < read.from) continue;
    if (currencies.includes(currency) && !read.fills.has(key)) return key;
  }
  return undefined;
}
