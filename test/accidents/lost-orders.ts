/** F1 to F4: an order went out, and nobody answers. */
import assert from 'node:assert/strict';
import { auditAbsent } from '../../sim/auditor/placing.ts';
import { dec } from '../../src/base/decimal.ts';
import { PERPETUAL, type World } from '../../sim/world/world.ts';
import { type Accident, HELD, NOTHING, scenario } from './accident.ts';
import { cancelStop, close, entering, isClosed, placement, sent, stops } from './hands.ts';

const NO_ANSWER = { kind: 'lose_answer', method: 'private/buy' };
const NEITHER_ANSWER_NOR_PUSH = { ...NO_ANSWER, channel: 'user.changes' };

const found = async (world: World, limitMs: number): Promise<void> =>
  void (await world.until('the finding', () => placement(world) === 'acked', limitMs));

const sentOnce = (world: World): void => assert.equal(sent(world, 'buy'), 1);

export const F1: Accident = {
  id: 'F1',
  words: 'answer lost, order live',
  scenarios: [
    scenario({
      what: 'its fill is pushed',
      act: async (world) => {
        await entering(world, NO_ANSWER);
        await found(world, 1_000);
      },
      expect: HELD,
      proof: sentOnce,
    }),
    scenario({
      what: 'no push comes either: it is found within 15 s',
      act: async (world) => {
        await entering(world, NEITHER_ANSWER_NOR_PUSH);
        await found(world, 15_000);
      },
      expect: HELD,
      proof: sentOnce,
    }),
    scenario({
      what: 'it fills in part, and no push comes',
      act: async (world) => {
        world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.0004' });
        await entering(world, NEITHER_ANSWER_NOR_PUSH);
        await found(world, 15_000);
      },
      expect: {
        ...HELD,
        trades: ['open 0.0004'],
        live: ['stop_market 0.0004', 'take_market 0.0004'],
      },
      proof: sentOnce,
    }),
  ],
};

export const F2: Accident = {
  id: 'F2',
  words: 'answer lost, order arrives late',
  scenarios: [
    scenario({
      what: 'two seconds after the link was cut, when it has been searched for already',
      act: async (world) => {
        await entering(world, { kind: 'late_request', method: 'private/buy', delayMs: 2_500 });
        await world.run(2_000);
        assert.equal(placement(world), 'unknown', 'nothing that was read by then proves anything');
        await found(world, 15_000);
      },
      expect: HELD,
      proof: sentOnce,
    }),
    scenario({
      what: 'after its time: the exchange refuses it, it is proved absent, and the next signal is a new order',
      act: async (world) => {
        await entering(world, { kind: 'late_request', method: 'private/buy', delayMs: 4_000 });
        await world.until('the proof', () => placement(world) === 'absent', 17_000);
        await world.enter({ sizeUsd: dec('91') });
      },
      expect: HELD,
      proof: (world) => {
        const [late, next] = world.of('ORDER_INTENDED').map(({ data }) => data.intent.label);
        assert.equal(sent(world, 'buy'), 2);
        assert.notEqual(late, next);
        assert.ok([...world.truth().orders.values()].every(({ label }) => label !== late));
      },
    }),
  ],
};

/** A closed order is found under its label no more the moment it has ended. */
const FORGETFUL = { labelRetentionMs: 0 };

export const F3: Accident = {
  id: 'F3',
  words: 'answer lost, market order filled, id free again',
  scenarios: [
    scenario({
      what: 'an entry of which only its trade can tell',
      act: async (world) => {
        world.control('POST', 'options', FORGETFUL);
        await entering(world, NEITHER_ANSWER_NOR_PUSH);
        await found(world, 15_000);
      },
      expect: HELD,
      proof: sentOnce,
    }),
    scenario({
      what: 'a close of which only its trade can tell is not sent again',
      act: async (world) => {
        const { id } = await world.enter();
        world.control('POST', 'options', FORGETFUL);
        world.fault({ kind: 'lose_answer', method: 'private/sell', channel: 'user.changes' });
        world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
        await world.until('the close', () => isClosed(world, id), 20_000);
        await world.run(40_000);
      },
      expect: {
        ...NOTHING,
        entries: 1,
        orders: 4,
        fills: 2,
        trades: ['operator_close operator fills'],
        net: '-0.0936',
        status: ['paused'],
      },
      proof: (world) => assert.equal(sent(world, 'sell'), 1),
    }),
  ],
};

export const F4: Accident = {
  id: 'F4',
  words: 'venue "not found" for minutes for a live order',
  scenarios: [
    scenario({
      what: 'a stop that every read denies for two minutes is neither doubled nor given up',
      act: async (world) => {
        const { id } = await world.enter();
        await world.run(1_000);
        const fault = world.fault({ kind: 'stale_reads', ms: 600_000 });
        cancelStop(world);
        const placed = (): number =>
          world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose === 'stop').length;
        await world.until('a new stop', () => placed() === 1, 15_000);
        await world.run(120_000);
        assert.deepEqual([placed(), isClosed(world, id)], [1, false]);
        world.control('DELETE', `fault/${fault}`);
        await world.run(40_000);
      },
      expect: {
        ...HELD,
        orders: 4,
        live: ['stop_market 0.0009'],
        breaks: ['missing_stop auto_resolved'],
        alerts: ['unprotected_position', 'not_verified'],
      },
    }),
    scenario({
      what: 'a stop whose answer and pushes are lost as well: the matching engine is asked, and no two stand at any time',
      act: async (world) => {
        const { id } = await world.enter();
        await world.run(1_000);
        const fault = world.fault({ kind: 'stale_reads', ms: 600_000 });
        world.fault({ kind: 'lose_answer', method: 'private/sell', channel: 'user.changes' });
        cancelStop(world);
        for (let second = 0; second < 120; second++) {
          await world.run(1_000);
          assert.ok(stops(world).length <= 1, 'one stop at a time');
        }
        assert.equal(isClosed(world, id), false);
        world.control('DELETE', `fault/${fault}`);
        await world.run(40_000);
      },
      expect: {
        ...HELD,
        orders: 5,
        live: ['stop_market 0.0009'],
        breaks: ['missing_stop auto_resolved'],
        alerts: ['unprotected_position', 'not_verified'],
      },
    }),
    scenario({
      what: 'an entry that filled and that every read denies for two minutes: the proof of absence was wrong, and is told as soon as the exchange shows it',
      act: async (world) => {
        await entering(world, NEITHER_ANSWER_NOR_PUSH, { kind: 'stale_reads', ms: 120_000 });
        await world.run(180_000);
      },
      expect: {
        ...HELD,
        breaks: ['missed_fill auto_resolved', 'lost_order needs_you'],
        alerts: ['break_open'],
        status: ['mismatch'],
      },
      without: [auditAbsent],
      proof: sentOnce,
    }),
    scenario({
      what: 'an entry that filled and of which no history knows for two minutes: the position speaks against its absence, and nothing is concluded',
      act: async (world) => {
        await entering(world, NEITHER_ANSWER_NOR_PUSH);
        await world.until('the fill', () => world.position() !== '0', 1_000);
        const fault = world.fault({ kind: 'forget_history' });
        await world.run(120_000);
        assert.equal(placement(world), 'unknown');
        assert.deepEqual(world.of('POSITION_ADJUSTED'), []);
        world.control('DELETE', `fault/${fault}`);
        await found(world, 15_000);
        await world.run(35_000);
      },
      expect: {
        ...HELD,
        breaks: ['orphan_position auto_resolved', 'unresolved_intent auto_resolved'],
        alerts: ['unresolved_order', 'not_verified'],
      },
      proof: sentOnce,
    }),
    scenario({
      what: 'an edit whose answer is lost, of a stop that is not found: it is looked for until it is',
      act: async (world) => {
        await world.enter();
        await world.run(1_000);
        const fault = world.fault({
          kind: 'error',
          method: 'private/get_order_state',
          code: 10_004,
          ms: 120_000,
        });
        world.fault({ kind: 'lose_request', method: 'private/edit' });
        close(world, { amount: '0.0004' });
        await world.run(100_000);
        world.control('DELETE', `fault/${fault}`);
        await world.run(30_000);
      },
      expect: {
        ...HELD,
        fills: 2,
        trades: ['open 0.0005'],
        live: ['stop_market 0.0005', 'take_market 0.0005'],
      },
    }),
  ],
};
