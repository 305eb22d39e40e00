/** F14, F15, F17, F22 to F25: the machine, the process and the way to the exchange. */
import assert from 'node:assert/strict';
import { dec } from '../../src/base/decimal.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { CrashPoint } from '../../sim/world/engine.ts';
import { BOT, botOn, ETHER, type World } from '../../sim/world/world.ts';
import { type Accident, HELD, NOTHING, type Outcome, scenario, CLOSED } from './accident.ts';
import { close, entering, isClosed, orderFrames, placement, price, sent } from './hands.ts';

const has =
  (type: Fact['type'], when: (fact: Fact) => boolean = () => true) =>
  (facts: readonly Fact[]): boolean =>
    facts.some((fact) => fact.type === type && when(fact));
const isBuy = (frame: string): boolean => frame.includes('"private/buy"');

/** The process dies at that moment of an entry, and starts again. */
const dies = (what: string, point: CrashPoint, expect: Outcome) =>
  scenario({
    what,
    act: async (world) => {
      await world.ready();
      world.signal();
      world.crashAt(point);
      await world.crashed();
      await world.run(500);
      await world.restart();
      await world.ready(60_000);
      await world.run(35_000);
    },
    expect,
    proof: (world) => assert.ok(world.of('ORDER_INTENDED').length <= 1, 'a restart opens nothing'),
  });

export const F14: Accident = {
  id: 'F14',
  words:
    'crash: before send / after send / after ack / after fill / between venue close and booking',
  scenarios: [
    dies('before send', { at: 'send', when: isBuy, handed: false }, NOTHING),
    dies('after send', { at: 'send', when: isBuy, handed: true }, HELD),
    dies(
      'after ack',
      {
        at: 'event',
        when: (event) =>
          event.kind === 'answer' &&
          event.outcome.status === 'ok' &&
          event.outcome.result.kind === 'place',
      },
      HELD,
    ),
    dies('after fill', { at: 'append', when: has('FILL_BOOKED'), durable: true }, HELD),
    scenario({
      what: 'between venue close and booking',
      act: async (world) => {
        const { id } = await world.enter();
        world.crashAt({
          at: 'append',
          when: has(
            'FILL_BOOKED',
            ({ type, data }) => type === 'FILL_BOOKED' && data.exit !== null,
          ),
          durable: false,
        });
        price(world, '99000');
        await world.crashed();
        assert.equal(world.of('TRADE_CLOSED').length, 0);
        await world.restart();
        await world.until('the close', () => isClosed(world, id), 15_000);
        await world.run(40_000);
      },
      expect: { ...CLOSED, trades: ['sl_hit stop fills'], net: '-0.99315' },
    }),
  ],
};

export const F15: Accident = {
  id: 'F15',
  words: 'DNS outage of minutes',
  scenarios: [
    scenario({
      what: 'names are not found for four minutes, the link falls, and the target is hit meanwhile',
      act: async (world) => {
        const { id } = await world.enter();
        world.setNames(false);
        await world.run(60_000);
        assert.equal(world.books().links.trading, true, 'a link that stands needs no name');
        world.cut({ up: true, down: true });
        await world.run(20_000);
        price(world, '101500');
        await world.run(220_000);
        assert.equal(isClosed(world, id), false);
        world.setNames(true);
        await world.until('the close', () => isClosed(world, id), 35_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        trades: ['tp_hit target fills'],
        net: '1.256264',
        alerts: ['blind'],
      },
      proof: (world) => assert.equal(downs(world).length, 1, 'a try that fails is no fact'),
    }),
  ],
};

const downs = (world: World) =>
  world.of('LINK_CHANGED').filter(({ data }) => data.link === 'trading' && !data.up);

export const F17: Accident = {
  id: 'F17',
  words: 'two writers, stale leader returns',
  scenarios: [
    scenario({
      what: 'it stood still, another one took over, and a hand closes: the first one back ends at its first write, and sends nothing',
      act: async (world) => {
        const { id } = await world.enter();
        const first = world.life();
        first.stall(40_000, 'mail');
        await world.run(5_000);
        await world.takeOver();
        await world.run(20_000);
        close(world);
        await world.until('the close', () => isClosed(world, id), 1_000);
        const sentSoFar = orderFrames(world).length;
        await world.run(60_000);
        assert.equal(first.isAlive(), false);
        assert.equal(orderFrames(world).length, sentSoFar);
        return first;
      },
      expect: { ...CLOSED, net: '-0.09405' },
      proof: (world) => {
        assert.deepEqual(
          world.exits().map(({ reason }) => reason),
          ['stale'],
        );
        assert.match(world.exits()[0]?.message ?? '', /epoch 1 writes no more, 2 does/);
      },
    }),
    scenario({
      what: 'it comes back with a signal: no order of it leaves',
      act: async (world) => {
        await world.ready();
        const first = world.life();
        first.stall(100_000, 'mail');
        await world.run(5_000);
        await world.takeOver();
        await world.run(20_000);
        world.signal({}, { sticky: true });
        await world.until('an entry of the second', () => world.openTrade() !== undefined, 70_000);
        world.forget();
        await world.run(100_000);
        assert.equal(first.isAlive(), false);
      },
      expect: HELD,
      proof: (world) => assert.equal(sent(world, 'buy'), 1),
    }),
  ],
};

export const F22: Accident = {
  id: 'F22',
  words: 'slow loop 129 s',
  scenarios: (['mail', 'timers'] as const).flatMap((first) => [
    scenario({
      what: `with a trade open that a hand closes in part and its stop then ends; afterwards ${first} first`,
      act: async (world) => {
        const { id } = await world.enter();
        await world.run(3_000);
        world.stall(129_000, first);
        await world.run(20_000);
        close(world, { amount: '0.0004' });
        await world.run(20_000);
        price(world, '99000');
        await world.run(89_000);
        await world.until('the close', () => isClosed(world, id), 10_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        fills: 3,
        trades: ['sl_hit stop fills'],
        net: '-0.593601',
        alerts: ['not_verified'],
      },
    }),
    ...[5_000, 60_000, 129_000].map((ms) =>
      scenario({
        what: `of ${ms / 1_000} s, with a signal in a candle that closed meanwhile; afterwards ${first} first: nothing is opened on prices that waited`,
        act: async (world) => {
          await world.ready();
          await world.run(60_000 - ((world.serverNow() + 2_000) % 60_000));
          world.signal();
          world.stall(ms, first);
          await world.run(ms + 1_000);
          world.forget();
          await world.run(70_000);
        },
        expect: { ...NOTHING, alerts: ms > 90_000 ? ['not_verified'] : [] },
        proof: (world) => assert.deepEqual(world.of('ORDER_INTENDED'), [], 'nor is it decided'),
      }),
    ),
  ]),
};

/** An entry whose request is lost, one that a hand closes, and one that is closed by a person, all on a wrong clock. */
async function trades(world: World, heal: () => void): Promise<void> {
  const began = await entering(world, { kind: 'lose_request', method: 'private/buy' });
  await world.until('the proof', () => placement(world) === 'absent', 20_000);
  const took = world.now() - began;
  assert.ok(took >= 12_000, `proved after ${took} ms: a wrong clock makes no proof come early`);
  const first = await world.enter({ sizeUsd: dec('91') });
  close(world);
  await world.until('the close', () => isClosed(world, first.id), 1_000);
  await world.run(40_000);
  const second = await world.enter({ sizeUsd: dec('91') });
  heal();
  await world.run(40_000);
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.until('the close', () => isClosed(world, second.id), 20_000);
  await world.run(40_000);
}

/** What is left of them. */
const TRADED: Outcome = {
  ...NOTHING,
  entries: 2,
  orders: 7,
  fills: 4,
  trades: ['external_close web fills', 'operator_close operator fills'],
  status: ['paused'],
};

const HOUR = 3_600_000;

export const F23: Accident = {
  id: 'F23',
  words: 'clock skew both ways',
  scenarios: [
    ...([-HOUR, HOUR] as const).map((wallSkewMs) =>
      scenario({
        what: `our own clock is an hour ${wallSkewMs < 0 ? 'behind' : 'ahead'}`,
        world: { wallSkewMs },
        act: (world) => trades(world, () => undefined),
        expect: { ...TRADED, net: '-0.1881' },
      }),
    ),
    ...([-20_000, 20_000] as const).map((offsetMs) =>
      scenario({
        what: `the exchange's clock jumps twenty seconds ${offsetMs < 0 ? 'back' : 'ahead'} under us, and later returns`,
        act: async (world) => {
          await world.ready();
          const fault = world.fault({ kind: 'X21', offsetMs });
          await trades(world, () => world.control('DELETE', `fault/${fault}`));
        },
        expect: { ...TRADED, net: '-0.1881' },
      }),
    ),
  ],
};

/** A disk that is like this when an entry is to be written; what follows is on a sound one. */
const disk = (what: string, knobs: Parameters<World['setDisk']>[0], ends: readonly string[]) =>
  scenario({
    what,
    act: async (world) => {
      await world.ready();
      await world.run(60_000 - ((world.serverNow() + 2_000) % 60_000));
      world.signal();
      world.setDisk(knobs);
      await world.run(10_000);
      assert.equal(sent(world, 'buy'), 0);
      assert.deepEqual(
        world.exits().map(({ reason }) => reason),
        ends,
      );
      world.forget();
      world.setDisk({ trouble: null, syncMs: 2 });
      await world.restart();
      await world.ready();
      await world.run(130_000);
    },
    expect: NOTHING,
  });

export const F24: Accident = {
  id: 'F24',
  words: 'disk full / DB locked at the intent write',
  scenarios: [
    disk('full: nothing is sent, and the process ends', { trouble: 'full' }, ['full']),
    disk('an error: nothing is sent, and the process ends', { trouble: 'failed' }, ['failed']),
    disk(
      'written, and nobody can rely on it: nothing is sent, and the process ends',
      { trouble: 'sync_failed' },
      ['failed'],
    ),
    disk('locked for longer than the order is valid: it is never sent', { syncMs: 4_000 }, []),
  ],
};

/** Five minutes in which the reads of checks are refused; a hand closes in the middle of it. */
const limited = (what: string, ends: boolean, expect: Partial<Outcome>) =>
  scenario({
    what,
    world: { strategies: [BOT, botOn(ETHER, 'other')] },
    act: async (world) => {
      const { id } = await world.enter();
      const began = world.now();
      const fault = world.fault({
        kind: 'too_many_requests',
        method: 'private/get_*',
        ms: 300_000,
        close: ends,
      });
      await world.run(95_000);
      world.signal({}, { id: 'other', sticky: true });
      await world.run(25_000);
      close(world);
      await world.run(175_000);
      if (!ends) assert.equal(isClosed(world, id), true, 'pushes go on');
      const asked = world
        .frames()
        .filter(({ at, text }) => at >= began && text.includes('private/get_'));
      assert.ok(asked.length < 300, `${asked.length} reads in five minutes`);
      assert.deepEqual(orderFrames(world, began).filter(isBuy), []);
      world.forget();
      world.control('DELETE', `fault/${fault}`);
      await world.until('the close', () => isClosed(world, id), 35_000);
      await world.run(90_000);
    },
    expect: { ...CLOSED, status: ['analyzing', 'analyzing'], ...expect },
    proof: (world) =>
      assert.equal(world.of('RECONCILIATION_COMPLETED').at(-1)?.data.report.ok, true),
  });

export const F25: Accident = {
  id: 'F25',
  words: 'rate-limited reconciliation',
  scenarios: [
    limited('the reads of checks get 10028 for five minutes', false, {
      net: '-0.09342',
      alerts: ['not_verified'],
    }),
    limited('and each of them costs the connection', true, { net: '-0.09342', alerts: ['blind'] }),
  ],
};
