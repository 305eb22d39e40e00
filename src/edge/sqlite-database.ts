/**
 * Opens the journal's database file and refuses what is not fit: an SQLite with the WAL bug, another program's file, a
 * journal of a newer Lockstep, a disk that can't give the durability we promise. Settings are read back, never assumed.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, FORMAT } from './sqlite-schema.ts';

/** Why a journal can't be opened. `broken` is a chain that does not hold; the rest is mended as the message says. */
export type RefusalCode = 'locked' | 'missing' | 'foreign' | 'newer' | 'broken' | 'unfit' | 'io';

/** What is thrown when a journal can't be opened; `code` is stable, the message names the folder and what to do. */
export class JournalRefused extends Error {
  override readonly name = 'JournalRefused';
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The file that holds the journal of a data folder. */
export const journalFile = (dataDir: string): string => join(dataDir, 'journal.sqlite');

/** Versions before it can corrupt a WAL database when two connections write and checkpoint at once. */
const OLDEST = [3, 51, 3] as const;

const BUSY_MS = 5_000;

/** The value of a pragma. */
export function pragma(db: DatabaseSync, name: string): unknown {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

/** Whether `version` is at least the one that is needed. */
export function isFitVersion(version: string): boolean {
  const found = version.split('.').map((part) => parseInt(part, 10));
  for (const [index, least] of OLDEST.entries()) {
    const part = found[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

function requireFit(): void {
  const version = process.versions['sqlite'] ?? '0';
  if (!isFitVersion(version)) {
    throw new JournalRefused(
      'unfit',
      `SQLite ${version} is too old, ${OLDEST.join('.')} is needed; use Node 24.15 or newer`,
    );
  }
}

/** Refuses a file that is not a journal of ours, or of a newer format. Answers whether it is still empty. */
function checkKind(db: DatabaseSync, file: string): boolean {
  const application = pragma(db, 'application_id');
  const format = Number(pragma(db, 'user_version'));
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (application === 0 && format === 0 && tables === 0) return true;
  if (application !== APPLICATION_ID) {
    throw new JournalRefused(
      'foreign',
      `${file} is a database of another program; choose another data folder`,
    );
  }
  if (format > FORMAT) {
    throw new JournalRefused(
      'newer',
      `${file} has format ${format}, this Lockstep knows up to ${FORMAT}; use the newer Lockstep that wrote it`,
    );
  }
  return false;
}

function setAndRead(db: DatabaseSync, name: string, wanted: string | number): void {
  const found = pragma(db, `${name} = ${wanted}`) ?? pragma(db, name);
  if (found !== wanted)
    throw new JournalRefused(
      'unfit',
      `SQLite kept ${name} at ${String(found)} where ${wanted} was asked`,
    );
}

/** What SQLite or the file system said, as a refusal that names the file. */
export function asRefusal(error: unknown, file: string): JournalRefused {
  if (error instanceof JournalRefused) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new JournalRefused('io', `${file} can't be opened: ${text}`);
}

/** The one writing connection. `fresh` tells that the file has no tables yet. */
export function openForWriting(
  dataDir: string,
  maxPages: number | null,
): { readonly db: DatabaseSync; readonly fresh: boolean } {
  requireFit();
  const file = journalFile(dataDir);
  const db = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
  try {
    const fresh = checkKind(db, file);
    setAndRead(db, 'journal_mode', 'wal');
    setAndRead(db, 'synchronous', 2);
    setAndRead(db, 'wal_autocheckpoint', 0);
    setAndRead(db, 'journal_size_limit', 64 * 1024 * 1024);
    if (maxPages !== null) setAndRead(db, 'max_page_count', maxPages);
    return { db, fresh };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection that only reads; works beside a running writer and after one that was killed. */
export function openForReading(dataDir: string): DatabaseSync {
  requireFit();
  const file = journalFile(dataDir);
  if (!existsSync(file) || statSync(file).size === 0) {
    throw new JournalRefused(
      'missing',
      `there is no journal in ${dataDir}; name the data folder with --data`,
    );
  }
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    if (checkKind(db, file))
      throw new JournalRefused('missing', `the journal in ${dataDir} is still empty`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
