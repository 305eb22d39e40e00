/**
 * When the write-ahead log is brought into the database: in a quiet moment, or between two commits once it has grown too
 * long; never inside one. On a full disk it waits: what is committed is safe in the log. While room is short it comes sooner,
 * so that the log is written over instead of growing.
 */
import type { DatabaseSync } from 'node:sqlite';
import { must } from '../base/assert.ts';

/**
 * Pages of the log beyond which an idle writer checkpoints, and beyond which it does so between two commits. The second is
 * small so that what waits for it waits shortly, and that the log is written over instead of growing.
 */
const IDLE_PAGES = 256;
const BUSY_PAGES = 1_000;
const TIGHT_PAGES = 128;
const IDLE_MS = 100;

const SQLITE_FULL = 13;

/** Whether an exception of SQLite says that the disk, or what the file may hold, is full. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_FULL;

/** The log as a checkpoint sees it: pages that wait in it, and the two ways to bring them over. */
export type Log = {
  readonly pages: () => number;
  readonly passive: () => void;
  /** Brings over everything and empties the file; for the end. */
  readonly truncate: () => void;
};

/** The log of a writing connection. */
export function logOf(db: DatabaseSync): Log {
  const length = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const passive = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  return {
    pages: () => {
      const { log, checkpointed } = must(length.get(), 'the length of the log');
      return Number(log) - Number(checkpointed);
    },
    passive: () => {
      passive.get();
    },
    truncate: () => {
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    },
  };
}

/** Does some work that a full disk may stop: it is tried again another time. */
export function unlessFull(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

/** Checkpoints a log, sooner while it is `tight`; `stop` ends it with the last one. */
export function createCheckpoints(
  log: Log,
  isTight: () => boolean,
): {
  readonly afterCommit: () => void;
  readonly stop: () => void;
} {
  let timer: NodeJS.Timeout | undefined;
  const whenIdle = (): void => {
    timer = undefined;
    if (log.pages() > IDLE_PAGES) unlessFull(log.passive);
  };
  return {
    afterCommit: () => {
      if (log.pages() > (isTight() ? TIGHT_PAGES : BUSY_PAGES)) unlessFull(log.passive);
      if (timer === undefined) timer = setTimeout(whenIdle, IDLE_MS);
      else timer.refresh();
    },
    stop: () => {
      clearTimeout(timer);
      unlessFull(log.truncate);
    },
  };
}
