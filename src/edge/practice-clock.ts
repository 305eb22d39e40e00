/**
 * The practice exchange's clock: server time = the time it was last set to + real time passed since x speed.
 * Real time comes from the monotonic clock, so that a wall clock that jumps is never seen.
 */
import type { Millis } from '../base/time.ts';
import { systemClock } from './clock.ts';
import type { PracticeNow } from './practice-port.ts';

export type PracticeClock = {
  readonly read: () => PracticeNow;
  /** Sets server time and speed from now on. */
  readonly follow: (setting: { readonly server: Millis; readonly speed: number }) => void;
  readonly speed: () => number;
};

/** A clock that stands at `server` now and runs `speed` times as fast as real time (0: it stands still). */
export function createPracticeClock(start: {
  readonly server: Millis;
  readonly speed: number;
}): PracticeClock {
  let anchor = { ...start, mono: systemClock.mono() };
  return {
    read: () => {
      const mono = systemClock.mono();
      return { server: Math.floor(anchor.server + (mono - anchor.mono) * anchor.speed), mono };
    },
    follow: ({ server, speed }) => {
      anchor = { server, speed, mono: systemClock.mono() };
    },
    speed: () => anchor.speed,
  };
}
