/** Leveraged accounts under jumping prices: books, margins and steps of liquidations, second by second; always the same lives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { live, lives, nothingSeen } from './liquidation-life.ts';

test('no account goes on without margin or ends below zero, no step is too large or needless, and all cash sums to zero', () => {
  const seen = nothingSeen();
  fc.assert(
    fc.property(lives(45), (life) => live(life, seen)),
    { numRuns: 15, seed: 1 },
  );
  assert.ok(seen.steps > 20 && seen.ended > 4, JSON.stringify(seen));
  assert.ok(seen.ofOptions > 0 && seen.bankrupt > 4 && seen.taxed > 1, JSON.stringify(seen));
});
