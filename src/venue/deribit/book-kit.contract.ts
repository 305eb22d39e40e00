/** The exchange's side of an order book for tests, drawn from a seed, and a wire that loses, doubles and reorders. */
import { dec } from '../../base/decimal.ts';
import { nextBelow, prng } from '../../base/prng.ts';
import type { BookLevel } from '../../domain/market.ts';

type Levels = { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] };
type Row = readonly [string, number, number];

/** The book as the exchange has it. Prices are multiples of a half, amounts of a tenth. */
export type FarBook = {
  /** The frame of a snapshot of now. */
  readonly snapshot: () => Record<string, unknown>;
  /** Changes the book and gives the frame that tells of it. */
  readonly change: () => Record<string, unknown>;
  readonly now: () => Levels;
  /** By change_id, what the book was. */
  readonly history: ReadonlyMap<number, Levels>;
};

const MIDDLE = 200;

export function createFarBook(instrument: string, seed: number): FarBook {
  const random = prng(seed, 'book');
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  const history = new Map<number, Levels>();
  let id = 1_000 + nextBelow(random, 1_000);
  const amount = (): number => (1 + nextBelow(random, 500)) / 10;
  const best = (side: 'bids' | 'asks'): number[] =>
    [...sides[side].keys()].sort((a, b) => (side === 'bids' ? b - a : a - b));
  const levels = (side: 'bids' | 'asks'): BookLevel[] =>
    best(side).map((price) => ({
      price: dec(price / 2),
      amount: dec(sides[side].get(price) ?? 0),
    }));
  const now = (): Levels => ({ bids: levels('bids'), asks: levels('asks') });
  const rows = (side: 'bids' | 'asks'): Row[] =>
    best(side).map((price) => ['new', price / 2, sides[side].get(price) ?? 0]);
  for (let n = 0; n < 5; n++) {
    sides.bids.set(MIDDLE - 1 - n * 2, amount());
    sides.asks.set(MIDDLE + 1 + n * 2, amount());
  }
  history.set(id, now());

  const touch = (side: 'bids' | 'asks'): Row => {
    const level = sides[side];
    const opposite = best(side === 'bids' ? 'asks' : 'bids')[0] ?? MIDDLE;
    const price = opposite + (side === 'bids' ? -1 : 1) * (1 + nextBelow(random, 12));
    const there = level.has(price);
    if (there && nextBelow(random, 2) === 0) {
      level.delete(price);
      return ['delete', price / 2, 0];
    }
    const size = amount();
    level.set(price, size);
    return [there ? 'change' : 'new', price / 2, size];
  };
  const touches = (side: 'bids' | 'asks'): Row[] =>
    Array.from({ length: nextBelow(random, 3) }, () => touch(side));
  return {
    history,
    now,
    snapshot: () => ({
      type: 'snapshot',
      timestamp: id,
      instrument_name: instrument,
      change_id: id,
      bids: rows('bids'),
      asks: rows('asks'),
    }),
    change: () => {
      const previous = id;
      id += 1 + nextBelow(random, 50);
      const frame = {
        type: 'change',
        timestamp: id,
        instrument_name: instrument,
        change_id: id,
        prev_change_id: previous,
        bids: touches('bids'),
        asks: touches('asks'),
      };
      history.set(id, now());
      return frame;
    },
  };
}

/** Frames as a bad wire brings them: some lost, some twice, some later than those behind them. */
export function distort<T>(frames: readonly T[], seed: number): readonly T[] {
  const random = prng(seed, 'wire');
  const out: T[] = [];
  const late: T[] = [];
  for (const frame of frames) {
    const fate = nextBelow(random, 20);
    if (fate === 0) continue;
    if (fate === 1) late.push(frame);
    else out.push(frame);
    if (fate === 2) out.push(frame);
    if (fate > 10) out.push(...late.splice(0));
  }
  return [...out, ...late];
}
