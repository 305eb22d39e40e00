/**
 * The pauses between connections: random between the shortest pause and a cap that doubles with each failure in a row,
 * so that many clients do not come back at the same moment. A link that held for a while starts anew.
 */
import type { Millis } from '../../base/time.ts';
import {
  ASKED_PAUSE_MAX_MS,
  BACKOFF_MAX_MS,
  BACKOFF_MIN_MS,
  BACKOFF_RESET_MS,
  LONG_PAUSE_MAX_MS,
  LONG_PAUSE_MIN_MS,
} from './limits.ts';

/**
 * How long to stay away. `usual`: the wire failed. `long`: the exchange does not want us now (maintenance, limits).
 * `none`: another connection will do, at once, unless that has just failed. `askedMs`: the least that was asked for; 0 for nothing.
 */
export type Rest = { readonly kind: 'usual' | 'long' | 'none'; readonly askedMs: Millis };

export const USUAL_REST: Rest = { kind: 'usual', askedMs: 0 };

export type Backoff = {
  /** The pause before the next attempt, in ms; `upFor` is how long the link was up before it failed (0: never). */
  readonly next: (upFor: Millis, rest?: Rest) => Millis;
};

/** `jitter` gives numbers in [0, 1). */
export function createBackoff(jitter: () => number): Backoff {
  let failures = 0;
  let longs = 0;
  const between = (least: Millis, most: Millis, doublings: number): Millis => {
    const cap = Math.min(most, least * 2 ** doublings);
    return Math.round(least + jitter() * (cap - least));
  };
  return {
    next: (upFor, rest = USUAL_REST) => {
      if (upFor >= BACKOFF_RESET_MS) {
        failures = 0;
        longs = 0;
      }
      failures++;
      const asked = Math.min(rest.askedMs, ASKED_PAUSE_MAX_MS);
      if (rest.kind === 'none' && failures === 1) return asked;
      if (rest.kind === 'long') {
        longs++;
        return Math.max(asked, between(LONG_PAUSE_MIN_MS, LONG_PAUSE_MAX_MS, longs));
      }
      return Math.max(asked, between(BACKOFF_MIN_MS, BACKOFF_MAX_MS, failures));
    },
  };
}
