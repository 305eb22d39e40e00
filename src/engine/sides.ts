/** Both sides of a comparison as the classification wants them. */
import { type Decimal, ZERO } from '../base/decimal.ts';
import { openTrades } from '../domain/ledger.ts';
import { signed } from '../domain/money.ts';
import type { BooksSide } from '../reconcile/classify.ts';
import type { Check } from './live.ts';
import type { Turn } from './turn.ts';

/** The size that the exchange shows; a row that is missing stands for zero only where `flat` proved it. */
export function sizeOf(check: Check, name: string): Decimal | undefined {
  const row =
    check.positions?.find((position) => position.instrument === name) ?? check.flat.get(name);
  return row?.size;
}

/** Both sides of an instrument as the classification wants them. */
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
