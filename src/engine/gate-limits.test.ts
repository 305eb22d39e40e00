/** The gate about amounts: what has been lost, what protects, what stands; from a world with one open trade. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { asOther, type Case, judged, ticker } from '../../test/support/gate.ts';
import { MARKET_FRESH } from './limits.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

let entered: World;
before(async () => {
  entered = await createWorld();
  await entered.enter();
});

test('[I39] the gate: the open loss of a trade counts in the daily loss', () => {
  const change = (one: Case): void => {
    asOther(one);
    one.books.risk = { ...one.books.risk, maxDailyLossUsd: dec('1') };
    ticker(one, { markPrice: dec('98900') });
    one.proposal = { ...one.proposal, price: dec('98900') };
  };
  assert.equal(judged(entered, change), 'daily_loss');
});

test('[I39] the gate: an open trade without a fresh mark counts at its stop; without a stop too, nothing is opened', () => {
  const change =
    (limit: string, stop: string | null, fresh = false) =>
    (one: Case): void => {
      const [trade] = one.books.trades.values();
      const [instrument] = one.books.instruments.values();
      assert.ok(trade && instrument);
      const other = { ...instrument, name: 'OTHER' };
      one.books.instruments.set('OTHER', other);
      const moved = {
        ...trade,
        id: 'trd_x',
        instrument: 'OTHER',
        stopLoss: stop === null ? null : dec(stop),
      };
      one.books.trades.set('trd_x', moved);
      one.books.trades.delete(trade.id);
      one.books.orders.clear();
      one.books.intents.clear();
      one.books.risk = { ...one.books.risk, maxDailyLossUsd: dec(limit) };
      const known = one.live.tickers.get(PERPETUAL);
      assert.ok(known);
      const mono = fresh ? known.mono : known.mono - MARKET_FRESH - 1;
      one.live.tickers.set('OTHER', { ticker: { ...known.ticker, instrument: 'OTHER' }, mono });
    };
  assert.equal(
    judged(entered, change('9', '90000')),
    'daily_loss',
    '0.0009 lose 9 USD at the stop',
  );
  assert.equal(judged(entered, change('10', '90000')), undefined);
  assert.equal(judged(entered, change('9', '90000', true)), undefined);
  assert.equal(judged(entered, change('9', null)), 'stale_market');
});

/** Stops and targets get the size of what is open. */
function fitProtection({ books }: Case, amount: string): void {
  for (const record of books.orders.values())
    if (record.leg !== null && record.leg.purpose !== 'entry')
      record.order = { ...record.order, amount: dec(amount) };
}

test('[I9] the gate: protection of another trade that is larger or smaller than it, or of one that is closed', () => {
  const change =
    (open: string, protection: string) =>
    (one: Case): void => {
      asOther(one);
      for (const trade of one.books.trades.values()) {
        trade.open = dec(open);
        if (open === '0') trade.closedAt = 1;
      }
      fitProtection(one, protection);
    };
  assert.equal(judged(entered, change('0.0005', '0.0005')), undefined);
  assert.equal(judged(entered, change('0.0005', '0.0006')), 'resize_owed');
  assert.equal(judged(entered, change('0.0005', '0.0004')), 'resize_owed');
  assert.equal(judged(entered, change('0', '0.0005')), 'resize_owed');
});

test('[I39] the gate: what an open trade has lost already counts in the daily loss', () => {
  const change =
    (limit: string) =>
    (one: Case): void => {
      asOther(one);
      one.books.risk = { ...one.books.risk, maxDailyLossUsd: dec(limit) };
      for (const trade of one.books.trades.values()) {
        trade.exits.push({ amount: dec('0.0004'), price: dec('90000') });
        trade.open = dec('0.0005');
      }
      fitProtection(one, '0.0005');
    };
  assert.equal(judged(entered, change('4')), 'daily_loss', '0.0004 closed 10,000 lower lost 4 USD');
  assert.equal(judged(entered, change('4.2')), undefined);
});

test('[I39] [I50] the gate counts an entry whose fills are not all booked as filled: in its direction and in the size', () => {
  const change =
    (direction: 'buy' | 'sell', limit: string, amount = '0.0009') =>
    (one: Case): void => {
      asOther(one);
      for (const trade of one.books.trades.values())
        Object.assign(trade, { closedAt: 1, open: dec('0') });
      for (const [id, { leg }] of one.books.orders)
        if (leg?.purpose !== 'entry') one.books.orders.delete(id);
      one.books.booked.clear();
      for (const record of one.books.intents.values())
        Object.assign(record, { intent: { ...record.intent, amount: dec(amount) } });
      one.books.risk = { ...one.books.risk, maxPositionUsd: dec(limit) };
      const price = dec(direction === 'buy' ? '100200' : '99900');
      one.proposal = { ...one.proposal, direction, price };
    };
  assert.equal(judged(entered, change('sell', '1000')), 'opposite_direction');
  assert.equal(judged(entered, change('buy', '190')), 'position_too_large', '190.38 USD in all');
  assert.equal(judged(entered, change('buy', '191')), undefined);
  assert.equal(judged(entered, change('buy', '191', '0.001')), 'position_too_large');
});
