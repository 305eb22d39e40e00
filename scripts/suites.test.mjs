/** Which files a run takes: the deep ones only by their flag or by their path, and each file in one group. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suites } from './suites.mjs';

const filesOf = (groups) => groups.flatMap((group) => group.files);
const isDeep = (file) => file.startsWith('test/deep/');

test('deep files run only when they are asked for', () => {
  assert.deepEqual(filesOf(suites()).filter(isDeep), []);
  const deep = filesOf(suites([], true));
  assert.ok(deep.length >= 2 && deep.every(isDeep), deep.join());
  assert.deepEqual(filesOf(suites(['test/deep/swarm.test.ts'])), ['test/deep/swarm.test.ts']);
});

test('what is to begin first is there, and begins first', () => {
  for (const { files, first = [] } of suites())
    assert.deepEqual(new Set(files.slice(0, first.length)), new Set(first));
});

test('every file is in one group', () => {
  const all = [...filesOf(suites()), ...filesOf(suites([], true))];
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.length > 100, `only ${all.length} files`);
});
