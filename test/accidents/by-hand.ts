/** F11 to F13 and F18: somebody else is at the account: a person, the exchange itself, another program. */
import assert from 'node:assert/strict';
import { presentTrade } from '../../src/domain/present.ts';
import { auditLeftovers } from '../../sim/auditor/orders.ts';
import { auditLabels, auditReducing } from '../../sim/auditor/placing.ts';
import { BOT, PERPETUAL, type World } from '../../sim/world/world.ts';
import { type Accident, HELD, NOTHING, type Outcome, scenario, CLOSED } from './accident.ts';
import { cancelStop, close, isClosed, orderFrames, price, stops, trade } from './hands.ts';

/** A strategy that takes no position which it has not opened. */
const ASKS = { strategies: [{ ...BOT, claim: false }] };

const ASKED = {
  breaks: ['orphan_position needs_you'],
  alerts: ['break_open'],
  status: ['mismatch'],
};

export const F11: Accident = {
  id: 'F11',
  words: 'manual close, partial manual close, manual add, manual flip',
  scenarios: [
    scenario({
      what: 'close: booked within a second, in one commit with its status',
      act: async (world) => {
        const { id } = await world.enter();
        close(world);
        await world.until('the close', () => isClosed(world, id), 1_000);
      },
      expect: CLOSED,
    }),
    scenario({
      what: 'partial close: stop and target shrink with the trade, the rest ends at its stop',
      act: async (world) => {
        const { id } = await world.enter();
        close(world, { amount: '0.0004' });
        await world.run(5_000);
        assert.deepEqual(
          stops(world).map(({ amount }) => amount),
          ['0.0005'],
        );
        price(world, '99400');
        await world.until('the stop', () => isClosed(world, id), 5_000);
      },
      expect: { ...CLOSED, fills: 3, trades: ['sl_hit stop fills'], net: '-0.393651' },
      proof: (world) => {
        const [first] = world.books().trades.values();
        assert.equal(first?.exits.length, 2);
      },
    }),
    scenario({
      what: 'add: the trade keeps its amount, what was added belongs to nobody until a person says',
      world: ASKS,
      act: async (world) => {
        await world.enter();
        trade(world, 'buy', '0.0005');
        await world.run(20_000);
      },
      expect: { ...HELD, fills: 2, ...ASKED },
      proof: (world) => assert.equal(world.books().foreign.get(PERPETUAL)?.amount, '0.0005'),
    }),
    scenario({
      what: 'add, and the strategy may claim what it could have opened: it holds a trade already, so a person is asked',
      act: async (world) => {
        await world.enter();
        trade(world, 'buy', '0.0005');
        await world.run(20_000);
      },
      expect: { ...HELD, fills: 2, ...ASKED },
    }),
    scenario({
      what: 'flip: the trade ends, the rest belongs to nobody until a person says',
      world: ASKS,
      act: async (world) => {
        const { id } = await world.enter();
        trade(world, 'sell', '0.002');
        await world.until('the close', () => isClosed(world, id), 1_000);
        await world.run(20_000);
      },
      expect: { ...CLOSED, net: '-0.0936001', ...ASKED },
      proof: (world) => assert.equal(world.books().foreign.get(PERPETUAL)?.amount, '-0.0011'),
    }),
    scenario({
      what: 'flip, and the strategy may claim it: a trade of the other direction, with a stop of its own',
      act: async (world) => {
        await world.enter();
        trade(world, 'sell', '0.002');
        await world.run(20_000);
      },
      expect: {
        ...CLOSED,
        orders: 5,
        trades: ['external_close web fills', 'open 0.0011'],
        net: '-0.0936001',
        breaks: ['missing_stop auto_resolved'],
        alerts: ['unprotected_position'],
        status: ['position_open'],
        live: ['stop_market 0.0011', 'take_market 0.0011'],
      },
      proof: (world) => assert.equal(world.openTrade()?.direction, 'short'),
    }),
  ],
};

const liquidate = (world: World, more: Readonly<Record<string, string>> = {}): unknown =>
  world.control('POST', 'liquidate', { instrument: PERPETUAL, ...more });

export const F12: Accident = {
  id: 'F12',
  words: 'liquidation before the stop exists',
  scenarios: [
    scenario({
      what: 'of an entry, before we have heard of its fill',
      act: async (world) => {
        await world.ready();
        world.signal();
        await world.until('a position', () => world.position() !== '0', 70_000);
        liquidate(world);
        await world.run(70_000);
      },
      expect: {
        ...CLOSED,
        trades: ['liquidation liquidation fills'],
        net: '-0.723589',
        alerts: ['liquidation'],
      },
    }),
    scenario({
      what: "of a hand's position that was just taken over, whose stop was not placed yet",
      act: async (world) => {
        await world.ready();
        trade(world, 'buy', '0.002');
        await world.until('a trade', () => world.openTrade() !== undefined, 20_000);
        assert.equal(stops(world).length, 0);
        liquidate(world);
        await world.run(70_000);
      },
      expect: {
        ...NOTHING,
        fills: 2,
        trades: ['liquidation liquidation fills'],
        net: '-1.607972',
        alerts: ['liquidation'],
      },
    }),
    scenario({
      what: 'of half of a trade whose stop a hand has just cancelled: none is put into its way, and the rest is protected once it is over',
      act: async (world) => {
        const { id } = await world.enter();
        await world.run(1_000);
        cancelStop(world);
        await world.run(1_000);
        liquidate(world, { share: '0.5' });
        await world.run(55_000);
        assert.deepEqual([stops(world).length, isClosed(world, id)], [0, false]);
        await world.until('a stop', () => stops(world).length === 1, 15_000);
        liquidate(world);
        await world.until('the end', () => isClosed(world, id), 1_000);
        await world.run(70_000);
      },
      expect: {
        ...CLOSED,
        orders: 4,
        fills: 3,
        trades: ['liquidation liquidation fills'],
        net: '-0.723241',
        breaks: ['missing_stop auto_resolved'],
        alerts: ['liquidation', 'unprotected_position'],
      },
    }),
  ],
};

/** What happens while the engine is down, and how the trade has ended. */
const down = (what: string, happen: (world: World) => void, expect: Partial<Outcome>) =>
  scenario({
    what,
    act: async (world) => {
      const { id } = await world.enter();
      world.crash();
      await world.run(2_000);
      happen(world);
      await world.run(60_000);
      await world.restart();
      await world.until('the close', () => isClosed(world, id), 15_000);
      await world.run(40_000);
    },
    expect: { ...CLOSED, ...expect },
    proof: (world) => {
      const [only] = world.books().trades.values();
      assert.ok(only);
      const exit = world.truth().trades.findLast(({ account }) => account === 'main');
      const shown = presentTrade(world.books(), only);
      assert.deepEqual(
        [shown.exitPrice, shown.closedAt],
        [exit?.price, new Date(exit?.at ?? 0).toISOString()],
        'when and at what price it really happened',
      );
    },
  });

export const F13: Accident = {
  id: 'F13',
  words: 'stop triggered while down',
  scenarios: [
    down('the stop', (world) => price(world, '99000'), {
      trades: ['sl_hit stop fills'],
      net: '-0.9936',
    }),
    down('the target', (world) => price(world, '101500'), {
      trades: ['tp_hit target fills'],
      net: '1.255185',
    }),
    scenario({
      what: 'the stop, and the price is back above it at the start',
      act: async (world) => {
        const { id } = await world.enter();
        world.crash();
        price(world, '99000');
        await world.run(5_000);
        price(world, '100000');
        await world.restart();
        await world.until('the close', () => isClosed(world, id), 15_000);
        await world.run(40_000);
      },
      expect: { ...CLOSED, trades: ['sl_hit stop fills'], net: '-0.99315' },
    }),
  ],
};

/** What another program places on the account. */
const foreign = (world: World, label: string): void =>
  void world.hand('private/buy', {
    instrument_name: PERPETUAL,
    amount: 0.0005,
    type: 'limit',
    price: 95_000,
    label,
  });

export const F18: Accident = {
  id: 'F18',
  words: "foreign orders and other account's orders in the list",
  scenarios: [
    scenario({
      what: "a hand's order, and one of another program: each is told and neither is touched, by a kill neither",
      act: async (world) => {
        await world.enter();
        foreign(world, '');
        foreign(world, 'grid-17');
        await world.run(60_000);
        await world.command({ verb: 'kill', strength: 'flatten', reason: 'enough' });
        await world.until('flat', () => world.position() === '0', 20_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        orders: 4,
        trades: ['kill_switch kill fills'],
        net: '-0.092071',
        breaks: ['foreign_activity needs_you'],
        alerts: ['break_open', 'kill_engaged'],
        status: ['halted'],
      },
      proof: (world) =>
        assert.deepEqual(
          [...world.truth().orders.values()]
            .filter(({ source, label }) => source === 'web' && !label.startsWith('ls:'))
            .map(({ state }) => state),
          ['open', 'open'],
        ),
    }),
    scenario({
      what: 'an order under a label as ours, of an engine with another journal: told, and not touched',
      // Its order is one without an intent, by all that the auditor knows.
      world: { watch: () => undefined },
      act: async (world) => {
        await world.enter();
        foreign(world, 'ls:bot:n1:1:1o:birth999');
        const began = world.now();
        await world.run(60_000);
        assert.deepEqual(orderFrames(world, began), []);
      },
      expect: {
        ...HELD,
        entries: 2,
        orders: 4,
        live: ['limit 0.0005', ...HELD.live],
        breaks: ['orphan_order needs_you'],
        alerts: ['break_open'],
        status: ['mismatch'],
      },
      without: [auditLabels, auditReducing, auditLeftovers],
    }),
    scenario({
      what: "another account's orders in every list of orders: none of them is ours, they are told, a kill neither touches them",
      world: { neighbours: ['other'] },
      act: async (world) => {
        await world.enter();
        const order = { instrument: PERPETUAL, account: 'other', direction: 'buy' };
        world.control('POST', 'order', { ...order, amount: '0.002', price: '95000' });
        world.control('POST', 'order', { ...order, amount: '0.003', price: '94000' });
        const began = world.now();
        world.fault({ kind: 'X26', ms: 600_000 });
        await world.run(120_000);
        assert.deepEqual(orderFrames(world, began), []);
        await world.command({ verb: 'kill', strength: 'flatten', reason: 'enough' });
        await world.until('flat', () => world.position() === '0', 20_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        orders: 4,
        trades: ['kill_switch kill fills'],
        net: '-0.09342',
        breaks: ['foreign_activity needs_you'],
        alerts: ['break_open', 'kill_engaged'],
        status: ['halted'],
      },
      proof: (world) =>
        assert.deepEqual(
          [...world.truth().orders.values()]
            .filter(({ account }) => account === 'other')
            .map(({ state }) => state),
          ['open', 'open'],
        ),
    }),
  ],
};
