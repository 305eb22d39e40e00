/**
 * More crash images than `npm test` has time for, also of a writer that has many appends in flight, and of one whose log is
 * brought into the database meanwhile. `LOCKSTEP_IMAGES` says how many of each.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkImages } from '../crash/images.ts';
import { record } from '../crash/record.ts';
import { testJournals } from '../support/journals.ts';
import { withStrace } from '../support/strace.ts';

const { newDir } = testJournals();
const COUNT = Number(process.env['LOCKSTEP_IMAGES'] ?? 400);

const WRITERS = [
  { what: 'one append at a time', answers: 150, inFlight: 1, ballast: 0 },
  { what: 'many appends in one commit', answers: 400, inFlight: 24, ballast: 0 },
  { what: 'large facts, and checkpoints', answers: 160, inFlight: 6, ballast: 20_000 },
] as const;

for (const { what, ...appending } of WRITERS)
  test(`[I32] ${COUNT} crash images: ${what}`, { ...withStrace(), timeout: 900_000 }, async (t) => {
    const recording = await record({ folder: newDir(), ...appending });
    const intoDatabase = recording.changes.filter(({ file }) => file === 'journal.sqlite').length;
    const seed = appending.inFlight;
    const acknowledged = checkImages(recording, { seed, count: COUNT });
    assert.ok(acknowledged >= appending.answers, `${acknowledged}`);
    if (appending.ballast > 0)
      assert.ok(intoDatabase > 500, `${intoDatabase} pages were brought over`);
    t.diagnostic(
      `${recording.changes.length} writes, ${intoDatabase} of them into the database itself`,
    );
  });
