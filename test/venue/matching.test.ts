/** The exchange's matching beside a model that was written apart from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { live, nothingSeen, sessions } from './matching-session.ts';

test('matching agrees with the model after every step of a random session', () => {
  const seen = nothingSeen();
  fc.assert(
    fc.property(sessions(30), (session) => live(session, seen)),
    { numRuns: 300 },
  );
  assert.ok(seen.trades > 300, `looked at ${seen.trades} trades`);
  assert.ok(seen.hidden > 5, `looked at ${seen.hidden} trades with what icebergs hid`);
  for (const code of [10003, 10005, 10007, 10021, 10036, 11030, 11047, 11054])
    assert.ok(seen.refusals.has(code), `never refused with ${code}`);
  for (const reason of ['risk_mitigation', 'edit_post_only_reject', 'user_request'])
    assert.ok(seen.reasons.has(reason), `never ended by ${reason}`);
});
