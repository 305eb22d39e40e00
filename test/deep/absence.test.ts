/** Away for a day and for five, over settlements and the end of the week's products, while everything happens. */
import { test } from 'node:test';
import { DAY, HOUR } from '../../src/base/time.ts';
import { awayFor } from '../support/absence.ts';

for (const [words, ms] of [
  ['26 hours', 26 * HOUR],
  ['five days', 5 * DAY],
] as const)
  test(`[N1][I11][I12][I13][I16] away for ${words} with hands, stop, target, liquidation, settlements and delivery: the books are the exchange's, trade by trade`, async () => {
    await awayFor(ms, 60);
  });
