/**
 * Marks that are asked for, because no stream brings them: for a close that waits for its price, and for what is open of
 * strategies that are not configured any more, whose losses count in the limits all the same (I39).
 */
import { openTrades } from '../domain/ledger.ts';
import { MARKET_FRESH, PRICE_AGAIN } from './limits.ts';
import { type Turn, ask, tradingUp, wake } from './turn.ts';

/** Asks for price and state over the trading link, at most once a second: the market link may be the one that is down. */
export function askPrice(turn: Turn, instrument: string): void {
  const due = (turn.live.pricesAsked.get(instrument) ?? -Infinity) + PRICE_AGAIN;
  wake(turn, Math.max(due, turn.now.mono + 1));
  if (turn.now.mono < due || !tradingUp(turn)) return;
  turn.live.pricesAsked.set(instrument, turn.now.mono);
  wake(turn, turn.now.mono + PRICE_AGAIN);
  ask(turn, { for: 'price', instrument }, { kind: 'ticker', instrument });
}

/** The duty: no mark of what is open grows too old to be counted. */
export function watchMarks(turn: Turn): void {
  const left = [...turn.books.strategies.keys()].filter((id) => !turn.live.runners.has(id));
  for (const strategy of left)
    for (const { instrument } of openTrades(turn.books, { strategy })) {
      const due = (turn.live.tickers.get(instrument)?.mono ?? -Infinity) + MARKET_FRESH / 2;
      if (turn.now.mono >= due) askPrice(turn, instrument);
      else wake(turn, due);
    }
}
