/**
 * Accidents of the process and its disk, for real: stopped in the middle of its work, overtaken by a second writer, kept from
 * its database. What it did not see is booked once, what it decided too long ago does not leave.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { journalFile } from '../../src/edge/sqlite-database.ts';
import { parseLabel } from '../../src/domain/label.ts';
import {
  atRest,
  assertEnded,
  engineOn,
  entries,
  marketMinutes,
  twin,
  untilTrue,
  verified,
} from './twin.ts';

const LIMIT = { timeout: 90_000 };
/** Where the price of 60,000 goes meanwhile. */
const MOVED = 61_000;
const byWeb = { exitReason: 'external_close', closedBy: 'web' } as const;

/** Somebody else writes into the journal's database and does not end. Answers how to end it. */
function lockDatabase(dataDir: string): () => void {
  const db = new DatabaseSync(journalFile(dataDir), { timeout: 5_000 });
  db.exec('BEGIN IMMEDIATE');
  return () => db.close();
}

describe('accidents of the process', { concurrency: true }, () => {
  for (const { what, minutes, cut } of [
    { what: 'for four seconds: its mailbox waits', minutes: 4, cut: false },
    { what: 'for so long that the exchange gives it up', minutes: 24, cut: true },
  ])
    test(
      `[F22] twin: stopped ${what}; a part and the rest are closed meanwhile: booked once, nothing old is sent`,
      LIMIT,
      async (t) => {
        const pair = await twin(t, 231);
        const { exchange, engine } = pair;
        const trade = await pair.enter();
        const entry = (await exchange.state()).trades;
        // It would enter again as soon as it is flat, on whatever candle waits in its mailbox.
        await pair.resume();
        pair.child().signal('SIGSTOP');
        const part = await exchange.post<Awaited<ReturnType<typeof exchange.closeByHand>>>(
          'close',
          {
            instrument: trade.instrument,
            amount: '0.0005',
          },
        );
        const rest = await exchange.closeByHand();
        await exchange.price(MOVED);
        await marketMinutes(exchange, minutes);
        pair.screen().forget();
        pair.child().signal('SIGCONT');
        const closed = await pair.screen().closed(trade.id, 30_000);
        assertEnded(closed, byWeb, { entry, exit: [...part.trades, ...rest.trades] });
        const next = await pair.screen().inTrade(60_000);
        await pair.hold();
        assert.equal(await entries(pair), 2);
        const priced = (await engine().facts('ORDER_INTENDED')).flatMap(({ data: { intent } }) =>
          intent.purpose === 'entry' ? [Number(intent.price)] : [],
        );
        assert.equal(priced.length, 2, 'nothing was decided on what was old');
        // The price wanders on meanwhile: it is held against what the exchange itself traded at then.
        const market = Number((await exchange.state()).trades.at(-1)?.price);
        assert.ok(
          Math.abs((priced[1] ?? 0) / market - 1) < 0.005,
          `priced at ${priced[1]}, the market was at ${market}`,
        );
        const downs = (await engine().facts('LINK_CHANGED')).filter(({ data }) => !data.up);
        assert.equal(downs.length > 0, cut);
        await exchange.closeByHand();
        await pair.screen().closed(next.id);
        const { trades } = await atRest(pair);
        assert.equal(trades.length, 2);
      },
    );

  test(
    '[F17] twin: a stale writer comes back after another took its journal over: its first commit is refused, nothing of it leaves, it ends',
    LIMIT,
    async (t) => {
      const pair = await twin(t, 232);
      const { exchange, stage } = pair;
      const trade = await pair.enter();
      await pair.resume();
      const first = pair.child();
      first.signal('SIGSTOP');
      // Whoever takes it for dead and removes its lock can start another on the same folder.
      for (const name of ['journal.lock', 'journal.pid']) rmSync(join(stage.dataDir, name));
      const second = await engineOn(t, stage);
      await verified(second.engine);
      const entry = (await exchange.state()).trades;
      const hand = await exchange.closeByHand();
      assertEnded(await second.screen().closed(trade.id), byWeb, { entry, exit: hand.trades });
      const { epoch } = await second.engine().status();
      const before = (await exchange.state()).orders.length;

      first.signal('SIGCONT');
      assert.deepEqual(await first.ended, { code: 1, signal: null });
      assert.match(first.said(), /journal_stale/);
      const own = await second.enter();
      await exchange.closeByHand();
      await second.screen().closed(own.id);
      const { state, trades } = await atRest(second);
      const epochs = state.orders
        .slice(before)
        .flatMap(({ label }) => parseLabel(label)?.epoch ?? []);
      assert.ok(epochs.length > 0);
      assert.deepEqual([...new Set(epochs)], [epoch], 'only the second one sent anything');
      assert.deepEqual([trades.length, await entries(second)], [2, 2]);
    },
  );

  test(
    '[F24] twin: the database is locked at the intent write: what could not be written in time is never sent, then all goes on',
    LIMIT,
    async (t) => {
      const pair = await twin(t, 233);
      const { exchange, engine } = pair;
      await pair.screen().frame('STRATEGY_EVALUATED');
      pair.screen().forget();
      await pair.screen().frame('STRATEGY_EVALUATED');
      await pair.resume();
      const release = lockDatabase(pair.stage.dataDir);
      await marketMinutes(exchange, 4);
      assert.deepEqual((await exchange.state()).orders, []);
      release();
      const trade = await pair.screen().inTrade();
      await pair.hold();
      const refused = (await engine().facts('ORDER_REJECTED')).map(({ data }) => data.message);
      assert.deepEqual(refused, [
        'never sent: it was durable only after it had ceased to be valid',
      ]);
      assert.equal((await engine().facts('ORDER_INTENDED')).length, 2);
      assert.equal(await entries(pair), 1);

      // For longer than SQLite waits: the process ends, and nothing was sent.
      await exchange.closeByHand();
      await pair.screen().closed(trade.id);
      await untilTrue('its orders to go', async () =>
        (await exchange.state()).orders.every(({ state }) => state !== 'untriggered'),
      );
      await pair.resume();
      const hold = lockDatabase(pair.stage.dataDir);
      assert.deepEqual(await pair.child().ended, { code: 1, signal: null });
      assert.match(pair.child().said(), /journal_failed: .*database is locked/);
      assert.equal(await entries(pair), 1);
      hold();
      await pair.start();
      await pair.screen().inTrade();
      await pair.hold();
      const { trades } = await atRest(pair, { orders: 2 });
      assert.deepEqual([trades.length, await entries(pair)], [2, 2]);
    },
  );
});
