/**
 * Marks that are asked for, because no stream brings them: for a close that waits for its price, for what is open of
 * strategies that are not configured any more, whose losses count in the limits all the same, and for what others hold
 * where all of the account is limited (I39).
 */
import { isZero } from '../base/decimal.ts';
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
  for (const instrument of unstreamed(turn)) {
    const due = (turn.live.tickers.get(instrument)?.mono ?? -Infinity) + MARKET_FRESH / 2;
    if (turn.now.mono >= due) askPrice(turn, instrument);
    else wake(turn, due);
  }
}

/** Instruments of which something is held that a limit counts, and whose prices no strategy of this run needs. */
function unstreamed({ books, live }: Turn): ReadonlySet<string> {
  const names = new Set<string>();
  if (books.risk.maxAccountUsd !== undefined)
    for (const [name, { amount }] of books.foreign) if (!isZero(amount)) names.add(name);
  const strategies = [...books.strategies];
  for (const [strategy] of strategies.filter(([id]) => !live.runners.has(id)))
    for (const { instrument } of openTrades(books, { strategy })) names.add(instrument);
  if (names.size > 0)
    for (const [id, { config }] of strategies)
      if (live.runners.has(id)) names.delete(config.instrument);
  return names;
}
