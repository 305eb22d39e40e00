import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dec } from '../../base/decimal.ts';
import { MINUTE } from '../../base/time.ts';
import type { Candle } from '../../domain/market.ts';
import { razorIndicators, type Reading, type Trend } from './indicators.ts';

type Bar = {
  readonly at: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
};

const candleOf = ({ at, high, low, close }: Bar): Candle => ({
  at,
  open: dec(close),
  high: dec(high),
  low: dec(low),
  close: dec(close),
  volume: dec(1),
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Each indicator once more, from the whole history and by its textbook definition. */
const naive = {
  ema(values: readonly number[], n: number): number | null {
    const weight = 2 / (n + 1);
    let average = values[0] ?? 0;
    for (const value of values.slice(1)) average += weight * (value - average);
    return values.length < n ? null : average;
  },
  wilder(values: readonly number[], n: number): number | null {
    if (values.length < n) return null;
    return values
      .slice(n)
      .reduce((average, value) => (average * (n - 1) + value) / n, mean(values.slice(0, n)));
  },
  rsi(closes: readonly number[]): number | null {
    const moves = closes.slice(1).map((close, i) => close - (closes[i] ?? 0));
    const rise = naive.wilder(
      moves.map((move) => Math.max(move, 0)),
      14,
    );
    const fall = naive.wilder(
      moves.map((move) => Math.max(-move, 0)),
      14,
    );
    if (rise === null || fall === null) return null;
    return fall === 0 ? 100 : (100 * rise) / (rise + fall);
  },
  atr(bars: readonly Bar[]): number | null {
    const ranges = bars.map(({ high, low }, i) => {
      const before = bars[i - 1]?.close;
      return before === undefined ? high - low : Math.max(high, before) - Math.min(low, before);
    });
    return naive.wilder(ranges, 14);
  },
  volatility(closes: readonly number[]): number | null {
    if (closes.length < 20) return null;
    const last = closes.slice(-20).sort((a, b) => a - b);
    const deviation = Math.sqrt(mean(last.map((close) => (close - mean(last)) ** 2)));
    return (100 * Math.max(deviation, (last[19] ?? 0) - (last[0] ?? 0))) / (closes.at(-1) ?? 1);
  },
  momentum(closes: readonly number[]): number | null {
    return closes.length < 6 ? null : 100 * ((closes.at(-1) ?? 0) / (closes.at(-6) ?? 1) - 1);
  },
  /** Closes of the periods that are over: the last close in each, by the clock. */
  closesOf(bars: readonly Bar[], minutes: number): readonly number[] {
    const span = minutes * MINUTE;
    const over = (bars.at(-1)?.at ?? 0) + MINUTE;
    const byPeriod = new Map(bars.map(({ at, close }) => [Math.floor(at / span), close]));
    return [...byPeriod]
      .filter(([period]) => (period + 1) * span <= over)
      .map(([, close]) => close);
  },
  trend(bars: readonly Bar[], minutes: number): Trend | null {
    const closes = naive.closesOf(bars, minutes);
    const [fast, slow] = [naive.ema(closes, 8), naive.ema(closes, 21)];
    if (fast === null || slow === null) return null;
    const apart = fast - slow;
    if (Math.abs(apart) < 1e-6) return 'flat';
    return apart > 0 ? 'up' : 'down';
  },
};

/** Bars of a random walk from any minute on, some minutes missing. */
const walk = (length: {
  readonly min: number;
  readonly max: number;
}): fc.Arbitrary<readonly Bar[]> =>
  fc
    .record({
      start: fc.integer({ min: 0, max: 10_000 }),
      steps: fc.array(
        fc.record({
          skip: fc.oneof(
            { weight: 12, arbitrary: fc.constant(0) },
            fc.integer({ min: 1, max: 40 }),
          ),
          move: fc.integer({ min: -300, max: 300 }),
          up: fc.integer({ min: 0, max: 80 }),
          down: fc.integer({ min: 0, max: 80 }),
        }),
        { minLength: length.min, maxLength: length.max, size: 'max' },
      ),
    })
    .map(({ start, steps }) => {
      let at = start * MINUTE;
      let close = 64_000;
      return steps.map(({ skip, move, up, down }) => {
        at += (skip + 1) * MINUTE;
        const open = close;
        close = Math.round((close + move / 10) * 10) / 10;
        return { at, high: Math.max(open, close) + up, low: Math.min(open, close) - down, close };
      });
    });

const near = (actual: number | null, expected: number | null, what: string): void => {
  if (actual === null || expected === null) assert.equal(actual, expected, what);
  else
    assert.ok(
      Math.abs(actual - expected) <= 1e-7 * Math.max(1, Math.abs(expected)),
      `${what}: ${actual}, expected ${expected}`,
    );
};

const readAll = (bars: readonly Bar[]): readonly Reading[] =>
  bars.map(candleOf).map(razorIndicators());

describe('razorIndicators', () => {
  it('equals the textbook after every candle', () => {
    fc.assert(
      fc.property(walk({ min: 1, max: 60 }), (bars) => {
        readAll(bars).forEach((reading, i) => {
          const seen = bars.slice(0, i + 1);
          const closes = seen.map((bar) => bar.close);
          assert.equal(reading.candles, i + 1);
          near(reading.fast, naive.ema(closes, 8), 'EMA 8');
          near(reading.slow, naive.ema(closes, 21), 'EMA 21');
          near(reading.rsi, naive.rsi(closes), 'RSI');
          near(reading.atr, naive.atr(seen), 'ATR');
          near(reading.volatility, naive.volatility(closes), 'volatility');
          near(reading.momentum, naive.momentum(closes), 'momentum');
        });
      }),
      { numRuns: 40 },
    );
  });

  it('equals the textbook on long histories with missing minutes, trends included', () => {
    fc.assert(
      fc.property(walk({ min: 300, max: 500 }), (bars) => {
        const reading = readAll(bars).at(-1);
        assert.ok(reading);
        for (const [minutes, own] of [
          [5, reading.trend5],
          [15, reading.trend15],
        ] as const) {
          assert.equal(own.closes, naive.closesOf(bars, minutes).length);
          assert.equal(own.trend, naive.trend(bars, minutes));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('knows each value from its own candle on and not before', () => {
    const bars = Array.from({ length: 330 }, (_, i) => ({
      at: i * MINUTE,
      high: 2 + i,
      low: i,
      close: 1 + i,
    }));
    const readings = readAll(bars);
    const from = (value: (reading: Reading) => unknown): number =>
      readings.findIndex((reading) => value(reading) !== null) + 1;
    assert.equal(
      from((reading) => reading.momentum),
      6,
    );
    assert.equal(
      from((reading) => reading.fast),
      8,
    );
    assert.equal(
      from((reading) => reading.atr),
      14,
    );
    assert.equal(
      from((reading) => reading.rsi),
      15,
    );
    assert.equal(
      from((reading) => reading.volatility),
      20,
    );
    assert.equal(
      from((reading) => reading.slow),
      21,
    );
    assert.equal(
      from((reading) => reading.trend5.trend),
      105,
    );
    assert.equal(
      from((reading) => reading.trend15.trend),
      315,
    );
  });

  it('needs at most 315 candles for the 15-minute trend, whatever minute it begins at', () => {
    for (let start = 0; start < 15; start++) {
      const bars = Array.from({ length: 315 }, (_, i) => ({
        at: (start + i) * MINUTE,
        high: 2 + i,
        low: i,
        close: 1 + i,
      }));
      assert.equal(readAll(bars).at(-1)?.trend15.trend, 'up', `from minute ${start}`);
    }
  });

  it('calls a price that stands still neither up nor down', () => {
    const bars = Array.from({ length: 315 }, (_, i) => ({
      at: i * MINUTE,
      high: 64_000,
      low: 64_000,
      close: 64_000,
    }));
    const last = readAll(bars).at(-1);
    near(last?.fast ?? null, 64_000, 'EMA 8');
    near(last?.slow ?? null, 64_000, 'EMA 21');
    assert.deepEqual(
      { ...last, fast: null, slow: null },
      {
        candles: 315,
        fast: null,
        slow: null,
        rsi: 100,
        atr: 0,
        volatility: 0,
        momentum: 0,
        trend5: { closes: 63, trend: 'flat' },
        trend15: { closes: 21, trend: 'flat' },
      },
    );
  });
});
