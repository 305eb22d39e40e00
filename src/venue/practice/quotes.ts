/**
 * What the market makers offer: levels around the mark, made anew whenever it moves. What takers take is gone until then;
 * a control can bound what is given.
 */
import {
  type Decimal,
  add,
  dec,
  div,
  gt,
  isZero,
  max,
  min,
  mul,
  sub,
  toStep,
  ZERO,
} from '../../base/decimal.ts';
import type { InstrumentSpec } from './instruments.ts';
import type { MarketRecord } from './state.ts';

/** An amount that a market maker gives at a price. */
export type Quote = { readonly price: Decimal; readonly amount: Decimal };
type Ladder = { readonly bid: readonly Quote[]; readonly ask: readonly Quote[] };

const MILLION = dec(1_000_000);

/** The ladder of each market, for as long as what it was made of holds. */
const made = new WeakMap<
  MarketRecord,
  { readonly spec: InstrumentSpec; readonly mark: Decimal; readonly ladder: Ladder }
>();

function ladderOf(spec: InstrumentSpec, market: MarketRecord): Ladder {
  const known = made.get(market);
  if (known !== undefined && known.spec === spec && known.mark === market.mark) return known.ladder;
  const ladder = calmLadder(spec, market.mark);
  made.set(market, { spec, mark: market.mark, ladder });
  return ladder;
}

/** Even steps on both sides of the mark, the n-th level n times as deep as the first. */
function calmLadder(spec: InstrumentSpec, mark: Decimal): Ladder {
  const { maker, tick } = spec;
  const distance = (ppm: number): Decimal => max(tick, div(mul(mark, dec(ppm)), MILLION, 4));
  const [half, step] = [distance(maker.halfSpreadPpm), distance(maker.stepPpm)];
  const levels = Array.from({ length: maker.levels }, (_, level) => ({
    away: add(half, mul(step, dec(level))),
    amount: mul(maker.topSize, dec(level + 1)),
  }));
  return {
    bid: levels
      .map(({ away, amount }) => ({ price: toStep(sub(mark, away), tick, 'floor'), amount }))
      .filter(({ price }) => gt(price, ZERO)),
    ask: levels.map(({ away, amount }) => ({
      price: toStep(add(mark, away), tick, 'ceil'),
      amount,
    })),
  };
}

/** What is still offered on one side, best price first. */
export function* quotesOn(
  spec: InstrumentSpec,
  market: MarketRecord,
  side: 'bid' | 'ask',
): Generator<Quote> {
  let skip = market.taken[side];
  let left = market.liquidity === null ? null : max(ZERO, sub(market.liquidity, skip));
  for (const { price, amount: whole } of ladderOf(spec, market)[side]) {
    let amount = whole;
    if (!isZero(skip)) {
      const skipped = min(skip, amount);
      skip = sub(skip, skipped);
      amount = sub(amount, skipped);
    }
    if (left !== null) {
      amount = min(amount, left);
      left = sub(left, amount);
    }
    if (!isZero(amount)) yield { price, amount };
  }
}
