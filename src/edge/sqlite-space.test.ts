/** The reserve against an SQLite that really is full: a bound of pages, filled up by a table of somebody else. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import * as make from '../../test/support/facts.ts';
import type { Fact } from '../domain/fact.ts';
import { encodeFact } from '../journal/codec.ts';
import type { SpaceLimits } from '../journal/space.ts';
import { sha256, utf8 } from './hashing.ts';
import { type Answer, createAppender } from './sqlite-appends.ts';
import { openForWriting } from './sqlite-database.ts';
import { type DiskTold, createSpaceKeeper, makeRoomToStart, reserveFile } from './sqlite-space.ts';
import { startJournal } from './sqlite-start.ts';

const PAGE = 4_096;
const LIMITS: SpaceLimits = {
  reserveBytes: 100 * PAGE,
  lowBytes: 300 * PAGE,
  enoughBytes: 400 * PAGE,
  everyMs: 60_000,
};
const MAX_PAGES = 1_000;

function folder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

type Small = {
  readonly db: DatabaseSync;
  readonly dataDir: string;
  readonly told: DiskTold[];
  readonly measure: () => void;
  /** Appends one fact of so many pages. */
  readonly append: (pages?: number) => Answer['result'];
  readonly facts: () => readonly Fact[];
  /** Takes pages of the bound, as others would take the disk; gives them back with 0. */
  readonly ballast: (pages: number) => void;
};

function smallJournal(context: TestContext): Small {
  const dataDir = folder(context);
  const { db, fresh } = openForWriting(dataDir, MAX_PAGES);
  const hashing = { sha256, utf8 };
  const { opened, point } = startJournal(db, hashing, fresh);
  const told: DiskTold[] = [];
  const keeper = createSpaceKeeper({
    db,
    dataDir,
    maxPages: MAX_PAGES,
    limits: LIMITS,
    tell: (one) => told.push(one),
  });
  context.after(() => {
    keeper.stop();
    db.close();
  });
  const appender = createAppender(db, { hashing, start: point, makeRoom: keeper.giveUp });
  let head = 0;
  return {
    db,
    dataDir,
    told,
    measure: keeper.measure,
    append: (pages = 1) => {
      const reason = 'x'.repeat(pages * PAGE);
      const facts = make.facts(
        head,
        [{ type: 'LINK_CHANGED', v: 1, data: { link: 'market', up: true, reason } }],
        opened.epoch,
      );
      const [answer] = appender.commit([
        {
          kind: 'append',
          id: 1,
          expected: head,
          epoch: opened.epoch,
          texts: facts.map(encodeFact),
        },
      ]);
      assert.ok(answer);
      if (answer.result.ok) head = answer.result.head;
      return answer.result;
    },
    facts: () =>
      db
        .prepare('SELECT text FROM facts ORDER BY seq')
        .all()
        .map(({ text }) => JSON.parse(String(text)) as Fact),
    ballast: (pages) => {
      db.exec('DROP TABLE IF EXISTS ballast');
      if (pages > 0)
        db.exec(
          `CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${pages})
            SELECT zeroblob(${PAGE - 100}) AS b FROM n`,
        );
    },
  };
}

const states = ({ told }: Small): readonly string[] => told.map(({ disk }) => disk);

test('the append that finds the disk full is written from the reserve, once and in order; only then is it refused', (t) => {
  const small = smallJournal(t);
  small.measure();
  assert.equal(statSync(reserveFile(small.dataDir)).size, LIMITS.reserveBytes);
  assert.deepEqual(states(small), ['enough']);
  small.ballast(600);
  small.measure();
  assert.deepEqual(states(small), ['enough', 'low']);
  assert.equal(existsSync(reserveFile(small.dataDir)), true);

  let heads = 0;
  while (states(small).length < 3) {
    assert.deepEqual(small.append(10), { ok: true, head: (heads += 1) });
  }
  assert.equal(states(small).at(-1), 'full');
  assert.equal(existsSync(reserveFile(small.dataDir)), false);
  assert.deepEqual(small.append(10), { ok: true, head: heads + 1 });
  assert.deepEqual(
    small.facts().map(({ seq }) => seq),
    Array.from({ length: heads + 1 }, (_, index) => index + 1),
  );

  let last = small.append(10);
  while (last.ok) last = small.append(10);
  assert.ok(!last.ok && last.reason === 'full');
  const written = small.facts().length;
  assert.deepEqual(small.append(0), { ok: true, head: written + 1 }, 'what still fits is taken');
  assert.deepEqual(states(small), ['enough', 'low', 'full']);
});

test('once there is room the reserve is laid down again, and there is enough when there is enough', (t) => {
  const small = smallJournal(t);
  small.measure();
  small.ballast(830);
  while (states(small).at(-1) !== 'full') small.append(5);
  small.measure();
  assert.equal(states(small).at(-1), 'full');
  small.ballast(650);
  small.measure();
  assert.equal(states(small).at(-1), 'low');
  assert.equal(statSync(reserveFile(small.dataDir)).size, LIMITS.reserveBytes);
  small.ballast(0);
  small.measure();
  assert.deepEqual(states(small), ['enough', 'full', 'low', 'enough']);
});

test('a start takes the reserve of the last run over, and gives it up where hardly anything is free', (t) => {
  const dataDir = folder(t);
  writeFileSync(reserveFile(dataDir), Buffer.alloc(10));
  makeRoomToStart(dataDir, LIMITS);
  assert.equal(existsSync(reserveFile(dataDir)), true);
  makeRoomToStart(dataDir, { ...LIMITS, reserveBytes: Number.MAX_SAFE_INTEGER });
  assert.equal(existsSync(reserveFile(dataDir)), false);
  makeRoomToStart(join(dataDir, 'not there yet'), LIMITS);
});
