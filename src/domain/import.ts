/**
 * Trades that another program kept, as a person hands them over, and what became of each. A row is believed as far as the
 * exchange's own fills prove it: `fills` are proved, `imported` is what the table says and nobody can show, `unknown` ended
 * unseen. Imported trades move no position and count in no loss limit.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Lot } from './money.ts';
import type { ClosedBy, ExitReason, Side } from './shown.ts';

/** One row of the table, checked: amounts in the unit of the exchange, times of its clock. */
export type ImportRow = {
  /** The row's id in its table; unique within its source. */
  readonly row: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly direction: Side;
  readonly amount: Decimal;
  readonly entryPrice: Decimal;
  readonly openedAt: Millis;
  readonly stopLoss: Decimal | null;
  readonly takeProfit: Decimal | null;
  /** null where the table says that it is open. */
  readonly exit: {
    readonly price: Decimal;
    readonly at: Millis;
    readonly reason: ExitReason;
  } | null;
  /** What the table says that it came to, net; null where it says nothing. */
  readonly told: Decimal | null;
};

/** Rows that one command may hold. */
export const IMPORT_ROWS = 100;

/** A row as it entered the books, closed: what it held is gone, and `unseen` of it left in a way that no fill shows. */
export type ImportedTrade = {
  readonly trade: string;
  readonly source: string;
  readonly row: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly direction: Side;
  readonly entries: readonly Lot[];
  readonly exits: readonly Lot[];
  readonly unseen: Decimal;
  readonly fees: Decimal;
  readonly openedAt: Millis;
  readonly closedAt: Millis;
  readonly stopLoss: Decimal | null;
  readonly takeProfit: Decimal | null;
  readonly exit: { readonly reason: ExitReason; readonly by: ClosedBy };
  readonly result: 'fills' | 'imported' | 'unknown';
  /** Keys of the fills that prove it. */
  readonly fills: readonly string[];
};

/** Names a row among all that were ever imported. */
export const importKey = (source: string, row: string): string => `${source}/${row}`;

/** Who closes a trade for a reason, where the table says no more. */
export const CLOSED_BY = {
  tp_hit: 'target',
  sl_hit: 'stop',
  strategy_exit: 'strategy',
  strategy_stop: 'strategy',
  operator_close: 'operator',
  kill_switch: 'kill',
  external_close: 'unknown',
  liquidation: 'liquidation',
  delivery: 'delivery',
  ghost_trade_cleanup: 'unknown',
  handed_back: 'operator',
} as const satisfies Record<ExitReason, ClosedBy>;
