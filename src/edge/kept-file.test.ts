/** What a kill kept beside the journal survives the process, a torn last line does not count, and a start empties it once. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KEPT_FILE, openKeptFile } from './kept-file.ts';

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => void setImmediate(resolve));
};

test('[I32] lines are kept for their owner alone, read whole by the next process, and removed once they are booked', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const troubles: unknown[] = [];
  const open = () => openKeptFile(folder, (error) => void troubles.push(error));
  const first = open();
  assert.deepEqual(first.lines, []);
  first.keep('{"a":1}');
  first.keep('{"b":2}');
  const path = join(folder, KEPT_FILE);
  await until(() => open().lines.length === 2);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  appendFileSync(path, '{"torn":');
  await first.clear();
  assert.ok(existsSync(path), 'what this process kept is for the next one');
  const second = open();
  assert.deepEqual(second.lines, ['{"a":1}', '{"b":2}']);
  await second.clear();
  assert.equal(existsSync(path), false);
  assert.deepEqual(troubles, []);
});

test('[I32] a folder that takes no file is told, and keeps nobody from acting', async () => {
  const troubles: unknown[] = [];
  const file = openKeptFile('/nowhere/at/all', (error) => void troubles.push(error));
  file.keep('{}');
  await until(() => troubles.length > 0);
  assert.match(String(troubles[0]), /ENOENT/);
});
