/** Where the stop and the target of a trade belong when nothing says so yet: its strategy's distances from the entry, on the grid. */
import { type Decimal, add, div, mul, parseDecimal, sub } from '../base/decimal.ts';
import { onTick } from '../domain/instrument.ts';
import { instrumentOf } from '../domain/ledger.ts';
import type { Side } from '../domain/shown.ts';
import type { Turn } from './turn.ts';

/** Percent of the entry at which a trade is stopped whose strategy names no distance. */
const FALLBACK_STOP_PERCENT = '1' as Decimal;

/** An entry of a trade or of what is about to become one. */
export type Entry = {
  readonly instrument: string;
  readonly strategy: string;
  readonly direction: Side;
  readonly price: Decimal;
};

function percentOf(turn: Turn, strategy: string, setting: string): Decimal | undefined {
  const value = turn.books.strategies.get(strategy)?.config.settings[setting];
  return typeof value === 'string' ? parseDecimal(value) : undefined;
}

function away(turn: Turn, entry: Entry, percent: Decimal, up: boolean): Decimal {
  const move = div(mul(entry.price, percent), '100' as Decimal, 10);
  return onTick(
    instrumentOf(turn.books, entry.instrument),
    up ? add(entry.price, move) : sub(entry.price, move),
    'half_up',
  );
}

/** The stop price of an entry; there always is one. */
export const stopOf = (turn: Turn, entry: Entry): Decimal =>
  away(
    turn,
    entry,
    percentOf(turn, entry.strategy, 'stop_loss_percent') ?? FALLBACK_STOP_PERCENT,
    entry.direction === 'short',
  );

/** The target price of an entry; null where the strategy has none. */
export function targetOf(turn: Turn, entry: Entry): Decimal | null {
  const percent = percentOf(turn, entry.strategy, 'take_profit_percent');
  return percent === undefined ? null : away(turn, entry, percent, entry.direction === 'long');
}
