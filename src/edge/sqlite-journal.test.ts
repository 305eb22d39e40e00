import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { journalContract } from '../journal/journal.contract.ts';
import type { Journal } from '../journal/port.ts';
import * as make from '../../test/support/facts.ts';
import { testJournals } from '../../test/support/journals.ts';
import {
  isFitVersion,
  JournalRefused,
  journalFile,
  openForWriting,
  pragma,
} from './sqlite-database.ts';

const { newDir, open, read } = testJournals();

journalContract('SQLite journal', async () => {
  const dataDir = newDir();
  return {
    open: async () => (await open(dataDir)).journal,
    openSmall: async () => (await open(dataDir, 150)).journal,
    verified: async () => {
      const store = await read(dataDir);
      const result = await store.verify();
      await store.close();
      assert.ok(result.ok);
      return { facts: result.facts, head: result.head };
    },
  };
});

/** A closed journal with the story of one trade. */
async function written(): Promise<string> {
  const dataDir = newDir();
  const { journal } = await open(dataDir);
  await appendAll(journal, 1);
  await journal.close();
  return dataDir;
}

async function appendAll(journal: Journal, n: number, from = 0): Promise<number> {
  let head = from;
  for (const bodies of make.story(n)) {
    const result = await journal.append({
      expected: head,
      epoch: journal.opened.epoch,
      facts: make.facts(head, bodies, journal.opened.epoch),
    });
    assert.deepEqual(result, { ok: true, head: head + bodies.length });
    head += bodies.length;
  }
  return head;
}

/** Runs SQL on a closed journal, as someone with a database tool would. */
function withSql<Value>(dataDir: string, work: (db: DatabaseSync) => Value): Value {
  const db = new DatabaseSync(journalFile(dataDir));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const refusal = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof JournalRefused, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

async function verify(dataDir: string): Promise<unknown> {
  const store = await read(dataDir);
  try {
    return await store.verify();
  } finally {
    await store.close();
  }
}

test('[I30] the database refuses to change, delete, skip or replace a fact', async () => {
  const dataDir = await written();
  withSql(dataDir, (db) => {
    const copy =
      "INSERT OR REPLACE INTO facts SELECT seq, type, hash, 'x' FROM facts WHERE seq = 2";
    assert.throws(
      () => db.exec("UPDATE facts SET text = 'x' WHERE seq = 2"),
      /facts are never changed/,
    );
    assert.throws(() => db.exec('DELETE FROM facts WHERE seq = 20'), /facts are never deleted/);
    assert.throws(() => db.exec(copy), /without a gap/);
    assert.throws(
      () => db.exec("INSERT INTO facts VALUES (30, 'X', x'00', '{}')"),
      /without a gap/,
    );
    assert.equal(db.prepare('SELECT count(*) AS n FROM facts').get()?.['n'], 20);
  });
});

test('[I30] verify names the fact whose text was changed, and the start refuses it', async () => {
  const dataDir = await written();
  withSql(dataDir, (db) => {
    db.exec('DROP TRIGGER facts_kept');
    db.exec(`UPDATE facts SET text = replace(text, '"0.0011"', '"0.0012"') WHERE seq = 7`);
  });
  const found = await verify(dataDir);
  assert.deepEqual(found, {
    ok: false,
    seq: 7,
    problem: 'the hash of fact 7 does not follow from its text and the fact before it',
  });
  await assert.rejects(open(dataDir), refusal('broken', /broken at fact 7.*audit verify/));
});

test('[I30] verify finds a fact that was taken out, in the middle and at the end', async () => {
  const inside = await written();
  withSql(inside, (db) => db.exec('DROP TRIGGER facts_stay; DELETE FROM facts WHERE seq = 5'));
  assert.deepEqual(await verify(inside), {
    ok: false,
    seq: 5,
    problem: 'fact 5 is missing; fact 6 follows',
  });
  const atEnd = await written();
  withSql(atEnd, (db) => db.exec('DROP TRIGGER facts_stay; DELETE FROM facts WHERE seq > 18'));
  assert.deepEqual(await verify(atEnd), {
    ok: false,
    seq: 19,
    problem: 'fact 19 is missing; the last commit ended at 20',
  });
  await assert.rejects(open(atEnd), refusal('broken', /ends at fact 18, its last commit at 20/));
});

test('[I30] verify finds one flipped byte in the file', async () => {
  const dataDir = await written();
  const bytes = readFileSync(journalFile(dataDir));
  const text = withSql(dataDir, (db) =>
    String(db.prepare('SELECT text FROM facts WHERE seq = 15').get()?.['text']),
  );
  const place = bytes.indexOf(text);
  assert.ok(place > 0);
  const price = place + text.indexOf('92163');
  bytes.writeUInt8(bytes.readUInt8(price) ^ 1, price);
  writeFileSync(journalFile(dataDir), bytes);
  const found = await verify(dataDir);
  assert.deepEqual(found, {
    ok: false,
    seq: 15,
    problem: 'the hash of fact 15 does not follow from its text and the fact before it',
  });
});

test('a start verifies from the snapshot on; verify walks the whole', async () => {
  const dataDir = newDir();
  const first = await open(dataDir);
  const head = await appendAll(first.journal, 1);
  await first.journal.keepSnapshot({ seq: 14, text: '{}' });
  await first.journal.close();
  withSql(dataDir, (db) =>
    db.exec(
      "DROP TRIGGER facts_kept; UPDATE facts SET text = replace(text, 'razor', 'rezor') WHERE seq = 3",
    ),
  );
  const second = await open(dataDir);
  assert.equal(second.journal.opened.head, head);
  assert.deepEqual(second.journal.opened.snapshot, { seq: 14, text: '{}' });
  const found = await second.store.verify();
  assert.deepEqual({ ...found, problem: '' }, { ok: false, seq: 3, problem: '' });
  await second.journal.close();
});

test('a damaged snapshot is as good as none: the whole chain is verified instead', async () => {
  const dataDir = newDir();
  const { journal } = await open(dataDir);
  await appendAll(journal, 1);
  await journal.keepSnapshot({ seq: 14, text: '{"books":1}' });
  await journal.close();
  withSql(dataDir, (db) => db.exec(`UPDATE snapshot SET text = '{"books":2}'`));
  const again = await open(dataDir);
  assert.equal(again.journal.opened.snapshot, null);
  await again.journal.close();
});

test('[I32] a full disk refuses the append whole; what was there stays, and smaller ones go on when there is room', async () => {
  const dataDir = newDir();
  const first = await open(dataDir);
  const pages = withSql(dataDir, (db) =>
    Number(db.prepare('PRAGMA page_count').get()?.['page_count']),
  );
  await first.journal.close();
  const { journal, store } = await open(dataDir, pages + 60);
  const { epoch } = journal.opened;
  const large = (reason: string) =>
    ({
      type: 'LINK_CHANGED',
      v: 1,
      data: { link: 'market', up: true, reason: reason.repeat(40_000) },
    }) as const;
  assert.deepEqual(
    await journal.append({ expected: 0, epoch, facts: make.facts(0, [large('a')], epoch) }),
    { ok: true, head: 1 },
  );
  const batch = Array.from({ length: 20 }, () => large('b'));
  const full = await journal.append({ expected: 1, epoch, facts: make.facts(1, batch, epoch) });
  assert.ok(!full.ok);
  assert.equal(full.reason, 'full');
  assert.match(full.message, /disk is full, nothing was written/);
  assert.equal(await store.head(), 1);
  assert.deepEqual(
    await journal.append({ expected: 1, epoch, facts: make.facts(1, [large('c')], epoch) }),
    { ok: true, head: 2 },
  );
  const verified = await store.verify();
  assert.ok(verified.ok);
  assert.equal(verified.facts, 2);
  await journal.close();
});

test('[I32] the settings that durability rests on are set at every open, whatever they were', async () => {
  const dataDir = await written();
  withSql(dataDir, (db) => db.exec('PRAGMA journal_mode = DELETE'));
  const { db } = openForWriting(dataDir, null);
  const read = ['journal_mode', 'synchronous', 'wal_autocheckpoint', 'busy_timeout'].map((name) =>
    pragma(db, name),
  );
  db.close();
  assert.deepEqual(read, ['wal', 2, 0, 5_000]);
});

test('a second opening of the same folder is refused and names folder and pid', async () => {
  const dataDir = newDir();
  const { journal } = await open(dataDir);
  await assert.rejects(
    open(dataDir),
    refusal(
      'locked',
      new RegExp(`data folder ${dataDir} is in use by the process with pid ${process.pid}`),
    ),
  );
  assert.equal(
    (await journal.append({ expected: 0, epoch: 1, facts: make.facts(0, [make.commandBody('c')]) }))
      .ok,
    true,
  );
  await journal.close();
  const again = await open(dataDir);
  assert.equal(again.journal.opened.head, 1);
  await again.journal.close();
});

test('files that are not a journal of ours are refused with what to do', async () => {
  const foreign = newDir();
  mkdirSync(foreign, { recursive: true });
  withSql(foreign, (db) => db.exec('CREATE TABLE t (a)'));
  await assert.rejects(open(foreign), refusal('foreign', /another program/));
  const garbage = newDir();
  mkdirSync(garbage, { recursive: true });
  writeFileSync(
    journalFile(garbage),
    'not a database at all, but long enough to look like one'.repeat(40),
  );
  await assert.rejects(
    open(garbage),
    refusal('io', /journal\.sqlite can't be opened: file is not a database/),
  );
  const newer = await written();
  withSql(newer, (db) => db.exec('PRAGMA user_version = 2'));
  await assert.rejects(open(newer), refusal('newer', /format 2, this Lockstep knows up to 1/));
  await assert.rejects(read(newer), refusal('newer', /format 2/));
  await assert.rejects(read(newDir()), refusal('missing', /there is no journal in .*--data/));
  const file = newDir();
  writeFileSync(file, '');
  await assert.rejects(open(file), refusal('io', /can't be opened/));
});

test('a fact of a newer version is refused when it is read', async () => {
  const dataDir = await written();
  withSql(dataDir, (db) =>
    db.exec(
      `DROP TRIGGER facts_kept; UPDATE facts SET text = replace(text, '"v":1', '"v":9') WHERE seq = 2`,
    ),
  );
  const store = await read(dataDir);
  await assert.rejects(
    store.facts(0, 5),
    /fact 2 \(ORDER_INTENDED\) has version 9, this build reads up to 1/,
  );
  await store.close();
});

test('read models of another version are built anew at the start', async () => {
  const dataDir = await written();
  const before = await read(dataDir);
  const wanted = [
    await before.snapshot(),
    await before.trade('razor-1'),
    await before.framesAfter(0, 100),
  ];
  await before.close();
  withSql(dataDir, (db) =>
    db.exec(
      "UPDATE meta SET value = '0' WHERE key = 'view'; DROP TABLE trades; UPDATE orders SET doc = '{}'; UPDATE commits SET framed = 1",
    ),
  );
  const { journal, store } = await open(dataDir);
  assert.deepEqual(
    [await store.snapshot(), await store.trade('razor-1'), await store.framesAfter(0, 100)],
    wanted,
  );
  await appendAll(journal, 2, 20);
  assert.equal((await store.snapshot()).lastTrades.length, 2);
  await journal.close();
});

test('versions of SQLite before 3.51.3 are unfit', () => {
  assert.equal(isFitVersion('3.51.2'), false);
  assert.equal(isFitVersion('3.50.9'), false);
  assert.equal(isFitVersion('3.51.3'), true);
  assert.equal(isFitVersion('3.53.0'), true);
  assert.equal(isFitVersion('4.0.0'), true);
});
