/** What is stored, as both threads read it: facts with their hashes, the last commit, and the journal's own bookkeeping. */
import type { DatabaseSync } from 'node:sqlite';
import type { ChainedFact } from '../journal/chain.ts';
import { JournalRefused } from './sqlite-database.ts';

/** One value of the journal's own bookkeeping. */
export function metaOf(db: DatabaseSync, key: string): string {
  const value = db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'];
  if (typeof value !== 'string')
    throw new JournalRefused('broken', `the journal holds no "${key}"; restore it from a backup`);
  return value;
}

/** Facts behind `after`, with their hashes, as they are stored. */
export function* storedFacts(db: DatabaseSync, after: number, limit = -1): Generator<ChainedFact> {
  const rows = db
    .prepare('SELECT seq, hash, text FROM facts WHERE seq > ? ORDER BY seq LIMIT ?')
    .iterate(after, limit);
  for (const { seq, hash, text } of rows) {
    yield { seq: Number(seq), hash: hash as Uint8Array, text: String(text) };
  }
}

/** The last seq of the last append. */
export const lastCommit = (db: DatabaseSync): number =>
  Number(db.prepare('SELECT max(seq) AS seq FROM commits').get()?.['seq'] ?? 0);
