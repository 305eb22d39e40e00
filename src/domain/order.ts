/** Orders as the exchange reports them, and the words with which we ask for them. */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { BreakWho } from './shown.ts';

export type Direction = 'buy' | 'sell';
export type OrderType =
  | 'limit'
  | 'market'
  | 'stop_limit'
  | 'stop_market'
  | 'take_limit'
  | 'take_market'
  | 'trailing_stop'
  | 'liquidation';
export type TimeInForce =
  | 'good_til_cancelled'
  | 'good_til_day'
  | 'fill_or_kill'
  | 'immediate_or_cancel';
export type TriggerSource = 'index_price' | 'mark_price' | 'last_price';
export type FillCondition = 'first_hit' | 'complete_fill' | 'incremental';

/** `open` and `untriggered` live; `triggered` ended by turning into another order; the rest are final. */
export type OrderState = 'open' | 'untriggered' | 'triggered' | 'filled' | 'cancelled' | 'rejected';

/** Where the exchange says an order came from; an absent flag is null and proves nothing. */
export type OriginFlags = {
  readonly api: boolean | null;
  readonly web: boolean | null;
  readonly mobile: boolean | null;
};

/** An order as one message of the exchange describes it. Market-style trigger orders have no `price`. */
export type VenueOrder = {
  readonly orderId: string;
  /** "" when none. */
  readonly label: string;
  readonly instrument: string;
  readonly direction: Direction;
  readonly type: OrderType;
  /** `unknown`, here and below: a word that is newer than we are. */
  readonly originalType: 'market' | 'market_limit' | 'unknown' | null;
  readonly amount: Decimal;
  readonly filled: Decimal;
  /** null before the first fill. */
  readonly averagePrice: Decimal | null;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly trigger: TriggerSource | null;
  readonly timeInForce: TimeInForce | 'unknown';
  readonly reduceOnly: boolean;
  readonly state: OrderState;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  readonly flags: OriginFlags;
  readonly isLiquidation: boolean;
  readonly cancelReason: string | null;
  /** The trigger order that this one was born from. */
  readonly triggerOrderId: string | null;
  /** The entry that this secondary order belongs to. */
  readonly primaryOrderId: string | null;
  /** The secondary orders of this entry. */
  readonly otoOrderIds: readonly string[];
  readonly ocoRef: string | null;
};

/** What somebody else did to an order: one of ours (`trade`), or one of theirs on an instrument that we trade. */
export type ForeignSeen = {
  readonly orderId: string;
  readonly instrument: string;
  readonly trade: string | null;
  readonly what: 'placed' | 'changed' | 'cancelled';
  readonly who: BreakWho;
  /** The order in one line, as it is now. */
  readonly text: string;
};

/** What became of a trigger order: `orderId` is the order that it turned into, null where it turned into none. */
export type TriggerEvent = {
  readonly triggerOrderId: string;
  readonly orderId: string | null;
  readonly instrument: string;
  readonly at: Millis;
  /** The exchange's word: `triggered`, `cancelled`, `rejected:` with a reason, and others. */
  readonly state: string;
  /** "" when none. */
  readonly label: string;
  readonly direction: Direction;
  readonly amount: Decimal;
  readonly triggerPrice: Decimal | null;
};

/** Whether the exchange may still fill this order or one that it turns into under the same id. */
export const isLive = (state: OrderState): boolean => state === 'open' || state === 'untriggered';

export const opposite = (direction: Direction): Direction => (direction === 'buy' ? 'sell' : 'buy');
