/** The seeds that once failed, each with its story: their lives go well ever since. */
import { test } from 'node:test';
import { judge } from './judge.ts';
import { KEPT } from './kept.ts';

for (const { seed, minutes, story } of KEPT)
  test(`[L2][L3][L4][L5][I1][I11][I12][I13][I17][I25][I36] life ${seed}: ${story}`, () =>
    judge(seed, { horizonMs: minutes * 60_000 }));
