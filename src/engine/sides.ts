/** Both sides of a comparison as the classification wants them. */
import { type Decimal, ZERO } from '../base/decimal.ts';
import { bookedPosition, isTraded, openTrades } from '../domain/ledger.ts';
import { signed } from '../domain/money.ts';
import type { BooksSide, BooksTotal } from '../reconcile/classify.ts';
import type { Check } from './live.ts';
import type { Turn } from './turn.ts';

/** The size that the exchange shows; a row that is missing stands for zero only where `flat` proved it. */
export function sizeOf(check: Check, name: string): Decimal | undefined {
  const row = check.positions?.get(name) ?? check.flat.get(name);
  return row?.size;
}

/** What the books hold of an instrument, in sum. */
export function booksTotal({ books }: Turn, name: string): BooksTotal {
  const foreign = books.foreign.get(name);
  return {
    booked: bookedPosition(books, name),
    isTraded: isTraded(books, name),
    foreign: foreign?.amount ?? ZERO,
    decided: foreign?.decided ?? ZERO,
  };
}

/** What the books hold of an instrument, part by part, as corrections want it. */
export function booksSide(turn: Turn, name: string): BooksSide {
  const foreign = turn.books.foreign.get(name);
  return {
    trades: openTrades(turn.books, { instrument: name }).map((trade) => ({
      id: trade.id,
      signed: signed(trade.direction, trade.open),
    })),
    foreign: foreign?.amount ?? ZERO,
    decided: foreign?.decided ?? ZERO,
  };
}
