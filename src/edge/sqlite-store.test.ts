import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeContract } from '../view/store.contract.ts';
import * as make from '../../test/support/facts.ts';
import { testJournals } from '../../test/support/journals.ts';

const { newDir, open, read } = testJournals();

storeContract('SQLite store', async () => {
  const { journal, store } = await open(newDir());
  return {
    store,
    append: async (facts) => {
      const result = await journal.append({ expected: (facts[0]?.seq ?? 0) - 1, epoch: 1, facts });
      assert.ok(result.ok, JSON.stringify(result));
    },
    close: journal.close,
  };
});

test('[I36] what an append has answered is in the next page, and a reader never sees half a commit', async () => {
  const { journal, store } = await open(newDir());
  const bodies = make.story(1).flat();
  let head = 0;
  const seen: number[] = [];
  for (let n = 1; n <= 30; n++) {
    const batch = make.facts(head, make.story(n).flat());
    const appended = journal.append({ expected: head, epoch: 1, facts: batch });
    const during = await store.snapshot();
    seen.push(during.commit);
    assert.equal(during.commit % bodies.length, 0);
    assert.equal(during.lastTrades.length, during.commit / bodies.length);
    await appended;
    head += batch.length;
    assert.equal(await store.head(), head);
  }
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  await journal.close();
});

test('a reader alone reads and verifies while the engine writes, and after it has gone', async () => {
  const dataDir = newDir();
  const { journal } = await open(dataDir);
  await journal.append({ expected: 0, epoch: 1, facts: make.facts(0, make.story(1).flat()) });
  const reader = await read(dataDir);
  assert.equal(await reader.head(), 20);
  await journal.append({ expected: 20, epoch: 1, facts: make.facts(20, make.story(2).flat()) });
  const verified = await reader.verify();
  assert.ok(verified.ok);
  assert.equal(verified.facts, 40);
  await reader.close();
  await assert.rejects(reader.head(), /the store is closed/);
  await journal.close();
  const later = await read(dataDir);
  assert.deepEqual(await later.verify(), verified);
  await later.close();
});
