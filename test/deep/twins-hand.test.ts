/**
 * A person acts on the exchange's website while a real engine runs: closes all or a part, adds, turns the position round.
 * What belongs to the trade is booked at its real price, what does not is foreign and left alone.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { must } from '../../src/base/assert.ts';
import { abs, add, dec, div, sub } from '../../src/base/decimal.ts';
import type { Position } from '../../src/domain/shown.ts';
import type { Engine, Page } from '../e2e/support/engine.ts';
import {
  type Exchange,
  type ExchangeTrade,
  PERPETUAL,
  liveOrders,
} from '../e2e/support/exchange.ts';
import {
  atRest,
  assertEnded,
  entries,
  openBreaks,
  sharedTwin,
  type Twin,
  untilTrue,
} from './twin.ts';

const LIMIT = { timeout: 60_000 };

describe('a hand on our instrument', () => {
  let pair: Twin;
  let exchange: Exchange;
  let engine: () => Engine;
  sharedTwin(211, { strategy: { claim: false } }, (made) => {
    pair = made;
    ({ exchange, engine } = made);
  });
  const fills = async (): Promise<readonly ExchangeTrade[]> => (await exchange.state()).trades;
  const hand = async (path: string, body: object = {}): Promise<readonly ExchangeTrade[]> =>
    (
      await exchange.post<{ trades: readonly ExchangeTrade[] }>(path, {
        instrument: PERPETUAL,
        ...body,
      })
    ).trades;
  const shown = async (): Promise<Position | undefined> =>
    (await engine().get<Page<Position>>('/positions')).items[0];
  /** Live stops and targets by amount. */
  const protection = async (): Promise<readonly string[]> =>
    liveOrders(await exchange.state())
      .filter(({ reduceOnly }) => reduceOnly)
      .map(({ type, amount, filled }) => `${type} ${sub(dec(amount), dec(filled))}`)
      .toSorted();
  const byWeb = { exitReason: 'external_close', closedBy: 'web' } as const;

  test(
    '[F11] twin: closed by hand: one end, at the real price, and what it leaves behind goes',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      const entry = (await fills()).slice(-1);
      const exit = await hand('close');
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit });
      await untilTrue('its orders to go', async () => (await protection()).length === 0);
    },
  );

  test(
    '[F11] twin: a part closed by hand: the trade is smaller, its orders are edited to fit, then the rest ends it',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      const entry = (await fills()).slice(-1);
      const orders = (await exchange.state()).orders.length;
      const part = await hand('close', { amount: '0.0006' });
      const rest = sub(trade.amount, dec('0.0006'));
      await pair.screen().frame('TRADE_UPDATED', ({ trade: now }) => now.openAmount === rest);
      await untilTrue(
        'orders that fit',
        async () => (await protection()).join() === `stop_market ${rest},take_market ${rest}`,
      );
      assert.equal(
        (await exchange.state()).orders.length,
        orders + 1,
        "no order but the hand's own",
      );
      assert.equal((await engine().reconcile()).ok, true);
      const last = await hand('close');
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit: [...part, ...last] });
      await untilTrue('its orders to go', async () => (await protection()).length === 0);
    },
  );

  test(
    '[F11] twin: a hand adds: foreign, asked about, outside of stop and target, and its own close is no close of ours',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      const entry = (await fills()).slice(-1);
      const [side, back] = trade.direction === 'long' ? ['buy', 'sell'] : ['sell', 'buy'];
      const before = await protection();
      await hand('order', { direction: side, amount: '0.0010' });
      await untilTrue(
        'the foreign amount',
        async () => abs((await shown())?.foreignAmount ?? dec(0)) === '0.001',
      );
      const report = await engine().reconcile();
      assert.deepEqual([report.complete, report.ok], [true, false]);
      assert.deepEqual(
        (await openBreaks(engine())).map(({ kind, life, who }) => [kind, life, who]),
        [['orphan_position', 'needs_you', 'web']],
      );
      assert.equal((await engine().trade(trade.id)).trade.openAmount, trade.amount);
      assert.deepEqual(await protection(), before, 'its orders protect the trade and no more');
      await hand('order', { direction: back, amount: '0.0010' });
      await untilTrue(
        'the end of the question',
        async () => (await openBreaks(engine())).length === 0,
      );
      assert.equal((await engine().trade(trade.id)).trade.openAmount, trade.amount);
      const exit = await hand('close');
      assertEnded(await pair.screen().closed(trade.id), byWeb, { entry, exit });
      await untilTrue('its orders to go', async () => (await protection()).length === 0);
    },
  );

  test(
    '[F11] twin: a hand turns the position round: the trade ends with what closed it, the rest is foreign',
    LIMIT,
    async () => {
      const trade = await pair.enter();
      const entry = (await fills()).slice(-1);
      await exchange.fault({ kind: 'X13', how: 'flip' });
      const closed = await pair.screen().closed(trade.id);
      const flip = must((await fills()).at(-1), 'the fill of the turn');
      assert.equal(flip.amount, add(trade.amount, trade.amount));
      // The last unit of the fee goes to the first part.
      const fee = dec(flip.fee);
      const half = sub(fee, div(fee, dec(2), 8, 'down'));
      assertEnded(closed, byWeb, { entry, exit: [{ ...flip, amount: trade.amount, fee: half }] });
      const sign = trade.direction === 'long' ? '-' : '';
      assert.deepEqual(
        [await exchange.position(), (await shown())?.foreignAmount],
        [`${sign}${trade.amount}`, `${sign}${trade.amount}`],
      );
      await untilTrue('its orders to go', async () => (await protection()).length === 0);
      await engine().reconcile();
      assert.deepEqual(
        (await openBreaks(engine())).map(({ kind }) => kind),
        ['orphan_position'],
      );
      await hand('close');
      await untilTrue(
        'the end of the question',
        async () => (await openBreaks(engine())).length === 0,
      );
    },
  );

  test('afterwards books and exchange are equal, and nothing is open', LIMIT, async () => {
    const { trades } = await atRest(pair);
    assert.equal(trades.length, 4);
    assert.equal(await entries(pair), 4);
  });
});
