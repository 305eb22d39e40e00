/**
 * What the market makers offer: levels around the mark, made anew whenever it moves and, in a lively market, with every
 * beat. What takers take is gone until then; a control can bound what is given.
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
  ZERO,
} from '../../../base/decimal.ts';
import { type InstrumentSpec, isOption, toTick } from '../products/instruments.ts';
import { livelyQuotes } from './lively.ts';
import type { MarketRecord } from '../state.ts';

/** An amount that a market maker gives at a price. */
export type Quote = { readonly price: Decimal; readonly amount: Decimal };
type BookSide = 'bid' | 'ask';
/** The n-th best quote, from 0. */
type Quotes = (n: number) => Quote | undefined;
type Made = {
  readonly spec: InstrumentSpec;
  readonly mark: Decimal;
  readonly beat: number | undefined;
  bid?: Quotes;
  ask?: Quotes;
};

const MILLION = dec(1_000_000);

/** The quotes of each market, for as long as what they were made of holds. */
const made = new WeakMap<MarketRecord, Made>();

function madeOn(spec: InstrumentSpec, market: MarketRecord, side: BookSide): Quotes {
  const { mark, lively } = market;
  let known = made.get(market);
  if (known?.spec !== spec || known.mark !== mark || known.beat !== lively?.beat) {
    known = { spec, mark, beat: lively?.beat };
    made.set(market, known);
  }
  known[side] ??=
    lively === undefined || isOption(spec)
      ? calmQuotes(spec, mark, side)
      : livelyQuotes(spec, { ...lively, mark }, side);
  return known[side];
}

/** Even steps away from the mark, the n-th level n times as deep as the first; each is worked out when it is asked for. */
function calmQuotes(spec: InstrumentSpec, mark: Decimal, side: BookSide): Quotes {
  const { maker, tick } = spec;
  const distance = (ppm: number): Decimal => max(tick, div(mul(mark, dec(ppm)), MILLION, 4));
  const [half, step] = [distance(maker.halfSpreadPpm), distance(maker.stepPpm)];
  const quotes: Quote[] = [];
  return (n) => {
    if (n >= maker.levels) return undefined;
    const known = quotes[n];
    if (known !== undefined) return known;
    const away = add(half, mul(step, dec(n)));
    const price =
      side === 'ask'
        ? toTick(spec, add(mark, away), 'ceil')
        : toTick(spec, sub(mark, away), 'floor');
    // Prices only fall from here: behind a bid of nothing there is none.
    if (!gt(price, ZERO)) return undefined;
    quotes[n] = { price, amount: mul(maker.topSize, dec(n + 1)) };
    return quotes[n];
  };
}

/** The best of what is still offered on one side, or null when that is nothing. */
export function bestQuote(
  spec: InstrumentSpec,
  market: MarketRecord,
  side: BookSide,
): Quote | null {
  if (isZero(market.taken[side]) && market.liquidity === null) {
    const first = madeOn(spec, market, side)(0);
    if (first === undefined || !isZero(first.amount)) return first ?? null;
  }
  for (const quote of quotesOn(spec, market, side)) return quote;
  return null;
}

/** What is still offered on one side, best price first. */
export function* quotesOn(
  spec: InstrumentSpec,
  market: MarketRecord,
  side: BookSide,
): Generator<Quote> {
  let skip = market.taken[side];
  let left = market.liquidity === null ? null : max(ZERO, sub(market.liquidity, skip));
  const quotes = madeOn(spec, market, side);
  for (let n = 0, quote = quotes(0); quote !== undefined; quote = quotes(++n)) {
    let { amount } = quote;
    if (!isZero(skip)) {
      const skipped = min(skip, amount);
      skip = sub(skip, skipped);
      amount = sub(amount, skipped);
    }
    if (left !== null) {
      amount = min(amount, left);
      left = sub(left, amount);
    }
    if (!isZero(amount)) yield { price: quote.price, amount };
  }
}
