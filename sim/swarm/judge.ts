/** A life that has to go well: nothing is broken on the way, everything is right at its end, and something was tried. */
import { assert } from '../../src/base/assert.ts';
import { KEPT } from './kept.ts';
import { live } from './life.ts';
import { toldWrong } from './told.ts';

/** The seeds that the tests draw lives from. */
export const TEST_SEEDS: readonly number[] = Array.from({ length: 14 }, (_, n) => n + 1);

/** All lives that the tests live: drawn ones, and those that once failed. */
export const TEST_LIVES: readonly { readonly seed: number; readonly minutes: number }[] = [
  ...TEST_SEEDS.map((seed) => ({ seed, minutes: 1 })),
  ...KEPT.map(({ seed, minutes }) => ({ seed, minutes })),
];

/** What a life of the tests is unless it says otherwise. */
export const LENGTH = { horizonMs: 60_000 };

export async function judge(seed: number, length = LENGTH): Promise<void> {
  const outcome = await live(seed, length);
  if (outcome.violation !== undefined) throw new Error(toldWrong(outcome, length));
  assert(outcome.orders > 0, 'nothing was tried');
}
