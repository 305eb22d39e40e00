/**
 * `kill.ndjson` beside a journal: what a kill sent before the journal had it, one line each. A line is appended and synced
 * without anybody waiting, because the disk may be what does not answer; the next start reads the file, and empties it once
 * the journal has what is in it.
 */
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from './files.ts';

export const KEPT_FILE = 'kill.ndjson';

export type KeptFile = {
  /** Whole lines that an earlier process left. */
  readonly lines: readonly string[];
  /** Appends a line; troubles are told, nothing is thrown. */
  readonly keep: (line: string) => void;
  /** Removes what was there at the start, unless lines have come since. */
  readonly clear: () => Promise<void>;
};

export function openKeptFile(dataDir: string, onTrouble: (error: unknown) => void): KeptFile {
  const path = join(dataDir, KEPT_FILE);
  // What stands behind the last line's end was never whole.
  const lines = (readText(path) ?? '').split('\n').slice(0, -1);
  let queue: Promise<void> = Promise.resolve();
  let added = 0;
  return {
    lines,
    keep: (line) => {
      added++;
      queue = queue
        .then(() => appendFile(path, `${line}\n`, { mode: 0o600, flush: true }))
        .catch(onTrouble);
    },
    clear: async () => {
      if (added > 0 || lines.length === 0) return;
      await rm(path, { force: true }).catch(onTrouble);
    },
  };
}
