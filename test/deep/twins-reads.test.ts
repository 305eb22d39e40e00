/**
 * Reads over a real socket that say less than there is, or what was: empty, partial, as zero, old, refused for a long time. A
 * check that rests on one of them concludes nothing; what truly ended is booked from its fills.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Engine } from '../e2e/support/engine.ts';
import type { Verdict } from '../../src/domain/shown.ts';
import { sub, dec } from '../../src/base/decimal.ts';
import { type Exchange, PERPETUAL, type ExchangeTrade } from '../e2e/support/exchange.ts';
import {
  atRest,
  assertEnded,
  entries,
  marketMinutes,
  openBreaks,
  sharedTwin,
  type Twin,
  untilTrue,
  verified,
} from './twin.ts';

const LIMIT = { timeout: 60_000 };

const ETHER = 'ETH_USDC-PERPETUAL';
const byWeb = { exitReason: 'external_close', closedBy: 'web' } as const;

describe('reads that do not tell what is', () => {
  let pair: Twin;
  let exchange: Exchange;
  let engine: () => Engine;
  sharedTwin(241, {}, (made) => {
    pair = made;
    ({ exchange, engine } = made);
  });
  const fills = async (): Promise<readonly ExchangeTrade[]> =>
    (await exchange.state()).trades.filter(({ instrument }) => instrument === PERPETUAL);
  /** Checks under a fault: they answer `verdict`, and the trade stays as it is, with the same orders. */
  const staysOpen = async (id: string, verdict: Verdict, fault: object): Promise<void> => {
    const before = await engine().trade(id);
    const { orders } = await exchange.state();
    const planted = await exchange.fault({ ms: 60_000, ...fault });
    for (let looks = 0; looks < 2; looks++) {
      const report = await engine().reconcile();
      assert.deepEqual(
        [report.complete, report.verdicts.map((one) => one.verdict)],
        [verdict === 'valid', [verdict]],
        JSON.stringify([fault, report]),
      );
    }
    const { faults } = await exchange.state();
    assert.ok((faults.find(({ id: one }) => one === planted)?.hits ?? 0) >= 2);
    assert.deepEqual((await engine().trade(id)).trade, before.trade);
    assert.deepEqual((await exchange.state()).orders, orders);
    await exchange.heal(planted);
    assert.equal((await engine().reconcile()).complete, true);
  };

  test(
    '[F8] twin: a position list that is empty, partial or says zero: nothing is believed',
    LIMIT,
    async () => {
      await exchange.post('order', { instrument: ETHER, direction: 'buy', amount: '0.1' });
      const trade = await pair.enter();
      await untilTrue(
        'the question about ether',
        async () => (await openBreaks(engine())).length === 1,
      );
      // A list that lacks what the books hold is no proof: it is asked for by name, and that shows it.
      await staysOpen(trade.id, 'valid', { kind: 'empty_answer', method: 'private/get_positions' });
      await staysOpen(trade.id, 'valid', { kind: 'X25', instrument: PERPETUAL });
      // A row that says zero contradicts what the exchange itself has told, alone or by name as well.
      await staysOpen(trade.id, 'unknown', {
        kind: 'X25',
        method: 'private/get_positions',
        how: 'zero',
        instrument: PERPETUAL,
      });
      await staysOpen(trade.id, 'unknown', { kind: 'X25', how: 'zero', instrument: PERPETUAL });
      await staysOpen(trade.id, 'valid', {
        kind: 'X25',
        method: 'private/get_open_orders*',
        instrument: PERPETUAL,
      });
      assert.deepEqual(await engine().facts('POSITION_ADJUSTED'), []);
      const entry = (await fills()).slice(-1);
      const hand = await exchange.closeByHand();
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit: hand.trades });
      await exchange.post('close', { instrument: ETHER });
      await untilTrue(
        'the end of the question',
        async () => (await openBreaks(engine())).length === 0,
      );
    },
  );

  test(
    '[F9] twin: a closed position is left out rather than zero, and its push is lost: booked from its fills',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      await verified(engine);
      await exchange.fault({ kind: 'X12', how: 'lost' });
      const omitted = await exchange.fault({ kind: 'X25', instrument: PERPETUAL, ms: 60_000 });
      const entry = (await fills()).slice(-1);
      const hand = await exchange.closeByHand();
      await engine().reconcile();
      assertEnded(await pair.screen().closed(trade.id, 1_000), byWeb, { entry, exit: hand.trades });
      const { faults } = await exchange.state();
      assert.ok(
        (faults.find(({ id }) => id === omitted)?.hits ?? 0) > 0,
        'the list was never asked for',
      );
      await exchange.heal(omitted);
      await verified(engine);
      await untilTrue(
        'the end of the break',
        async () => (await openBreaks(engine())).length === 0,
      );
    },
  );

  test(
    '[F10] twin: a snapshot older than the last fill: the fill stays booked, the position is not set back',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      await verified(engine);
      const entry = (await fills()).slice(-1);
      const old = await exchange.fault({ kind: 'X9', ms: 60_000 });
      await engine().reconcile();
      const part = await exchange.post<{ trades: readonly ExchangeTrade[] }>('close', {
        instrument: PERPETUAL,
        amount: '0.0005',
      });
      const rest = sub(trade.amount, dec('0.0005'));
      await pair.screen().frame('TRADE_UPDATED', ({ trade: now }) => now.openAmount === rest);
      for (let looks = 0; looks < 2; looks++) {
        const report = await engine().reconcile();
        assert.deepEqual([report.ok, report.complete], [false, false], JSON.stringify(report));
      }
      assert.equal((await engine().trade(trade.id)).trade.openAmount, rest);
      await exchange.heal(old);
      await verified(engine);
      assert.equal((await engine().reconcile()).ok, true);
      assert.equal((await engine().trade(trade.id)).trade.openAmount, rest);
      assert.deepEqual(await engine().facts('POSITION_ADJUSTED'), []);
      const hand = await exchange.closeByHand();
      assertEnded(await pair.screen().closed(trade.id), byWeb, {
        entry,
        exit: [...part.trades, ...hand.trades],
      });
    },
  );

  test(
    '[F25] twin: the reads of a check are refused with 10028 for ten minutes: asked less often, nothing opened, a close by push is booked',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      const entry = (await fills()).slice(-1);
      const sent = await entries(pair);
      const limited = await Promise.all(
        ['get_user_trades*', 'get_open_orders*', 'get_position*'].map((method) =>
          exchange.fault({ kind: 'X1', method: `private/${method}`, ms: 120_000, close: false }),
        ),
      );
      await exchange.fault({ kind: 'drop_link' });
      await pair.screen().status('blind');
      await pair.screen().frame('LINK_CHANGED', ({ link, up }) => link === 'trading' && up);
      const hand = await exchange.closeByHand();
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit: hand.trades });
      await pair.resume();
      await marketMinutes(exchange, 10);
      assert.equal(
        await entries(pair),
        sent,
        'nothing is opened on books that nobody could compare',
      );
      const hits = (await exchange.state()).faults
        .filter(({ id }) => limited.includes(id))
        .reduce((all, fault) => all + fault.hits, 0);
      assert.ok(hits > 2 && hits < 60, `${hits} reads within ten seconds`);
      await pair.hold();
      for (const id of limited) await exchange.heal(id);
      await verified(engine, 60_000);
      const next = await pair.enter();
      await exchange.closeByHand();
      await pair.screen().closed(next.id);
    },
  );

  test('afterwards books and exchange are equal, and nothing is open', LIMIT, async () => {
    const { trades } = await atRest(pair);
    assert.deepEqual([trades.length, await entries(pair)], [5, 5]);
  });
});
