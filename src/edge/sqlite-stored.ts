/** What is stored, as both threads read it: facts with their hashes, the last commit, and the journal's own bookkeeping. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type ChainedFact,
  type ChainPoint,
  type ChainResult,
  followChain,
  HASH_BYTES,
  type Hashing,
  verifyChain,
} from '../journal/chain.ts';
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

/** Facts that are read as one row: SQLite puts texts together faster than it hands over rows. */
const TOGETHER = 200;
/** Room for the hash before a text. */
const ROOM = ' '.repeat(HASH_BYTES);

/** Walks the chain behind a point over so many facts, quickly; answers as `verifyChain` does. */
export function walkChain(
  db: DatabaseSync,
  hashing: Hashing,
  { from, limit = Infinity }: { readonly from: ChainPoint; readonly limit?: number },
): ChainResult {
  const joined = db.prepare(
    `SELECT count(*), min(seq), max(seq), group_concat(hex(hash), ''),
      CAST('${ROOM}' || group_concat(text, char(10) || '${ROOM}') || char(10) AS BLOB)
      FROM facts WHERE seq > ?1 AND seq <= ?1 + ?2`,
  );
  joined.setReturnArrays(true);
  let point = from;
  for (let left = limit; left > 0; ) {
    const most = Math.min(TOGETHER, left);
    const row = joined.get(point.seq, most) as unknown as readonly unknown[];
    const count = Number(row[0]);
    const gapless = row[1] === point.seq + 1 && row[2] === point.seq + count;
    const followed = gapless
      ? followChain(hashing, point, {
          count,
          texts: Buffer.from((row[4] as Uint8Array).buffer),
          hashes: Buffer.from(String(row[3]), 'hex'),
        })
      : undefined;
    if (followed === undefined) {
      const slowly = verifyChain(hashing, point, storedFacts(db, point.seq, most));
      if (!slowly.ok || slowly.point.seq === point.seq) return slowly;
      point = slowly.point;
    } else point = followed;
    left -= count;
  }
  return { ok: true, point };
}

/** The last seq of the last append. */
export const lastCommit = (db: DatabaseSync): number =>
  Number(db.prepare('SELECT max(seq) AS seq FROM commits').get()?.['seq'] ?? 0);
