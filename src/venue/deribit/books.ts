/**
 * The order books of a link. A book that has a gap, can't be read or is silent for too long is thrown away and stays `stale`
 * until it is whole again: its channel is left, and entered anew once the exchange has confirmed that, because entering a
 * channel that one has brings no snapshot. All that is broken is healed in one round, with pauses that grow.
 */
import type { Millis } from '../../base/time.ts';
import type { BookView } from '../../domain/market.ts';
import {
  type Applied,
  type Book,
  type BookText,
  type Broken,
  applyChange,
  applyFrame,
  createBook,
  emptyBook,
  viewOf,
} from './book.ts';
import { acceptedChannels } from './connect.ts';
import type { Call } from './frame.ts';
import {
  BOOK_LEVELS,
  BOOK_PAUSE_MOST_MS,
  BOOK_PAUSE_MS,
  BOOK_ROUND_MS,
  BOOK_SILENT_MS,
  BOOK_SNAPSHOT_MS,
  BOOK_STEADY_MS,
} from './limits.ts';

/** `stale`: thrown away, with since when and why; `waiting`: entered, its snapshot is due. All times are mono ms. */
type State =
  | {
      readonly kind: 'stale';
      readonly since: Millis;
      readonly why: string;
      readonly healAt: Millis;
    }
  | { readonly kind: 'waiting'; readonly since: Millis; readonly until: Millis }
  | { readonly kind: 'live'; readonly since: Millis; heardAt: Millis };

type Entry = {
  readonly channel: string;
  readonly book: Book;
  state: State;
  /** How often it was asked for since it was last whole for a while. */
  attempts: number;
};

/** What became of a frame. */
export type Heard =
  | { readonly kind: 'whole'; readonly view: BookView }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'lost'; readonly instrument: string; readonly broken: Broken };

export type Lost = { readonly instrument: string; readonly since: Millis; readonly why: string };

export type Books = {
  readonly channels: readonly string[];
  readonly has: (channel: string) => boolean;
  /** The channels are being entered on a new connection; nothing of before counts. */
  readonly entered: (mono: Millis) => void;
  readonly take: (channel: string, data: unknown, mono: Millis) => Heard;
  /** The same for a change that was read from its text. */
  readonly takeText: (channel: string, frame: BookText, mono: Millis) => Heard;
  /** The exchange has confirmed the channels but for these. */
  readonly confirmed: (missing: readonly string[], mono: Millis) => readonly Lost[];
  /** Looks for what is due: books that were lost by silence, and a call that heals. */
  readonly tick: (mono: Millis) => { readonly lost: readonly Lost[]; readonly call: Call | null };
  /** The answer to the last call: the result, or null where it failed. Answers the next call. */
  readonly answered: (result: unknown, mono: Millis) => Call | null;
  readonly wakeAt: () => Millis;
};

const NOTHING: Heard = { kind: 'nothing' };
const LEFT_OUT = 'the exchange left its channel out';

/** The books of these instruments, on their `100ms` channels. */
export function createBooks(instruments: readonly string[]): Books {
  const entries = new Map<string, Entry>();
  for (const instrument of instruments)
    entries.set(`book.${instrument}.100ms`, {
      channel: `book.${instrument}.100ms`,
      book: createBook(instrument, BOOK_LEVELS),
      state: { kind: 'stale', since: 0, why: 'not connected', healAt: Infinity },
      attempts: 0,
    });
  let round: { step: 'leaving' | 'entering'; readonly of: readonly Entry[] } | null = null;
  let restUntil: Millis = 0;
  let lookAt: Millis = Infinity;

  const lose = (entry: Entry, why: string, mono: Millis): Lost => {
    const { state } = entry;
    const live = state.kind === 'live';
    if (live && mono - state.since >= BOOK_STEADY_MS) entry.attempts = 0;
    const pause = Math.min(BOOK_PAUSE_MOST_MS, BOOK_PAUSE_MS * 2 ** entry.attempts);
    const since = live ? mono : state.since;
    entry.state = { kind: 'stale', since, why, healAt: mono + pause };
    emptyBook(entry.book);
    lookAt = Math.min(lookAt, mono + pause);
    return { instrument: entry.book.instrument, since, why };
  };
  /** From now on the snapshot is due. */
  const wait = (entry: Entry, mono: Millis): void => {
    const { since } = entry.state;
    entry.state = { kind: 'waiting', since, until: mono + BOOK_SNAPSHOT_MS };
  };
  /** When an entry is due for a look. */
  const dueAt = ({ state }: Entry): Millis => {
    if (state.kind === 'live') return state.heardAt + BOOK_SILENT_MS;
    if (state.kind === 'waiting') return state.until;
    return round === null ? Math.max(state.healAt, restUntil) : Infinity;
  };
  const look = (): void => {
    lookAt = Infinity;
    for (const entry of entries.values()) lookAt = Math.min(lookAt, dueAt(entry));
  };
  const endRound = (mono: Millis): void => {
    round = null;
    restUntil = mono + BOOK_ROUND_MS;
    look();
  };

  const heard = (entry: Entry, applied: Applied, mono: Millis): Heard => {
    if (applied === 'applied') {
      if (entry.state.kind === 'live') entry.state.heardAt = mono;
      else entry.state = { kind: 'live', since: mono, heardAt: mono };
      return { kind: 'whole', view: viewOf(entry.book) };
    }
    if (applied === 'passed_over') return NOTHING;
    lose(entry, applied.why, mono);
    return { kind: 'lost', instrument: entry.book.instrument, broken: applied };
  };

  const beginRound = (mono: Millis): Call | null => {
    if (round !== null || mono < restUntil) return null;
    const due = [...entries.values()].filter(
      ({ state }) => state.kind === 'stale' && state.healAt <= mono,
    );
    if (due.length === 0) return null;
    for (const entry of due) entry.attempts++;
    round = { step: 'leaving', of: due };
    return {
      method: 'public/unsubscribe',
      params: { channels: due.map(({ channel }) => channel) },
    };
  };

  return {
    channels: [...entries.keys()],
    has: (channel) => entries.has(channel),
    entered: (mono) => {
      round = null;
      for (const entry of entries.values()) {
        entry.attempts = 0;
        emptyBook(entry.book);
        if (entry.state.kind === 'live')
          entry.state = { kind: 'waiting', since: mono, until: Infinity };
        else wait(entry, mono);
      }
      look();
    },
    take: (channel, data, mono) => {
      const entry = entries.get(channel);
      return entry === undefined || entry.state.kind === 'stale'
        ? NOTHING
        : heard(entry, applyFrame(entry.book, data), mono);
    },
    takeText: (channel, frame, mono) => {
      const entry = entries.get(channel);
      return entry === undefined || entry.state.kind === 'stale'
        ? NOTHING
        : heard(entry, applyChange(entry.book, frame), mono);
    },
    confirmed: (missing, mono) => {
      const lost: Lost[] = [];
      for (const entry of entries.values()) {
        if (missing.includes(entry.channel)) lost.push(lose(entry, LEFT_OUT, mono));
        else if (entry.state.kind === 'waiting') wait(entry, mono);
      }
      look();
      return lost;
    },
    tick: (mono) => {
      if (mono < lookAt) return { lost: [], call: null };
      const lost: Lost[] = [];
      for (const entry of entries.values()) {
        const { state } = entry;
        if (state.kind === 'stale' || dueAt(entry) > mono) continue;
        const silent = state.kind === 'live';
        const told = lose(entry, silent ? 'nothing was heard of it' : 'no snapshot came', mono);
        lost.push(told);
      }
      const call = beginRound(mono);
      look();
      return { lost, call };
    },
    answered: (result, mono) => {
      if (round === null) return null;
      const { step, of } = round;
      if (step === 'leaving' && result !== null) {
        round = { step: 'entering', of };
        for (const entry of of) wait(entry, mono);
        look();
        return {
          method: 'public/subscribe',
          params: { channels: of.map(({ channel }) => channel) },
        };
      }
      const accepted = step === 'entering' ? acceptedChannels(result) : undefined;
      const why = step === 'leaving' ? 'its channel could not be left' : LEFT_OUT;
      for (const entry of of)
        if (entry.state.kind !== 'live' && accepted?.has(entry.channel) !== true)
          lose(entry, why, mono);
      endRound(mono);
      return null;
    },
    wakeAt: () => lookAt,
  };
}
