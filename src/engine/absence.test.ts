/** Away for a second and for twenty minutes while everything happens; the deep tests do the same for a day and for five. */
import { test } from 'node:test';
import { awayFor } from '../../test/support/absence.ts';

for (const [words, ms] of [
  ['a second', 1_000],
  ['twenty minutes', 1_200_000],
] as const)
  test(`[N1][I11][I12][I13][I16] away for ${words} with hands, stop, target, liquidation, settlement and delivery: the books are the exchange's, trade by trade`, async () => {
    await awayFor(ms);
  });
