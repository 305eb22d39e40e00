/** Longer lives of the swarm than `npm test` has time for. Over all of them every place must have been reached. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live } from '../../sim/swarm/life.ts';
import { counted, EMPTY, report, toldWrong, unreached } from '../../sim/swarm/told.ts';

const LENGTH = { horizonMs: 180_000 };
const FIRST = 101;
const LIVES = 60;

test('[L2][L3][L4][L5][I1][I2][I3][I5][I11][I12][I13][I17][I19][I20][I21][I25][I36][I51] sixty longer lives, and every place is reached', async (t) => {
  const began = performance.now();
  let sum = EMPTY;
  for (let seed = FIRST; seed < FIRST + LIVES; seed++)
    await t.test(`life ${seed}`, async () => {
      const outcome = await live(seed, LENGTH);
      sum = counted(sum, outcome);
      if (outcome.violation !== undefined) throw new Error(toldWrong(outcome, LENGTH));
    });
  t.diagnostic(report(sum, (performance.now() - began) / 1000).replaceAll('\n', '; '));
  assert.deepEqual(unreached(sum), []);
});
