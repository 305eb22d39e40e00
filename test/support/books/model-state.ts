/** What the model beside the books holds: trades, what belongs to nobody, who has held what, nights that are not paid. */
import { DAY } from '../../../src/base/time.ts';
import { cut, minus, NOUGHT, over, plus, type Rational, times, total } from '../rational.ts';
import { type Kind, nightAfter } from './exchange.ts';

export type ModelLot = { readonly amount: Rational; readonly price: Rational };

export type ModelTrade = {
  readonly id: string;
  readonly long: boolean;
  readonly openedAt: number;
  readonly entries: ModelLot[];
  readonly exits: ModelLot[];
  open: Rational;
  /** What is taken to have been closed unseen, and until when. */
  gone: Rational;
  goneAt: number;
  fees: Rational;
  funding: Rational;
  settled: Rational;
};

/** What somebody (a trade, or nobody: '') has held: its size now, since when, and size x time since the last reading, of which `idle` earned nothing. */
export type Holding = {
  size: Rational;
  since: number;
  weight: Rational;
  idle: Rational;
  given: Rational;
};

export type BooksModel = {
  readonly kind: Kind;
  readonly trades: Map<string, ModelTrade>;
  foreign: Rational;
  readonly fees: Rational[];
  /** Shares of funding are cut at nine digits: how many were. */
  cuts: number;
  funding: Rational;
  readonly holdings: Map<string, Holding>;
  /** The counter as it was last taken, and when: what comes next counts from there. */
  counter: Rational;
  takenAt: number;
  night: number;
  /** Nights that are not paid: what the counter said last, and who held what. */
  readonly nights: {
    readonly at: number;
    readonly counter: Rational;
    readonly held: Map<string, Holding>;
  }[];
};

export const openModel = (kind: Kind, begin: number): BooksModel => ({
  kind,
  trades: new Map(),
  foreign: NOUGHT,
  fees: [],
  cuts: 0,
  funding: NOUGHT,
  holdings: new Map(),
  counter: NOUGHT,
  takenAt: nightAfter(begin) - DAY,
  night: nightAfter(begin),
  nights: [],
});

/** Parts of a whole by weight, cut behind so many digits; what is left over goes to the first. */
export function divide(whole: Rational, weights: readonly Rational[], places: number): Rational[] {
  const all = total(weights);
  if (weights.length === 1) return [whole];
  const parts = weights.map((weight) => cut(over(times(whole, weight), all), places));
  const rest = minus(whole, total(parts));
  return parts.map((part, index) => (index === 0 ? plus(part, rest) : part));
}
