/**
 * Channels that a link has beside those that it can't do without: prices that were asked for, and what the exchange says
 * about itself. The exchange may refuse any of them without harm to the link.
 */
import { type Result, err, ok } from '../../base/result.ts';
import type { LinkName, VenueEvent } from '../port.ts';
import { indexSchema, quoteSchema, readPublicTrades } from './decode-book.ts';
import { readWith } from './decode-members.ts';
import { decodeWith } from './decode-values.ts';
import type { Closure, Platform } from './platform.ts';
import type { ReadChannel, Said } from './stream.ts';

/** What the market link brings beside tickers and candles. Instruments, and names of indices. */
export type Wanted = {
  readonly trades: readonly string[];
  readonly quotes: readonly string[];
  readonly indices: readonly string[];
};

const saying = (...events: readonly VenueEvent[]): Result<Said, string> =>
  ok({ events, warning: null });

const readTrades =
  (instrument: string): ReadChannel =>
  (data, conn) => {
    const trades = readWith(readPublicTrades, data);
    if (!trades.ok) return trades;
    return trades.value.every((trade) => trade.instrument === instrument)
      ? saying({ kind: 'trades', conn, trades: trades.value })
      : err('a trade of another instrument');
  };

const readQuote =
  (instrument: string): ReadChannel =>
  (data, conn) => {
    const quote = decodeWith(quoteSchema, data);
    if (!quote.ok) return quote;
    return quote.value.instrument === instrument
      ? saying({ kind: 'quote', conn, quote: quote.value })
      : err('a quote of another instrument');
  };

const readIndex =
  (name: string): ReadChannel =>
  (data, conn) => {
    const index = decodeWith(indexSchema, data);
    if (!index.ok) return index;
    return index.value.index === name
      ? saying({ kind: 'index', conn, index: index.value })
      : err('another index');
  };

/** The event of each closure. */
export const closing = (
  link: LinkName,
  conn: number,
  closures: readonly Closure[],
): readonly VenueEvent[] =>
  closures.map(({ part, closed }) => ({ kind: 'platform', link, conn, part, closed }));

const readPlatform =
  (link: LinkName, read: Platform['state']): ReadChannel =>
  (data, conn) => {
    const closures = read(data);
    return closures.ok ? saying(...closing(link, conn, closures.value)) : closures;
  };

/** The channels, with their readers; books have readers of their own. */
export function moreChannelsOf(
  link: LinkName,
  wanted: Wanted,
  platform: Platform,
): ReadonlyMap<string, ReadChannel> {
  if (link === 'drop_copy') return new Map();
  if (link === 'trading') return new Map([['user.lock', readPlatform(link, platform.lock)]]);
  const state = readPlatform(link, platform.state);
  return new Map<string, ReadChannel>([
    ...wanted.trades.map((name) => [`trades.${name}.100ms`, readTrades(name)] as const),
    ...wanted.quotes.map((name) => [`quote.${name}`, readQuote(name)] as const),
    ...wanted.indices.map((name) => [`deribit_price_index.${name}`, readIndex(name)] as const),
    ['platform_state', state],
    ['platform_state.public_methods_state', state],
  ]);
}
