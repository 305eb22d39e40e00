/**
 * Razor itself on recorded candles, with hands that close, links that drop and restarts now and then. At the end everything
 * is closed and compared: fill by fill, in the position, and in cash.
 */
import { must } from '../../src/base/assert.ts';
import { HOUR, type Millis } from '../../src/base/time.ts';
import type { StrategyConfig } from '../../src/domain/config.ts';
import type { PriceCandle } from '../../src/venue/practice/ports.ts';
import { audit, auditCash, auditEquity } from '../auditor/audit.ts';
import { createWatch } from '../auditor/watch.ts';
import { DEMO_RAZOR } from '../../src/strategy/razor/settings.ts';
import { PERPETUAL } from '../world/defaults.ts';
import { createWorld, type World } from '../world/world.ts';
import { type Draw, drawing } from './draw.ts';
import { end } from './ends.ts';
import { dropLinks, losePushes } from './faults.ts';
import { attempt, decideAll } from './people.ts';

export type MarketRun = {
  readonly world: World;
  readonly story: readonly string[];
};

export type MarketOptions = {
  readonly candles: readonly PriceCandle[];
  readonly seed: number;
  readonly speed: number;
  readonly hours: number;
  /** Market time between two disturbances, on average. */
  readonly everyMs: Millis;
};

const RAZOR: StrategyConfig = {
  id: 'razor',
  kind: 'razor',
  instrument: PERPETUAL,
  claim: true,
  settings: DEMO_RAZOR,
};

async function disturb(world: World, draw: Draw): Promise<string> {
  const kind = draw.below(5);
  if (kind === 0) return dropLinks(world, draw);
  if (kind === 1) return losePushes(world, draw);
  if (kind === 2) return end(world, draw, draw.chance(0.3));
  if (world.position() === '0') return 'no hand: nothing is held';
  const as = draw.of(['web', 'mobile', 'api']);
  return attempt(`${as} closes`, () =>
    world.control('POST', 'close', { instrument: PERPETUAL, as }),
  );
}

/** Closes what is open, lets everything come to rest, and has the auditor compare. */
async function conclude(world: World, draw: Draw): Promise<void> {
  for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
  await world.run(60_000);
  await world.command({ verb: 'flatten', strategy: RAZOR.id, reason: 'the end' });
  await world.until('nothing open', () => world.openTrade() === undefined, 60_000);
  for (let visit = 0; visit < 5 && decideAll(world, draw) > 0; visit++) await world.run(20_000);
  await world.run(60_000);
  audit(world);
  await world.command({ verb: 'reconcile' });
  await world.run(3_000);
  auditCash(world);
  auditEquity(world, world.exchange().accounts[0]?.equity ?? {});
}

/** Lives through so many hours of the candles. Throws where a rule is broken. */
export async function liveMarket(options: MarketOptions): Promise<MarketRun> {
  const { candles, seed, speed, hours, everyMs } = options;
  const draw = drawing(seed, 'market-life');
  const story: string[] = [];
  const world = await createWorld({
    seed,
    speed,
    candles,
    startAt: must(candles[0], 'a candle').at + 50_000,
    strategies: [RAZOR],
    risk: { maxDailyLossUsd: '100000' as never },
    instruments: [PERPETUAL],
    watch: createWatch(),
    keep: 500,
  });
  const began = world.serverNow();
  await world.ready();
  while (world.serverNow() - began < hours * HOUR) {
    await world.run(Math.ceil(draw.between(0, 2 * everyMs) / speed));
    if (!world.life().isAlive()) await world.restart({ waitMs: 500 });
    story.push(`${world.now()} ${await disturb(world, draw)}`);
  }
  await conclude(world, draw);
  return { world, story };
}
