/**
 * What a start does to the journal before its first append: makes the tables of a new one, builds read models anew where
 * their shape has changed, verifies the chain from the newest snapshot on, and takes the next epoch, durably.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { toHex } from '../base/hashing.ts';
import { type ChainPoint, chainStart, type Hashing } from '../journal/chain.ts';
import type { OpenedJournal } from '../journal/port.ts';
import { VIEW_VERSION } from '../view/rows.ts';
import { JournalRefused } from './sqlite-database.ts';
import { createTables } from './sqlite-schema.ts';
import { lastCommit, metaOf, walkChain } from './sqlite-stored.ts';
import { rebuildViews } from './sqlite-views.ts';

type Snapshot = { readonly seq: number; readonly text: string };

const randomId = (): string => randomBytes(16).toString('hex');

/** The newest snapshot, if it is whole and belongs to a fact of this journal; a damaged one is as good as none. */
function wholeSnapshot(db: DatabaseSync, { sha256 }: Hashing): Snapshot | null {
  const row = db
    .prepare('SELECT snapshot.seq, digest, snapshot.text FROM snapshot JOIN facts USING (seq)')
    .get();
  if (row === undefined) return null;
  const text = String(row['text']);
  return toHex(sha256(text)) === toHex(row['digest'] as Uint8Array)
    ? { seq: Number(row['seq']), text }
    : null;
}

function pointAt(db: DatabaseSync, hashing: Hashing, seq: number): ChainPoint {
  if (seq === 0) return chainStart(hashing, metaOf(db, 'journal'));
  return {
    seq,
    hash: db.prepare('SELECT hash FROM facts WHERE seq = ?').get(seq)?.['hash'] as Uint8Array,
  };
}

function verifiedEnd(db: DatabaseSync, hashing: Hashing, from: number): ChainPoint {
  const walked = walkChain(db, hashing, { from: pointAt(db, hashing, from) });
  if (!walked.ok) {
    throw new JournalRefused(
      'broken',
      `the journal's chain is broken at fact ${walked.seq}: ${walked.problem}; nothing was changed, see "lockstep audit verify"`,
    );
  }
  const commit = lastCommit(db);
  if (commit !== walked.point.seq) {
    throw new JournalRefused(
      'broken',
      `the journal ends at fact ${walked.point.seq}, its last commit at ${commit}; restore it from a backup`,
    );
  }
  return walked.point;
}

/** Opens the journal in `db` as its next writer. */
export function startJournal(
  db: DatabaseSync,
  hashing: Hashing,
  fresh: boolean,
): { readonly opened: OpenedJournal; readonly point: ChainPoint } {
  if (fresh)
    createTables(db, {
      journal: randomId(),
      birth: randomId(),
      epoch: '0',
      view: String(VIEW_VERSION),
    });
  const snapshot = wholeSnapshot(db, hashing);
  const point = verifiedEnd(db, hashing, snapshot?.seq ?? 0);
  rebuildViews(db);
  db.prepare(
    "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'epoch'",
  ).run();
  const opened: OpenedJournal = {
    journal: metaOf(db, 'journal'),
    birth: metaOf(db, 'birth'),
    epoch: Number(metaOf(db, 'epoch')),
    head: point.seq,
    snapshot,
  };
  return { opened, point };
}
