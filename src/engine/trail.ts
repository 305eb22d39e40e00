/**
 * Stops that follow: the strategy says where a trade's stop belongs, the order at the exchange is edited, never cancelled,
 * and only ever towards the price. A move is asked for on a fresh mark, on the right side of it, one at a time.
 */
import { type Decimal, isZero } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { TradeRecord } from '../domain/books.ts';
import { instrumentOf, isEntering, isExiting, openTrades } from '../domain/ledger.ts';
import { averagePrice } from '../domain/money.ts';
import type { StrategyRunner } from '../strategy/strategy.ts';
import { isNearer, stopsOf, wantTrigger } from './changes.ts';
import { isBeyondStop } from './close.ts';
import { ABSENT, MARKET_FRESH, MOVE_EVERY, VALIDITY } from './limits.ts';
import { markPrice, tickerOf } from './observe.ts';
import { type Turn, wake } from './turn.ts';

type Trail = { best: Decimal | null; seenTo: Millis; nextMono: Millis };

/** The duty over all open trades whose strategy moves stops. */
export function trailStops(turn: Turn): void {
  for (const id of turn.live.trails.keys())
    if (turn.books.trades.get(id)?.closedAt !== null) turn.live.trails.delete(id);
  const managers = [...turn.live.runners].filter(([, { runner }]) => runner.manage !== null);
  for (const [strategy, { runner }] of managers) {
    for (const trade of openTrades(turn.books, { strategy }))
      if (turn.books.instruments.has(trade.instrument)) trail(turn, trade, runner);
  }
}

function trail(turn: Turn, trade: TradeRecord, { manage }: StrategyRunner): void {
  const state = turn.live.trails.get(trade.id) ?? {
    best: null,
    seenTo: -1,
    nextMono: turn.now.mono,
  };
  turn.live.trails.set(trade.id, state);
  follow(turn, trade, state);
  const mark = markPrice(turn, trade.instrument, MARKET_FRESH);
  if (state.best === null || mark === null || manage === null || !mayMove(turn, trade, state))
    return;
  const stops = stopsOf(turn, trade.id);
  const [worst] = stops.sort((a, b) => (isNearer(trade, a.triggerPrice, b.triggerPrice) ? 1 : -1));
  if (worst === undefined) return;
  const instrument = instrumentOf(turn.books, trade.instrument);
  const entryPrice = averagePrice(instrument.kind, trade.entries) as Decimal;
  const wish = manage({
    direction: trade.direction,
    entryPrice,
    stop: worst.triggerPrice,
    best: state.best,
    instrument,
  });
  if (wish === null) return;
  // What is known of the past may have become less; a stop that was reached once is not given up for that.
  const price =
    trade.stopLoss !== null && isNearer(trade, trade.stopLoss, wish.price)
      ? trade.stopLoss
      : wish.price;
  if (isBeyondStop(trade, price, mark)) return;
  for (const order of stops)
    if (isNearer(trade, price, order.triggerPrice)) wantTrigger(turn, order, price, wish.reason);
  state.nextMono = turn.now.mono + MOVE_EVERY;
}

/** The best price for the trade's side: marks as they come, and the candles that began after it was opened and have closed. */
function follow(turn: Turn, trade: TradeRecord, state: Trail): void {
  const take = (price: Decimal): void => {
    if (state.best === null || isNearer(trade, price, state.best)) state.best = price;
  };
  const ticker = tickerOf(turn, trade.instrument)?.ticker;
  if (ticker !== undefined && ticker.at >= trade.openedAt) take(ticker.markPrice);
  const candles = turn.live.candles.get(trade.instrument) ?? [];
  const from = Math.max(state.seenTo + 1, trade.openedAt);
  for (let i = candles.length - 2; i >= 0; i--) {
    const candle = candles[i];
    if (candle === undefined || candle.at < from) break;
    take(trade.direction === 'long' ? candle.high : candle.low);
    state.seenTo = Math.max(state.seenTo, candle.at);
  }
}

/**
 * Whether a move may be asked for now: the trade stands still, its orders were read on this connection, nothing that was
 * sent over an earlier one can take effect any more, and the last move is some seconds ago.
 */
function mayMove(turn: Turn, trade: TradeRecord, state: Trail): boolean {
  const { books, live, now } = turn;
  const { trading } = live.links;
  if (!trading.up || live.ordersReadOn !== trading.conn) return false;
  if (isZero(trade.open) || books.strategies.get(trade.strategy)?.wantFlat) return false;
  if (isEntering(books, trade.id) || isExiting(books, trade.id)) return false;
  const from = Math.max(state.nextMono, trading.since + VALIDITY + ABSENT);
  if (now.mono >= from) return true;
  wake(turn, from);
  return false;
}
