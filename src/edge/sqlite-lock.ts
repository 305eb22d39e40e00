/**
 * One process per data folder: a lock that the operating system frees when its holder dies, however it dies. It is held as
 * an exclusive transaction on an empty database of its own; the holder's pid stands beside it for the message only.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalRefused } from './sqlite-database.ts';

/** How long a holder that is just going down is waited for. */
const WAIT_MS = 500;

const SQLITE_BUSY = 5;

function holderOf(pidFile: string): string {
  try {
    const pid = readFileSync(pidFile, 'utf8').trim();
    return /^\d+$/.test(pid) ? `the process with pid ${pid}` : 'another process';
  } catch {
    return 'another process';
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** Takes the lock of a data folder; throws JournalRefused `locked` when another holds it. Answers how to release it. */
export function lockDataDir(dataDir: string): () => void {
  const pidFile = join(dataDir, 'journal.pid');
  const db = new DatabaseSync(join(dataDir, 'journal.lock'), { timeout: WAIT_MS });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new JournalRefused(
      'locked',
      `the data folder ${dataDir} is in use by ${holderOf(pidFile)}; stop that one first, or name another folder with --data`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    rmSync(pidFile, { force: true });
    db.close();
  };
}
