/**
 * Where the venue's documents contradict each other, or a rule changed on a day, the practice exchange follows the one or
 * the other by an option; and the most that an account may have at once. A real exchange tells neither beforehand.
 */
import type { Decimal } from '../../base/decimal.ts';

export type TradingRules = {
  /**
   * An order of an account that rejects takers would meet an order of its own: the request is refused with 10003 and
   * nothing happens, or (since 19 May 2026) it takes what comes before and what it leaves is cancelled.
   */
  readonly ownOrderMet: 'refuse' | 'cancel';
  /** A price beyond the band on the taking side is refused with 10005 or 10007, or moved to the band. */
  readonly beyondBand: 'refuse' | 'clamp';
  readonly limits: Limits;
};

/** The most that one account may have; null is no limit. */
export type Limits = {
  /** Live orders of all kinds (10013). */
  readonly orders: number | null;
  /** Resting orders of futures (10014), and in one instrument what they add up to, in its unit (10016). */
  readonly futureOrders: number | null;
  readonly futureOrdersSize: Decimal | null;
  /** Size of a position with all that rests on its side (10018). */
  readonly futurePositionSize: Decimal | null;
  /** Orders that wait for a trigger (11035), and that sleep until their primary fills (13901). */
  readonly triggers: number | null;
  readonly secondaries: number | null;
};

export const DEFAULT_RULES: TradingRules = {
  ownOrderMet: 'cancel',
  beyondBand: 'refuse',
  limits: {
    orders: null,
    futureOrders: null,
    futureOrdersSize: null,
    futurePositionSize: null,
    triggers: null,
    secondaries: null,
  },
};
