/**
 * What a disk may hold after the power went: of the calls that a writer made up to some moment, all that a sync covered, and
 * of the rest any part: whole writes lost, kept in another order, or torn between two sectors. Each such image is opened as
 * the journal is after a crash, and nothing that had been acknowledged by then may be missing.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nextBelow, nextUnit, type Prng, prng } from '../../src/base/prng.ts';
import { sha256, utf8 } from '../../src/edge/hashing.ts';
import { openForWriting } from '../../src/edge/sqlite-database.ts';
import { startJournal } from '../../src/edge/sqlite-start.ts';
import { metaOf, walkChain } from '../../src/edge/sqlite-stored.ts';
import { chainStart } from '../../src/journal/chain.ts';
import type { Call } from '../support/strace.ts';

const SECTOR = 512;
const hashing = { sha256, utf8 };
/** The database, its log, and what SQLite keeps beside it while it makes the file. */
const FILES = ['journal.sqlite', 'journal.sqlite-wal', 'journal.sqlite-journal'] as const;
type Name = (typeof FILES)[number];
type Bytes = Buffer<ArrayBuffer>;

/** What changes a file, in the order of the trace. */
type Change = {
  readonly file: Name;
  readonly began: number;
  readonly ended: number;
  readonly kind: 'write' | 'truncate' | 'unlink';
  readonly data: Buffer;
  readonly at: number;
};

export type Recording = {
  readonly changes: readonly Change[];
  readonly syncs: readonly {
    readonly file: Name;
    readonly began: number;
    readonly ended: number;
  }[];
  /** When which head was acknowledged. */
  readonly acks: readonly { readonly began: number; readonly head: number }[];
};

const nameOf = ({ target }: Call): Name | undefined =>
  FILES.find((name) => basename(target) === name);

const KINDS = { pwrite64: 'write', ftruncate: 'truncate', unlink: 'unlink' } as const;

/** What a trace of the appender says about the journal's files. */
export function recordingOf(calls: readonly Call[]): Recording {
  const changes: Change[] = [];
  const syncs: { file: Name; began: number; ended: number }[] = [];
  const acks: { began: number; head: number }[] = [];
  for (const call of calls) {
    const { name, began, ended, data, number } = call;
    for (const [, head] of name === 'write' ? String(data).matchAll(/"acknowledged":(\d+)/g) : [])
      acks.push({ began, head: Number(head) });
    const file = nameOf(call);
    if (file === undefined) continue;
    if (name === 'fsync' || name === 'fdatasync') syncs.push({ file, began, ended });
    else if (name === 'pwrite64' || name === 'ftruncate' || name === 'unlink')
      changes.push({ file, began, ended, kind: KINDS[name], data, at: number });
  }
  return { changes, syncs, acks };
}

function applied(held: Bytes, { kind, data, at }: Change, sectors: (n: number) => boolean): Bytes {
  if (kind === 'unlink') return Buffer.alloc(0);
  if (kind === 'truncate') {
    const cut = Buffer.alloc(at);
    held.copy(cut, 0, 0, at);
    return cut;
  }
  const size = Math.max(held.length, at + data.length);
  const next =
    size === held.length ? held : Buffer.concat([held, Buffer.alloc(size - held.length)]);
  for (let from = 0; from < data.length; ) {
    const to = Math.min(data.length, from + SECTOR - ((at + from) % SECTOR));
    if (sectors((at + from - ((at + from) % SECTOR)) / SECTOR))
      data.copy(next, at + from, from, to);
    from = to;
  }
  return next;
}

const always = (): boolean => true;

/** Images of a recording at rising moments. */
function createImages({ changes, syncs, acks }: Recording, seed: number) {
  const random: Prng = prng(seed, 'images');
  const durable = new Map<Name, Bytes>(FILES.map((name) => [name, Buffer.alloc(0)]));
  let open: readonly Change[] = changes;
  /** What was synced by `moment` is durable. */
  const settle = (moment: number): void => {
    // A file system that keeps a log of its own writes it in order: any later sync takes along that a file is gone.
    const isDurable = ({ file, kind, ended }: Change): boolean =>
      syncs.some(
        (sync) =>
          (sync.file === file || kind === 'unlink') && ended < sync.began && sync.ended < moment,
      );
    const left: Change[] = [];
    for (const change of open) {
      if (change.began >= moment || !isDurable(change)) left.push(change);
      else
        durable.set(
          change.file,
          applied(durable.get(change.file) ?? Buffer.alloc(0), change, always),
        );
    }
    open = left;
  };
  /** One way in which a change that no sync covers ends. */
  const fate = (
    power: boolean,
    change: Change,
    moment: number,
  ): ((n: number) => boolean) | undefined => {
    const isUnderWay = change.ended >= moment;
    if (!power && !isUnderWay) return always;
    const drawn = nextUnit(random);
    if (drawn < 0.35) return undefined;
    if (drawn < 0.7 || change.kind !== 'write') return always;
    const torn = nextBelow(random, 3);
    const cut = Math.floor(change.at / SECTOR) + nextBelow(random, 9);
    if (torn === 0) return (n) => n < cut;
    if (torn === 1) return (n) => n >= cut;
    return (n) => n % 2 === 0;
  };
  return {
    last: Math.max(0, ...changes.map(({ began }) => began)) + 1,
    /** Writes the image of a moment, which is not before the one before, into `folder`; answers the head that was acknowledged by then. */
    write: (folder: string, moment: number, power: boolean): number => {
      settle(moment);
      const files = new Map<Name, Bytes>(
        [...durable].map(([name, held]) => [name, Buffer.from(held)]),
      );
      for (const change of open) {
        if (change.began >= moment) break;
        const sectors = fate(power, change, moment);
        if (sectors !== undefined)
          files.set(
            change.file,
            applied(files.get(change.file) ?? Buffer.alloc(0), change, sectors),
          );
      }
      mkdirSync(folder, { recursive: true });
      for (const [name, held] of files)
        if (held.length > 0) writeFileSync(join(folder, name), held);
      return Math.max(0, ...acks.filter(({ began }) => began < moment).map(({ head }) => head));
    },
  };
}

/** Opens an image as the next writer would, and asks that its chain holds and that nothing acknowledged is missing. */
function checkImage(folder: string, acknowledged: number, what: string): void {
  const { db, fresh } = openForWriting(folder, null);
  try {
    const { point } = startJournal(db, hashing, fresh);
    assert.ok(
      point.seq >= acknowledged,
      `${what}: ${acknowledged} were acknowledged, ${point.seq} are there`,
    );
    const from = chainStart(hashing, metaOf(db, 'journal'));
    const walked = walkChain(db, hashing, { from });
    assert.ok(walked.ok && walked.point.seq === point.seq, `${what}: ${JSON.stringify(walked)}`);
    assert.equal(Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})[0], 'ok', what);
  } finally {
    db.close();
  }
}

/** Draws so many images of a recording, half of them after a loss of power, and checks each; answers the last head that had been acknowledged. */
export function checkImages(
  recording: Recording,
  { seed, count }: { readonly seed: number; readonly count: number },
): number {
  const images = createImages(recording, seed);
  const random = prng(seed, 'moments');
  const moments = Array.from({ length: count }, () => 1 + nextBelow(random, images.last)).sort(
    (a, b) => a - b,
  );
  // In memory where there is such a place: what is asked here is what is in the files, not whether they are synced.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'images-'));
  let acknowledged = 0;
  try {
    for (const [n, moment] of moments.entries()) {
      const place = join(folder, String(n));
      const power = n % 2 === 0;
      acknowledged = images.write(place, moment, power);
      const what = `${power ? 'power loss' : 'kill'} at call ${moment} (seed ${seed}, image ${n})`;
      checkImage(place, acknowledged, what);
      rmSync(place, { recursive: true });
    }
    return acknowledged;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
