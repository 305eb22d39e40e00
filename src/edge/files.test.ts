/** Private files: replaced whole, readable by their owner only. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileTrouble, fullPath, isAlive, makePrivate, readText, writePrivate } from './files.ts';

test('a private file is replaced whole and leaves nothing beside it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'x');
  assert.equal(readText(file), undefined);
  writePrivate(file, 'one');
  writePrivate(file, 'two');
  assert.equal(readText(file), 'two');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['x']);
  chmodSync(file, 0o644);
  assert.deepEqual(
    [makePrivate(file), makePrivate(file), statSync(file).mode & 0o777],
    [true, false, 0o600],
  );
});

test('a write that fails says why and leaves nothing behind', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), '');
  const reason = (act: () => void): string => {
    try {
      act();
    } catch (error) {
      return fileTrouble(error);
    }
    return 'nothing';
  };
  assert.equal(
    reason(() => writePrivate(join(folder, 'none', 'x'), 'y')),
    'it does not exist',
  );
  assert.equal(
    reason(() => writePrivate(join(folder, 'file', 'x'), 'y')),
    'a part of its path is a file',
  );
  assert.equal(
    reason(() => void readText(folder)),
    'it is a folder',
  );
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('paths and processes', () => {
  assert.equal(fullPath('~/x'), join(homedir(), 'x'));
  assert.equal(fullPath('/a/../b'), '/b');
  assert.equal(isAlive(process.pid), true);
  assert.equal(isAlive(2 ** 30), false);
});
