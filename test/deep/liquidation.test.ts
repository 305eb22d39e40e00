/** Three hundred lives of leveraged accounts under jumping prices, each second of which has to hold; the same ones each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { live, lives, nothingSeen } from '../venue/liquidation-life.ts';

test('liquidations of three hundred random lives: covered, small, needed, and at zero in the end', () => {
  const seen = nothingSeen();
  fc.assert(
    fc.property(lives(60), (life) => live(life, seen)),
    { numRuns: 300, seed: -1_388_121_017 },
  );
  assert.ok(
    seen.steps > 1_000 && seen.ofOptions > 20 && seen.bankrupt > 50 && seen.taxed > 15,
    JSON.stringify(seen),
  );
});
