/**
 * The pauses between connections: random between the shortest pause and a cap that doubles with each failure in a row,
 * so that many clients do not come back at the same moment. A link that held for a while starts anew.
 */
import type { Millis } from '../../base/time.ts';
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS, BACKOFF_RESET_MS } from './limits.ts';

export type Backoff = {
  /** The pause before the next attempt, in ms; `upFor` is how long the link was up before it failed (0: never). */
  readonly next: (upFor: Millis) => Millis;
};

/** `jitter` gives numbers in [0, 1). */
export function createBackoff(jitter: () => number): Backoff {
  let failures = 0;
  return {
    next: (upFor) => {
      if (upFor >= BACKOFF_RESET_MS) failures = 0;
      const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (failures + 1));
      failures++;
      return Math.round(BACKOFF_MIN_MS + jitter() * (cap - BACKOFF_MIN_MS));
    },
  };
}
