/**
 * What comes over a real socket is not what happened: a stream that lives and says nothing, events twice and in another order,
 * names of hosts that nobody knows, clocks that are wrong. Everything is booked once, and found where it was not told.
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { atRest, assertEnded, entries, marketMinutes, twin, verified, type Twin } from './twin.ts';

const LIMIT = { timeout: 90_000 };
const byWeb = { exitReason: 'external_close', closedBy: 'web' } as const;

/** A hand closes the trade; its result is that of its own fills. */
async function closeByHand(pair: Twin, id: string, limitMs?: number): Promise<void> {
  const entry = (await pair.exchange.state()).trades.slice(-1);
  const hand = await pair.exchange.closeByHand();
  assertEnded(await pair.screen().closed(id, limitMs), byWeb, { entry, exit: hand.trades });
}

/** How often a link went down since the last start. */
const downs = (pair: Twin): number =>
  pair
    .screen()
    .groups()
    .flatMap(({ frames }) => frames)
    .filter((frame) => frame.type === 'LINK_CHANGED' && !frame.up).length;

describe('what is told is not what happened', { concurrency: true }, () => {
  test(
    '[F6] twin: a stream that answers pings and sends nothing: the close is found by the check, the stream is made anew',
    LIMIT,
    async (t) => {
      const everySeconds = 12;
      const pair = await twin(t, 221, { engine: { checkEverySeconds: everySeconds } });
      const { exchange, engine } = pair;
      const trade = await pair.enter();
      // A fill of the link's first second need not have been pushed.
      await marketMinutes(exchange, 2);
      await verified(engine);
      const mute = await exchange.fault({ kind: 'drop_notification', ms: 120_000 });
      pair.screen().forget();
      const began = performance.now();
      await closeByHand(pair, trade.id, everySeconds * 1_000 + 5_000);
      const took = performance.now() - began;
      assert.ok(took > 500, `booked after ${took} ms, although nothing was told`);
      await pair.screen().frame('LINK_CHANGED', ({ link, up }) => link === 'trading' && !up);
      assert.equal(
        downs(pair),
        1,
        'pings were answered all the time: only the check ends the link',
      );
      const [kind] = (await engine().facts('BREAK_OPENED')).map(({ data }) => data.break.kind);
      assert.equal(kind, 'missed_fill');

      // Nothing is told of prices either: nothing is opened on what is old.
      await verified(engine);
      await pair.resume();
      await marketMinutes(exchange, 3);
      assert.equal(await entries(pair), 1, 'no candle is told, none is traded on');
      await exchange.heal(mute);
      await pair.screen().inTrade(60_000);
      await pair.hold();
      assert.equal(await entries(pair), 2);
      await closeByHand(pair, (await engine().trades('&status=open'))[0]?.id ?? '');
      const { trades } = await atRest(pair);
      assert.equal(trades.length, 2);
    },
  );

  test(
    '[F16] twin: events twice and out of order, at the entry, at a part and at the end: each fill is booked once',
    LIMIT,
    async (t) => {
      const pair = await twin(t, 222);
      const { exchange, engine } = pair;
      for (const how of ['twice', 'after_answer'])
        await exchange.fault({ kind: 'X12', how, count: 100 });
      await exchange.fault({ kind: 'X7', parts: 3, count: 2 });
      const trade = await pair.enter();
      const entry = (await exchange.state()).trades;
      assert.equal(entry.length, 3);
      const hand = await exchange.closeByHand();
      assert.equal(hand.trades.length, 3);
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit: hand.trades });
      const hits = (await exchange.state()).faults.map((fault) => fault.hits);
      assert.ok(
        hits.every((times) => times > 0),
        `a fault struck nothing: ${hits.join(', ')}`,
      );
      // Between its pieces a hand's order stands: that is told, and over with the last one.
      const told = (await engine().facts('BREAK_OPENED')).map(({ data }) => data.break.kind);
      assert.deepEqual(
        told.filter((kind) => kind !== 'foreign_activity'),
        [],
      );
      const { trades, fills } = await atRest(pair);
      assert.deepEqual([trades.length, fills, await entries(pair)], [1, 6, 1]);
    },
  );

  test(
    '[F15] twin: no name of a host is found for minutes, a hand closes meanwhile: nothing is believed, then booked once',
    LIMIT,
    async (t) => {
      const pair = await twin(t, 223, { host: 'localhost' });
      const { exchange, engine, stage } = pair;
      const trade = await pair.enter();
      writeFileSync(stage.nameless, '');
      await exchange.fault({ kind: 'drop_link' });
      await pair.screen().status('blind');
      const entry = (await exchange.state()).trades.slice(-1);
      const hand = await exchange.closeByHand();
      await marketMinutes(exchange, 10);
      assert.equal((await engine().trade(trade.id)).trade.status, 'open', 'nobody can know yet');
      const log = readFileSync(join(stage.dataDir, 'log', 'engine.jsonl'), 'utf8');
      assert.match(log, /EAI_AGAIN localhost/);
      rmSync(stage.nameless);
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit: hand.trades });
      const { trades } = await atRest(pair);
      assert.deepEqual([trades.length, await entries(pair)], [1, 1]);
    },
  );

  for (const { what, wallAheadMs, offsetMs } of [
    { what: 'ahead', wallAheadMs: 3_600_000, offsetMs: 600_000 },
    { what: 'behind', wallAheadMs: -3_600_000, offsetMs: -600_000 },
  ])
    test(
      `[F23] twin: our clock an hour ${what}, the exchange's jumps ten minutes ${what} and back: deadlines hold, nothing twice`,
      LIMIT,
      async (t) => {
        const pair = await twin(t, 224, { wallAheadMs });
        const { exchange, engine } = pair;
        const first = await pair.enter();
        const skew = await exchange.fault({ kind: 'X21', offsetMs });
        await engine().reconcile();
        await closeByHand(pair, first.id);
        const second = await pair.enter();
        await exchange.heal(skew);
        await engine().reconcile();
        await closeByHand(pair, second.id);
        const third = await pair.enter();
        await closeByHand(pair, third.id);
        const { trades } = await atRest(pair);
        assert.deepEqual([trades.length, await entries(pair)], [3, 3]);
      },
    );
});
