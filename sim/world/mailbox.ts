/**
 * What a process hears, one thing after the other. While the process stands still (stopped, swapped out, in a long
 * collection of garbage) it waits here, and is taken in its order when the process goes on.
 */
import type { Millis } from '../../src/base/time.ts';
import type { Loop } from './loop.ts';

/** How a process goes on: with the timers that are due, or with what it has been sent. */
export type GoesOnWith = 'timers' | 'mail';

export type Mailbox = {
  /** Hands over now, or when the process goes on. */
  readonly hear: (run: () => void) => void;
  readonly isStill: () => boolean;
  /** How long it has stood still since this was last asked; 0 where it has not. */
  readonly takeLate: () => Millis;
  readonly standStill: (ms: Millis, goesOnWith: GoesOnWith) => void;
};

/** `runDue` serves one timer that is due and answers whether there was one. */
export function createMailbox(loop: Loop, runDue: () => boolean): Mailbox {
  const waiting: (() => void)[] = [];
  let still = false;
  let late = 0;
  const goOn = (first: GoesOnWith): void => {
    still = false;
    if (first === 'timers' && runDue()) {
      still = true;
      return loop.after(0, () => goOn(first));
    }
    for (const run of waiting.splice(0)) loop.after(0, run);
  };
  return {
    hear: (run) => {
      if (still) waiting.push(run);
      else run();
    },
    isStill: () => still,
    takeLate: () => {
      const ms = late;
      late = 0;
      return ms;
    },
    standStill: (ms, first) => {
      still = true;
      late = ms;
      loop.after(ms, () => goOn(first));
    },
  };
}
