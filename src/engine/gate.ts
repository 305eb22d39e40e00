/**
 * The one gate of openings: a pure judgement over the books and what is known live. Unresolved intents count as filled
 * (I39); any doubt refuses. The reason is a stable code (`gate.<reason>` in words).
 */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  gt,
  gte,
  isZero,
  lt,
  mul,
  neg,
  sign,
  sub,
  sum,
} from '../base/decimal.ts';
import { DAY, HOUR, startOfDay, type Millis } from '../base/time.ts';
import type { Books } from '../domain/books.ts';
import { realised } from '../domain/evolve-trade.ts';
import { isTradableAmount, usdValue } from '../domain/instrument.ts';
import type { Intent } from '../domain/intent.ts';
import {
  blockingBreaks,
  foreignAmount,
  isAsleep,
  isDone,
  isFinished,
  liveAmount,
  openTrades,
  unresolvedIntents,
} from '../domain/ledger.ts';
import { averagePrice, signed, unrealisedPnl } from '../domain/money.ts';
import { isLive } from '../domain/order.ts';
import { COLLAR_PERCENT, FRESH, MARKET_FRESH, REPEATED, SETTLEMENT_LEAD } from './limits.ts';
import { beyond, markPrice, opposes } from './observe.ts';
import { isPlatformClosed } from './platform.ts';
import { type Turn, factor } from './turn.ts';

/** What an entry would be, before it has labels. */
export type Proposal = Pick<Intent, 'strategy' | 'instrument' | 'direction' | 'amount' | 'price'>;

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
  | 'settlement'
  | 'platform_closed'
  | 'instrument_closed'
  | 'stale_market'
  | 'unresolved_order'
  | 'open_break'
  | 'in_trade'
  | 'earlier_order_unproved'
  | 'resize_owed'
  | 'opposite_direction'
  | 'amount_too_small'
  | 'collar'
  | 'order_too_large'
  | 'position_too_large'
  | 'too_many_orders'
  | 'daily_loss'
  | 'repeated';

/** The first reason that forbids an opening now, or undefined: it may pass. */
export function refusal(turn: Turn, proposal: Proposal): Refusal | undefined {
  return mayOpen(turn, proposal.strategy, proposal.instrument) ?? fits(turn, proposal);
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

function fits(turn: Turn, proposal: Proposal): Refusal | undefined {
  const { books } = turn;
  const { instrument: name, direction, amount, price } = proposal;
  const instrument = books.instruments.get(name);
  const mark = markPrice(turn, name, MARKET_FRESH);
  if (instrument === undefined || mark === null || price === null) return 'stale_market';
  if (!isTradableAmount(instrument, amount)) return 'amount_too_small';
  const limit = beyond(mark, direction, COLLAR_PERCENT);
  if (direction === 'buy' ? gt(price, limit) : lt(price, limit)) return 'collar';
  const change = direction === 'buy' ? amount : neg(amount);
  if (exposures(books, name).some((exposure) => opposes(exposure, change)))
    return 'opposite_direction';
  if (gt(usdValue(instrument, amount, price), books.risk.maxOrderUsd)) return 'order_too_large';
  const held = abs(sum(exposures(books, name)));
  if (gt(usdValue(instrument, add(held, amount), price), books.risk.maxPositionUsd))
    return 'position_too_large';
  if (standing(books) + LEGS > books.risk.maxOpenOrders) return 'too_many_orders';
  const loss = lossToday(turn);
  if (loss === null) return 'stale_market';
  if (gte(loss, books.risk.maxDailyLossUsd)) return 'daily_loss';
  return throttled(turn, proposal.strategy) ? 'repeated' : undefined;
}

/** I50: everything that gives an instrument its direction, signed: open trades, foreign amount, openings that may fill. */
function exposures(books: Books, name: string): Decimal[] {
  const trades = openTrades(books, { instrument: name }).map((trade) =>
    signed(trade.direction, trade.open),
  );
  const entries = [...books.intents.values()]
    .filter(
      (record) =>
        record.intent.instrument === name &&
        record.intent.purpose === 'entry' &&
        !isFinished(books, record),
    )
    .map(({ intent }) => (intent.direction === 'buy' ? intent.amount : neg(intent.amount)));
  return [...trades, foreignAmount(books, name), ...entries].filter((amount) => !isZero(amount));
}

/** An entry, its stop, its target. */
const LEGS = 3;

/** Orders of ours that live, and those of intents without an end that nobody has shown yet. */
function standing(books: Books): number {
  const shown = new Set<string>();
  let live = 0;
  for (const { order, leg } of books.orders.values()) {
    shown.add(order.label);
    if (leg !== null && isLive(order.state)) live += 1;
  }
  for (const record of books.intents.values()) {
    if (isFinished(books, record)) continue;
    const labels = [record.intent, ...record.intent.children].map(({ label }) => label);
    live += labels.filter((label) => !shown.has(label)).length;
  }
  return live;
}

/**
 * Today's loss in USD: realised net of the day, and of open trades what is realised and what is open at the mark; zero when
 * it is a gain. What has no fresh mark counts at its stop, the worst that is planned; null when it has none.
 */
function lossToday(turn: Turn): Decimal | null {
  const { books } = turn;
  const closed = books.daily.day === startOfDay(turn.now.server) ? books.daily.net : ZERO;
  let net = closed;
  for (const trade of openTrades(books)) {
    const kind = books.instruments.get(trade.instrument)?.kind ?? 'linear';
    const entry = averagePrice(kind, trade.entries);
    if (entry === null) continue;
    const price = markPrice(turn, trade.instrument, MARKET_FRESH) ?? trade.stopLoss;
    if (price === null) return null;
    const gross = add(
      realised(books, trade),
      unrealisedPnl(kind, trade.direction, { amount: trade.open, price: entry }, price),
    );
    const result = add(sub(gross, trade.fees), trade.funding);
    net = add(net, kind === 'inverse' ? mul(result, price) : result);
  }
  return sign(net) < 0 ? abs(net) : ZERO;
}

/** I42: too many entries of one strategy within the window. */
function throttled(turn: Turn, strategy: string): boolean {
  const entries = turn.books.strategies.get(strategy)?.recentEntries ?? [];
  const since = turn.now.server - REPEATED.windowMs;
  return entries.filter((at) => at > since).length >= REPEATED.count;
}
