/**
 * Closing what is open: reduce-only, immediate-or-cancel, priced inside the exchange's band, never larger than the
 * trade's open amount (I9), one attempt at a time. What is owed is derived from the books (I51). Only I9 and the band
 * stand before such an order, whatever else is stale or exhausted (I53).
 */
import { type Decimal, ZERO, abs, gt, isZero, lt, max, min } from '../base/decimal.ts';
import type { TradeRecord } from '../domain/books.ts';
import { onTick } from '../domain/instrument.ts';
import type { Intent, Purpose } from '../domain/intent.ts';
import {
  instrumentOf,
  isDone,
  openTrades,
  ordersOfTrade,
  unresolvedIntents,
  unresolvedOf,
} from '../domain/ledger.ts';
import { isLive } from '../domain/order.ts';
import { BACKOFF, CLOSE_BAND_PERCENT, MARKET_FRESH } from './limits.ts';
import { askPrice } from './marks.ts';
import { beyond, tickerOf } from './observe.ts';
import { freshLabel, place, validUntil } from './place.ts';
import { type Turn, tradingUp, wake } from './turn.ts';

type ClosePurpose = Exclude<Purpose, 'entry' | 'stop' | 'target'>;

const CLOSES: readonly Purpose[] = [
  'close',
  'stop_rest',
  'stop_now',
  'kill_close',
  'operator_close',
];

/** The price at which a reducing order is sure to meet the book: beyond the last mark, inside the band. Undefined without a mark. */
function closingPrice(turn: Turn, name: string, direction: 'buy' | 'sell'): Decimal | undefined {
  const known = tickerOf(turn, name);
  if (known === undefined || turn.now.mono - known.mono > MARKET_FRESH) {
    askPrice(turn, name);
    if (known === undefined) return undefined;
  }
  const { ticker } = known;
  const instrument = instrumentOf(turn.books, name);
  const wanted = beyond(ticker.markPrice, direction, CLOSE_BAND_PERCENT);
  const inBand = direction === 'buy' ? min(wanted, ticker.maxPrice) : max(wanted, ticker.minPrice);
  return onTick(instrument, inBand, direction === 'buy' ? 'floor' : 'ceil');
}

type CloseOrder = {
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly amount: Decimal;
  readonly purpose: ClosePurpose;
  readonly strategy: string;
  readonly trade: string | null;
};

function placeClose(turn: Turn, order: CloseOrder): void {
  const price = closingPrice(turn, order.instrument, order.direction);
  if (price === undefined) return;
  const intent: Intent = {
    label: freshLabel(turn, order.strategy, order.purpose),
    strategy: order.strategy,
    trade: order.trade,
    purpose: order.purpose,
    instrument: order.instrument,
    direction: order.direction,
    amount: order.amount,
    type: 'limit',
    price,
    timeInForce: 'immediate_or_cancel',
    reduceOnly: true,
    triggerPrice: null,
    trigger: null,
    validUntil: validUntil(turn, order.purpose),
    children: [],
    fillCondition: null,
  };
  place(turn, intent);
}

/** One attempt to close what a trade has open, unless one is under way. Answers whether one is under way now. */
export function closeTrade(turn: Turn, trade: TradeRecord, purpose: ClosePurpose): boolean {
  if (isZero(trade.open) || trade.closedAt !== null) return false;
  if (!tradingUp(turn)) return false;
  if (unresolvedOf(turn.books, trade.id, CLOSES).length > 0 || isAtWork(turn, trade.id))
    return true;
  if (!mayAttempt(turn, trade.id, trade.instrument, trade.open)) return true;
  const direction = trade.direction === 'long' ? 'sell' : 'buy';
  placeClose(turn, {
    instrument: trade.instrument,
    direction,
    amount: trade.open,
    purpose,
    strategy: trade.strategy,
    trade: trade.id,
  });
  return true;
}

/**
 * Whether a close may be tried now: the instrument is open, and the pause since the last try is over. The pause doubles while
 * nothing fills; each attempt that is let through counts.
 */
function mayAttempt(turn: Turn, key: string, instrument: string, open: Decimal): boolean {
  if (turn.books.instruments.get(instrument)?.state !== 'open') {
    askPrice(turn, instrument);
    return false;
  }
  const last = turn.live.closing.get(key);
  if (last !== undefined && last.nextMono > turn.now.mono) {
    wake(turn, last.nextMono);
    return false;
  }
  const attempts = last?.open === open ? last.attempts + 1 : 1;
  const nextMono = turn.now.mono + (BACKOFF[Math.min(attempts, BACKOFF.length) - 1] ?? 0);
  turn.live.closing.set(key, { attempts, nextMono, open });
  wake(turn, nextMono);
  return true;
}

/** Whether a close of ours lives, a triggered stop or target works, or something filled that is not booked yet (I9). */
function isAtWork(turn: Turn, trade: string): boolean {
  return ordersOfTrade(turn.books, trade).some((record) => {
    const { order, leg } = record;
    if (leg === null || leg.purpose === 'entry') return false;
    if (isLive(order.state))
      return (
        CLOSES.includes(leg.purpose) || (order.state === 'open' && order.triggerOrderId !== null)
      );
    return order.state !== 'triggered' && !isDone(turn.books, record);
  });
}

/** Stands before the instrument in the key of a foreign amount that is closed; trades go by their id. */
const FOREIGN = 'foreign/';

/** What a person told us to close of a foreign amount, never what is kept by hand (I9). */
const wantedFlat = (turn: Turn, name: string): Decimal =>
  turn.books.foreign.get(name)?.wantFlat ?? ZERO;

/** The duty: a foreign amount that a person wants flat is closed, one attempt at a time, until nothing is left. */
function flattenForeign(turn: Turn, name: string): void {
  const amount = wantedFlat(turn, name);
  const busy = unresolvedIntents(turn.books).some(
    ({ intent }) => intent.purpose === 'foreign_close' && intent.instrument === name,
  );
  if (isZero(amount) || busy || !tradingUp(turn)) return;
  if (!mayAttempt(turn, `${FOREIGN}${name}`, name, amount)) return;
  const strategy =
    [...turn.books.strategies.values()].find(({ config }) => config.instrument === name)?.config
      .id ?? 'hand';
  const direction = gt(amount, '0' as Decimal) ? 'sell' : 'buy';
  placeClose(turn, {
    instrument: name,
    direction,
    amount: abs(amount),
    purpose: 'foreign_close',
    strategy,
    trade: null,
  });
}

/** The duty: what a person or Kill wants flat is closed until it is. */
export function carryOutFlattening(turn: Turn): void {
  for (const strategy of turn.books.strategies.values()) {
    if (strategy.wantFlat === null) continue;
    for (const trade of openTrades(turn.books, { strategy: strategy.config.id }))
      closeTrade(turn, trade, strategy.wantFlat);
  }
  for (const [name, foreign] of turn.books.foreign)
    if (!isZero(foreign.wantFlat)) flattenForeign(turn, name);
  for (const key of turn.live.closing.keys())
    if (!isStillOpen(turn, key)) turn.live.closing.delete(key);
}

/** Whether what is closed under a key, a trade or the foreign amount of an instrument, is not closed yet. */
function isStillOpen(turn: Turn, key: string): boolean {
  if (key.startsWith(FOREIGN)) return !isZero(wantedFlat(turn, key.slice(FOREIGN.length)));
  return turn.books.trades.get(key)?.closedAt === null;
}

/** Whether a price has passed a stop's trigger on the losing side. */
export const isBeyondStop = (trade: TradeRecord, stop: Decimal, price: Decimal): boolean =>
  trade.direction === 'long' ? !gt(price, stop) : !lt(price, stop);
