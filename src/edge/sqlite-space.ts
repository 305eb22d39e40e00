/**
 * Room for the journal, watched and kept: a reserve beside the database that is given up when nothing else is free, so
 * that the append that found the disk full, and those behind it, are written after all. It is laid down a moment after the
 * start and again once there is room. Under a bound of pages the reserve is pages of that bound as well.
 */
import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { DiskState } from '../domain/status.ts';
import { type Space, type SpaceLimits, diskState } from '../journal/space.ts';
import { pragma } from './sqlite-database.ts';

/** From the start to the first measurement, which lays the reserve down: a start has other work to do. */
const FIRST_MEASURE_MS = 1_000;

const CHUNK = 1_048_576;

/** The file that is given up when the disk is full. */
export const reserveFile = (dataDir: string): string => join(dataDir, 'journal.reserve');

export type DiskTold = { readonly disk: DiskState; readonly freeBytes: number };

export type SpaceKeeper = {
  /** Measures, lays the reserve down where it is missing and fits, and tells what has changed. */
  readonly measure: () => void;
  /** Gives the reserve up; false when there is none. */
  readonly giveUp: () => boolean;
  readonly isFull: () => boolean;
  readonly stop: () => void;
};

/** Bytes that others than root may still take on the file system of a folder. */
function freeOn(dataDir: string): number {
  const { bavail, bsize } = statfsSync(dataDir);
  return bavail * bsize;
}

/** Writes what no file system can make smaller: freeing it must free that much. */
function fill(file: string, bytes: number): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    const chunk = Buffer.alloc(CHUNK);
    for (let written = 0; written < bytes; ) {
      randomFillSync(chunk);
      written += writeSync(handle, chunk, 0, Math.min(CHUNK, bytes - written));
    }
  } finally {
    closeSync(handle);
  }
}

/** Lays the reserve down; false, and nothing stays, where it does not fit. */
function layDown(file: string, bytes: number): boolean {
  try {
    fill(file, bytes);
    return true;
  } catch {
    rmSync(file, { force: true });
    return false;
  }
}

/** Before a database is opened: where hardly anything is free, the reserve of the last run is given up for the start. */
export function makeRoomToStart(dataDir: string, { reserveBytes }: SpaceLimits): void {
  if (existsSync(dataDir) && freeOn(dataDir) < reserveBytes)
    rmSync(reserveFile(dataDir), { force: true });
}

export type SpaceOptions = {
  readonly db: DatabaseSync;
  readonly dataDir: string;
  readonly maxPages: number | null;
  readonly limits: SpaceLimits;
  readonly tell: (told: DiskTold) => void;
};

/** Keeps the space of an opened journal, measuring it until `stop`. The reserve of the last run is taken over. */
export function createSpaceKeeper(options: SpaceOptions): SpaceKeeper {
  const { db, dataDir, maxPages, limits, tell } = options;
  const file = reserveFile(dataDir);
  const pageBytes = Number(pragma(db, 'page_size'));
  const keptPages = Math.ceil(limits.reserveBytes / pageBytes);
  let reserve: Space['reserve'] = 'held';
  let laid = existsSync(file) && statSync(file).size >= limits.reserveBytes;
  let told: DiskState | undefined;

  const bind = (): void => {
    if (maxPages === null) return;
    const most = reserve === 'held' ? Math.max(1, maxPages - keptPages) : maxPages;
    pragma(db, `max_page_count = ${most}`);
  };
  /** Bytes of the bound that are not taken, the reserve counted as taken while it is held. */
  const freeInBound = (): number => {
    if (maxPages === null) return Infinity;
    const taken = Number(pragma(db, 'page_count')) - Number(pragma(db, 'freelist_count'));
    return (maxPages - (reserve === 'held' ? keptPages : 0) - taken) * pageBytes;
  };
  const free = (): number => Math.min(freeOn(dataDir), freeInBound());

  const say = (): void => {
    const freeBytes = Math.max(0, free());
    const disk = diskState(told ?? 'enough', { freeBytes, reserve }, limits);
    if (disk === told) return;
    told = disk;
    tell({ disk, freeBytes });
  };

  /** Takes the reserve again; what is free must be twice that, so that the journal does not need it at once. */
  const restore = (): void => {
    if (laid && reserve === 'held') return;
    if (free() >= 2 * limits.reserveBytes && (laid || layDown(file, limits.reserveBytes))) {
      laid = true;
      reserve = 'held';
    } else reserve = 'used';
    bind();
  };

  if (!laid && free() < 2 * limits.reserveBytes) reserve = 'used';
  if (freeInBound() < 0) reserve = 'used';
  bind();
  say();
  const measure = (): void => {
    restore();
    say();
  };
  let timer = setTimeout(again, Math.min(FIRST_MEASURE_MS, limits.everyMs));
  function again(): void {
    measure();
    timer = setTimeout(again, limits.everyMs);
  }
  return {
    measure,
    giveUp: () => {
      if (reserve === 'used') return false;
      rmSync(file, { force: true });
      laid = false;
      reserve = 'used';
      bind();
      say();
      return true;
    },
    isFull: () => reserve === 'used',
    stop: () => clearTimeout(timer),
  };
}
