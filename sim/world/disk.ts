/**
 * The disk of the virtual world. An append is written, then synced, and answered only then. The end of a process leaves
 * what is written; a loss of power leaves what is synced and, as the caller draws it, none, some or all of the commits
 * after it, in order and whole. Trouble can be switched on: a full disk, errors, syncs that take their time.
 */
import { assert } from '../../src/base/assert.ts';
import type { Millis } from '../../src/base/time.ts';
import type { Fact } from '../../src/domain/fact.ts';
import {
  createMemoryDisk,
  cutMemoryDisk,
  type MemoryDisk,
  openMemoryJournal,
} from '../../src/journal/memory.ts';
import type { AppendResult, Journal } from '../../src/journal/port.ts';
import { sha256, utf8 } from '../node/hashing.ts';
import type { Loop } from './loop.ts';

/** What appends meet: `full` and `failed` write nothing; after `sync_failed` the commit is written, but nobody can rely on it. */
export type DiskTrouble = 'full' | 'failed' | 'sync_failed';

export type DiskKnobs = {
  /** From the append to its answer. */
  readonly syncMs: Millis;
  readonly trouble: DiskTrouble | null;
};

/** The process that writes. `before` and `after` (durable) may end it. */
export type Writer = {
  readonly isAlive: () => boolean;
  /** Hands the process what it is told, when it can take it. */
  readonly hear: (run: () => void) => void;
  readonly before: (facts: readonly Fact[]) => void;
  readonly after: (facts: readonly Fact[]) => void;
  /** Promises may move. */
  readonly touched: () => void;
};

export type Disk = {
  /** What is written, which is what a process reads. */
  readonly memory: () => MemoryDisk;
  /** All facts up to this seq are durable. */
  readonly syncedHead: () => number;
  readonly unsyncedCommits: () => number;
  /** Appends that were refused so far because of trouble. */
  readonly refusals: () => number;
  readonly set: (knobs: Partial<DiskKnobs>) => void;
  readonly open: (writer: Writer) => Journal;
  /** Nobody may be writing. `kept` of the commits that are not synced stay. */
  readonly losePower: (kept: number) => void;
};

type Batch = Parameters<Journal['append']>[0];

export function createDisk(
  loop: Loop,
  {
    name,
    birth,
    ...given
  }: DiskKnobs & {
    readonly name: string;
    readonly birth: string;
  },
): Disk {
  const hashing = { sha256, utf8 };
  let memory = createMemoryDisk(hashing, { journal: name, birth });
  let knobs: DiskKnobs = given;
  let synced = { commits: 0, head: 0 };
  let refused = 0;
  /** Each loss of power makes what was still to be synced void. */
  let power = 0;
  let lastDue: Millis = 0;

  let lastTrouble: DiskTrouble = 'failed';

  /** How an append is refused; also what came behind a refused one is, whatever the disk can do by then. */
  const refusal = (batch: Batch): AppendResult | undefined => {
    const { trouble } = knobs;
    const isBehind = refused > 0 && batch.expected > memory.point.seq;
    if (trouble === null && !isBehind) return undefined;
    refused++;
    lastTrouble = trouble ?? lastTrouble;
    return lastTrouble === 'full'
      ? { ok: false, reason: 'full', message: 'database or disk is full' }
      : { ok: false, reason: 'failed', message: 'disk I/O error' };
  };
  /** Answers once the write, and then the sync that covers all that is written by now, have been. */
  const later = (writer: Writer, batch: Batch, inner: Journal): Promise<AppendResult> =>
    new Promise((resolve, reject) => {
      const era = power;
      const due = Math.max(lastDue, loop.now() + knobs.syncMs);
      lastDue = due;
      loop.after(Math.min(1, knobs.syncMs), () => {
        if (!writer.isAlive()) return;
        const answer = refusal(batch);
        const writes = answer === undefined || knobs.trouble === 'sync_failed';
        const written = writes ? inner.append(batch) : undefined;
        const commits = memory.commits.length;
        loop.after(due - loop.now(), () => {
          if (era !== power) return;
          if (answer === undefined) synced = { commits, head: headAt(memory, commits) };
          writer.hear(() => {
            if (!writer.isAlive()) return;
            if (answer === undefined) writer.after(batch.facts);
            if (!writer.isAlive()) return;
            writer.touched();
            if (answer !== undefined) resolve(answer);
            else written?.then(resolve, reject);
          });
        });
      });
    });

  return {
    memory: () => memory,
    syncedHead: () => synced.head,
    unsyncedCommits: () => memory.commits.length - synced.commits,
    refusals: () => refused,
    set: (next) => {
      knobs = { ...knobs, ...next };
    },
    open: (writer) => {
      const inner = openMemoryJournal(memory, hashing);
      return {
        ...inner,
        append: (batch) => {
          writer.before(batch.facts);
          return writer.isAlive()
            ? later(writer, batch, inner)
            : new Promise<AppendResult>(() => undefined);
        },
      };
    },
    losePower: (kept) => {
      const unsynced = memory.commits.length - synced.commits;
      assert(kept >= 0 && kept <= unsynced, `${kept} of ${unsynced} commits can't stay`);
      power++;
      memory = cutMemoryDisk(memory, hashing, synced.commits + kept);
      synced = { commits: memory.commits.length, head: memory.point.seq };
      lastDue = 0;
    },
  };
}

const headAt = (memory: MemoryDisk, commits: number): number =>
  memory.commits[commits - 1]?.at(-1)?.seq ?? 0;
