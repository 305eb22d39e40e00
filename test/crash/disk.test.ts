/**
 * The engine on a disk that fills up, and on one that fails, for real: SQLite's own SQLITE_FULL under a bound of pages
 * that somebody else takes, and writes that the system refuses beyond a file size. What was acknowledged is never missing.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { journalFile } from '../../src/edge/sqlite-database.ts';
import { reserveFile } from '../../src/edge/sqlite-space.ts';
import type { DiskState } from '../../src/domain/status.ts';
import { compareBooks } from '../e2e/support/compare.ts';
import type { Engine, Follower } from '../e2e/support/engine.ts';
import { type Scene, scene } from './scene.ts';

const PAGE = 4_096;
const LIMIT = { timeout: 70_000 };

/** A disk of 24 MB, 1.2 of them the reserve. */
const SMALL = {
  maxPages: 6_000,
  space: {
    reserveBytes: 300 * PAGE,
    lowBytes: 800 * PAGE,
    enoughBytes: 1_600 * PAGE,
    everyMs: 200,
  },
};

/** Somebody else takes what the journal's bound has, but for `left` pages; null gives all of it back. */
function takeDisk(dataDir: string, left: number | null): void {
  const db = new DatabaseSync(journalFile(dataDir), { timeout: 5_000 });
  db.exec('BEGIN IMMEDIATE; DROP TABLE IF EXISTS ballast');
  if (left !== null) {
    db.exec('CREATE TABLE ballast (b)');
    const number = (pragma: string): number =>
      Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
    const free = (): number => SMALL.maxPages - number('page_count') + number('freelist_count');
    const add = db.prepare(`INSERT INTO ballast VALUES (zeroblob(${PAGE - 100}))`);
    while (free() > left) add.run();
  }
  db.exec('COMMIT');
  db.close();
}

/** Waits until the stream says that the disk is so, later than at a commit. */
const seesDisk = (follower: Follower, disk: DiskState, after = 0) =>
  follower.frame('HEARTBEAT', (frame) => frame.disk === disk && frame.commit > after);

/** Each frame that a screen was given is a fact of the journal, word for word. */
async function nothingMissing(engine: Engine, screens: readonly Follower[]): Promise<number> {
  let compared = 0;
  const seen = screens.flatMap((screen) => screen.groups().flatMap(({ frames }) => frames));
  for (const frame of seen) {
    if (!('seq' in frame)) continue;
    const { items } = await engine.get<{ items: readonly { seq: number; type: string }[] }>(
      `/journal?after=${frame.seq - 1}&limit=1`,
    );
    assert.deepEqual([items[0]?.seq, items[0]?.type], [frame.seq, frame.type]);
    compared += 1;
  }
  return compared;
}

async function atRest({ engine, exchange }: Scene) {
  await engine().post('/strategies/razor/pause', { reason: 'compare' });
  const compared = await compareBooks(engine(), exchange);
  assert.equal((await engine().post<{ ok: boolean }>('/audit/verify')).ok, true);
  return compared;
}

describe('a disk in trouble', { concurrency: true }, () => {
  test(
    '[T10] [F24] twin: a disk that fills up: openings stop, a close is booked from the reserve, room lets openings go on; without any the process ends, and loses nothing',
    LIMIT,
    async (t) => {
      const stage = await scene(t, 70, { razor: { trades_per_day: 20 } });
      const child = await stage.start(null, SMALL);
      const screen = await stage.follow();
      const first = await screen.inTrade();

      takeDisk(stage.dataDir, SMALL.space.reserveBytes / PAGE + 400);
      await seesDisk(screen, 'low');
      assert.equal((await stage.engine().status()).disk, 'low');
      takeDisk(stage.dataDir, SMALL.space.reserveBytes / PAGE);
      await seesDisk(screen, 'full');
      assert.equal(existsSync(reserveFile(stage.dataDir)), false);
      await stage.exchange.closeByHand();
      const closed = await screen.closed(first.id);
      assert.equal(closed.exitReason, 'external_close');
      await screen.frame('STRATEGY_EVALUATED', ({ why }) => why.reason === 'gate.disk_full');
      assert.equal(await stage.exchange.position(), '0');

      const { seq } = await stage.engine().status();
      takeDisk(stage.dataDir, null);
      await seesDisk(screen, 'enough', seq);
      assert.equal(existsSync(reserveFile(stage.dataDir)), true);
      await screen.frame('TRADE_OPENED', ({ trade }) => trade.id !== first.id);

      takeDisk(stage.dataDir, 0);
      assert.deepEqual(await child.ended, { code: 1, signal: null });
      assert.match(
        child.said(),
        /journal_full: The disk is full and the reserve is used up: .* Make room where/,
      );

      takeDisk(stage.dataDir, null);
      await stage.start(null);
      const again = await stage.follow();
      await again.status('position_open', 30_000);
      assert.ok((await nothingMissing(stage.engine(), [screen])) > 20);
      const { trades } = await atRest(stage);
      assert.equal(trades.length, 2);
    },
  );

  test(
    '[T10] [F24] twin: an error at a commit ends the process at once; nothing of it was shown, and the next start books it',
    LIMIT,
    async (t) => {
      const stage = await scene(t, 71);
      const child = await stage.start(null);
      const screen = await stage.follow();
      const { id } = await screen.inTrade();
      execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${PAGE}`]);
      await stage.exchange.closeByHand();
      assert.deepEqual(await child.ended, { code: 1, signal: null });
      assert.match(
        child.said(),
        /journal_failed: The journal in .* can’t be written: .*disk I\/O error.* then start again/,
      );
      const shown = screen.groups().flatMap(({ frames }) => frames);
      assert.equal(shown.filter(({ type }) => type === 'TRADE_CLOSED').length, 0);

      await stage.start(null);
      const again = await stage.follow();
      assert.equal((await again.closed(id, 30_000)).exitReason, 'ghost_trade_cleanup');
      assert.ok((await nothingMissing(stage.engine(), [screen])) > 5);
      const { trades } = await atRest(stage);
      assert.equal(trades.filter((trade) => trade.id === id).length, 1);
    },
  );
});
