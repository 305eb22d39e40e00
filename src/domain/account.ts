/** Positions and balances as the exchange reports them. */
import type { Decimal } from '../base/decimal.ts';
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
