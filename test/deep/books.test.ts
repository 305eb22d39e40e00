/** As many and longer lives of the books as `npm test` has no time for, the same each time. */
import { test } from 'node:test';
import { liveAll, liveUnderModel, liveUnderRules, seenEnough } from '../support/books/lives.ts';

test('[I9][I12][I17][I18][I21][I23][I50] ten thousand longer histories of two strategies and a person: behind each fact the rules hold', (t) => {
  const counts = liveAll(liveUnderRules, { lives: 10_000, seed: 170, acts: 60 });
  t.diagnostic(JSON.stringify(counts));
  seenEnough(counts, 10);
});

test('[I11][I13][I14][I16] a hundred thousand histories, linear and inverse: a model in fractions comes to the same money', (t) => {
  const counts = liveAll(liveUnderModel, { lives: 100_000, seed: 180, acts: 24 });
  t.diagnostic(JSON.stringify(counts));
  seenEnough(counts, 50);
});
