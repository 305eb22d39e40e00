/** Words from outside that reach the process without a socket: signals, and the file `KILL` in the data folder. */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { readText } from './files.ts';

export type SignalListeners = {
  /** SIGINT, SIGTERM or SIGHUP: end in good order. Called for each; a second one means now. */
  readonly stop: (name: string) => void;
  /** SIGUSR2: the kill switch. */
  readonly kill: () => void;
};

/** Listens to the signals; answers how to stop listening. */
export function onSignals({ stop, kill }: SignalListeners): () => void {
  const stops = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of stops) process.on(name, stop);
  process.on('SIGUSR2', kill);
  return () => {
    for (const name of stops) process.off(name, stop);
    process.off('SIGUSR2', kill);
  };
}

/** How often the file is looked for, whatever the watch of the folder says. */
const LOOK_MS = 1_000;
const MOST_REASON = 500;

/**
 * Calls `kill` with the reason (its text, "" when empty) as soon as `<dataDir>/KILL` is there; once per appearance. Some
 * file systems never tell of changes, so it is looked for every second too. Answers how to stop looking.
 */
export function onKillFile(
  dataDir: string,
  clock: Clock,
  kill: (reason: string) => void,
): () => void {
  let there = false;
  const look = (told = false): void => {
    const text = readText(join(dataDir, 'KILL'));
    // Whoever writes a reason makes the file first: one that is empty when it is told of is looked at again by the timer.
    if (told && text === '') return;
    if (text !== undefined && !there)
      kill(
        text
          .replace(/[\p{Cc}\s]+/gu, ' ')
          .trim()
          .slice(0, MOST_REASON),
      );
    there = text !== undefined;
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dataDir, { persistent: false }, (_event, name) => {
      if (name === 'KILL') look(true);
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  const stop = clock.every(LOOK_MS, () => look());
  look();
  return () => {
    stop();
    watcher?.close();
  };
}
