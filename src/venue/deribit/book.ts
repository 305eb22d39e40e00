/**
 * One order book, kept up by the frames of a `book.*` channel. It is whole or it is thrown away: a change counts only where
 * it follows the change that was applied last, and what no book can hold ends it. Levels keep the numbers of the wire, whose
 * shortest text is what was sent, and become decimals where they are read.
 */
import { type Decimal, ZERO, parseDecimal } from '../../base/decimal.ts';
import type { Millis } from '../../base/time.ts';
import type { BookLevel, BookView } from '../../domain/market.ts';
import { LongNumber } from './long-number.ts';
import { LARGEST, decimalOfNumber } from './wire-number.ts';

/** Why a frame ends a book: it can't be read, does not follow what was applied, or says what no book can hold. */
export type Broken = { readonly kind: 'unreadable' | 'gap' | 'nonsense'; readonly why: string };
/** `passed_over`: the book stands there already, or waits for a snapshot. */
export type Applied = 'applied' | 'passed_over' | Broken;

type Amount = number | LongNumber;

/**
 * One side, the best level last: `keys` ascend, which are the prices of bids and the negated prices of asks. `best` are
 * the levels that a view shows, until one of them changes.
 */
type Side = {
  readonly sign: 1 | -1;
  readonly keys: number[];
  readonly amounts: Amount[];
  best: readonly BookLevel[] | null;
};

export type Book = {
  readonly instrument: string;
  /** How many levels of each side a view shows. */
  readonly shown: number;
  /** The change that was applied last; -1 of an empty book that waits for a snapshot. */
  changeId: number;
  at: Millis;
  /** The latest change that was heard of while a snapshot is waited for. */
  ahead: number;
  readonly bids: Side;
  readonly asks: Side;
};

const side = (sign: 1 | -1): Side => ({ sign, keys: [], amounts: [], best: null });

/** An empty book, which waits for a snapshot. */
export const createBook = (instrument: string, shown: number): Book => ({
  instrument,
  shown,
  changeId: -1,
  at: 0,
  ahead: -1,
  bids: side(1),
  asks: side(-1),
});

function emptySide(target: Side): void {
  target.keys.length = 0;
  target.amounts.length = 0;
  target.best = null;
}

/** Throws all levels away; the book waits for a snapshot. */
export function emptyBook(book: Book): void {
  emptySide(book.bids);
  emptySide(book.asks);
  book.changeId = -1;
  book.ahead = -1;
}

const broken = (kind: Broken['kind'], why: string): Broken => ({ kind, why });

/** Where a key stands, or would be put. */
function placeOf(keys: readonly number[], key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The size of an amount; NaN of what is none. */
function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return value instanceof LongNumber ? Number(value.text) : Number.NaN;
}

const isPrice = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < LARGEST;

/** One row `[action, price, amount]`, or `[price, amount]` of a book that is sent whole. */
function applyRow(target: Side, row: readonly unknown[], shown: number): Broken | null {
  const plain = typeof row[0] === 'number';
  const action = plain ? 'new' : row[0];
  const price = plain ? row[0] : row[1];
  const amount = plain ? row[1] : row[2];
  if (action !== 'new' && action !== 'change' && action !== 'delete')
    return broken('unreadable', 'a level that is neither new nor changed nor deleted');
  const size = sizeOf(amount);
  if (!isPrice(price) || !(size >= 0 && size < LARGEST))
    return broken('unreadable', 'a level without a price or an amount');
  const { keys, amounts } = target;
  const key = price * target.sign;
  const at = placeOf(keys, key);
  const there = keys[at] === key;
  if (there === (action === 'new'))
    return broken('nonsense', there ? 'a new level that is there' : `a ${action} of no level`);
  if ((size === 0) !== (action === 'delete'))
    return broken('nonsense', 'a level without anything, or a deleted one with something');
  if (at >= keys.length - shown) target.best = null;
  if (action === 'change') amounts[at] = amount as Amount;
  else if (action === 'delete') {
    keys.splice(at, 1);
    amounts.splice(at, 1);
  } else if (at === keys.length) {
    keys.push(key);
    amounts.push(amount as Amount);
  } else {
    keys.splice(at, 0, key);
    amounts.splice(at, 0, amount as Amount);
  }
  return null;
}

/** A side that is left out has nothing to tell. */
function applySide(target: Side, rows: unknown, shown: number): Broken | null {
  if (rows === undefined || rows === null) return null;
  if (!Array.isArray(rows)) return broken('unreadable', 'a side that is no list');
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row)) return broken('unreadable', 'a level that is no list');
    const problem = applyRow(target, row, shown);
    if (problem !== null) return problem;
  }
  return null;
}

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function isCrossed({ bids, asks }: Book): boolean {
  const bid = bids.keys.at(-1);
  const ask = asks.keys.at(-1);
  return bid !== undefined && ask !== undefined && bid >= -ask;
}

type Raw = Readonly<Record<string, unknown>>;

function applyLevels(book: Book, raw: Raw, changeId: number): Applied {
  const problem =
    applySide(book.bids, raw['bids'], book.shown) ?? applySide(book.asks, raw['asks'], book.shown);
  if (problem !== null) return problem;
  if (isCrossed(book)) return broken('nonsense', 'the best bid is not below the best ask');
  book.changeId = changeId;
  book.at = raw['timestamp'] as number;
  return 'applied';
}

/**
 * Applies the data of one frame. A `Broken` book holds nothing that may be used: it is for the caller to empty it. A frame
 * without `type` is that of a grouped channel: the whole window each time.
 */
export function applyFrame(book: Book, data: unknown): Applied {
  if (typeof data !== 'object' || data === null) return broken('unreadable', 'no book');
  const raw = data as Raw;
  const changeId = raw['change_id'];
  const type = raw['type'];
  if (!isId(changeId) || !isId(raw['timestamp']))
    return broken('unreadable', 'a book without change_id or timestamp');
  if (raw['instrument_name'] !== book.instrument)
    return broken('unreadable', 'a book of another instrument');
  if (type !== 'change') {
    if (type !== 'snapshot' && type !== undefined && type !== null)
      return broken('unreadable', 'a book that is neither snapshot nor change');
    if (changeId < Math.max(book.ahead, book.changeId))
      return broken('gap', 'a snapshot that is older than what came before it');
    emptySide(book.bids);
    emptySide(book.asks);
    return applyLevels(book, raw, changeId);
  }
  const previous = raw['prev_change_id'];
  if (!isId(previous)) return broken('unreadable', 'a change that does not say what it follows');
  if (book.changeId < 0) {
    book.ahead = Math.max(book.ahead, changeId);
    return 'passed_over';
  }
  if (changeId === book.changeId) return 'passed_over';
  if (previous !== book.changeId)
    return broken('gap', `a change that follows ${previous}, and ${book.changeId} was applied`);
  return applyLevels(book, raw, changeId);
}

const decimalOf = (amount: Amount): Decimal =>
  typeof amount === 'number' ? decimalOfNumber(amount) : (parseDecimal(amount.text) ?? ZERO);

/** The best levels of a side, best first. */
function levelsOf({ sign, keys, amounts }: Side, most: number): readonly BookLevel[] {
  const levels: BookLevel[] = [];
  for (let at = keys.length - 1; at >= 0 && levels.length < most; at--)
    levels.push({
      price: decimalOfNumber((keys[at] as number) * sign),
      amount: decimalOf(amounts[at] as Amount),
    });
  return levels;
}

/** The best levels as values that later changes leave alone. */
export function viewOf(book: Book): BookView {
  book.bids.best ??= levelsOf(book.bids, book.shown);
  book.asks.best ??= levelsOf(book.asks, book.shown);
  const { instrument, changeId, at, bids, asks } = book;
  return { instrument, changeId, at, bids: bids.best ?? [], asks: asks.best ?? [] };
}

/** All levels of both sides, best first. */
export const wholeOf = ({
  bids,
  asks,
}: Book): { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] } => ({
  bids: levelsOf(bids, Infinity),
  asks: levelsOf(asks, Infinity),
});
