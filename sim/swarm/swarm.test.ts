/** The swarm: lives drawn from seeds, full of misfortune, watched at every step. Once it stops, everything comes to rest and is right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, LENGTH, TEST_SEEDS } from './judge.ts';
import { live } from './life.ts';
import { KINDS, planOf } from './plan.ts';

for (const seed of TEST_SEEDS)
  test(`[L2][L3][L4][L5][I1][I2][I3][I5][I11][I12][I13][I17][I19][I20][I21][I25][I36][I51] life ${seed}`, () =>
    judge(seed));

test('a seed is one life, to the last fact, also where checks are told whole lists of orders', async () => {
  const again = { ...LENGTH, wholeLists: true };
  const [one, two, other] = [await live(1, LENGTH), await live(1, again), await live(6, LENGTH)];
  assert.equal(one.hash, two.hash);
  assert.deepEqual(one.story, two.story);
  assert.notEqual(one.hash, other.hash);
});

test('over a hundred seeds each kind of misfortune is on in about half of the lives', () => {
  const plans = Array.from({ length: 100 }, (_, n) => planOf(n + 1));
  const counts = new Map<string, number>();
  for (const { kinds } of plans)
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  assert.equal(counts.size, KINDS.length);
  for (const [kind, count] of counts) assert.ok(count > 30 && count < 70, `${kind}: ${count}`);
});
