/** A life that goes wrong is left with the misfortunes that its end needs, and no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LifeLength, Outcome } from './life.ts';
import { planOf } from './plan.ts';
import { shrink } from './shrink.ts';

/** A life of so many misfortunes that goes wrong where all of `needed` come, and otherwise where `others` do. */
const lifeOf =
  (count: number, needed: readonly number[], others: readonly number[] = []) =>
  async (seed: number, { only }: LifeLength): Promise<Outcome> => {
    const numbers = only ?? Array.from({ length: count }, (_, n) => n);
    const has = (wanted: readonly number[]): boolean => wanted.every((n) => numbers.includes(n));
    const broken = has(needed)
      ? '[I1] one'
      : others.length > 0 && has(others)
        ? '[I2] two'
        : undefined;
    return {
      seed,
      plan: planOf(seed),
      livedMs: 0,
      marketMs: 0,
      faults: numbers.length,
      crashes: 0,
      powerLosses: 0,
      exits: 0,
      orders: 0,
      fills: 0,
      trades: 0,
      facts: 0,
      hash: '',
      probes: [],
      story: numbers.map((n) => ({ n, at: n, what: `misfortune ${n}` })),
      violation: broken,
    };
  };

test('what is left is what the end needs, whatever it needs', async () => {
  const needs = fc.uniqueArray(fc.nat(59), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 60, max: 90 }), needs, async (count, needed) => {
      const live = lifeOf(count, needed);
      const left: number[] = [];
      const wrong = await live(1, { horizonMs: 1 });
      const shrunk = await shrink(wrong, { horizonMs: 1 }, { live, tell: (n) => left.push(n) });
      assert.deepEqual(
        shrunk.length.only,
        [...needed].sort((a, b) => a - b),
      );
      assert.equal(shrunk.outcome.story.length, needed.length);
      assert.deepEqual(
        left,
        [...left].sort((a, b) => b - a),
      );
    }),
    { numRuns: 50 },
  );
});

test('a life that breaks another rule is another story', async () => {
  const live = lifeOf(20, [3, 12], [3]);
  const wrong = await live(1, { horizonMs: 1 });
  const shrunk = await shrink(wrong, { horizonMs: 1 }, { live, tell: () => undefined });
  assert.deepEqual(shrunk.length.only, [3, 12]);
});
