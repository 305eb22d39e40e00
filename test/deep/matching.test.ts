/** Ten thousand random sessions of the exchange's matching beside the model that was written apart from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { live, nothingSeen, sessions } from '../venue/matching-session.ts';

test('matching agrees with the model after every step of ten thousand random sessions', () => {
  const seen = nothingSeen();
  fc.assert(
    fc.property(sessions(24), (session) => live(session, seen)),
    { numRuns: 10_000 },
  );
  assert.ok(seen.trades > 10_000, `looked at ${seen.trades} trades`);
});
