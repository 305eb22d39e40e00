import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCheckpoints, type Log } from './sqlite-checkpoints.ts';

const error = (errcode: number): Error => Object.assign(new Error(`code ${errcode}`), { errcode });

/** Checkpoints on a log of this length that does what `fails` says, and how often it was asked. */
function watched(pages: number, fails: Error | null = null) {
  const asked = { passive: 0, truncate: 0 };
  const tried = (name: keyof typeof asked) => (): void => {
    asked[name] += 1;
    if (fails !== null) throw fails;
  };
  const log: Log = {
    pages: () => pages,
    passive: tried('passive'),
    truncate: tried('truncate'),
  };
  return { checkpoints: createCheckpoints(log, () => false), asked };
}

test('a short log waits for a quiet moment, a long one is checkpointed between two commits', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const short = watched(300);
  short.checkpoints.afterCommit();
  assert.equal(short.asked.passive, 0);
  t.mock.timers.tick(100);
  assert.equal(short.asked.passive, 1);
  const tiny = watched(256);
  tiny.checkpoints.afterCommit();
  t.mock.timers.tick(1_000);
  assert.equal(tiny.asked.passive, 0);
  const long = watched(8_193);
  long.checkpoints.afterCommit();
  assert.equal(long.asked.passive, 1);
});

test('the end brings everything over and leaves no timer', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { checkpoints, asked } = watched(300);
  checkpoints.afterCommit();
  checkpoints.stop();
  t.mock.timers.tick(1_000);
  assert.deepEqual(asked, { passive: 0, truncate: 1 });
});

test('on a full disk a checkpoint waits; any other failure is not hidden', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const full = watched(9_000, error(13));
  full.checkpoints.afterCommit();
  t.mock.timers.tick(100);
  assert.equal(full.asked.passive, 2);
  full.checkpoints.stop();
  assert.equal(full.asked.truncate, 1);
  const broken = watched(9_000, error(10));
  assert.throws(() => broken.checkpoints.afterCommit(), /code 10/);
  assert.throws(() => broken.checkpoints.stop(), /code 10/);
});
