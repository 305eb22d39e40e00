/**
 * The one transaction of the journal: a group of appends, each all or none under its own expected head and epoch, with
 * their hashes, claims and read models, durable together. What can't be written is an answer, never an exception. On a full
 * disk the same group is tried again once room was made; after an error whose outcome is open (a failed sync), nothing
 * more is written.
 */
import type { DatabaseSync } from 'node:sqlite';
import { isFrameType, type Fact } from '../domain/fact.ts';
import { type ChainPoint, type Hashing, linkHash } from '../journal/chain.ts';
import { claimsOf, claimTaken } from '../journal/claims.ts';
import type { AppendResult } from '../journal/port.ts';
import { isFull } from './sqlite-checkpoints.ts';
import type { AppendRequest, SnapshotRequest } from './sqlite-messages.ts';
import { createViewWriter } from './sqlite-views.ts';

type Refused = Extract<AppendResult, { readonly ok: false }>;
export type Answer = { readonly id: number; readonly result: AppendResult };

export type Appender = {
  /** Carries out requests in order, in one commit; answers are true only now that it is durable. */
  readonly commit: (group: readonly (AppendRequest | SnapshotRequest)[]) => readonly Answer[];
};

const refused = (reason: Refused['reason'], message: string): Refused => ({
  ok: false,
  reason,
  message,
});

/** What an exception of SQLite means for an append. */
function failure(error: unknown): Refused {
  const message = error instanceof Error ? error.message : String(error);
  return isFull(error)
    ? refused('full', `the disk is full, nothing was written: ${message}`)
    : refused('failed', `the journal can't be written: ${message}`);
}

function createClaimer(db: DatabaseSync): (fact: Fact) => string | undefined {
  const find = db.prepare('SELECT seq FROM claims WHERE key = ?');
  const take = db.prepare('INSERT INTO claims (key, seq, holder) VALUES (?, ?, ?)');
  const free = db.prepare('DELETE FROM claims WHERE holder = ?');
  return (fact) => {
    const claims = claimsOf(fact);
    for (const holder of claims.free) free.run(holder);
    for (const key of [...claims.absent, ...claims.take.map((claim) => claim.key)]) {
      const taken = find.get(key);
      if (taken !== undefined) return claimTaken(fact, key, Number(taken['seq']));
    }
    for (const { key, holder } of claims.take) take.run(key, fact.seq, holder);
    return undefined;
  };
}

/** Writes the facts of one append inside the open transaction; answers the new point or why it was refused. */
function createBatchWriter(
  db: DatabaseSync,
  hashing: Hashing,
): (from: ChainPoint, request: AppendRequest) => ChainPoint | Refused {
  const insert = db.prepare('INSERT INTO facts (seq, type, hash, text) VALUES (?, ?, ?, ?)');
  const head = db.prepare('SELECT max(seq) AS seq FROM facts');
  const epoch = db.prepare("SELECT value FROM meta WHERE key = 'epoch'");
  const addCommit = db.prepare('INSERT INTO commits (seq, framed) VALUES (?, ?)');
  const claim = createClaimer(db);
  const view = createViewWriter(db);
  return (from, request) => {
    const writer = Number(epoch.get()?.['value']);
    if (request.epoch !== writer)
      return refused('stale', `epoch ${request.epoch} writes no more, ${writer} does`);
    const found = Number(head.get()?.['seq'] ?? 0);
    if (request.expected !== found || from.seq !== found) {
      return refused('stale', `expected head ${request.expected}, found ${found}`);
    }
    let { hash } = from;
    let framed = 0;
    for (const text of request.texts) {
      // Encoded by this very process a moment ago: parsing it is enough.
      const fact = JSON.parse(text) as Fact;
      const taken = claim(fact);
      if (taken !== undefined) return refused('failed', taken);
      hash = linkHash(hashing, hash, text);
      insert.run(fact.seq, fact.type, hash, text);
      view(fact);
      if (isFrameType(fact.type)) framed = 1;
    }
    const seq = found + request.texts.length;
    addCommit.run(seq, framed);
    return { seq, hash };
  };
}

function createSnapshotKeeper(
  db: DatabaseSync,
  { sha256 }: Hashing,
): (request: SnapshotRequest) => void {
  const keep = db.prepare(
    `INSERT INTO snapshot (one, seq, digest, text) VALUES (1, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, digest = excluded.digest, text = excluded.text WHERE excluded.seq >= snapshot.seq`,
  );
  return ({ seq, text }) => {
    keep.run(seq, sha256(text), text);
  };
}

export type AppenderOptions = {
  readonly hashing: Hashing;
  readonly start: ChainPoint;
  /** Called when the disk is full, with nothing open; whether there is room now. */
  readonly makeRoom: () => boolean;
};

/** The writer of an opened journal, whose chain ends at `start`. */
export function createAppender(db: DatabaseSync, options: AppenderOptions): Appender {
  const { hashing, makeRoom } = options;
  let point = options.start;
  let dead: Refused | undefined;
  const write = createBatchWriter(db, hashing);
  const keepSnapshot = createSnapshotKeeper(db, hashing);

  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const mark = db.prepare('SAVEPOINT one');
  const back = db.prepare('ROLLBACK TO one');
  const keep = db.prepare('RELEASE one');

  const carryOut = (
    request: AppendRequest | SnapshotRequest,
    from: ChainPoint,
  ): ChainPoint | Refused => {
    if (request.kind === 'snapshot') {
      if (request.seq > from.seq)
        return refused('failed', `snapshot of ${request.seq} beyond the head ${from.seq}`);
      keepSnapshot(request);
      return from;
    }
    mark.run();
    const written = write(from, request);
    if ('ok' in written) back.run();
    keep.run();
    return written;
  };

  const attempt = (group: readonly (AppendRequest | SnapshotRequest)[]): readonly Answer[] => {
    let at = point;
    begin.run();
    const answers = group.map((request): Answer => {
      const result = carryOut(request, at);
      if ('ok' in result) return { id: request.id, result };
      at = result;
      return { id: request.id, result: { ok: true, head: at.seq } };
    });
    end.run();
    point = at;
    return answers;
  };

  const commit: Appender['commit'] = (group) => {
    if (dead !== undefined) {
      const result = dead;
      return group.map(({ id }) => ({ id, result }));
    }
    try {
      return attempt(group);
    } catch (error) {
      const result = failure(error);
      if (!rolledBack(db) || result.reason !== 'full') dead = { ...result, reason: 'failed' };
      else if (makeRoom()) return commit(group);
      return group.map(({ id }) => ({ id, result }));
    }
  };
  return { commit };
}

/** Undoes what is open; answers whether nothing is left open. */
function rolledBack(db: DatabaseSync): boolean {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
    return !db.isTransaction;
  } catch {
    return false;
  }
}
