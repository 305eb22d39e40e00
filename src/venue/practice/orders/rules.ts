/** The most that an account may have at once: how many orders, and how large. A real exchange tells none of it beforehand. */
import type { Decimal } from '../../../base/decimal.ts';

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

export const NO_LIMITS: Limits = {
  orders: null,
  futureOrders: null,
  futureOrdersSize: null,
  futurePositionSize: null,
  triggers: null,
  secondaries: null,
};
