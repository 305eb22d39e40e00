/** One execution of one of the account's orders, as the exchange reports it. Unique by (currency, tradeId). */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Direction } from './order.ts';

/** `direction` is the account's own side; `fee` > 0 is paid, < 0 a rebate, in `feeCurrency`. */
export type Fill = {
  readonly tradeId: string;
  /** Settlement currency of the instrument; trade ids are unique within it only. */
  readonly currency: string;
  readonly instrument: string;
  readonly orderId: string;
  /** "" when none. */
  readonly label: string;
  readonly direction: Direction;
  readonly amount: Decimal;
  readonly price: Decimal;
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly at: Millis;
  readonly liquidity: 'maker' | 'taker';
  /** Whether the account's own side was liquidated. */
  readonly liquidation: boolean;
  readonly api: boolean | null;
};

/** The key under which a fill is booked once. */
export const fillKey = (fill: Pick<Fill, 'currency' | 'tradeId'>): string =>
  `${fill.currency}/${fill.tradeId}`;
