/**
 * What the stream sends to whom: each reader gets whole commits, each once and in order, from a snapshot or from the commit
 * that it holds, whatever happens meanwhile [I35][I37]. It is fed with commits that are durable already [I36].
 *
 * How replay meets the live feed: the last commits stay in a ring, which holds every group of frames after `base`. A reader
 * that has everything up to `base` is given the rest of the ring and is live from that very moment; one that has less reads
 * on in the store until it has. `covered` says up to where a reader has everything, `last` is the commit it was told last.
 */
import { isFrameType } from '../domain/fact.ts';
import type { Store } from '../view/store.ts';
import type { CommitGroup, EngineDoor } from '../wire/door.ts';
import type { MarketFrame } from '../wire/frames.ts';
import { createFrames, type Group, groupOf } from './http-frames.ts';

/** The way to one reader. */
export type Pipe = {
  readonly send: (text: string) => void;
  /** Bytes that wait to be sent. */
  readonly waiting: () => number;
  /** Resolves when what was sent so far has left, or the reader is gone. */
  readonly drained: () => Promise<void>;
  readonly close: (code: number, reason: string) => void;
};

export type Feed = {
  /** Serves a reader from the commit that it holds, or from a snapshot. Answers how to stop serving it. */
  readonly join: (pipe: Pipe, since: number | undefined) => () => void;
  /** Sends the heartbeat to all; to be called once a second. */
  readonly beat: () => void;
  readonly close: () => void;
};

export type FeedOptions = {
  readonly door: EngineDoor;
  readonly store: Store;
  /** Called when a reader could not be served. */
  readonly failed: (error: unknown) => void;
  /** Ids of all accounts of the engine; default: this one. */
  readonly accounts?: readonly string[];
  readonly limits?: Partial<FeedLimits>;
};

export type FeedLimits = {
  /** Groups kept for readers that are a little behind. */
  readonly ringGroups: number;
  /** Commits read from the store, and groups taken from the ring, before a reader must have taken them in. */
  readonly batch: number;
  /** Bytes that may wait for a live reader before it is dropped. */
  readonly mostWaiting: number;
};

/** The close code of a reader that is too slow; it may come back and resume. */
export const SLOW = 4008;
/** The close code of a reader that could not be served. */
export const FAILED = 1011;

const LIMITS: FeedLimits = { ringGroups: 2_000, batch: 100, mostWaiting: 4_000_000 };
/** Prices are passed over for a reader for whom more than this waits. */
const MARKET_WAITING = 64_000;

type Reader = { readonly pipe: Pipe; last: number; covered: number; live: boolean; gone: boolean };

/** Starts to listen to the engine; readers may join when it resolves. */
export async function createFeed({
  door,
  store,
  failed,
  accounts = [door.id],
  limits = {},
}: FeedOptions): Promise<Feed> {
  const { ringGroups, batch, mostWaiting } = { ...LIMITS, ...limits };
  const frames = createFrames({ door, store }, accounts);
  const readers = new Set<Reader>();
  let ring: Group[] = [];
  let base = 0;
  let head = 0;

  const leave = (reader: Reader): void => {
    reader.gone = true;
    readers.delete(reader);
  };

  const give = (reader: Reader, group: Group): void => {
    reader.pipe.send(frames.group(group, reader.last));
    reader.last = group.commit;
    reader.covered = group.commit;
  };

  const giveSnapshot = async (reader: Reader): Promise<void> => {
    const { commit, text } = await frames.snapshot();
    if (reader.gone) return;
    reader.pipe.send(text);
    reader.pipe.send(frames.heartbeat(head));
    reader.last = commit;
    reader.covered = commit;
  };

  /** Reads on in the store; answers false when the store knows of no such commit. */
  const readOn = async (reader: Reader): Promise<boolean> => {
    const storeHead = await store.head();
    const groups = await store.framesAfter(reader.covered, batch);
    if (groups === undefined) return false;
    for (const { commit, facts } of groups) {
      const group = groupOf(commit, facts);
      if (group !== undefined && !reader.gone) give(reader, group);
    }
    if (groups.length < batch) reader.covered = Math.max(reader.covered, storeHead);
    return true;
  };

  /** Brings a reader up to the live feed. The last step, from the ring to live, happens without a pause. */
  const catchUp = async (reader: Reader): Promise<void> => {
    while (!reader.gone) {
      if (reader.covered < base) {
        if (!(await readOn(reader))) await giveSnapshot(reader);
      } else {
        const missing = ring.filter(({ commit }) => commit > reader.covered);
        for (const group of missing.slice(0, batch)) give(reader, group);
        if (missing.length <= batch) {
          reader.live = true;
          return;
        }
      }
      await reader.pipe.drained();
    }
  };

  const serve = (reader: Reader, work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      leave(reader);
      failed(error);
      reader.pipe.close(FAILED, 'the engine could not serve this stream; connect again');
    });
  };

  /** Commits are missing between what we heard and this one: everybody reads on in the store. */
  const hole = (prev: number): void => {
    ring = [];
    base = prev;
    for (const reader of readers) {
      if (!reader.live) continue;
      reader.live = false;
      serve(reader, () => catchUp(reader));
    }
  };

  const spread = (group: Group): void => {
    for (const reader of readers) {
      if (!reader.live || group.commit <= reader.covered) continue;
      give(reader, group);
      if (reader.pipe.waiting() <= mostWaiting) continue;
      leave(reader);
      reader.pipe.close(SLOW, 'slow');
    }
  };

  const onCommit = ({ commit, prev, facts }: CommitGroup): void => {
    if (commit <= head) return;
    if (prev > head) hole(prev);
    head = commit;
    const group = groupOf(commit, facts);
    if (group === undefined) {
      for (const reader of readers) {
        if (reader.live) reader.covered = Math.max(reader.covered, commit);
      }
      return;
    }
    ring.push(group);
    if (ring.length > ringGroups) base = ring.shift()?.commit ?? base;
    spread(group);
  };

  const onMarket = (frame: MarketFrame): void => {
    let text: string | undefined;
    for (const { live, pipe } of readers) {
      if (!live || pipe.waiting() > MARKET_WAITING) continue;
      text ??= JSON.stringify(frame);
      pipe.send(text);
    }
  };

  const early: CommitGroup[] = [];
  let take = (group: CommitGroup): void => void early.push(group);
  const stops = [door.onCommit((group) => take(group)), door.onMarket(onMarket)];
  head = await store.head();
  base = head;
  take = onCommit;
  early.forEach(onCommit);

  return {
    join: (pipe, since) => {
      const reader: Reader = {
        pipe,
        last: since ?? 0,
        covered: since ?? 0,
        live: false,
        gone: false,
      };
      readers.add(reader);
      serve(reader, async () => {
        if (since === undefined) await giveSnapshot(reader);
        else if (!(await resumable(store, since))) await giveSnapshot(reader);
        else pipe.send(frames.heartbeat(head));
        await catchUp(reader);
      });
      return () => leave(reader);
    },
    beat: () => {
      const text = frames.heartbeat(head);
      for (const { pipe } of readers) pipe.send(text);
    },
    close: () => {
      for (const stop of stops) stop();
      for (const reader of readers) leave(reader);
    },
  };
}

/** Whether a reader may go on from `since`: the journal has come so far, and no frame of a commit lies on both sides of it. */
async function resumable(store: Store, since: number): Promise<boolean> {
  const next = await store.framesAfter(since, 1);
  const first = next?.[0]?.facts.find(({ type }) => isFrameType(type));
  return next !== undefined && (first === undefined || first.seq > since);
}
