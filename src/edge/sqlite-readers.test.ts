/** Readers beside the writer: pages that are asked for without a pause keep no checkpoint from running (D7). */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import * as make from '../../test/support/facts.ts';
import { testJournals } from '../../test/support/journals.ts';
import { journalFile } from './sqlite-database.ts';

const { newDir, open } = testJournals();

/** Each round writes more than the log may hold before an idle writer brings it over. */
const ROUNDS = 5;
const BALLAST = 'x'.repeat(60_000);

test('while pages and a walk over the chain read all the time, the log is written over instead of growing', async () => {
  const dataDir = newDir();
  const { journal, store } = await open(dataDir);
  let head = 0;
  let isOver = false;
  let asked = 0;
  const read = async (): Promise<void> => {
    while (!isOver) {
      await Promise.all([
        store.trades({}, { limit: 100, cursor: null }),
        store.snapshot(),
        store.facts(Math.max(0, head - 50), 50),
      ]);
      asked += 1;
    }
  };
  const walk = async (): Promise<void> => {
    while (!isOver) assert.ok((await store.verify()).ok);
  };
  const readers = [read(), walk()];
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let n = 0; n < 60; n++) {
      const facts = make.facts(head, [
        { type: 'LINK_CHANGED', v: 1, data: { link: 'market', up: true, reason: BALLAST } },
      ]);
      assert.ok((await journal.append({ expected: head, epoch: 1, facts })).ok);
      head += 1;
    }
    // A moment without a commit, in which the writer checkpoints.
    const before = asked;
    while (asked < before + 2) await store.head();
    await new Promise((done) => setTimeout(done, 150));
    sizes.push(statSync(`${journalFile(dataDir)}-wal`).size);
  }
  isOver = true;
  await Promise.all(readers);
  assert.ok(asked > ROUNDS, `asked ${asked} times only`);
  const [first = 0] = sizes;
  assert.ok(first > 3_000_000, `a round writes ${first} bytes`);
  assert.ok((sizes.at(-1) ?? 0) < 3 * first, `the log grew: ${sizes.join(', ')}`);
});
