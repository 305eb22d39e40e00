/** F19 to F21, F26 and F27: what the exchange does with money, sizes, kinds and ends of its own accord. */
import assert from 'node:assert/strict';
import { add, dec, type Decimal, isZero, sum } from '../../src/base/decimal.ts';
import { DAY, HOUR, MINUTE, parseIso, startOfDay } from '../../src/base/time.ts';
import { auditLabels } from '../../sim/auditor/placing.ts';
import { botOn, PERPETUAL, START, type World } from '../../sim/world/world.ts';
import { type Accident, HELD, NOTHING, type Outcome, scenario } from './accident.ts';
import { cancelStop, close, isClosed, price, sent, stops } from './hands.ts';

const LARGE = { maxOrderUsd: dec('100000'), maxPositionUsd: dec('100000') };
const EIGHT = startOfDay(START) + DAY + 8 * HOUR;
const SPEED = 60;
const until = (world: World, at: number): Promise<void> =>
  world.run((at - world.serverNow()) / SPEED);

const shared = (world: World): Decimal =>
  sum(
    world.of('FUNDING_ACCRUED').flatMap(({ data }) => data.allocations.map(({ amount }) => amount)),
  );
/** Funding that the exchange's own rows say it paid. */
const paid = (world: World): Decimal =>
  sum(world.of('CASH_BOOKED').map(({ data }) => data.row.funding ?? dec('0')));

/** One trade that was closed. */
const CLOSED: Outcome = { ...NOTHING, entries: 1, orders: 3, fills: 2 };

export const F19: Accident = {
  id: 'F19',
  words: 'funding credited between partial exits',
  scenarios: [
    scenario({
      what: 'four exits of a trade, funding between them and a settlement: each unit has one owner, cash is the exchange’s',
      world: { startAt: EIGHT - 50 * MINUTE, speed: SPEED, risk: LARGE },
      act: async (world) => {
        world.control('POST', 'funding', { instrument: PERPETUAL, rate: '0.002' });
        const { id } = await world.enter({
          sizeUsd: dec('50000'),
          stopLossPercent: dec('5'),
          takeProfitPercent: dec('5'),
        });
        for (const [n, amount] of ['0.1', '0.1', '0.2'].entries()) {
          await until(world, EIGHT - (45 - 15 * n) * MINUTE);
          close(world, { amount });
        }
        await until(world, EIGHT + 20 * MINUTE);
        close(world);
        await world.until('the close', () => isClosed(world, id), 5_000);
      },
      expect: { ...CLOSED, fills: 13, trades: ['external_close web fills'], net: '-61.3829743' },
      proof: (world) => {
        const since = world.books().funding.get(PERPETUAL)?.realized ?? dec('0');
        assert.ok(!isZero(since) && !isZero(paid(world)));
        assert.equal(shared(world), add(paid(world), since), 'what was shared is what was paid');
        assert.ok(isZero(world.books().accounts.get('USDC/unexplained') ?? dec('0')));
      },
    }),
  ],
};

export const F20: Accident = {
  id: 'F20',
  words: 'dust and tolerance',
  scenarios: [
    scenario({
      what: 'sizes with noise in the twelfth digit are whole contracts',
      act: async (world) => {
        world.control('POST', 'options', { sizeNoise: true });
        await world.enter();
        close(world, { amount: '0.0004' });
        await world.run(120_000);
      },
      expect: {
        ...HELD,
        fills: 2,
        trades: ['open 0.0005'],
        live: ['stop_market 0.0005', 'take_market 0.0005'],
      },
      proof: (world) => assert.equal(world.of('POSITION_ADJUSTED').length, 0),
    }),
    scenario({
      what: 'the least amount that there is stays behind: it is a trade, protected, and ends as one',
      act: async (world) => {
        const { id } = await world.enter();
        close(world, { amount: '0.0008' });
        await world.run(5_000);
        assert.deepEqual(
          stops(world).map(({ amount }) => amount),
          ['0.0001'],
        );
        price(world, '99000');
        await world.until('the stop', () => isClosed(world, id), 5_000);
      },
      expect: { ...CLOSED, fills: 3, trades: ['sl_hit stop fills'], net: '-0.19359' },
    }),
    scenario({
      what: 'the exchange raises its least amount above what is open: its close is refused, a person is called, and nothing storms',
      act: async (world) => {
        const { id } = await world.enter();
        world.fault({
          kind: 'X15',
          how: 'terms',
          instrument: PERPETUAL,
          contractSize: '0.001',
          minAmount: '0.001',
        });
        await world.run(5_000);
        await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
        await world.run(180_000);
        assert.ok(sent(world, 'sell') < 60, `${sent(world, 'sell')} attempts in three minutes`);
        world.fault({
          kind: 'X15',
          how: 'terms',
          instrument: PERPETUAL,
          contractSize: '0.0001',
          minAmount: '0.0001',
        });
        await world.until('the close', () => isClosed(world, id), 660_000);
        await world.run(40_000);
      },
      expect: {
        ...CLOSED,
        orders: 4,
        trades: ['operator_close operator fills'],
        net: '-0.09369',
        alerts: ['flatten_owed'],
        status: ['paused'],
      },
    }),
  ],
};

/** A hand puts an order of another kind under the label of our stop, in its place. */
function replaceStop(world: World, order: Readonly<Record<string, unknown>>): void {
  const [stop] = stops(world);
  assert.ok(stop);
  cancelStop(world);
  world.hand('private/sell', {
    instrument_name: PERPETUAL,
    amount: 0.0009,
    label: stop.label,
    reduce_only: true,
    ...order,
  });
}

/** An order of another kind stands under the label of our stop, and was never intended by us: the auditor is not asked about labels. */
const otherKind = (what: string, order: Readonly<Record<string, unknown>>, type: string) =>
  scenario({
    what,
    world: { watch: () => undefined },
    act: async (world) => {
      await world.enter();
      await world.run(1_000);
      replaceStop(world, order);
      await world.until('a stop of ours', () => stops(world).length === 1, 10_000);
      await world.run(60_000);
    },
    expect: {
      ...HELD,
      orders: 5,
      live: [`${type} 0.0009`, 'stop_market 0.0009'].sort(),
      breaks: ['missing_stop auto_resolved', 'orphan_order needs_you'],
      alerts: ['unprotected_position', 'break_open'],
      status: ['mismatch'],
    },
    without: [auditLabels],
    proof: (world) =>
      assert.deepEqual(
        [...world.books().breaks.values()].map(({ break: found }) => found.books),
        ['an order of another kind with this label'],
      ),
  });

export const F21: Accident = {
  id: 'F21',
  words: 'order type differs from book',
  scenarios: [
    otherKind(
      'a limit that waits for its trigger stands where our stop was: it protects nothing, a true stop is placed, and it is told',
      {
        type: 'stop_limit',
        trigger: 'mark_price',
        trigger_price: 99_500,
        price: 99_500,
      },
      'stop_limit',
    ),
    otherKind(
      'a resting limit stands where our stop was: the same',
      { type: 'limit', price: 101_000 },
      'limit',
    ),
  ],
};

/** 2026-03-06 is a Friday: weekly futures and options end. */
const END = parseIso('2026-03-06T08:00Z') ?? 0;
const FUTURE = 'BTC_USDC-6MAR26';
const dated = (instrument: string) => ({
  startAt: END - 15 * MINUTE,
  speed: SPEED,
  strategies: [botOn(instrument)],
  instruments: [PERPETUAL, 'BTC-PERPETUAL'],
  dated: true,
});

export const F26: Accident = {
  id: 'F26',
  words: 'settlement/expiry closes the position',
  scenarios: [
    scenario({
      what: 'the daily settlement: the position stays, its row is booked, nothing is doubted',
      world: { startAt: EIGHT - 70_000 },
      act: async (world) => {
        await world.enter();
        price(world, '100050');
        await world.run(180_000);
      },
      expect: HELD,
      proof: (world) =>
        assert.deepEqual(
          world.of('CASH_BOOKED').map(({ data }) => data.row.type),
          ['trade', 'settlement'],
        ),
    }),
    scenario({
      what: 'a dated future ends: the trade is closed at the delivery price',
      world: dated(FUTURE),
      act: async (world) => {
        await world.enter();
        await until(world, END + 10 * MINUTE);
      },
      expect: { ...CLOSED, fills: 1, trades: ['delivery delivery fills'], net: '-0.073173' },
      proof: (world) => {
        const row = world.truth().rows.find(({ type }) => type === 'delivery');
        assert.deepEqual(
          world.of('POSITION_DELIVERED').map(({ data }) => [data.price, data.fee]),
          [[row?.price, row?.commission]],
        );
        assert.equal(world.of('POSITION_ADJUSTED').length, 0);
      },
    }),
    scenario({
      what: 'an option of a hand ends: what it pays is explained, and nothing of it is ours',
      world: dated(PERPETUAL),
      act: async (world) => {
        await world.ready();
        const instrument = 'BTC_USDC-6MAR26-98000-C';
        world.control('POST', 'order', { instrument, direction: 'buy', amount: '0.1' });
        await until(world, END + 10 * MINUTE);
      },
      expect: {
        ...NOTHING,
        fills: 1,
        breaks: ['orphan_position auto_resolved'],
        alerts: ['break_open'],
      },
      proof: (world) =>
        assert.ok(isZero(world.books().accounts.get('USDC/unexplained') ?? dec('0'))),
    }),
  ],
};

export const F27: Accident = {
  id: 'F27',
  words: 'edited order changes identity',
  scenarios: [
    scenario({
      what: 'our stop comes back under another id with our label: it is the stop, and no second one is placed',
      world: { watch: () => undefined },
      act: async (world) => {
        const { id } = await world.enter();
        await world.run(1_000);
        replaceStop(world, {
          type: 'stop_market',
          trigger: 'mark_price',
          trigger_price: Number(world.trade(id).stopLoss),
        });
        await world.run(60_000);
        assert.equal(stops(world).length, 1);
        price(world, '99300');
        await world.until('the stop', () => isClosed(world, id), 5_000);
        await world.run(40_000);
      },
      expect: { ...CLOSED, orders: 4, trades: ['sl_hit stop fills'], net: '-0.722026' },
      without: [auditLabels],
    }),
    scenario({
      what: 'it fires while we edit it: the edit finds another order, which is followed to its end',
      act: async (world) => {
        const { id } = await world.enter();
        await world.run(1_000);
        world.fault({ kind: 'delay_answer', method: 'private/edit', ms: 2_000, count: 4 });
        close(world, { amount: '0.0004' });
        await world.run(6);
        price(world, '99300');
        await world.until('the stop', () => isClosed(world, id), 10_000);
        await world.run(40_000);
      },
      expect: { ...CLOSED, fills: 3, trades: ['sl_hit stop fills'], net: '-0.443606' },
    }),
  ],
};
