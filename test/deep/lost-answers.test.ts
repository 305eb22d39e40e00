/** Two hundred orders whose answers are lost in a slow and doubtful network: each is found or proved absent in time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loseAnswers } from '../support/lost-answers.ts';

test('[L3] [I5] two hundred lost answers in random network weather: each order is found or proved absent within 15 s', async () => {
  const found = await loseAnswers(200, 1);
  for (const { kind, outcome, ms } of found)
    assert.ok(ms <= 15_000, `${kind}: ${outcome} after ${ms} ms`);
  const kinds = new Set(found.map(({ kind, outcome }) => `${kind}: ${outcome}`));
  assert.deepEqual(
    [...kinds].sort((a, b) => (a < b ? -1 : 1)),
    [
      'answer and pushes: acked',
      'answer: acked',
      'doubtful error: absent',
      'doubtful error: acked',
      'late answer: acked',
      'request: absent',
    ],
  );
});
