/** Market data: candles and tickers. */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { InstrumentState } from './instrument.ts';

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
