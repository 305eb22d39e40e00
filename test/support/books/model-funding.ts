/** The model's funding: shared by what was held and for how long, session by session, and paid by the row of each night. */
import {
  compare,
  isNought,
  minus,
  NOUGHT,
  plus,
  type Rational,
  rational,
  sizeOf,
  times,
  total,
} from '../rational.ts';
import { nightAfter } from './exchange.ts';
import type { Told } from './life.ts';
import { type BooksModel, divide, type Holding } from './model-state.ts';

/** Digits at which a share is cut. */
const PLACES = 9;

/** A session that has ended is put aside; what is held goes on in the next one from nothing. */
function turnTo(model: BooksModel, at: number): void {
  while (model.night <= at) {
    const { night } = model;
    for (const holding of model.holdings.values()) weigh(holding, night);
    const held = new Map([...model.holdings].map(([id, holding]) => [id, { ...holding }] as const));
    model.nights.push({ at: night, counter: model.counter, held });
    for (const [id, holding] of model.holdings)
      if (isNought(holding.size)) model.holdings.delete(id);
      else Object.assign(holding, { weight: NOUGHT, idle: NOUGHT, given: NOUGHT });
    model.counter = NOUGHT;
    model.takenAt = night;
    model.night = nightAfter(night);
  }
}

function weigh(holding: Holding, to: number): void {
  if (to <= holding.since) return;
  holding.weight = plus(holding.weight, times(holding.size, rational(to - holding.since)));
  holding.since = to;
}

export function hold(model: BooksModel, id: string, change: Rational, at: number): void {
  turnTo(model, at);
  const holding = model.holdings.get(id) ?? {
    size: NOUGHT,
    since: Math.max(at, model.takenAt),
    weight: NOUGHT,
    idle: NOUGHT,
    given: NOUGHT,
  };
  model.holdings.set(id, holding);
  weigh(holding, at);
  holding.size = plus(holding.size, change);
}

/** Where long and short nearly cancel out, size alone counts. */
function shares(
  model: BooksModel,
  amount: Rational,
  weights: ReadonlyMap<string, Rational>,
): Map<string, Rational> | null {
  const entitled = [...weights].filter(([, weight]) => !isNought(weight));
  if (entitled.length === 0) return null;
  const own = entitled.map(([, weight]) => weight);
  const sizes = own.map(sizeOf);
  const cancels = compare(times(sizeOf(total(own)), rational(4)), total(sizes)) < 0;
  const parts = divide(amount, cancels ? sizes : own, PLACES);
  if (parts.length > 1) model.cuts += parts.length;
  return new Map(entitled.map(([id], index) => [id, parts[index] ?? NOUGHT]));
}

function give(model: BooksModel, parts: ReadonlyMap<string, Rational>): void {
  for (const [id, amount] of parts) {
    model.funding = plus(model.funding, amount);
    const trade = model.trades.get(id);
    if (trade !== undefined) trade.funding = plus(trade.funding, amount);
  }
}

/**
 * What the counter has brought since it was last taken, to who has held something since it last said the same; to who holds
 * something, else. One that says nothing new ends no session.
 */
export function takeReading(
  model: BooksModel,
  { realized, at }: Extract<Told, { kind: 'reading' }>,
): void {
  const now = rational(realized);
  const isNext = at >= model.night;
  const change = minus(now, isNext ? NOUGHT : model.counter);
  if (isNought(change)) {
    if (isNext) return;
    for (const holding of model.holdings.values()) {
      weigh(holding, at);
      holding.idle = holding.weight;
    }
    return;
  }
  turnTo(model, at);
  for (const holding of model.holdings.values()) weigh(holding, at);
  const by = (of: (holding: Holding) => Rational): Map<string, Rational> =>
    new Map([...model.holdings].map(([id, holding]) => [id, of(holding)]));
  const parts =
    shares(
      model,
      change,
      by(({ weight, idle }) => minus(weight, idle)),
    ) ??
    shares(
      model,
      change,
      by(({ size }) => size),
    );
  if (parts === null) return;
  give(model, parts);
  model.counter = now;
  model.takenAt = at;
  for (const [id, holding] of model.holdings) {
    Object.assign(holding, { weight: NOUGHT, idle: NOUGHT });
    holding.given = plus(holding.given, parts.get(id) ?? NOUGHT);
  }
}

/** The row of a night tells the whole funding of its session: what no reading brought, and what each has of it in all. */
export function takeNight(model: BooksModel, told: Extract<Told, { kind: 'night' }>): void {
  turnTo(model, told.at);
  const index = model.nights.findIndex(({ at }) => at === told.at);
  const night = model.nights[index];
  model.nights.splice(0, index + 1);
  if (night === undefined) return;
  const rest = minus(rational(told.total), night.counter);
  const by = (of: (holding: Holding) => Rational): Map<string, Rational> =>
    new Map([...night.held].map(([id, holding]) => [id, of(holding)]));
  const parts = isNought(rest)
    ? new Map<string, Rational>()
    : (shares(
        model,
        rest,
        by(({ weight }) => weight),
      ) ??
      shares(
        model,
        rest,
        by(({ given }) => sizeOf(given)),
      ) ??
      new Map([['', rest]]));
  give(model, parts);
  for (const [id, trade] of model.trades) {
    const own = plus(night.held.get(id)?.given ?? NOUGHT, parts.get(id) ?? NOUGHT);
    trade.settled = plus(trade.settled, own);
  }
}
