/** The money of hundreds of histories of the practice exchange, the same each time, added up again by other sums than its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assertWhole,
  beginLife,
  histories,
  perform,
} from '../../src/venue/practice/history.contract.ts';
import { assertMoney, type Seen } from '../../src/venue/practice/money.contract.ts';

test('balances, logs, summaries and equities agree in three hundred histories', () => {
  const seen: Seen = { trades: 0, settlements: 0 };
  fc.assert(
    fc.property(histories(30), fc.boolean(), (acts, lively) => assertMoney(acts, lively, seen)),
    { numRuns: 300, seed: 300 },
  );
  assert.ok(seen.trades > 1_000 && seen.settlements > 200, JSON.stringify(seen));
});

test('nothing comes from nowhere in three hundred histories', () => {
  let sums = 0;
  fc.assert(
    fc.property(histories(30), fc.boolean(), (acts, lively) => {
      const life = beginLife(lively);
      for (const one of acts) {
        perform(life, one);
        sums += assertWhole(life);
      }
    }),
    { numRuns: 300, seed: 300 },
  );
  assert.ok(sums > 10_000, `looked at ${sums} sums`);
});
