/**
 * The border of the stream: one message in, a new state or the wish to subscribe anew out. Pure.
 * A message is one object (SNAPSHOT, HEARTBEAT, MARKET) or an array: all frames of one commit, applied together [I35].
 * Commits only grow; a hole in the chain of `prev` is never stepped over [I37].
 */
import type {
  FactFrame,
  HeartbeatFrame,
  MarketFrame,
  SnapshotFrame,
} from '../../../src/wire/frames.ts';
import { type Mirror, mirrorOf, withCommit } from './mirror.ts';

export type StreamState = {
  /** null before the first snapshot. */
  readonly mirror: Mirror | null;
  /** The last heartbeat of this journal. */
  readonly pulse: HeartbeatFrame | null;
  /** The last prices by instrument. */
  readonly market: Readonly<Record<string, MarketFrame>>;
};

export const EMPTY: StreamState = { mirror: null, pulse: null, market: {} };

/** What to do with the connection: go on, subscribe again from the commit held, or ask for everything anew. */
export type Want = 'nothing' | 'resubscribe' | 'snapshot';

export type Received = {
  readonly state: StreamState;
  readonly want: Want;
  readonly why: string;
  /** The commit that was folded in, where the message was one. */
  readonly frames?: readonly FactFrame[];
};

const done = (state: StreamState): Received => ({ state, want: 'nothing', why: '' });

function snapshotIn(state: StreamState, frame: SnapshotFrame): Received {
  const { mirror } = state;
  if (mirror !== null && mirror.journal === frame.journal && frame.commit < mirror.commit) {
    return {
      state,
      want: 'resubscribe',
      why: `snapshot of ${frame.commit} is behind ${mirror.commit}`,
    };
  }
  const sameJournal = mirror?.journal === frame.journal;
  return done({
    mirror: mirrorOf(frame, mirror),
    pulse: sameJournal ? state.pulse : null,
    market: sameJournal ? state.market : {},
  });
}

/** Says what is wrong with a group of frames, or nothing. */
function flaw(frames: readonly FactFrame[]): string | undefined {
  const first = frames[0];
  if (first === undefined) return 'an empty group';
  if (first.prev >= first.commit) return `prev ${first.prev} is not before commit ${first.commit}`;
  let seq = first.prev;
  for (const frame of frames) {
    if (frame.commit !== first.commit || frame.prev !== first.prev)
      return 'frames of two commits in one group';
    if (frame.seq <= seq || frame.seq > frame.commit) return `seq ${frame.seq} is out of order`;
    seq = frame.seq;
  }
  return undefined;
}

function groupIn(state: StreamState, frames: readonly FactFrame[]): Received {
  const wrong = flaw(frames);
  if (wrong !== undefined) return { state, want: 'resubscribe', why: wrong };
  const { commit, prev } = frames[0] as FactFrame;
  const { mirror } = state;
  if (mirror === null) return { state, want: 'snapshot', why: 'frames before a snapshot' };
  if (commit <= mirror.commit) return done(state);
  if (prev > mirror.commit) {
    return { state, want: 'resubscribe', why: `gap: held ${mirror.commit}, next follows ${prev}` };
  }
  return { ...done({ ...state, mirror: withCommit(mirror, frames, commit) }), frames };
}

function heartbeatIn(state: StreamState, frame: HeartbeatFrame): Received {
  if (state.mirror !== null && state.mirror.journal !== frame.journal) {
    return { state, want: 'snapshot', why: 'another journal' };
  }
  return done({ ...state, pulse: frame });
}

const marketIn = (state: StreamState, frame: MarketFrame): Received =>
  done({ ...state, market: { ...state.market, [frame.instrument]: frame } });

const hasType = (value: unknown): value is { readonly type: string } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { type?: unknown }).type === 'string';

const isFactFrame = (value: unknown): value is FactFrame =>
  hasType(value) &&
  (['seq', 'commit', 'prev'] as const).every((name) =>
    Number.isSafeInteger((value as unknown as Record<string, unknown>)[name]),
  );

/** The message of a text; undefined where it is not JSON. */
export function parseMessage(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Takes one message of the stream. What it can't read it answers with a wish to resubscribe; objects of unknown type are passed over. */
export const receive = (state: StreamState, text: string): Received =>
  receiveMessage(state, parseMessage(text));

/** The same for a message that was parsed already. */
export function receiveMessage(state: StreamState, message: unknown): Received {
  if (Array.isArray(message)) {
    return message.every(isFactFrame)
      ? groupIn(state, message)
      : { state, want: 'resubscribe', why: 'a group with something that is no frame' };
  }
  if (!hasType(message)) return { state, want: 'resubscribe', why: 'not a frame' };
  switch (message.type) {
    case 'SNAPSHOT':
      return snapshotIn(state, message as SnapshotFrame);
    case 'HEARTBEAT':
      return heartbeatIn(state, message as HeartbeatFrame);
    case 'MARKET':
      return marketIn(state, message as MarketFrame);
    default:
      return isFactFrame(message)
        ? { state, want: 'resubscribe', why: 'a frame outside its group' }
        : done(state);
  }
}
