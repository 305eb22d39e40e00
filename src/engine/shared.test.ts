/** Two strategies and a person on one instrument, through the whole engine: nothing opens over a stop that is not as large as its trade. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec, sub, sum } from '../base/decimal.ts';
import { openTrades } from '../domain/ledger.ts';
import { isLive } from '../domain/order.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { drawing } from '../../sim/swarm/draw.ts';
import { decideAll, tradeByHand } from '../../sim/swarm/people.ts';
import { botOn, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

/** Of each open trade, what its stops at the exchange would close, by the orders that the books hold. */
const covered = (world: World): readonly (readonly [open: string, stops: string])[] => {
  const { orders } = world.books();
  return openTrades(world.books(), { instrument: PERPETUAL }).map(({ id, open }) => [
    open,
    sum(
      [...orders.values()].flatMap(({ order, leg }) =>
        leg?.trade === id && leg.purpose === 'stop' && isLive(order.state)
          ? [sub(order.amount, order.filled)]
          : [],
      ),
    ),
  ]);
};

const entries = (world: World): number =>
  world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose === 'entry').length;

/** A life in which both happen: a second entry beside an open trade, and one that has to wait. */
const SEED = 3;

async function share(seed: number): Promise<{ readonly opened: number; readonly owed: number }> {
  const draw = drawing(seed, 'shared');
  let [seen, opened] = [0, 0];
  const world = await createWorld({
    seed,
    speed: 20,
    instruments: [PERPETUAL],
    strategies: [botOn(PERPETUAL, 'one'), botOn(PERPETUAL, 'two')],
    watch: (one) => {
      const now = entries(one);
      if (now === seen) return;
      seen = now;
      if (openTrades(one.books(), { instrument: PERPETUAL }).length > 0) opened += 1;
      for (const [open, stops] of covered(one)) assert.equal(stops, open, one.trace());
    },
  });
  await world.ready();
  for (let n = 0; n < 20; n++) {
    for (const id of ['one', 'two'])
      world.signal(
        { sizeUsd: dec(draw.of(['205', '405'])), stopLossPercent: dec('5') },
        { id, sticky: true },
      );
    const busy = { kind: 'error', method: 'private/edit', code: 10_041, ms: 4_000 };
    if (draw.chance(0.4)) world.fault(busy);
    tradeByHand(world, draw, [PERPETUAL]);
    await world.run(draw.between(500, 5_000));
    decideAll(world, draw);
  }
  world.forget();
  await world.run(45_000);
  for (let visit = 0; visit < 5 && decideAll(world, draw) > 0; visit++) await world.run(20_000);
  await world.run(40_000);
  audit(world);
  const owed = world
    .of('STRATEGY_EVALUATED')
    .filter(({ data }) => data.why.reason === 'gate.resize_owed').length;
  return { opened, owed };
}

test('[I9][I23][I50] stops and targets are edited to what their trade has left before anything is opened', async () => {
  const seen = await share(SEED);
  assert.ok(seen.opened >= 2 && seen.owed > 0, JSON.stringify(seen));
});
