/**
 * The journal in memory, for tests and the simulated world. What would be on a disk is a plain `MemoryDisk`, so that
 * closing and opening again (a crash, a restart, a fork of the past) is opening the same or a copied disk.
 */
import { assert } from '../base/assert.ts';
import type { Fact } from '../domain/fact.ts';
import { type ChainedFact, type ChainPoint, chainStart, type Hashing, linkHash } from './chain.ts';
import { claimsOf, claimTaken } from './claims.ts';
import { decodeFact, encodeFact } from './codec.ts';
import { checkBatch, checkRead } from './limits.ts';
import type { AppendResult, Journal } from './port.ts';

type Taken = { readonly seq: number; readonly holder: string | null };

export type MemoryDisk = {
  readonly journal: string;
  readonly birth: string;
  epoch: number;
  readonly records: ChainedFact[];
  /** The facts of each append, in order. */
  readonly commits: (readonly Fact[])[];
  point: ChainPoint;
  readonly claims: Map<string, Taken>;
  /** The claim of each holder that may free it. */
  readonly held: Map<string, string>;
  snapshot: { readonly seq: number; readonly text: string } | null;
};

/** An empty disk of a journal with this id. */
export function createMemoryDisk(
  hashing: Hashing,
  { journal, birth }: { readonly journal: string; readonly birth: string },
): MemoryDisk {
  return {
    journal,
    birth,
    epoch: 0,
    records: [],
    commits: [],
    point: chainStart(hashing, journal),
    claims: new Map(),
    held: new Map(),
    snapshot: null,
  };
}

/** What this append changes in the claims (null: free), or why it is refused. */
function claimed(
  disk: MemoryDisk,
  facts: readonly Fact[],
): ReadonlyMap<string, Taken | null> | string {
  const changes = new Map<string, Taken | null>();
  for (const fact of facts) {
    const { take, free, absent } = claimsOf(fact);
    for (const holder of free) {
      const key = disk.held.get(holder);
      if (key !== undefined) changes.set(key, null);
      for (const [own, taken] of changes) if (taken?.holder === holder) changes.set(own, null);
    }
    for (const key of [...absent, ...take.map((claim) => claim.key)]) {
      const taken = changes.has(key) ? changes.get(key) : disk.claims.get(key);
      if (taken) return claimTaken(fact, key, taken.seq);
    }
    for (const { key, holder } of take) changes.set(key, { seq: fact.seq, holder });
  }
  return changes;
}

function apply(disk: MemoryDisk, changes: ReadonlyMap<string, Taken | null>): void {
  for (const [key, taken] of changes) {
    const before = disk.claims.get(key)?.holder;
    if (before) disk.held.delete(before);
    if (taken === null) disk.claims.delete(key);
    else {
      disk.claims.set(key, taken);
      if (taken.holder !== null) disk.held.set(taken.holder, key);
    }
  }
}

function stored(
  facts: readonly Fact[],
  disk: MemoryDisk,
  hashing: Hashing,
): { readonly records: ChainedFact[]; readonly point: ChainPoint } {
  let { hash } = disk.point;
  const records = facts.map((fact) => {
    const text = encodeFact(fact);
    hash = linkHash(hashing, hash, text);
    return { seq: fact.seq, hash, text };
  });
  return { records, point: { seq: disk.point.seq + records.length, hash } };
}

function decoded({ text }: ChainedFact): Fact {
  const fact = decodeFact(text);
  assert(fact.ok, fact.ok ? '' : fact.error);
  return fact.value;
}

/** Characters of all facts on a disk. */
const taken = (records: readonly ChainedFact[]): number =>
  records.reduce((sum, { text }) => sum + text.length, 0);

function append(
  disk: MemoryDisk,
  batch: Parameters<Journal['append']>[0],
  { hashing, most }: { readonly hashing: Hashing; readonly most: number },
): AppendResult {
  const { expected, epoch, facts } = batch;
  const head = disk.point.seq;
  if (epoch !== disk.epoch)
    return {
      ok: false,
      reason: 'stale',
      message: `epoch ${epoch} writes no more, ${disk.epoch} does`,
    };
  if (expected !== head)
    return { ok: false, reason: 'stale', message: `expected head ${expected}, found ${head}` };
  const claims = claimed(disk, facts);
  if (typeof claims === 'string') return { ok: false, reason: 'failed', message: claims };
  const { records, point } = stored(facts, disk, hashing);
  if (most < Infinity && taken(disk.records) + taken(records) > most)
    return { ok: false, reason: 'full', message: 'the disk is full, nothing was written' };
  for (const record of records) disk.records.push(record);
  disk.commits.push(records.map(decoded));
  apply(disk, claims);
  disk.point = point;
  return { ok: true, head: point.seq };
}

/** The disk as it was after its first `commits` appends: what is left of one that lost the rest. */
export function cutMemoryDisk(disk: MemoryDisk, hashing: Hashing, commits: number): MemoryDisk {
  const cut = createMemoryDisk(hashing, disk);
  cut.epoch = disk.epoch;
  for (const facts of disk.commits.slice(0, commits)) {
    const changes = claimed(cut, facts);
    assert(typeof changes !== 'string', 'a commit that was taken once is refused now');
    apply(cut, changes);
    cut.commits.push(facts);
    const records = disk.records.slice(cut.point.seq, cut.point.seq + facts.length);
    for (const record of records) cut.records.push(record);
    cut.point = { seq: cut.point.seq + facts.length, hash: records.at(-1)?.hash ?? cut.point.hash };
  }
  if (disk.snapshot !== null && disk.snapshot.seq <= cut.point.seq) cut.snapshot = disk.snapshot;
  return cut;
}

/**
 * Opens the journal on this disk as a new writer: the epoch rises by one, older writers are refused from now on. Beyond
 * `most` characters of facts the disk is full.
 */
export function openMemoryJournal(disk: MemoryDisk, hashing: Hashing, most = Infinity): Journal {
  disk.epoch += 1;
  let closed = false;
  return {
    opened: {
      journal: disk.journal,
      birth: disk.birth,
      epoch: disk.epoch,
      head: disk.point.seq,
      snapshot: disk.snapshot,
    },
    append: async (batch) => {
      checkBatch(batch);
      return closed
        ? { ok: false, reason: 'failed', message: 'the journal is closed' }
        : append(disk, batch, { hashing, most });
    },
    read: async (after, limit) => {
      checkRead(after, limit);
      return disk.records.slice(after, after + limit).map(decoded);
    },
    keepSnapshot: async (snapshot) => {
      assert(
        snapshot.seq <= disk.point.seq,
        `snapshot of ${snapshot.seq} beyond the head ${disk.point.seq}`,
      );
      if (disk.snapshot === null || snapshot.seq >= disk.snapshot.seq) disk.snapshot = snapshot;
    },
    close: async () => {
      closed = true;
    },
  };
}
