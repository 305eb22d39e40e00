/** Draws of a life: one stream of random numbers per subsystem, so that a new draw in one place does not shift the others. */
import { must } from '../../src/base/assert.ts';
import { nextBelow, nextUnit, prng } from '../../src/base/prng.ts';

export type Draw = {
  /** A whole number in [0, n). */
  readonly below: (n: number) => number;
  /** A whole number in [from, to]. */
  readonly between: (from: number, to: number) => number;
  readonly of: <T>(list: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
};

export function drawing(seed: number, stream: string): Draw {
  const random = prng(seed, stream);
  const below = (n: number): number => nextBelow(random, n);
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    of: <T>(list: readonly T[]): T => must(list[below(list.length)], 'something to draw from'),
    chance: (share) => nextUnit(random) < share,
  };
}
