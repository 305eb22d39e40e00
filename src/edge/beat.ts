/**
 * Whether this process has stood still: stopped, swapped out, or kept busy by one thing for too long. A beat that comes late
 * tells it, and whoever asks before the beat could come learns it as well, since what has waited for a process may be taken
 * before its timers are.
 */
import type { Millis } from '../base/time.ts';
import type { Clock } from './clock.ts';

const BEAT_MS = 250;

export type Beat = {
  /** The longest time that it stood still since this was last asked. */
  readonly takeLate: () => Millis;
  readonly stop: () => void;
};

export function startBeat(clock: Pick<Clock, 'mono' | 'every'>): Beat {
  let last = clock.mono();
  let longest = 0;
  const beat = (): void => {
    const now = clock.mono();
    longest = Math.max(longest, now - last - BEAT_MS);
    last = now;
  };
  const stop = clock.every(BEAT_MS, beat);
  return {
    takeLate: () => {
      if (clock.mono() - last > 2 * BEAT_MS) beat();
      const late = longest;
      longest = 0;
      return late;
    },
    stop,
  };
}
