import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { sha256, utf8 } from '../edge/hashing.ts';
import { toHex } from '../base/hashing.ts';
import { chainStart, verifyChain } from './chain.ts';
import { journalContract } from './journal.contract.ts';
import { createMemoryDisk, openMemoryJournal } from './memory.ts';

const hashing = { sha256, utf8 };
const id = (): string => randomBytes(16).toString('hex');

journalContract('memory journal', async () => {
  const disk = createMemoryDisk(hashing, { journal: id(), birth: id() });
  return {
    open: async () => openMemoryJournal(disk, hashing),
    openSmall: async () => openMemoryJournal(disk, hashing, 300_000),
    verified: async () => {
      const walked = verifyChain(hashing, chainStart(hashing, disk.journal), disk.records);
      assert.ok(walked.ok);
      return { facts: walked.point.seq, head: toHex(walked.point.hash) };
    },
  };
});
