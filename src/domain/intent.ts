/** An order that we decided on: the frame that is sent equals it, and it is durable before its first byte leaves. */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Direction, FillCondition, OrderType, TimeInForce, TriggerSource } from './order.ts';

/**
 * Why an order is placed. `entry` opens; `stop` and `target` protect; the rest close: by the strategy's wish, a person's,
 * the kill switch, a remainder of a triggered stop (`stop_rest`) or a stop whose trigger was already passed (`stop_now`).
 */
export type Purpose =
  | 'entry'
  | 'stop'
  | 'target'
  | 'close'
  | 'stop_rest'
  | 'stop_now'
  | 'kill_close'
  | 'operator_close'
  | 'foreign_close';

/** A secondary order of an entry, with its own label. */
export type ChildIntent = {
  readonly label: string;
  readonly purpose: 'stop' | 'target';
  readonly direction: Direction;
  readonly type: 'stop_market' | 'take_market';
  readonly amount: Decimal;
  readonly triggerPrice: Decimal;
  readonly trigger: TriggerSource;
};

/** A decided order. `trade` is the trade that it opens or belongs to; null for a foreign amount that a person closes. */
export type Intent = {
  readonly label: string;
  readonly strategy: string;
  readonly trade: string | null;
  readonly purpose: Purpose;
  readonly instrument: string;
  readonly direction: Direction;
  readonly amount: Decimal;
  readonly type: Exclude<OrderType, 'liquidation'>;
  readonly price: Decimal | null;
  readonly timeInForce: TimeInForce | null;
  readonly reduceOnly: boolean;
  readonly triggerPrice: Decimal | null;
  readonly trigger: TriggerSource | null;
  readonly validUntil: Millis;
  readonly children: readonly ChildIntent[];
  readonly fillCondition: FillCondition | null;
};

/** A change of an order that we decided on; it states the wanted end and may be repeated. */
export type ChangeIntent = {
  readonly id: string;
  readonly orderId: string;
  readonly label: string;
  readonly strategy: string;
  readonly trade: string | null;
  readonly want:
    | { readonly kind: 'cancelled' }
    | {
        readonly kind: 'edited';
        readonly amount: Decimal;
        readonly price: Decimal | null;
        readonly triggerPrice: Decimal | null;
        readonly validUntil: Millis;
      };
  readonly why:
    | 'trade_closed'
    | 'resize'
    | 'kill'
    | 'flatten'
    | 'superseded'
    | 'lost_order'
    | 'stop_rest'
    | 'break_even'
    | 'trailing';
};
