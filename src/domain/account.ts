/** Positions and balances as the exchange reports them. */
import { type Decimal, roundTo } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';

/** `size` is signed: coins for linear, USD for inverse. Session figures restart at 08:00 UTC. */
export type VenuePosition = {
  readonly instrument: string;
  readonly size: Decimal;
  /** null when flat. */
  readonly averagePrice: Decimal | null;
  readonly markPrice: Decimal;
  readonly indexPrice: Decimal | null;
  /** Funding of this session; > 0 received. */
  readonly realizedFunding: Decimal;
  readonly realizedPnl: Decimal;
  readonly floatingPnl: Decimal;
  readonly initialMargin: Decimal;
  readonly maintenanceMargin: Decimal;
};

/** A hundredth of the smallest contract that there is has so many digits after the point. */
const SIZE_DIGITS = 6;

/** A position in whole contracts (I12): what sums of binary floats leave far behind the point is no part of it (FACTS, section 23). */
export function withoutNoise<Position extends Pick<VenuePosition, 'size'>>(
  position: Position,
): Position {
  const size = roundTo(position.size, SIZE_DIGITS);
  return size === position.size ? position : { ...position, size };
}

/**
 * Money of one currency. `balance` is cash: open PnL reaches it only at settlement. Where `crossMargin`, margins and
 * available funds are those of the whole account, told once more in each currency: they must never be added up.
 */
export type AccountSummary = {
  readonly currency: string;
  readonly crossMargin: boolean;
  readonly balance: Decimal;
  readonly equity: Decimal;
  readonly availableFunds: Decimal;
  readonly initialMargin: Decimal;
  readonly maintenanceMargin: Decimal;
  readonly sessionRpl: Decimal;
  readonly sessionUpl: Decimal;
};

/** One row of the transaction log: what moved the cash balance. */
export type CashRow = {
  readonly id: string;
  readonly userSeq: number;
  readonly at: Millis;
  readonly currency: string;
  readonly type: string;
  readonly instrument: string | null;
  readonly tradeId: string | null;
  readonly change: Decimal;
  /** Cash after the row. */
  readonly balance: Decimal;
  /** Fee of a trade or delivery; > 0 paid. This and what follows is left out in rows of facts from before it was read. */
  readonly fee?: Decimal | null;
  /** Signed position after the row. */
  readonly position?: Decimal | null;
  /** At what price it was traded, settled or delivered. */
  readonly price?: Decimal | null;
  /** Funding of the whole session, of a settlement; > 0 received. */
  readonly funding?: Decimal | null;
  /** Of a settlement: result of the session that is realised (funding included), and that of what stays open. */
  readonly sessionRpl?: Decimal | null;
  readonly sessionUpl?: Decimal | null;
};

/** One row of the settlement history. Money in the settlement currency; `position` is signed. */
export type Settlement = {
  readonly type: 'settlement' | 'delivery' | 'bankruptcy';
  readonly at: Millis;
  /** null of a bankruptcy, which is the account's. */
  readonly instrument: string | null;
  readonly position: Decimal | null;
  readonly markPrice: Decimal | null;
  readonly indexPrice: Decimal | null;
  /** Since entry, and of the session that ended. */
  readonly profitLoss: Decimal | null;
  readonly sessionProfitLoss: Decimal | null;
  readonly funding: Decimal | null;
};

/**
 * What was held of a dated future, turned into cash at the delivery price when it ended. `row` is the row of the log that says
 * so. Amounts are signed changes of the position; the fee (> 0 paid) is split by amount.
 */
export type Delivered = {
  readonly instrument: string;
  readonly at: Millis;
  readonly price: Decimal;
  readonly currency: string;
  readonly fee: Decimal;
  readonly row: string;
  readonly allocations: readonly {
    readonly trade: string | null;
    readonly amount: Decimal;
    readonly fee: Decimal;
  }[];
};
