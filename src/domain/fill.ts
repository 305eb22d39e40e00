/** One execution of one of the account's orders, as the exchange reports it. Unique by (currency, tradeId). */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow } from './account.ts';
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

/** What a pair is paid with (`BTC_USDC`: USDC); null of all else. Its trades are rows of the log in both its currencies. */
const pairedWith = (instrument: string | null): string | null =>
  /^[A-Z0-9]+_([A-Z0-9]+)$/.exec(instrument ?? '')?.[1] ?? null;

/** The key of the fill that a row of the log names; null of rows without a trade. */
export const rowKey = ({ tradeId, instrument, currency }: CashRow): string | null =>
  tradeId === null ? null : fillKey({ currency: pairedWith(instrument) ?? currency, tradeId });

/** The order in which fills happened: by time, within one millisecond by their numbers, as the exchange gives them. */
export const byTime = (a: Fill, b: Fill): number => a.at - b.at || compareIds(a.tradeId, b.tradeId);

const compareIds = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** The key under which a fill is booked once. */
export const fillKey = (fill: Pick<Fill, 'currency' | 'tradeId'>): string =>
  `${fill.currency}/${fill.tradeId}`;
