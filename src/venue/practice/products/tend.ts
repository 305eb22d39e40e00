/**
 * What time does to products that end. Only where something rests or waits is there anything to do in a second; beyond
 * that somebody outside trades in one of them now and then, and at 08:00 those that end are delivered, the others settled
 * and new ones listed. All of it follows from seed and time.
 */
import { must } from '../../../base/assert.ts';
import { dec, div, mul, ZERO } from '../../../base/decimal.ts';
import { nextBelow, nextUnit, prng } from '../../../base/prng.ts';
import { MINUTE, type Millis, SECOND } from '../../../base/time.ts';
import { chartTick } from '../market/candles.ts';
import { deliver } from '../money/delivery.ts';
import type { InstrumentSpec } from './instruments.ts';
import { settleLinks } from '../orders/linked.ts';
import { beatAt } from '../market/lively.ts';
import { relist } from './listing.ts';
import { takeAsOther } from '../orders/matching.ts';
import { estimatedDelivery, priceOf } from '../market/prices.ts';
import { endPause, isSettlementTime, settleDated } from '../money/settlement.ts';
import { workBeat, workOrders } from './work.ts';
import { marketOf, specOf, type World } from '../world.ts';

/** Those in whose books somebody has live orders, by name. */
export const workedOn = (world: World): readonly string[] =>
  [...world.resting.shelves]
    .filter(([name, { live }]) => live.size > 0 && world.state.markets.get(name)?.dated)
    .map(([name]) => name)
    .sort();

/** One beat of a lively market where somebody has live orders. */
export const beatDated = (world: World, spec: InstrumentSpec): void =>
  workBeat(world, spec, { seed: world.state.seed, beat: beatAt(world.now) });

/** One second: `at` is whole, and the index prices are those of it. */
export function tendDated(world: World, at: Millis): void {
  if (!world.listing && world.specs.size === world.perpetuals.length) return;
  world.now = at;
  followIndices(world, at);
  if (at % MINUTE === 0)
    for (const name of world.followed.keys())
      if (world.state.markets.get(name)?.dated) closeCandles(world, name, at);
  for (const name of world.pausing) endPause(world, marketOf(world, name));
  if (isSettlementTime(at)) endOfDay(world);
  workDated(world);
  visit(world, at);
}

/** What new prices do to the orders that somebody has there. */
export function workDated(world: World): void {
  for (const name of workedOn(world))
    if (marketOf(world, name).state === 'open') workOrders(world, specOf(world, name));
}

/** The charts of the indices, from which those of what ends are made. */
function followIndices({ state }: World, at: Millis): void {
  for (const index of Object.keys(state.prices.paths)) {
    const chart = state.charts.get(index);
    if (chart !== undefined) chartTick(chart, at, priceOf(state.prices, index), ZERO);
  }
}

function endOfDay(world: World): void {
  for (const spec of world.specs.values()) {
    const { term } = spec;
    if (term.kind === 'perpetual' || term.expiry > world.now) continue;
    const { price } = estimatedDelivery(world.state.prices, spec.index, world.now);
    deliver(world, spec, price);
  }
  settleDated(world);
  relist(world);
}

/** How often in a second somebody trades in one of them, and how much of what the first level holds at most. */
const VISITS = 0.2;
const VISIT_SHARE = 0.2;

/** Somebody outside trades in one that the second draws. */
function visit(world: World, at: Millis): void {
  const random = prng(world.state.seed, `visit/${at / SECOND}`);
  if (nextUnit(random) >= VISITS) return;
  const open = [...world.specs.values()].filter(
    ({ name, term }) =>
      term.kind !== 'perpetual' && world.state.markets.get(name)?.state === 'open',
  );
  if (open.length === 0) return;
  const spec = must(open[nextBelow(random, open.length)], 'one of them');
  if (world.bend.isHalted(spec.name) || marketOf(world, spec.name).liquidity !== null) return;
  const direction = nextBelow(random, 2) === 0 ? 'buy' : 'sell';
  const most = Number(div(spec.maker.topSize, spec.contractSize, 0, 'ceil')) * VISIT_SHARE;
  const amount = mul(spec.contractSize, dec(1 + Math.floor(most * nextUnit(random))));
  takeAsOther(world, spec, { direction, amount }, (changed) => settleLinks(world, changed));
}

/** Tells followers about candles that end at this second, before its price begins the next ones. */
export function closeCandles(world: World, instrument: string, at: Millis): void {
  if (at % MINUTE !== 0) return;
  for (const minutes of world.followed.get(instrument) ?? []) {
    const width = minutes * MINUTE;
    if (at % width < SECOND)
      world.news.push({ kind: 'candle', instrument, minutes, start: at - width });
  }
}
