/** A life that has to go well: nothing is broken on the way, everything is right at its end, and something was tried. */
import { assert } from '../../src/base/assert.ts';
import { live } from './life.ts';
import { toldWrong } from './told.ts';

/** What a life of the tests is unless it says otherwise. */
export const LENGTH = { horizonMs: 60_000 };

export async function judge(seed: number, length = LENGTH): Promise<void> {
  const outcome = await live(seed, length);
  if (outcome.violation !== undefined) throw new Error(toldWrong(outcome, length));
  assert(outcome.orders > 0, 'nothing was tried');
}
