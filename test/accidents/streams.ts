/** F5 to F10 and F16: what the exchange sends lacks something, comes twice, or tells how it was a while ago. */
import assert from 'node:assert/strict';
import { dec } from '../../src/base/decimal.ts';
import { auditFills } from '../../sim/auditor/audit.ts';
import { BOT, botOn, ETHER, PERPETUAL, type World } from '../../sim/world/world.ts';
import { type Accident, HELD, type Outcome, scenario, CLOSED } from './accident.ts';
import { close, isClosed, orderFrames, price } from './hands.ts';

const PUSHES = 'user.changes';

const downs = (world: World): number =>
  world.of('LINK_CHANGED').filter(({ data }) => data.link === 'trading' && !data.up).length;

export const F5: Accident = {
  id: 'F5',
  words: 'one fill frame dropped, stream healthy',
  scenarios: [
    scenario({
      what: "a hand's close: booked by the next check, and the stream that did not bring it is made anew",
      act: async (world) => {
        const { id } = await world.enter();
        world.fault({ kind: 'drop_notification', channel: PUSHES, ms: 500 });
        close(world);
        await world.until('the close', () => isClosed(world, id), 35_000);
        await world.run(40_000);
      },
      expect: { ...CLOSED, breaks: ['missed_fill auto_resolved'], alerts: ['break_open'] },
      proof: (world) => assert.equal(downs(world), 1),
    }),
    scenario({
      what: 'that of our own stop',
      act: async (world) => {
        const { id } = await world.enter();
        world.fault({ kind: 'drop_notification', channel: PUSHES, ms: 500 });
        price(world, '99000');
        await world.until('the close', () => isClosed(world, id), 35_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        trades: ['sl_hit stop fills'],
        net: '-0.99315',
        breaks: ['missed_fill auto_resolved'],
        alerts: ['break_open'],
      },
    }),
  ],
};

export const F6: Accident = {
  id: 'F6',
  words: 'stream answers pings, sends nothing',
  scenarios: [
    scenario({
      what: 'for ten minutes: each close by a hand is found by a check within 35 s',
      act: async (world) => {
        await world.ready();
        world.fault({ kind: 'drop_notification', channel: PUSHES, ms: 600_000 });
        for (let round = 0; round < 2; round++) {
          const { id } = await world.enter();
          await world.run(40_000);
          close(world);
          await world.until('the close', () => isClosed(world, id), 35_000);
        }
        await world.run(60_000);
      },
      expect: {
        ...CLOSED,
        entries: 2,
        orders: 6,
        fills: 4,
        trades: ['external_close web fills', 'external_close web fills'],
        net: '-0.189001',
        breaks: ['missed_fill auto_resolved', 'missed_fill auto_resolved'],
        alerts: ['break_open'],
      },
    }),
  ],
};

/** Nobody is let in for twenty seconds; five of them pass. */
async function away(world: World): Promise<void> {
  world.fault({ kind: 'refuse_connections', ms: 20_000 });
  world.fault({ kind: 'drop_link' });
  await world.run(5_000);
  assert.equal(world.books().links.trading, false);
}

/** Nothing is known before the link is back, and then it is within five seconds (L2). */
async function bookedAfter(world: World, id: string): Promise<void> {
  await world.until('the link', () => world.books().links.trading, 35_000);
  assert.equal(isClosed(world, id), false);
  await world.until('the close', () => isClosed(world, id), 5_000);
}

export const F7: Accident = {
  id: 'F7',
  words: 'fill during disconnect',
  scenarios: [
    scenario({
      what: "a hand's close while nobody is let in for twenty seconds",
      act: async (world) => {
        const { id } = await world.enter();
        await away(world);
        close(world);
        await bookedAfter(world, id);
      },
      expect: { ...CLOSED, net: '-0.09396', alerts: ['blind'] },
    }),
    scenario({
      what: 'our target',
      act: async (world) => {
        const { id } = await world.enter();
        await away(world);
        price(world, '101500');
        await bookedAfter(world, id);
      },
      expect: { ...CLOSED, trades: ['tp_hit target fills'], net: '1.255275', alerts: ['blind'] },
    }),
  ],
};

/** Two trades on two instruments of one currency. */
const TWO: Outcome = {
  ...HELD,
  entries: 2,
  orders: 6,
  fills: 2,
  trades: ['open 0.0009', 'open 0.031'],
  status: ['position_open', 'position_open'],
  live: ['stop_market 0.0009', 'stop_market 0.031', 'take_market 0.0009', 'take_market 0.031'],
};

const BOTH = { strategies: [BOT, botOn(ETHER, 'other')] };

/** Both trades, a restart, and reads of that kind from the start on, for longer than a check is trusted. */
const reads = (
  what: string,
  fault: Readonly<Record<string, unknown>>,
  doubt: Partial<Outcome> = {},
) =>
  scenario({
    what,
    world: BOTH,
    act: async (world) => {
      await world.enter();
      await world.enter({}, 'other');
      const began = world.now();
      world.crash();
      const planted = world.fault({ ...fault, ms: 100_000 });
      await world.restart();
      await world.run(100_000);
      assert.deepEqual(orderFrames(world, began), [], 'nothing is done about it');
      world.control('DELETE', `fault/${planted}`);
      await world.run(40_000);
    },
    expect: { ...TWO, ...doubt },
    proof: (world) => assert.equal(world.of('POSITION_ADJUSTED').length, 0),
  });

/** It is looked into, and nothing is proved. */
const DOUBTED: Partial<Outcome> = {
  breaks: ['ghost_trade auto_resolved'],
  alerts: ['not_verified'],
};

const POSITIONS = 'private/get_positions';

export const F8: Accident = {
  id: 'F8',
  words: 'position list empty / partial / parsed as zero',
  scenarios: [
    reads('empty', { kind: 'empty_answer', method: POSITIONS }),
    reads('one row is left out', { kind: 'X25', how: 'missing', instrument: PERPETUAL }),
    reads(
      'one row says that none is held',
      { kind: 'X25', how: 'zero', method: POSITIONS, instrument: PERPETUAL },
      DOUBTED,
    ),
    reads(
      'one row says so, and so does the question by name: the margin does not',
      { kind: 'X25', how: 'zero', instrument: PERPETUAL },
      DOUBTED,
    ),
    reads('the list of orders is empty', {
      kind: 'empty_answer',
      method: 'private/get_open_orders',
    }),
    reads('one order is left out of the list', {
      kind: 'X25',
      method: 'private/get_open_orders',
      instrument: PERPETUAL,
    }),
  ],
};

export const F9: Accident = {
  id: 'F9',
  words: 'closed position omitted rather than zero',
  scenarios: [
    scenario({
      what: 'closed while the engine was down: its fills close the trade, not the missing row',
      act: async (world) => {
        const { id } = await world.enter();
        world.crash();
        close(world);
        await world.restart();
        await world.until('the close', () => isClosed(world, id), 15_000);
        await world.run(40_000);
      },
      expect: { ...CLOSED, trades: ['ghost_trade_cleanup web fills'] },
    }),
    scenario({
      what: 'and nobody can tell of its fills: flat is proved by name, the result is unknown, a person is asked',
      act: async (world) => {
        const { id } = await world.enter();
        world.crash();
        close(world);
        await world.run(1_000);
        world.fault({ kind: 'forget_history' });
        await world.restart();
        await world.until('the verdict', () => isClosed(world, id), 15_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        trades: ['ghost_trade_cleanup unknown unknown'],
        net: '0',
        breaks: ['ghost_trade auto_resolved', 'ghost_trade needs_you'],
        alerts: ['break_open'],
        status: ['mismatch'],
      },
      without: [auditFills],
    }),
  ],
};

export const F10: Accident = {
  id: 'F10',
  words: 'snapshot older than the last fill',
  scenarios: [
    scenario({
      what: 'positions and margins stand still for two minutes while a trade ends and another begins',
      act: async (world) => {
        const first = await world.enter();
        await world.run(1_000);
        const faults = ['private/get_position*', 'private/get_account*'].map((method) =>
          world.fault({ kind: 'stale_reads', method, ms: 600_000 }),
        );
        // A check makes the copy.
        await world.run(31_000);
        close(world);
        await world.until('the close', () => isClosed(world, first.id), 1_000);
        await world.run(120_000);
        for (const id of faults) world.control('DELETE', `fault/${id}`);
        await world.run(40_000);
        await world.enter({ sizeUsd: dec('91') });
      },
      expect: {
        ...HELD,
        entries: 2,
        orders: 6,
        fills: 3,
        trades: ['external_close web fills', 'open 0.0009'],
        net: '-0.09423',
        alerts: ['not_verified'],
      },
    }),
    scenario({
      what: 'every read lags by up to 2.6 s through three trades',
      act: async (world) => {
        world.fault({ kind: 'stale_reads' });
        for (let round = 0; round < 3; round++) {
          const { id } = await world.enter({ sizeUsd: dec('91') });
          close(world);
          await world.until('the close', () => isClosed(world, id), 1_000);
          await world.run(10_000);
        }
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        entries: 3,
        orders: 9,
        fills: 6,
        trades: [
          'external_close web fills',
          'external_close web fills',
          'external_close web fills',
        ],
        net: '-0.280802',
      },
    }),
  ],
};

/** A trade closed by a hand and one by its stop, while each push of the account is told like that. */
const pushes = (what: string, fault: Readonly<Record<string, unknown>>) =>
  scenario({
    what,
    act: async (world) => {
      await world.ready();
      world.fault({ channel: PUSHES, count: 200, ...fault });
      const first = await world.enter({ sizeUsd: dec('91') });
      close(world);
      await world.until('the close', () => isClosed(world, first.id), 35_000);
      await world.run(10_000);
      const second = await world.enter({ sizeUsd: dec('91') });
      price(world, '99400');
      await world.until('the stop', () => isClosed(world, second.id), 35_000);
      await world.run(40_000);
    },
    expect: {
      ...CLOSED,
      entries: 2,
      orders: 6,
      fills: 4,
      trades: ['external_close web fills', 'sl_hit stop fills'],
      net: '-0.726932',
    },
  });

export const F16: Accident = {
  id: 'F16',
  words: 'duplicate event and out-of-order events',
  scenarios: [
    pushes('each push comes twice', { kind: 'duplicate_notification' }),
    pushes('each push is overtaken by the next answer', { kind: 'reorder_notifications' }),
    pushes('each push is three seconds late', { kind: 'reorder_notifications', ms: 3_000 }),
  ],
};
