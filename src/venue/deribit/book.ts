/**
 * One order book, kept up by the frames of a `book.*` channel. It is whole or it is thrown away: a change counts only where
 * it follows the change that was applied last, and what no book can hold ends it. Levels keep the numbers of the wire, whose
 * shortest text is what was sent, and become decimals where they are read.
 */
import { type Decimal, ZERO, parseDecimal } from '../../base/decimal.ts';
import type { Millis } from '../../base/time.ts';
import type { BookLevel, BookView } from '../../domain/market.ts';
import { BOOK_ACTIONS } from '../protocol/values.ts';
import { decimalOfText } from './layout.ts';
import { BOOK_LEVELS_MOST } from './limits.ts';
import { LongNumber } from './long-number.ts';
import { LARGEST, decimalOfNumber } from './wire-number.ts';

/** Why a frame ends a book: it can't be read, does not follow what was applied, or says what no book can hold. */
export type Broken = { readonly kind: 'unreadable' | 'gap' | 'nonsense'; readonly why: string };
/** `passed_over`: the book stands there already, or waits for a snapshot. */
export type Applied = 'applied' | 'passed_over' | Broken;

type Amount = number | LongNumber | Decimal;
/** What stands at a price; `level` is it as a value, once somebody has looked at it. */
type Cell = { amount: Amount; level: BookLevel | null };

/**
 * One side, the best level last: `keys` ascend, which are the prices of bids and the negated prices of asks. `best` are
 * the levels that a view shows, until one of them changes.
 */
type Side = {
  readonly sign: 1 | -1;
  readonly keys: number[];
  readonly cells: Cell[];
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

const side = (sign: 1 | -1): Side => ({ sign, keys: [], cells: [], best: null });

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
  target.cells.length = 0;
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

const NO_LEVEL = 'a level without a price or an amount';

type Action = (typeof BOOK_ACTIONS)[number];
type Row = {
  readonly action: Action;
  readonly price: number;
  readonly amount: Amount;
  readonly isEmpty: boolean;
};

/** Changes one level of a side. */
function put(target: Side, { action, price, amount, isEmpty }: Row, shown: number): Broken | null {
  const { keys, cells } = target;
  const key = price * target.sign;
  const at = placeOf(keys, key);
  const there = keys[at] === key;
  if (there === (action === 'new'))
    return broken('nonsense', there ? 'a new level that is there' : `a ${action} of no level`);
  if (isEmpty !== (action === 'delete'))
    return broken('nonsense', 'a level without anything, or a deleted one with something');
  if (action === 'new' && keys.length >= BOOK_LEVELS_MOST)
    return broken('nonsense', 'more levels than a book has');
  if (at >= keys.length - shown) target.best = null;
  if (action === 'change') {
    const cell = cells[at] as Cell;
    cell.amount = amount;
    cell.level = null;
  } else if (action === 'delete') {
    keys.splice(at, 1);
    cells.splice(at, 1);
  } else if (at === keys.length) {
    keys.push(key);
    cells.push({ amount, level: null });
  } else {
    keys.splice(at, 0, key);
    cells.splice(at, 0, { amount, level: null });
  }
  return null;
}

/** One row `[action, price, amount]`, or `[price, amount]` of a book that is sent whole. */
function applyRow(target: Side, row: readonly unknown[], shown: number): Broken | null {
  const plain = typeof row[0] === 'number';
  const action = plain ? 'new' : BOOK_ACTIONS.find((word) => word === row[0]);
  const price = plain ? row[0] : row[1];
  const amount = plain ? row[1] : row[2];
  if (action === undefined)
    return broken('unreadable', 'a level that is neither new nor changed nor deleted');
  const size = sizeOf(amount);
  if (!isPrice(price) || !(size >= 0 && size < LARGEST)) return broken('unreadable', NO_LEVEL);
  return put(target, { action, price, amount: amount as Amount, isEmpty: size === 0 }, shown);
}

const SMALL_N = 110;
const SMALL_C = 99;

/** A part of a text of so many characters is kept by V8 as a view of the whole. */
const VIEW = 13;
/** A part as a text of its own, so that a level does not keep the whole frame in memory for as long as it stands. */
const ownText = (part: string): string => (part.length < VIEW ? part : ` ${part}`.slice(1));

/** Rows `["new",price,amount]` one behind the other, as text of that very spelling. */
function applyText(target: Side, rows: string, shown: number): Broken | null {
  for (let at = 0; at < rows.length; ) {
    const first = rows.charCodeAt(at + 2);
    const action = first === SMALL_N ? 'new' : first === SMALL_C ? 'change' : 'delete';
    const from = at + action.length + 4;
    const comma = rows.indexOf(',', from);
    const end = rows.indexOf(']', comma);
    const price = Number(rows.slice(from, comma));
    if (!isPrice(price)) return broken('unreadable', NO_LEVEL);
    const amount = decimalOfText(ownText(rows.slice(comma + 1, end))) ?? ZERO;
    const problem = put(target, { action, price, amount, isEmpty: amount === ZERO }, shown);
    if (problem !== null) return problem;
    at = end + 2;
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
  const bid = bids.keys[bids.keys.length - 1];
  const ask = asks.keys[asks.keys.length - 1];
  return bid !== undefined && ask !== undefined && bid >= -ask;
}

type Raw = Readonly<Record<string, unknown>>;

/** Ends a change: the book stands at it, unless it says what can't be. */
function settle(book: Book, problem: Broken | null, to: Pick<Book, 'changeId' | 'at'>): Applied {
  if (problem !== null) return problem;
  if (isCrossed(book)) return broken('nonsense', 'the best bid is not below the best ask');
  book.changeId = to.changeId;
  book.at = to.at;
  return 'applied';
}

function applyLevels(book: Book, raw: Raw, changeId: number): Applied {
  const problem =
    applySide(book.bids, raw['bids'], book.shown) ?? applySide(book.asks, raw['asks'], book.shown);
  return settle(book, problem, { changeId, at: raw['timestamp'] as number });
}

/** What is said of a change before it is applied: null when it follows. */
function follows(book: Book, changeId: number, previous: number): Applied | null {
  if (book.changeId < 0) {
    book.ahead = Math.max(book.ahead, changeId);
    return 'passed_over';
  }
  if (changeId === book.changeId) return 'passed_over';
  return previous === book.changeId
    ? null
    : broken('gap', `a change that follows ${previous}, and ${book.changeId} was applied`);
}

/** A change whose rows are texts of the spelling that layout.ts lets through. */
export type BookText = {
  readonly at: Millis;
  readonly changeId: number;
  readonly previous: number;
  readonly bids: string;
  readonly asks: string;
};

/** Applies a change of the book's instrument; as `applyFrame`. */
export function applyChange(book: Book, frame: BookText): Applied {
  const first = follows(book, frame.changeId, frame.previous);
  if (first !== null) return first;
  const problem =
    applyText(book.bids, frame.bids, book.shown) ?? applyText(book.asks, frame.asks, book.shown);
  return settle(book, problem, frame);
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
  const first = follows(book, changeId, previous);
  return first ?? applyLevels(book, raw, changeId);
}

function decimalOf(amount: Amount): Decimal {
  if (typeof amount === 'number') return decimalOfNumber(amount);
  return typeof amount === 'string' ? amount : (parseDecimal(amount.text) ?? ZERO);
}

/** The best levels of a side, best first. */
function levelsOf({ sign, keys, cells }: Side, most: number): readonly BookLevel[] {
  const levels: BookLevel[] = [];
  for (let at = keys.length - 1; at >= 0 && levels.length < most; at--) {
    const cell = cells[at] as Cell;
    cell.level ??= {
      price: decimalOfNumber((keys[at] as number) * sign),
      amount: decimalOf(cell.amount),
    };
    levels.push(cell.level);
  }
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
