/**
 * Markets of what ends. There are many and hardly anybody looks at most of them, so that time alone does nothing to them:
 * index, mark and what takers have left are worked out when somebody looks, from the index price, the time and the seed.
 * A look therefore changes nothing that another moment's look would see; before it is written down a market is looked at.
 */
import { type Decimal, ZERO } from '../../../base/decimal.ts';
import { prng } from '../../../base/prng.ts';
import { type Millis, SECOND } from '../../../base/time.ts';
import { forwardPrice } from './carry.ts';
import { type InstrumentSpec, isOption, toTick } from './instruments.ts';
import { beatAt } from '../market/lively.ts';
import { optionMark } from './option-marks.ts';
import { deliveryReference, priceOf } from '../market/prices.ts';
import type { MarketRecord, State } from '../state.ts';
import type { World } from '../world.ts';

/** A market of something that ends, as it stands at `at`; its index must have a price. */
export function createQuiet(
  state: Pick<State, 'seed' | 'prices'>,
  spec: InstrumentSpec,
  at: Millis,
): MarketRecord {
  const index = priceOf(state.prices, spec.index);
  const mark = markOf(state, spec, at);
  return {
    name: spec.name,
    index,
    mark,
    last: toTick(spec, mark, 'half_up'),
    tickDirection: 0,
    basisPpm: 0,
    random: prng(state.seed, `market/${spec.name}`),
    state: 'open',
    stateUntil: null,
    interest: ZERO,
    interestPerMs: ZERO,
    interestTo: at,
    rate: ZERO,
    meanRate: ZERO,
    settlementPrice: mark,
    tradeSeq: 0,
    taken: { bid: ZERO, ask: ZERO },
    liquidity: null,
    dated: { id: spec.id, at: at - (at % SECOND) },
  };
}

/** What a product is worth at a moment at which its coin's price for delivery is taken to be `reference`. */
export function modelPrice(
  seed: number,
  spec: InstrumentSpec,
  at: Millis,
  reference: Decimal,
): Decimal {
  if (isOption(spec)) return optionMark(seed, spec, at, reference).mark;
  const { term } = spec;
  return term.kind === 'perpetual'
    ? reference
    : forwardPrice({ seed, coin: spec.base, expiry: term.expiry }, at, reference);
}

/** The mark of something that ends, at a whole second: it meets the delivery price as the end comes. */
function markOf(
  { seed, prices }: Pick<State, 'seed' | 'prices'>,
  spec: InstrumentSpec,
  at: Millis,
): Decimal {
  const { term } = spec;
  const reference =
    term.kind === 'perpetual'
      ? priceOf(prices, spec.index)
      : deliveryReference(prices, spec.index, { at, expiry: term.expiry });
  return modelPrice(seed, spec, at, reference);
}

/** Brings the market of something that ends to this moment; one that is delivered stays as it was. */
export function refresh(world: World, market: MarketRecord): void {
  const { dated } = market;
  const spec = world.specs.get(market.name);
  if (dated === undefined || dated.delivery !== undefined || spec === undefined) return;
  const at = world.now - (world.now % SECOND);
  const index = priceOf(world.state.prices, spec.index);
  const moved = dated.at !== at || market.index !== index;
  if (moved) {
    dated.at = at;
    market.index = index;
    market.mark = markOf(world.state, spec, at);
  }
  const beat = world.lively ? beatAt(world.now) : undefined;
  if (moved || market.lively?.beat !== beat) market.taken = { bid: ZERO, ask: ZERO };
  if (beat === undefined) delete market.lively;
  else if (market.lively?.beat !== beat) market.lively = { seed: world.state.seed, beat };
}

/** Brings all such markets, or those of some names, to this moment. */
export function refreshAll(
  world: World,
  names: Iterable<string> = world.state.markets.keys(),
): void {
  for (const name of names) {
    const market = world.state.markets.get(name);
    if (market !== undefined) refresh(world, market);
  }
}
