/**
 * The channels of each link and what their notifications say. A notification on a channel that was not asked for, or
 * one that speaks of another instrument than its channel, is not trusted.
 */
import { type Result, err, ok } from '../../base/result.ts';
import type { LinkName, VenueEvent } from '../port.ts';
import { readChanges } from './decode-account.ts';
import { instrumentStateSchema, readCandle, readTicker } from './decode-market.ts';
import { readWith, rowsOf } from './decode-members.ts';
import { readFill } from './decode-order.ts';
import { decodeWith } from './decode-values.ts';

/** What one notification says. `warning` says what in it is new to us, though the rest can be used. */
export type Said = { readonly events: readonly VenueEvent[]; readonly warning: string | null };
export type ReadChannel = (data: unknown, conn: number) => Result<Said, string>;

const saying = (event: VenueEvent): Result<Said, string> => ok({ events: [event], warning: null });

/** The documentation speaks of a list of events; what comes is one. Of a list, all can be read or none is believed. */
const changesOn: ReadChannel = (data, conn) => {
  const events: VenueEvent[] = [];
  for (const one of Array.isArray(data) ? (data as readonly unknown[]) : [data]) {
    const changes = readWith(readChanges, one);
    if (!changes.ok) return changes;
    events.push({ kind: 'changes', conn, changes: changes.value });
  }
  return ok({ events, warning: null });
};

const copyOn: ReadChannel = (data, conn) => {
  const fills = readWith((value) => rowsOf(value, 'trades', readFill), data);
  return fills.ok ? saying({ kind: 'copy', conn, fills: fills.value }) : fills;
};

const tickerOn =
  (instrument: string): ReadChannel =>
  (data, conn) => {
    const ticker = readWith(readTicker, data);
    if (!ticker.ok) return ticker;
    return ticker.value.instrument === instrument
      ? saying({ kind: 'ticker', conn, ticker: ticker.value })
      : err('a ticker of another instrument');
  };

const candleOn =
  (instrument: string): ReadChannel =>
  (data, conn) => {
    const candle = readWith(readCandle, data);
    return candle.ok ? saying({ kind: 'candle', conn, instrument, candle: candle.value }) : candle;
  };

/** States of all instruments of the exchange come on one channel; only ours are told. */
const readStates =
  (instruments: ReadonlySet<string>): ReadChannel =>
  (data, conn) => {
    const decoded = decodeWith(instrumentStateSchema, data);
    if (!decoded.ok) return decoded;
    const { instrument, state, at, known } = decoded.value;
    if (!instruments.has(instrument)) return ok({ events: [], warning: null });
    return ok({
      events: [{ kind: 'instrument_state', conn, instrument, state, at }],
      warning: known ? null : 'a state of an instrument that we do not know',
    });
  };

/**
 * The channels that a link subscribes to, with their readers. The drop copy hears the fills by another channel than the
 * trading link, on purpose: of it only fills count, and what fails in one channel does not have to fail in both.
 */
export function channelsOf(
  link: LinkName,
  instruments: readonly string[],
): ReadonlyMap<string, ReadChannel> {
  if (link === 'drop_copy') return new Map([['user.trades.any.any.raw', copyOn]]);
  if (link === 'trading') return new Map([['user.changes.any.any.raw', changesOn]]);
  return new Map([
    ...instruments.flatMap((instrument): [string, ReadChannel][] => [
      [`ticker.${instrument}.100ms`, tickerOn(instrument)],
      [`chart.trades.${instrument}.1`, candleOn(instrument)],
    ]),
    ['instrument.state.any.any', readStates(new Set(instruments))],
  ]);
}
