/** The one gate of openings, reason by reason: from a world in which an opening passes, one thing is changed. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { DAY, HOUR, startOfDay } from '../base/time.ts';
import { asOther, type Case, judged, ticker } from '../../test/support/gate.ts';
import type { Refusal } from './gate.ts';
import { FRESH, MARKET_FRESH, REPEATED, SETTLEMENT_LEAD } from './limits.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

let flat: World;
let entered: World;
before(async () => {
  flat = await createWorld();
  await flat.ready();
  await flat.run(20_000);
  entered = await createWorld();
  await entered.enter();
});

const control = (value: 'paused' | 'draining' | 'halted' | 'stopped') => (one: Case) => {
  const strategy = one.books.strategies.get('bot');
  assert.ok(strategy);
  strategy.control = { ...strategy.control, value };
};
const trading = (one: Case) => {
  const { trading: link } = one.live.links;
  assert.ok(link.up);
  return link;
};
const cleanAt = (one: Case, mono: number, server = one.now.server): void => {
  one.live.clean = { mono, server, conn: trading(one).conn };
};
/** Puts the world's clock at this time of a UTC day, with all that is fresh as fresh as it was. */
const atTime = (one: Case, ofDay: number): void => {
  one.now = { ...one.now, server: startOfDay(one.now.server) + DAY + ofDay };
};
const foreign = (amount: string) => (one: Case) =>
  void one.books.foreign.set(PERPETUAL, {
    amount: dec(amount),
    averagePrice: dec('100000'),
    wantFlat: dec('0'),
    decided: dec(amount),
    since: 0,
  });
const breakOf = (kind: 'missing_stop' | 'balance_drift') => (one: Case) =>
  void one.books.breaks.set('brk_9', {
    break: { ...(SAMPLE as object), kind, instrument: PERPETUAL } as never,
    subject: 'x',
  });
const SAMPLE = { id: 'brk_9', life: 'needs_you' };

const CASES: readonly {
  readonly what: string;
  readonly change: (one: Case) => void;
  readonly refused: Refusal | undefined;
}[] = [
  { what: 'nothing is in its way', change: () => undefined, refused: undefined },
  { what: '[I22] paused', change: control('paused'), refused: 'paused' },
  { what: '[I22] draining', change: control('draining'), refused: 'paused' },
  { what: '[I40] halted by Kill', change: control('halted'), refused: 'halted' },
  { what: 'stopped', change: control('stopped'), refused: 'halted' },
  {
    what: 'a strategy that is not known',
    change: (one) => one.books.strategies.clear(),
    refused: 'halted',
  },
  {
    what: '[I24] trading link down',
    change: (one) => void (one.live.links.trading = { up: false }),
    refused: 'link_down',
  },
  {
    what: '[I24] market link down',
    change: (one) => void (one.live.links.market = { up: false }),
    refused: 'link_down',
  },
  {
    what: 'cancel-on-disconnect is on',
    change: (one) => void (one.live.links.trading = { ...trading(one), codOn: true }),
    refused: 'cancel_on_disconnect',
  },
  {
    what: '[I24] not verified',
    change: (one) =>
      void one.books.assurance.set(PERPETUAL, { value: 'mismatch', reason: '', since: 0 }),
    refused: 'not_verified',
  },
  {
    what: '[I24] verified on another connection',
    change: (one) => void (one.live.links.trading = { ...trading(one), conn: 99 }),
    refused: 'not_verified',
  },
  {
    what: 'never a clean check',
    change: (one) => void (one.live.clean = null),
    refused: 'not_verified',
  },
  {
    what: 'last clean check too old',
    change: (one) => {
      one.now = { ...one.now, mono: one.now.mono + FRESH };
    },
    refused: 'stale_check',
  },
  {
    what: '[I24] market data newer than the last clean check',
    change: (one) => cleanAt(one, -1),
    refused: 'stale_check',
  },
  {
    what: 'ten seconds before 08:00',
    change: (one) => {
      atTime(one, 8 * HOUR - SETTLEMENT_LEAD);
      cleanAt(one, one.now.mono);
    },
    refused: 'settlement',
  },
  {
    what: 'eleven seconds before 08:00',
    change: (one) => {
      atTime(one, 8 * HOUR - SETTLEMENT_LEAD - 1_000);
      cleanAt(one, one.now.mono);
    },
    refused: undefined,
  },
  {
    what: 'after 08:00, checked before it',
    change: (one) => {
      atTime(one, 8 * HOUR + 60_000);
      cleanAt(one, one.now.mono, one.now.server - 61_000);
    },
    refused: 'settlement',
  },
  {
    what: 'after 08:00, checked after it',
    change: (one) => {
      atTime(one, 8 * HOUR + 60_000);
      cleanAt(one, one.now.mono, one.now.server - 10_000);
    },
    refused: undefined,
  },
  {
    what: '[I41] instrument closed by its specification',
    change: (one) =>
      void one.books.instruments.set(PERPETUAL, {
        ...(one.books.instruments.get(PERPETUAL) as never as object),
        state: 'halted',
      } as never),
    refused: 'instrument_closed',
  },
  {
    what: '[I41] instrument closed by its ticker',
    change: (one) => ticker(one, { state: 'settlement' }),
    refused: 'instrument_closed',
  },
  {
    what: '[I41] an instrument off the list',
    change: (one) => {
      one.proposal = { ...one.proposal, instrument: 'ETH_USDC-PERPETUAL' };
    },
    refused: 'not_verified',
  },
  {
    what: '[I41] market data too old',
    change: (one) => ticker(one, {}, one.now.mono - MARKET_FRESH - 1),
    refused: 'stale_market',
  },
  {
    what: '[I41] price beyond the collar, buying',
    change: (one) => {
      one.proposal = { ...one.proposal, price: dec('100400') };
    },
    refused: 'collar',
  },
  {
    what: '[I41] price beyond the collar, selling',
    change: (one) => {
      one.proposal = { ...one.proposal, direction: 'sell', price: dec('99600') };
    },
    refused: 'collar',
  },
  {
    what: '[I41] no price',
    change: (one) => {
      one.proposal = { ...one.proposal, price: null };
    },
    refused: 'stale_market',
  },
  {
    what: 'an amount off the grid',
    change: (one) => {
      one.proposal = { ...one.proposal, amount: dec('0.00005') };
    },
    refused: 'amount_too_small',
  },
  {
    what: 'no amount',
    change: (one) => {
      one.proposal = { ...one.proposal, amount: dec('0') };
    },
    refused: 'amount_too_small',
  },
  {
    what: '[I39] order too large',
    change: (one) => {
      one.proposal = { ...one.proposal, amount: dec('0.0101') };
    },
    refused: 'order_too_large',
  },
  {
    what: '[I39] position too large with what is foreign',
    change: (one) => {
      foreign('0.0095')(one);
    },
    refused: 'position_too_large',
  },
  {
    what: '[I50] against a foreign amount',
    change: foreign('-0.001'),
    refused: 'opposite_direction',
  },
  { what: '[I50] with a foreign amount', change: foreign('0.001'), refused: undefined },
  { what: 'a break about the stop', change: breakOf('missing_stop'), refused: 'open_break' },
  { what: 'a break about money only', change: breakOf('balance_drift'), refused: undefined },
  {
    what: '[I39] too many orders',
    change: (one) => {
      one.books.risk = { ...one.books.risk, maxOpenOrders: 2 };
    },
    refused: 'too_many_orders',
  },
  {
    what: '[I39] daily loss reached',
    change: (one) => {
      Object.assign(one.books.daily, { day: startOfDay(one.now.server), net: dec('-200') });
    },
    refused: 'daily_loss',
  },
  {
    what: '[I39] daily loss of yesterday',
    change: (one) => {
      Object.assign(one.books.daily, { day: startOfDay(one.now.server) - DAY, net: dec('-200') });
    },
    refused: undefined,
  },
  {
    what: '[I42] too many entries in the window',
    change: (one) => {
      entries(one, REPEATED.count, 0);
    },
    refused: 'repeated',
  },
  {
    what: '[I42] as many entries, but over a longer time',
    change: (one) => {
      entries(one, REPEATED.count, REPEATED.windowMs);
    },
    refused: undefined,
  },
];

function entries(one: Case, count: number, age: number): void {
  const strategy = one.books.strategies.get('bot');
  assert.ok(strategy);
  strategy.recentEntries = Array.from({ length: count }, (_, n) => one.now.server - age - n);
}

for (const { what, change, refused } of CASES) {
  test(`the gate: ${what} -> ${refused ?? 'passes'}`, () =>
    assert.equal(judged(flat, change), refused));
}

test('the gate: a check 1 ms younger than the bound passes', () => {
  const change = (one: Case): void => {
    one.now = { ...one.now, mono: one.now.mono + FRESH };
    ticker(one, {});
    cleanAt(one, one.now.mono - FRESH + 1);
  };
  assert.equal(judged(flat, change), undefined);
});

test('the gate: one trade at a time', () =>
  assert.equal(
    judged(entered, () => undefined),
    'in_trade',
  ));

test('[I50] the gate: another strategy may not go against an open trade, but may go with it', () => {
  const other = (direction: 'buy' | 'sell') => (one: Case) => {
    asOther(one);
    const price = dec(direction === 'buy' ? '100200' : '99900');
    one.proposal = { ...one.proposal, direction, price };
  };
  assert.equal(judged(entered, other('sell')), 'opposite_direction');
  assert.equal(judged(entered, other('buy')), undefined);
});

test('[I6] the gate: an intent without an answer', () => {
  const change =
    (state: object) =>
    (one: Case): void => {
      for (const record of one.books.intents.values()) Object.assign(record, { placement: state });
      for (const trade of one.books.trades.values())
        Object.assign(trade, { closedAt: 1, open: dec('0') });
    };
  assert.equal(judged(entered, change({ state: 'pending' })), 'unresolved_order');
  assert.equal(
    judged(entered, change({ state: 'unknown', since: 0, reason: '', fenced: null })),
    'unresolved_order',
  );
});

test('[I52] the gate: a stop of an earlier trade that still lives', () => {
  const change = (one: Case): void => {
    for (const trade of one.books.trades.values())
      Object.assign(trade, { closedAt: 1, open: dec('0') });
  };
  assert.equal(judged(entered, change), 'earlier_order_unproved');
});
