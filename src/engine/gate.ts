/**
 * The one gate of openings: a pure judgement over the books and what is known live. Unresolved intents count as filled
 * (I39); any doubt refuses. The reason is a stable code (`gate.<reason>` in words).
 */
import { gt, lt, neg } from '../base/decimal.ts';
import { DAY, HOUR, type Millis } from '../base/time.ts';
import type { Books } from '../domain/books.ts';
import { isTradableAmount } from '../domain/instrument.ts';
import {
  blockingBreaks,
  isAsleep,
  isDone,
  isFinished,
  liveAmount,
  openTrades,
  unresolvedIntents,
} from '../domain/ledger.ts';
import { isLive } from '../domain/order.ts';
import { COLLAR_PERCENT, FRESH, MARKET_FRESH, REPEATED, SETTLEMENT_LEAD } from './limits.ts';
import { beyond, markPrice, opposes } from './observe.ts';
import { isPlatformClosed } from './platform.ts';
import { exposures, type OverLimit, overLimit, type Proposal } from './risk.ts';
import { type Turn, factor } from './turn.ts';

/** Why an opening is refused. */
export type Refusal =
  | 'halted'
  | 'paused'
  | 'disk_full'
  | 'disk_low'
  | 'link_down'
  | 'cancel_on_disconnect'
  | 'not_verified'
  | 'stale_check'
  | 'stalled'
  | 'settlement'
  | 'platform_closed'
  | 'instrument_closed'
  | 'unresolved_order'
  | 'open_break'
  | 'in_trade'
  | 'earlier_order_unproved'
  | 'resize_owed'
  | 'opposite_direction'
  | 'amount_too_small'
  | 'collar'
  | OverLimit
  | 'repeated';

/** The first reason that forbids an opening now, or undefined: it may pass. */
export function refusal(turn: Turn, proposal: Proposal): Refusal | undefined {
  return (
    mayOpen(turn, proposal.strategy, proposal.instrument) ??
    fits(turn, proposal) ??
    overLimit(turn, proposal) ??
    (throttled(turn, proposal.strategy) ? 'repeated' : undefined)
  );
}

/** What does not depend on the order itself. */
function mayOpen(turn: Turn, id: string, name: string): Refusal | undefined {
  const { books, live } = turn;
  const control = books.strategies.get(id)?.control.value;
  if (control === 'halted' || control === 'stopped' || control === undefined) return 'halted';
  if (control !== 'running') return 'paused';
  if (books.disk !== 'enough') return books.disk === 'full' ? 'disk_full' : 'disk_low';
  const { trading, market } = live.links;
  if (!trading.up || !market.up) return 'link_down';
  if (trading.codOn) return 'cancel_on_disconnect';
  if (isPlatformClosed(turn, name)) return 'platform_closed';
  if (blockingBreaks(books, name).length > 0) return 'open_break';
  if (books.assurance.get(name)?.value !== 'verified' || live.clean?.conn !== trading.conn)
    return 'not_verified';
  const since = Math.max(market.since, live.reopenedMono);
  if (turn.now.mono - live.clean.mono >= FRESH || live.clean.mono < since) return 'stale_check';
  if (live.clean.mono < live.stalledMono) return 'stalled';
  if (settling(turn, live.clean.server)) return 'settlement';
  if (
    books.instruments.get(name)?.state !== 'open' ||
    live.tickers.get(name)?.ticker.state !== 'open'
  )
    return 'instrument_closed';
  if (markPrice(turn, name, MARKET_FRESH) === null) return 'stale_market';
  if (unresolvedIntents(books).some(({ intent }) => intent.instrument === name))
    return 'unresolved_order';
  if (openTrades(books, { strategy: id, instrument: name }).length > 0) return 'in_trade';
  if (earlierUnproved(books, id, name)) return 'earlier_order_unproved';
  return isResizeOwed(books, name) ? 'resize_owed' : undefined;
}

/** From ten seconds before 08:00 UTC until a check that began after it is clean. */
function settling(turn: Turn, cleanSince: Millis): boolean {
  const next = Math.ceil((turn.now.server - 8 * HOUR) / DAY) * DAY + 8 * HOUR;
  if (next - turn.now.server <= SETTLEMENT_LEAD * factor(turn)) return true;
  const last = next - DAY;
  return cleanSince < last;
}

/** I52: an order of an earlier trade of the strategy is not proved closed. */
function earlierUnproved(books: Books, strategy: string, instrument: string): boolean {
  for (const record of books.orders.values()) {
    const { order, leg } = record;
    if (leg?.strategy !== strategy || order.instrument !== instrument) continue;
    if (!isDone(books, record)) return true;
  }
  return [...books.intents.values()].some(
    (record) =>
      record.intent.strategy === strategy &&
      record.intent.instrument === instrument &&
      !isFinished(books, record),
  );
}

/**
 * Whether a stop or target on the instrument would close another amount than its trade has open: what it closed besides
 * would be taken from the trade that is about to open. A target may be missing: the stop protects.
 */
function isResizeOwed(books: Books, name: string): boolean {
  const open = openTrades(books, { instrument: name });
  const wrong = open.some(
    (trade) =>
      liveAmount(books, trade.id, 'stop') !== trade.open ||
      gt(liveAmount(books, trade.id, 'target'), trade.open),
  );
  if (wrong) return true;
  const ours = new Set(open.map(({ id }) => id));
  return [...books.orders.values()].some(
    ({ order, leg }) =>
      order.instrument === name &&
      leg !== null &&
      leg.purpose !== 'entry' &&
      leg.trade !== null &&
      !ours.has(leg.trade) &&
      isLive(order.state) &&
      !isAsleep(order),
  );
}

/** Whether the exchange would take such an order, at a price that is not far from the mark (I41), in the instrument's direction (I50). */
function fits(
  turn: Turn,
  { instrument: name, direction, amount, price }: Proposal,
): Refusal | undefined {
  const { books } = turn;
  const instrument = books.instruments.get(name);
  const mark = markPrice(turn, name, MARKET_FRESH);
  if (instrument === undefined || mark === null || price === null) return 'stale_market';
  if (!isTradableAmount(instrument, amount)) return 'amount_too_small';
  const limit = beyond(mark, direction, COLLAR_PERCENT);
  if (direction === 'buy' ? gt(price, limit) : lt(price, limit)) return 'collar';
  const change = direction === 'buy' ? amount : neg(amount);
  return exposures(books, name).some((exposure) => opposes(exposure, change))
    ? 'opposite_direction'
    : undefined;
}

/** I42: too many entries of one strategy within the window. */
function throttled(turn: Turn, strategy: string): boolean {
  const entries = turn.books.strategies.get(strategy)?.recentEntries ?? [];
  const since = turn.now.server - REPEATED.windowMs;
  return entries.filter((at) => at > since).length >= REPEATED.count;
}
