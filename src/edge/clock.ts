/** The machine's clocks and timers. Wall time is for what people read; everything that measures uses `mono`, which never jumps. */
import type { Millis } from '../base/time.ts';

export type Clock = {
  /** Milliseconds since 1970 by the wall clock; may jump. */
  readonly wall: () => Millis;
  /** Milliseconds since some fixed moment; never jumps. */
  readonly mono: () => Millis;
  /** Runs `run` once after `ms`; answers how to call it off. Keeps no process alive. */
  readonly after: (ms: Millis, run: () => void) => () => void;
  /** Runs `run` every `ms` until called off. Keeps no process alive. */
  readonly every: (ms: Millis, run: () => void) => () => void;
};

/** The clock of this machine. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  mono: () => Math.floor(performance.now()),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
};

/** Resolves after `ms` of real time. */
export const pause = (ms: Millis): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
