/** The journal on a disk that loses its power at any call: what was acknowledged is there, and the chain holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testJournals } from '../support/journals.ts';
import { withStrace } from '../support/strace.ts';
import { checkImages } from './images.ts';
import { record } from './record.ts';

const { newDir } = testJournals();

test('[I32] crash images: at any call, with writes lost, reordered and torn, nothing acknowledged is missing', {
  ...withStrace(),
  timeout: 120_000,
}, async (t) => {
  const recording = await record({ folder: newDir(), answers: 60, inFlight: 3, ballast: 0 });
  const { syncs, changes } = recording;
  assert.ok(syncs.length >= 20, `${syncs.length} syncs`);
  const acknowledged = checkImages(recording, { seed: 1, count: 500 });
  assert.ok(acknowledged >= 60, `${acknowledged}`);
  t.diagnostic(`500 images of ${changes.length} writes and ${syncs.length} syncs`);
});

test('[I32] an image that lacks what a sync covered is noticed', withStrace(), async () => {
  const recording = await record({ folder: newDir(), answers: 30, inFlight: 1, ballast: 0 });
  assert.throws(
    () => checkImages({ ...recording, syncs: [] }, { seed: 1, count: 60 }),
    /were acknowledged|malformed|broken|not a database|chain/,
  );
});
