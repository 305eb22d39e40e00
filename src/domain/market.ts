/** Market data: candles, tickers, order books, what everybody trades. */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { InstrumentState } from './instrument.ts';
import type { Direction } from './order.ts';

/** One candle; `at` is its start. Whether it is closed is known only when the next one begins. */
export type Candle = {
  readonly at: Millis;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  /** In base coin. */
  readonly volume: Decimal;
};

/** The latest prices of an instrument; best prices are null when that side is empty. */
export type Ticker = {
  readonly instrument: string;
  readonly at: Millis;
  readonly markPrice: Decimal;
  readonly indexPrice: Decimal | null;
  readonly lastPrice: Decimal | null;
  readonly bestBid: Decimal | null;
  readonly bestAsk: Decimal | null;
  /** The band outside which the exchange refuses or clamps prices. */
  readonly minPrice: Decimal;
  readonly maxPrice: Decimal;
  readonly state: InstrumentState;
};

/** What stands in a book at one price, in the unit of the instrument's amounts. */
export type BookLevel = { readonly price: Decimal; readonly amount: Decimal };

/** The best levels of an order book, best first, as they were after the change `changeId`. */
export type BookView = {
  readonly instrument: string;
  readonly changeId: number;
  readonly at: Millis;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
};

/** A trade of anybody; `direction` is the taker's. */
export type PublicTrade = {
  readonly tradeId: string;
  readonly tradeSeq: number;
  readonly instrument: string;
  readonly at: Millis;
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly direction: Direction;
  readonly markPrice: Decimal | null;
  readonly indexPrice: Decimal | null;
  /** Which roles were liquidated; null when none was. */
  readonly liquidation: string | null;
};

/** The best prices of a book and what stands there; null on an empty side. */
export type Quote = {
  readonly instrument: string;
  readonly at: Millis;
  readonly bestBid: Decimal | null;
  readonly bestBidAmount: Decimal | null;
  readonly bestAsk: Decimal | null;
  readonly bestAskAmount: Decimal | null;
};

/** The price of an index, such as `btc_usdc`. */
export type IndexPrice = { readonly index: string; readonly at: Millis; readonly price: Decimal };
