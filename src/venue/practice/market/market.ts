/**
 * What a second of server time does to an instrument: index and mark move, funding accrues, the settlement comes at
 * 08:00, waiting orders fire and resting ones fill; in a lively market each second has several beats, at which makers quote
 * anew and takers come. All of it depends on the time passed only, never on how often somebody looked, so the same seed and the same time give the same market.
 */
import { must } from '../../../base/assert.ts';
import { type Decimal, add, dec, div, mul, roundTo, toStep, ZERO } from '../../../base/decimal.ts';
import { nextBelow, prng } from '../../../base/prng.ts';
import { HOUR, type Millis } from '../../../base/time.ts';
import { chartTick } from './candles.ts';
import { accrueInterest, setRate, USUAL_FUNDING } from './funding.ts';
import { coinsOf, type InstrumentSpec } from '../products/instruments.ts';
import { tendLiquidations } from '../money/liquidation.ts';
import { BEAT, beatAt } from './lively.ts';
import { noteHour } from './past.ts';
import type { PriceTick } from '../ports.ts';
import { advancePrices } from './prices.ts';
import { endRemainders } from '../orders/remainders.ts';
import { endPause, isSettlementTime, settle } from '../money/settlement.ts';
import type { MarketRecord } from '../state.ts';
import { beatDated, closeCandles, tendDated, workedOn } from '../products/tend.ts';
import { workBeat, workOrders } from '../products/work.ts';
import { marketOf, publish, specOf, type World } from '../world.ts';

const MILLION = dec(1_000_000);
const MARK_DIGITS = 2;
/** The mark wanders up to this far from the index, in millionths; beyond 250 longs pay shorts or the other way round. */
const BASIS_MOST = 400;
/** Volume of the market's own trades in a second: up to this many contracts. */
const SMALL_TRADES = 400;

/** A market as it stands at `at` with its index at `price`. */
export function createMarket(
  spec: InstrumentSpec,
  options: { readonly seed: number; readonly at: Millis; readonly price: Decimal },
): MarketRecord {
  const market: MarketRecord = {
    name: spec.name,
    index: options.price,
    mark: options.price,
    last: toStep(options.price, spec.tick, 'half_up'),
    tickDirection: 0,
    basisPpm: 0,
    random: prng(options.seed, `market/${spec.name}`),
    state: 'open',
    stateUntil: null,
    interest: ZERO,
    interestPerMs: ZERO,
    interestTo: options.at,
    rate: ZERO,
    meanRate: ZERO,
    settlementPrice: options.price,
    tradeSeq: 0,
    taken: { bid: ZERO, ask: ZERO },
    liquidity: null,
  };
  setRate(spec, market, { sinceMs: 0, rules: USUAL_FUNDING });
  return market;
}

/** Brings everything up to server time `to`, second by second. */
export function catchUp(world: World, to: Millis): void {
  const { state } = world;
  if (to <= state.server) return;
  if (world.lively)
    for (let at = (beatAt(state.server) + 1) * BEAT; at <= to; at += BEAT) {
      seconds(world, at);
      world.now = at;
      for (const { name } of world.perpetuals) beat(world, specOf(world, name));
      for (const name of workedOn(world)) beatDated(world, specOf(world, name));
    }
  seconds(world, to);
  world.now = to;
  state.server = to;
}

function seconds(world: World, to: Millis): void {
  const ticks = advancePrices(world.state.prices, to);
  for (const [n, tick] of ticks.entries()) {
    for (const { name } of world.perpetuals) {
      const spec = specOf(world, name);
      if (spec.index === tick.index) second(world, spec, tick);
    }
    if (ticks[n + 1]?.at === tick.at) continue;
    tendDated(world, tick.at);
    tendLiquidations(world);
    endRemainders(world);
  }
}

/** Makers quote anew, and maybe a taker comes; a bound on what makers give keeps takers away. */
function beat(world: World, spec: InstrumentSpec): void {
  const market = marketOf(world, spec.name);
  const lively = { seed: world.state.seed, beat: beatAt(world.now) };
  market.lively = lively;
  world.touched.moved = true;
  market.taken = { bid: ZERO, ask: ZERO };
  workBeat(world, spec, lively);
}

function second(world: World, spec: InstrumentSpec, tick: PriceTick): void {
  const market = marketOf(world, spec.name);
  world.now = tick.at;
  closeCandles(world, spec.name, tick.at);
  endPause(world, market);
  market.basisPpm = nextBasis(market);
  if (tick.at >= (market.held?.until ?? Number.POSITIVE_INFINITY)) delete market.held;
  movePrice(world, spec, tick.price);
  if (tick.at % HOUR === 0) noteHour(world.state, market, tick.at);
  if (isSettlementTime(tick.at)) settle(world, spec);
  if (market.state !== 'open') return;
  if (world.lively) {
    const price = toStep(market.mark, spec.tick, 'half_up');
    chartTick(must(world.state.charts.get(spec.name), 'a chart'), tick.at, price, ZERO);
    workOrders(world, spec);
    return;
  }
  const amount = mul(spec.contractSize, dec(1 + nextBelow(market.random, SMALL_TRADES)));
  const price = toStep(market.mark, spec.tick, 'half_up');
  publish(world, {
    instrument: spec.name,
    direction: nextBelow(market.random, 2) === 0 ? 'buy' : 'sell',
    price,
    amount,
  });
  chartTick(
    must(world.state.charts.get(spec.name), 'a chart'),
    tick.at,
    price,
    coinsOf(spec, amount, price),
  );
  workOrders(world, spec);
}

/** Takes a new index price at `world.now`: mark and funding rate follow, and the market maker quotes anew. */
export function movePrice(world: World, spec: InstrumentSpec, price: Decimal): void {
  const market = marketOf(world, spec.name);
  world.touched.moved = true;
  const since = world.now - market.interestTo;
  accrueInterest(market, world.now);
  market.index = price;
  const premium = roundTo(mul(price, premiumOf(market)), MARK_DIGITS);
  market.mark = roundTo(add(price, premium), MARK_DIGITS);
  setRate(spec, market, { sinceMs: since, rules: world.options });
  market.taken = { bid: ZERO, ask: ZERO };
}

/** How far the mark stands above the index, as a fraction: as a hand holds it, or as it wanders. */
const premiumOf = ({ held, basisPpm }: MarketRecord): Decimal =>
  held?.premium ?? div(dec(basisPpm), MILLION, 6);

/** A hand has moved the price: the chart takes it at once, and orders react to it as to any second. */
export function reactToHand(world: World, spec: InstrumentSpec, price: Decimal): void {
  movePrice(world, spec, price);
  const market = marketOf(world, spec.name);
  market.last = toStep(market.mark, spec.tick, 'half_up');
  chartTick(must(world.state.charts.get(spec.name), 'a chart'), world.now, market.last, ZERO);
  if (market.state === 'open') workOrders(world, spec);
  world.touched.forced = true;
}

/** Basis of the next second: a slow walk that is drawn back to zero. */
function nextBasis(market: MarketRecord): number {
  const step = nextBelow(market.random, 7) - 3;
  const next = market.basisPpm + step - Math.trunc(market.basisPpm / 250);
  return Math.max(-BASIS_MOST, Math.min(BASIS_MOST, next));
}
