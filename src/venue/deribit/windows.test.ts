/** What the two windows of a history prove, and what lies between them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOUR, MINUTE } from '../../base/time.ts';
import { INDEXED_MS, RECENT_FILLS } from './limits.ts';
import { holeOf, needsHistory } from './windows.ts';

const NOW = 1_790_000_000_000;

test('a read of the last hours needs one window and has no hole', () => {
  assert.equal(needsHistory(RECENT_FILLS, NOW - 22 * HOUR, NOW), false);
  assert.equal(holeOf(RECENT_FILLS, NOW - 22 * HOUR, NOW), null);
});

test('a read of two days has a hole from where the historical window ends to where the recent one is trusted', () => {
  assert.deepEqual(holeOf(RECENT_FILLS, NOW - 48 * HOUR, NOW), {
    from: NOW - 24 * HOUR - 15 * MINUTE,
    to: NOW - 23 * HOUR,
  });
});

test('[I11] every moment of a read is trusted of one window or lies in the hole', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 * HOUR }),
      fc.integer({ min: 0, max: 200 * HOUR }),
      (back, age) => {
        const from = NOW - back;
        const at = NOW - Math.min(age, back);
        const hole = holeOf(RECENT_FILLS, from, NOW);
        const recent = at >= NOW - RECENT_FILLS.trustedMs;
        const indexed = at <= NOW - RECENT_FILLS.keptMs - INDEXED_MS;
        const inHole = hole !== null && at >= hole.from && at <= hole.to;
        assert.ok(recent || (indexed && needsHistory(RECENT_FILLS, from, NOW)) || inHole);
        if (hole !== null) assert.ok(hole.from >= from && hole.from <= hole.to);
      },
    ),
  );
});
