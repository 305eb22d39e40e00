/**
 * What Razor reads off one-minute candles. Indicators are binary floats: they choose moments and never touch money.
 * Each value is null until it has seen all the candles that it is made of; nothing is guessed from fewer.
 *
 * - EMA 8 and 21 of closes: the first close starts the average (Hunter 1986, weight 2/(n+1)); shown from candle n on.
 * - RSI 14 and ATR 14 after Wilder (1978): a plain mean of the first 14 values, then smoothed by 1/14. RSI is 100 when
 *   nothing fell, a flat price included.
 * - Volatility: the larger of standard deviation and high-low range of the last 20 closes, in percent of the last.
 * - Momentum: change of the close over 5 candles in percent.
 * - Trend of 5 and 15 minutes: EMA 8 against EMA 21 of closes on the clock's 5 and 15 minutes. A period that began
 *   before the first candle counts, since only its close matters; 21 closes of 15 minutes take at most 315 candles.
 */
import { ATR, EMA, RSI } from 'trading-signals';
import { toApproximate } from '../../base/decimal.ts';
import { type Millis, MINUTE } from '../../base/time.ts';
import type { Candle } from '../../domain/market.ts';

/** Candles, or closes of a longer period, that each value is made of. */
export const NEEDS = { rsi: 15, atr: 14, volatility: 20, momentum: 6, trend: 21 } as const;

export type Trend = 'up' | 'down' | 'flat';

/** A trend, or how many closes of its period there are as yet. */
export type TrendReading = { readonly closes: number; readonly trend: Trend | null };

/** Everything that is known after a candle. Percentages are in percent; the averages and ATR in the price's unit. */
export type Reading = {
  readonly candles: number;
  readonly fast: number | null;
  readonly slow: number | null;
  readonly rsi: number | null;
  readonly atr: number | null;
  readonly volatility: number | null;
  readonly momentum: number | null;
  readonly trend5: TrendReading;
  readonly trend15: TrendReading;
};

const FAST = 8;
const SLOW = 21;
const RANGE = 20;
const LOOKBACK = 5;
/** Two averages of a price that stands still differ by rounding alone; that is no trend. */
const FLOAT_NOISE = 1e-12;

/** Trend of closes of `minutes`, aligned to the clock; a period is closed by its last candle, or by one of a later period. */
function trendOf(minutes: number): (at: Millis, close: number) => TrendReading {
  const span = minutes * MINUTE;
  const fast = new EMA(FAST);
  const slow = new EMA(SLOW);
  let closes = 0;
  let open: { readonly period: number; readonly close: number } | null = null;
  let direction: Trend | null = null;
  const settle = (close: number): void => {
    const gap = fast.update(close, false) - slow.update(close, false);
    closes++;
    const noise = Math.abs(close) * FLOAT_NOISE;
    if (closes >= SLOW) direction = gap > noise ? 'up' : gap < -noise ? 'down' : 'flat';
  };
  return (at, close) => {
    const period = Math.floor(at / span);
    if (open !== null && open.period !== period) settle(open.close);
    open = { period, close };
    if ((at + MINUTE) % span === 0) {
      settle(close);
      open = null;
    }
    return { closes, trend: direction };
  };
}

/** Volatility of closes in percent of the last one. */
function volatilityOf(closes: readonly number[]): number {
  const last = closes.at(-1) ?? 0;
  const mean = closes.reduce((sum, close) => sum + close, 0) / closes.length;
  const variance = closes.reduce((sum, close) => sum + (close - mean) ** 2, 0) / closes.length;
  const range = Math.max(...closes) - Math.min(...closes);
  return (Math.max(Math.sqrt(variance), range) / last) * 100;
}

/** A set of indicators that has seen nothing yet. Each call takes the next closed candle and answers what is known then. */
export function razorIndicators(): (candle: Candle) => Reading {
  const fast = new EMA(FAST);
  const slow = new EMA(SLOW);
  const rsi = new RSI(14);
  const atr = new ATR(14);
  const trend5 = trendOf(5);
  const trend15 = trendOf(15);
  const closes: number[] = [];
  let candles = 0;
  return (candle) => {
    const close = toApproximate(candle.close);
    candles++;
    closes.push(close);
    if (closes.length > RANGE) closes.shift();
    const before = closes.at(-1 - LOOKBACK);
    const fastAverage = fast.update(close, false);
    const slowAverage = slow.update(close, false);
    return {
      candles,
      fast: candles < FAST ? null : fastAverage,
      slow: candles < SLOW ? null : slowAverage,
      rsi: rsi.update(close, false),
      atr: atr.update(
        { high: toApproximate(candle.high), low: toApproximate(candle.low), close },
        false,
      ),
      volatility: closes.length < RANGE ? null : volatilityOf(closes),
      momentum: before === undefined ? null : ((close - before) / before) * 100,
      trend5: trend5(candle.at, close),
      trend15: trend15(candle.at, close),
    };
  };
}
