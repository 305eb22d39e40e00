/** Random lives of the books: the rules hold behind each fact, and a model that was written apart comes to the same money. */
import { test } from 'node:test';
import {
  liveAll,
  liveUnderModel,
  liveUnderRules,
  seenEnough,
} from '../../test/support/books/lives.ts';

test('[I9][I12][I17][I18][I21][I23][I50] a thousand histories of two strategies and a person: behind each fact the rules hold', () => {
  seenEnough(liveAll(liveUnderRules, { lives: 1_000, seed: 17, acts: 40 }), 1);
});

test('[I11][I13][I14][I16] two thousand histories, linear and inverse: a model in fractions comes to the same positions, results, fees and funding', () => {
  seenEnough(liveAll(liveUnderModel, { lives: 2_000, seed: 18, acts: 30 }), 1);
});
