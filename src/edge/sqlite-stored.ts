/** What is stored, as both threads read it: facts with their hashes, the last commit, and the journal's own bookkeeping. */
import type { DatabaseSync } from 'node:sqlite';
import type { ChainedFact, WalkedFact } from '../journal/chain.ts';
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
const NEWLINE = 10;
const HASH_BYTES = 32;

/** The facts of one joined row; undefined when there are not as many as there should be. */
function parted(
  { texts, hashes }: { readonly texts: Uint8Array; readonly hashes: Uint8Array },
  { first, count }: { readonly first: number; readonly count: number },
): readonly WalkedFact[] | undefined {
  if (hashes.length !== count * HASH_BYTES) return undefined;
  const facts: WalkedFact[] = [];
  for (let from = 0; from <= texts.length; ) {
    const end = texts.indexOf(NEWLINE, from);
    const to = end < 0 ? texts.length : end;
    const at = facts.length;
    facts.push({
      seq: first + at,
      hash: hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
      text: texts.subarray(from, to),
    });
    from = to + 1;
  }
  return facts.length === count ? facts : undefined;
}

/** Facts behind `after` as a walk over the chain wants them, quickly; what is not in good order is given as it is stored. */
export function* walkedFacts(db: DatabaseSync, after: number, limit = -1): Generator<WalkedFact> {
  const joined = db.prepare(
    `SELECT count(*), min(seq), max(seq), group_concat(hex(hash), ''), CAST(group_concat(text, char(${NEWLINE})) AS BLOB)
      FROM (SELECT seq, hash, text FROM facts WHERE seq > ? ORDER BY seq LIMIT ?)`,
  );
  joined.setReturnArrays(true);
  let last = after;
  for (let left = limit < 0 ? Infinity : limit; left > 0; ) {
    const most = Math.min(TOGETHER, left);
    const row = joined.get(last, most) as unknown as readonly unknown[];
    const count = Number(row[0]);
    if (count === 0) return;
    const gapless = row[1] === last + 1 && row[2] === last + count;
    const columns = { texts: row[4] as Uint8Array, hashes: Buffer.from(String(row[3]), 'hex') };
    yield* (gapless ? parted(columns, { first: last + 1, count }) : undefined) ??
      storedFacts(db, last, most);
    left -= count;
    last = Number(row[2]);
  }
}

/** The last seq of the last append. */
export const lastCommit = (db: DatabaseSync): number =>
  Number(db.prepare('SELECT max(seq) AS seq FROM commits').get()?.['seq'] ?? 0);
