import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskState, SPACE_LIMITS } from './space.ts';

const MEBI = 1_048_576;
const free = (mebi: number) => ({ freeBytes: mebi * MEBI, reserve: 'held' }) as const;

test('below 64 MB free a disk is low, and stays so until 96 MB are free', () => {
  assert.equal(diskState('enough', free(64), SPACE_LIMITS), 'enough');
  assert.equal(diskState('enough', free(63.9), SPACE_LIMITS), 'low');
  assert.equal(diskState('low', free(95.9), SPACE_LIMITS), 'low');
  assert.equal(diskState('low', free(96), SPACE_LIMITS), 'enough');
});

test('while the reserve is used a disk is full, however much is free; behind that it is low until there is enough', () => {
  assert.equal(
    diskState('enough', { freeBytes: 900 * MEBI, reserve: 'used' }, SPACE_LIMITS),
    'full',
  );
  assert.equal(diskState('full', free(80), SPACE_LIMITS), 'low');
  assert.equal(diskState('full', free(96), SPACE_LIMITS), 'enough');
});
