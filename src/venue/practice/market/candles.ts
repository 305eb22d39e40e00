/**
 * The one-minute candles of one instrument, as its chart data shows them. Plain data, ascending, one candle for every
 * minute from the first on (a minute without a price repeats the last close with volume 0), bounded to three days.
 */
import { must } from '../../../base/assert.ts';
import { type Decimal, ZERO, add, dec, max, min, mul, roundTo } from '../../../base/decimal.ts';
import { nextNormal, nextUnit, prng } from '../../../base/prng.ts';
import { DAY, MINUTE, type Millis } from '../../../base/time.ts';
import type { PriceCandle } from '../ports.ts';

/** The candles, oldest first; the last one is the running minute. */
export type Chart = { readonly candles: PriceCandle[] };

/** How many candles a chart keeps. */
export const CHART_CANDLES = (3 * DAY) / MINUTE;
/** Old candles are cut off in portions of this many, so that a new minute rarely moves the whole list. */
const CUT = 60;

const minuteOf = (at: Millis): Millis => Math.floor(at / MINUTE) * MINUTE;

/** A chart that begins with `history` (ascending, whole minutes). */
export function createChart(history: readonly PriceCandle[]): Chart {
  const chart: Chart = { candles: [] };
  for (const candle of history) {
    fillUpTo(chart, candle.at);
    chart.candles.push(candle);
  }
  trim(chart);
  return chart;
}

/** Takes a price at an instant not before the running minute, with what was traded at it in the base coin. */
export function chartTick(chart: Chart, at: Millis, price: Decimal, volume: Decimal): void {
  const minute = minuteOf(at);
  fillUpTo(chart, minute);
  const last = chart.candles.at(-1);
  if (last === undefined || last.at < minute) {
    chart.candles.push({ at: minute, open: price, high: price, low: price, close: price, volume });
    trim(chart);
    return;
  }
  chart.candles[chart.candles.length - 1] = {
    at: last.at,
    open: last.open,
    high: max(last.high, price),
    low: min(last.low, price),
    close: price,
    volume: add(last.volume, volume),
  };
}

/** Repeats the last close for the minutes that had no price, up to but without `minute`. */
function fillUpTo(chart: Chart, minute: Millis): void {
  const last = chart.candles.at(-1);
  if (last === undefined) return;
  const from = Math.max(last.at + MINUTE, minute - CHART_CANDLES * MINUTE);
  if (from > last.at + MINUTE) chart.candles.length = 0;
  const close = last.close;
  for (let at = from; at < minute; at += MINUTE) {
    chart.candles.push({ at, open: close, high: close, low: close, close, volume: ZERO });
  }
}

function trim(chart: Chart): void {
  const excess = chart.candles.length - CHART_CANDLES;
  if (excess >= CUT) chart.candles.splice(0, excess);
}

/**
 * The candles of `resolutionMinutes` each (begun on whole multiples of it since 1970) that share an instant with
 * [from, to], ascending, the running one included.
 */
export function chartRange(
  chart: Chart,
  from: Millis,
  to: Millis,
  resolutionMinutes: number,
): PriceCandle[] {
  const width = resolutionMinutes * MINUTE;
  const begin = Math.floor(from / width) * width;
  const end = Math.floor(to / width) * width + width;
  const first = chart.candles[0];
  if (first === undefined) return [];
  const groups: PriceCandle[] = [];
  for (let i = Math.max(0, (begin - first.at) / MINUTE); i < chart.candles.length; i++) {
    const candle = must(chart.candles[i], 'a candle for every minute');
    if (candle.at >= end) break;
    const at = Math.floor(candle.at / width) * width;
    const group = groups.at(-1);
    if (group === undefined || group.at !== at) groups.push({ ...candle, at });
    else groups[groups.length - 1] = merged(group, candle);
  }
  return groups;
}

const merged = (group: PriceCandle, candle: PriceCandle): PriceCandle => ({
  at: group.at,
  open: group.open,
  high: max(group.high, candle.high),
  low: min(group.low, candle.low),
  close: candle.close,
  volume: add(group.volume, candle.volume),
});

const LEAST_PRICE = dec('0.01');
const STEPS_PER_MINUTE = 12;
const CALM_STEP = 0.0009 ** 2 / STEPS_PER_MINUTE;

/**
 * Seeded candles for the `minutes` minutes before `endAt`, the last of which closes exactly at `endPrice`. When
 * `endAt` lies inside a minute, the last candle is that minute's, still running.
 */
export function historyBefore(options: {
  readonly seed: number;
  readonly endAt: Millis;
  readonly endPrice: Decimal;
  readonly minutes: number;
}): PriceCandle[] {
  const { opens, closes, highs, lows, volumes } = logPath(options.seed, options.minutes);
  const finalLog = closes.at(-1) ?? 0;
  const priceAt = (log: number): Decimal =>
    max(LEAST_PRICE, roundTo(mul(options.endPrice, dec(Math.exp(log - finalLog).toFixed(12))), 2));
  const lastAt = Math.ceil(options.endAt / MINUTE) * MINUTE - MINUTE;
  const candles: PriceCandle[] = [];
  for (let i = 0; i < options.minutes; i++) {
    const open = candles.at(-1)?.close ?? priceAt(opens[i] as number);
    const close = i === options.minutes - 1 ? options.endPrice : priceAt(closes[i] as number);
    candles.push({
      at: lastAt - (options.minutes - 1 - i) * MINUTE,
      open,
      high: max(max(open, close), priceAt(highs[i] as number)),
      low: min(min(open, close), priceAt(lows[i] as number)),
      close,
      volume: dec((volumes[i] as number).toFixed(4)),
    });
  }
  return candles;
}

/** A walk of log-prices from 0 with clusters of volatility: per minute its open, extremes, close and traded volume. */
function logPath(seed: number, minutes: number) {
  const random = prng(seed, 'price/history');
  const opens: number[] = [];
  const closes: number[] = [];
  const highs: number[] = [];
  const lows: number[] = [];
  const volumes: number[] = [];
  let variance = CALM_STEP * 1.5;
  let log = 0;
  for (let i = 0; i < minutes; i++) {
    let high = log;
    let low = log;
    opens.push(log);
    for (let step = 0; step < STEPS_PER_MINUTE; step++) {
      const change = Math.sqrt(variance) * nextNormal(random);
      variance = Math.min(
        CALM_STEP * 20,
        CALM_STEP * 0.01 + 0.06 * change * change + 0.93 * variance,
      );
      log += change;
      high = Math.max(high, log);
      low = Math.min(low, log);
    }
    closes.push(log);
    highs.push(high);
    lows.push(low);
    volumes.push((0.5 + 4 * nextUnit(random)) * Math.sqrt(variance / CALM_STEP));
  }
  return { opens, closes, highs, lows, volumes };
}
