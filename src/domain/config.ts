/** What a start is configured with, as its fact and the books hold it. */
import type { Decimal } from '../base/decimal.ts';

/** A strategy as configured at a start. */
export type StrategyConfig = {
  readonly id: string;
  readonly kind: string;
  readonly instrument: string;
  readonly claim: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its own, beside those of its account; left out where it has none, and in facts from before. */
  readonly limits?: StrategyLimits;
};

/** Limits of one strategy (USD). */
export type StrategyLimits = Partial<
  Pick<RiskConfig, 'maxDailyLossUsd' | 'maxOrderUsd' | 'maxPositionUsd' | 'maxOpenOrders'>
>;

/** The limits of the risk gate as configured at a start (USD). */
export type RiskConfig = {
  readonly maxDailyLossUsd: Decimal;
  readonly maxOrderUsd: Decimal;
  /** Of one instrument. */
  readonly maxPositionUsd: Decimal;
  readonly maxOpenOrders: number;
  /** Of all instruments together, whatever their direction; no limit where it is left out. */
  readonly maxAccountUsd?: Decimal;
  /** Orders, edits and cancels; no limit where it is left out. */
  readonly maxMessagesPerMinute?: number;
};
