/**
 * What a comparison of books and exchange says about one instrument. Pure, total and exclusive (I26): every pair of sides
 * gives exactly one classification. Absence is never concluded here from silence: whoever calls says what was proved.
 */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  gt,
  isZero,
  min,
  neg,
  sign,
  sub,
  sum,
} from '../base/decimal.ts';

/** What the books hold of an instrument: open trades (signed, oldest first) and the foreign amount with what is decided of it. */
export type BooksSide = {
  readonly trades: readonly { readonly id: string; readonly signed: Decimal }[];
  readonly foreign: Decimal;
  readonly decided: Decimal;
};

/** The same in sum: what the books hold in all, and whether any of it is an open trade. */
export type BooksTotal = Pick<BooksSide, 'foreign' | 'decided'> & {
  readonly booked: Decimal;
  readonly isTraded: boolean;
};

/** What the exchange shows. `present` has a size of any kind, zero included once it is proved; `unknown` was not answered whole. */
export type VenueSide =
  | { readonly kind: 'known'; readonly size: Decimal }
  | { readonly kind: 'unknown'; readonly reason: string };

export type Classification =
  | { readonly kind: 'unknown'; readonly reason: string }
  /** Nobody holds anything. */
  | { readonly kind: 'clean' }
  /** Both agree, and every part belongs to a trade or to a decision of a person. */
  | { readonly kind: 'valid' }
  /** Both agree, but a part belongs to no trade and nobody has decided on it. */
  | { readonly kind: 'orphan'; readonly amount: Decimal }
  /** They disagree. */
  | {
      readonly kind: 'ghost_trade' | 'orphan_position' | 'side_mismatch' | 'size_mismatch';
      readonly booked: Decimal;
      readonly actual: Decimal;
    };

/** What the books say that the account holds. */
export const bookedSize = (side: BooksSide): Decimal =>
  add(sum(side.trades.map((trade) => trade.signed)), side.foreign);

/** The one classification of a pair. */
export function classify(books: BooksTotal, venue: VenueSide): Classification {
  if (venue.kind === 'unknown') return { kind: 'unknown', reason: venue.reason };
  const { booked } = books;
  const actual = venue.size;
  if (booked !== actual) {
    if (isZero(actual)) return { kind: 'ghost_trade', booked, actual };
    if (isZero(booked)) return { kind: 'orphan_position', booked, actual };
    return {
      kind: sign(booked) === sign(actual) ? 'size_mismatch' : 'side_mismatch',
      booked,
      actual,
    };
  }
  const undecided = sub(books.foreign, books.decided);
  if (!isZero(undecided) && !isZero(books.foreign)) return { kind: 'orphan', amount: undecided };
  return isZero(actual) && !books.isTraded ? { kind: 'clean' } : { kind: 'valid' };
}

/** A change of the books without a fill; `trade` null moves the foreign amount. */
export type Adjustment = { readonly trade: string | null; readonly amount: Decimal };

/**
 * The changes that bring the books to `actual`: first the foreign amount of opposite sign, then trades of the opposite
 * direction, oldest first, the rest is foreign: the same order in which foreign fills are given out.
 */
export function adjustments(books: BooksSide, actual: Decimal): readonly Adjustment[] {
  const delta = sub(actual, bookedSize(books));
  const direction = sign(delta);
  const take = (left: Decimal, held: Decimal): Decimal =>
    sign(held) === -direction ? min(left, abs(held)) : ZERO;
  const withSign = (amount: Decimal): Decimal => (direction < 0 ? neg(amount) : amount);
  const found: Adjustment[] = [];
  let left = abs(delta);
  const holders = [{ id: null as string | null, signed: books.foreign }, ...books.trades];
  for (const holder of holders) {
    const part = take(left, holder.signed);
    if (!gt(part, ZERO)) continue;
    found.push({ trade: holder.id, amount: withSign(part) });
    left = sub(left, part);
  }
  if (gt(left, ZERO)) found.push({ trade: null, amount: withSign(left) });
  return found;
}
