/**
 * From what a data folder holds to what the practice exchange is made of: a new one, or the one that was there, with
 * the time at which it goes on. A folder's exchange keeps its seed and prices; asking it for others is refused.
 */
import { createHash } from 'node:crypto';
import { must } from '../base/assert.ts';
import { canonical } from '../base/canonical.ts';
import type { Millis } from '../base/time.ts';
import {
  type PracticeBirth,
  type PracticeMachine,
  PracticeRefusal,
  type PriceRow,
} from './practice-port.ts';
import type { PracticeStore } from './practice-store.ts';

type Origin = { readonly seed: number; readonly startAt: Millis; readonly prices: string | null };

export type Beginning = {
  readonly birth: PracticeBirth;
  readonly origin: Origin;
  /** Server time from which on the exchange's market has not lived yet. */
  readonly lastAt: Millis;
  /** Server time at which it goes on. */
  readonly goesOnAt: Millis;
  /** Sequence number of the newest entry. */
  readonly seq: number;
};

export type Wanted = {
  readonly seed?: number | undefined;
  readonly speed: number;
  readonly file?: readonly PriceRow[] | undefined;
};

const DEFAULT_SEED = 1;

/**
 * What to begin with. A new exchange starts at the wall clock, or at the price file's first row. One that was there
 * goes on at the latest server time that it may have shown, or at the wall clock where that is later and neither a
 * file nor a stepped clock makes time its own.
 */
export function findBeginning(
  { contents }: PracticeStore,
  wanted: Wanted,
  wallClock: Millis,
): Beginning {
  if (contents.origin !== null) return resume(contents, wanted, wallClock);
  const first = wanted.file?.[0];
  const startAt = first?.at ?? wallClock;
  const seed = wanted.seed ?? DEFAULT_SEED;
  return {
    birth: {
      seed,
      speed: wanted.speed,
      startAt,
      snapshot: null,
      entries: [],
      ...(wanted.file === undefined ? {} : { file: wanted.file }),
    },
    origin: { seed, startAt, prices: fingerprint(wanted.file) },
    lastAt: startAt,
    goesOnAt: startAt,
    seq: 0,
  };
}

function resume(contents: PracticeStore['contents'], wanted: Wanted, wallClock: Millis): Beginning {
  const origin = JSON.parse(must(contents.origin, 'the origin of the exchange')) as Origin;
  if (wanted.seed !== undefined && wanted.seed !== origin.seed)
    throw other(`seed ${origin.seed}, not ${wanted.seed}`);
  const prices = fingerprint(wanted.file);
  if (prices !== null && prices !== origin.prices) {
    throw other(
      origin.prices === null ? 'seeded prices, not on a price file' : 'another price file',
    );
  }
  const snapshot = must(contents.snapshot, 'a snapshot of the exchange');
  const newest = contents.entries.at(-1) ?? snapshot;
  const mark = must(contents.mark, 'the time of the exchange');
  const ownTime = origin.prices !== null || wanted.speed === 0;
  return {
    birth: {
      seed: origin.seed,
      speed: wanted.speed,
      startAt: origin.startAt,
      snapshot: snapshot.body,
      entries: contents.entries.map(({ body }) => body),
    },
    origin,
    lastAt: newest.at,
    goesOnAt: ownTime ? mark : Math.max(mark, wallClock),
    seq: newest.seq,
  };
}

const other = (runsOn: string): PracticeRefusal =>
  new PracticeRefusal(
    'other_exchange',
    `The data folder holds a practice exchange that runs on ${runsOn}. Leave that flag out to go on with it, or choose another folder with --data.`,
  );

const fingerprint = (file: readonly PriceRow[] | undefined): string | null =>
  file === undefined ? null : createHash('sha256').update(JSON.stringify(file)).digest('hex');

/** Makes a new exchange durable with its first snapshot, before anybody can see it. */
export async function keepFirst(
  store: PracticeStore,
  machine: PracticeMachine,
  { origin, goesOnAt }: Beginning,
): Promise<void> {
  await new Promise<void>((durable, failed) => {
    store.listen({ durable: () => durable(), failed });
    const snapshot = { seq: 0, at: goesOnAt, body: machine.snapshot() };
    store.write({ entries: [], mark: goesOnAt, snapshot, origin: canonical(origin) });
  });
}
