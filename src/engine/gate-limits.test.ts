/** The gate about amounts: what has been lost, what protects, what stands; from a world with one open trade. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { DAY, startOfDay } from '../base/time.ts';
import type { RiskConfig } from '../domain/config.ts';
import { asOther, type Case, judged, ticker } from '../../test/support/gate.ts';
import type { Refusal } from './gate.ts';
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

/** What the account or the strategy `other` is limited to, beside an open trade of `bot` of 0.0009. */
const limited =
  (of: 'account' | 'strategy', limits: Partial<RiskConfig>, more?: (one: Case) => void) =>
  (one: Case): void => {
    asOther(one);
    if (of === 'account') one.books.risk = { ...one.books.risk, ...limits };
    else {
      const other = one.books.strategies.get('other');
      assert.ok(other);
      other.config = { ...other.config, limits };
    }
    more?.(one);
  };

/** `other` has closed with this result, today or a day ago. */
const closedWith =
  (net: string, ago = 0) =>
  (one: Case): void =>
    void one.books.dailyOf.set('other', {
      day: startOfDay(one.now.server) - ago * DAY,
      net: dec(net),
    });

const messages =
  (count: number, age: number) =>
  (one: Case): void =>
    void one.live.orderMessages.splice(
      0,
      Infinity,
      ...Array.from({ length: count }, () => one.now.mono - age),
    );

type LimitCase = {
  readonly of: 'account' | 'strategy';
  readonly what: string;
  readonly limits: Partial<RiskConfig>;
  readonly more?: (one: Case) => void;
  readonly refused?: Refusal;
};

// An entry of 0.001 at 100200 is 100.2 USD; with the trade of 0.0009 it is a position of 190.38.
for (const { of, what, limits, more, refused } of [
  {
    of: 'strategy',
    what: 'its order',
    limits: { maxOrderUsd: dec('100') },
    refused: 'order_too_large',
  },
  {
    of: 'strategy',
    what: 'its order, as large as it may be',
    limits: { maxOrderUsd: dec('100.2') },
  },
  {
    of: 'strategy',
    what: 'its position',
    limits: { maxPositionUsd: dec('100') },
    refused: 'position_too_large',
  },
  {
    of: 'strategy',
    what: "its position without the other's",
    limits: { maxPositionUsd: dec('101') },
  },
  {
    of: 'account',
    what: 'the position of both',
    limits: { maxPositionUsd: dec('190') },
    refused: 'position_too_large',
  },
  {
    of: 'account',
    what: 'all positions',
    limits: { maxAccountUsd: dec('190') },
    refused: 'account_too_large',
  },
  {
    of: 'account',
    what: 'all positions, as large as they may be',
    limits: { maxAccountUsd: dec('190.38') },
  },
  { of: 'strategy', what: 'its orders', limits: { maxOpenOrders: 2 }, refused: 'too_many_orders' },
  { of: 'strategy', what: "its orders without the other's", limits: { maxOpenOrders: 3 } },
  {
    of: 'account',
    what: 'the orders of both',
    limits: { maxOpenOrders: 4 },
    refused: 'too_many_orders',
  },
  {
    of: 'account',
    what: 'messages',
    limits: { maxMessagesPerMinute: 10 },
    more: messages(10, 59_999),
    refused: 'message_rate',
  },
  {
    of: 'account',
    what: 'messages of a minute ago',
    limits: { maxMessagesPerMinute: 10 },
    more: messages(10, 60_000),
  },
  {
    of: 'strategy',
    what: 'its loss',
    limits: { maxDailyLossUsd: dec('5') },
    more: closedWith('-5'),
    refused: 'daily_loss',
  },
  {
    of: 'strategy',
    what: 'a smaller loss',
    limits: { maxDailyLossUsd: dec('5') },
    more: closedWith('-4.9'),
  },
  {
    of: 'strategy',
    what: 'its loss of yesterday',
    limits: { maxDailyLossUsd: dec('5') },
    more: closedWith('-5', 1),
  },
] as readonly LimitCase[])
  test(`[I39] the gate: limits of the ${of}: ${what} -> ${refused ?? 'passes'}`, () =>
    assert.equal(judged(entered, limited(of, limits, more)), refused));

test('[I39] the gate: positions on all instruments count together, each by its size, and refuse without a price', () => {
  const beside = (amount: string, priced: boolean) =>
    limited('account', { maxAccountUsd: dec('250') }, (one) => {
      const instrument = one.books.instruments.get(PERPETUAL);
      const known = one.live.tickers.get(PERPETUAL);
      assert.ok(instrument && known);
      one.books.instruments.set('OTHER', { ...instrument, name: 'OTHER' });
      const none = dec('0');
      const held = { amount: dec(amount), averagePrice: null, wantFlat: none, decided: none };
      one.books.foreign.set('OTHER', { ...held, since: 0 });
      if (priced) one.live.tickers.set('OTHER', known);
    });
  assert.equal(judged(entered, beside('0.0005', true)), undefined);
  assert.equal(judged(entered, beside('-0.0005', true)), undefined);
  assert.equal(judged(entered, beside('-0.0006', true)), 'account_too_large');
  assert.equal(judged(entered, beside('0.0001', false)), 'stale_market');
});
