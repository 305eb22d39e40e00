/** The counting behind `N passed, N failed`: every way in which a run can go wrong unseen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTally } from './tally.mjs';

const pass = (name, nesting = 0, more = {}) => ({
  type: 'test:pass',
  data: { name, nesting, file: 'a.test.ts', details: { type: 'test' }, ...more },
});
const fail = (name, nesting = 0, error = { failureType: 'testCodeFailure', cause: 'why' }) => ({
  type: 'test:fail',
  data: { name, nesting, file: 'a.test.ts', details: { type: 'test', error } },
});
const below = { failureType: 'subtestsFailed', cause: '1 subtest failed' };

function tallied(events, options = {}) {
  const lines = [];
  const tally = createTally({
    strict: false,
    filtered: false,
    fileOf: (file) => file,
    tell: (line) => lines.push(line),
    ...options,
  });
  for (const event of events) tally.take(event);
  return { ...tally.result('a.test.ts'), told: lines.join('\n') };
}

const counts = ({ passed, failed, skipped }) => [passed, failed, skipped];

test('single tests are counted, what holds them is not', () => {
  const events = [
    pass('x', 1),
    pass('y', 1),
    pass('both'),
    pass('z'),
    pass('q', 1),
    pass('holds q'),
  ];
  assert.deepEqual(counts(tallied(events)), [4, 0, 0]);
  const suite = pass('empty suite', 0, { details: { type: 'suite' } });
  assert.deepEqual(counts(tallied([pass('x'), suite])), [1, 0, 0]);
});

test('a failure below is counted once, a failure of the holder itself too', () => {
  assert.deepEqual(
    counts(tallied([pass('x', 1), fail('y', 1), fail('both', 0, below)])),
    [1, 1, 0],
  );
  const nested = [fail('x', 2), fail('inner', 1, below), fail('outer', 0, below)];
  assert.deepEqual(counts(tallied(nested)), [0, 1, 0]);
  const hook = { failureType: 'hookFailed', cause: 'hook' };
  assert.deepEqual(counts(tallied([pass('x', 1), fail('holder', 0, hook)])), [1, 1, 0]);
});

test('a failure is told with its name, its place and its reason', () => {
  assert.match(tallied([fail('adds up')]).told, /✖ adds up\n {2}a\.test\.ts\n {2}why/);
});

test('a file that runs no test is a failure, unless only some names were asked for', () => {
  assert.deepEqual(counts(tallied([pass('a.test.ts')])), [0, 1, 0]);
  assert.deepEqual(counts(tallied([])), [0, 1, 0]);
  assert.deepEqual(counts(tallied([pass('a.test.ts')], { filtered: true })), [0, 0, 0]);
});

test('skipped and postponed tests are told apart, and are failures where nothing may be skipped', () => {
  const events = [pass('x'), pass('y', 0, { skip: true }), pass('z', 0, { todo: 'later' })];
  assert.deepEqual(counts(tallied(events)), [1, 0, 2]);
  assert.deepEqual(counts(tallied(events, { strict: true })), [1, 2, 0]);
});

test('what a failed file printed is shown', () => {
  const said = { type: 'test:stderr', data: { file: 'a.test.ts', message: 'out of paper\n' } };
  assert.match(tallied([said, fail('x')]).told, /out of paper/);
  assert.doesNotMatch(tallied([said, pass('x')]).told, /out of paper/);
});
