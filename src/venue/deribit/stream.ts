/**
 * The channels of each link and what their notifications say. A notification on a channel that was not asked for, or
 * one that speaks of another instrument than its channel, is not trusted.
 */
import { type Result, err, ok } from '../../base/result.ts';
import type { LinkName, VenueEvent } from '../port.ts';
import { readChanges } from './decode-account.ts';
import { instrumentStateSchema, readCandle, readTicker } from './decode-market.ts';
import { readWith } from './decode-members.ts';
import { decodeWith } from './decode-values.ts';

/** What one notification says. `warning` says what in it is new to us, though the rest can be used. */
export type Said = { readonly events: readonly VenueEvent[]; readonly warning: string | null };
export type ReadChannel = (data: unknown, conn: number) => Result<Said, string>;

const saying = (event: VenueEvent): Result<Said, string> => ok({ events: [event], warning: null });

const changesOn: ReadChannel = (data, conn) => {
  const changes = readWith(readChanges, data);
  return changes.ok ? saying({ kind: 'changes', conn, changes: changes.value }) : changes;
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

/** The channels that a link subscribes to, with their readers. */
export function channelsOf(
  link: LinkName,
  instruments: readonly string[],
): ReadonlyMap<string, ReadChannel> {
  if (link === 'trading') return new Map([['user.changes.any.any.raw', changesOn]]);
  return new Map([
    ...instruments.flatMap((instrument): [string, ReadChannel][] => [
      [`ticker.${instrument}.100ms`, tickerOn(instrument)],
      [`chart.trades.${instrument}.1`, candleOn(instrument)],
    ]),
    ['instrument.state.any.any', readStates(new Set(instruments))],
  ]);
}
