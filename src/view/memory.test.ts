import assert from 'node:assert/strict';
import { toHex } from '../base/hashing.ts';
import { sha256, utf8 } from '../edge/hashing.ts';
import { chainStart, verifyChain } from '../journal/chain.ts';
import { encodeFact } from '../journal/codec.ts';
import { createMemoryDisk, openMemoryJournal } from '../journal/memory.ts';
import { createMemoryStore } from './memory.ts';
import { storeContract } from './store.contract.ts';

const hashing = { sha256, utf8 };

storeContract('memory store', async () => {
  const disk = createMemoryDisk(hashing, { journal: 'a'.repeat(32), birth: 'b'.repeat(32) });
  const journal = openMemoryJournal(disk, hashing);
  const store = createMemoryStore({
    commits: disk.commits,
    sha256,
    textOf: encodeFact,
    hashAt: (seq) => toHex(disk.records[seq - 1]?.hash ?? chainStart(hashing, disk.journal).hash),
    verify: () => {
      const walked = verifyChain(hashing, chainStart(hashing, disk.journal), disk.records);
      return walked.ok
        ? { ok: true, facts: walked.point.seq, head: toHex(walked.point.hash) }
        : walked;
    },
  });
  return {
    store,
    append: async (facts) => {
      const result = await journal.append({ expected: (facts[0]?.seq ?? 0) - 1, epoch: 1, facts });
      assert.ok(result.ok, JSON.stringify(result));
    },
    close: store.close,
  };
});
