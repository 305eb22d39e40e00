import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, dec, gte, lte } from '../../../base/decimal.ts';
import { DAY, MINUTE } from '../../../base/time.ts';
import { CHART_CANDLES, chartRange, chartTick, createChart, historyBefore } from './candles.ts';
import type { PriceCandle } from '../ports.ts';

const START = 1_714_521_600_000; // a UTC midnight
const d = (value: string | number): Decimal => dec(value);
const candle = (
  minute: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume = 1,
): PriceCandle => ({
  at: START + minute * MINUTE,
  open: d(open),
  high: d(high),
  low: d(low),
  close: d(close),
  volume: d(volume),
});

test('ticks build the running candle; the first tick of a minute opens the next', () => {
  const chart = createChart([candle(0, 10, 12, 9, 11)]);
  chartTick(chart, START + MINUTE, d(11.5), d('0.1'));
  chartTick(chart, START + MINUTE + 20_000, d(13), d('0.2'));
  chartTick(chart, START + MINUTE + 59_999, d(11), d('0.3'));
  chartTick(chart, START + 2 * MINUTE, d(10), d(0));
  assert.deepEqual(chartRange(chart, START, START + DAY, 1), [
    candle(0, 10, 12, 9, 11),
    candle(1, 11.5, 13, 11, 11, 0.6),
    candle(2, 10, 10, 10, 10, 0),
  ]);
});

test('a tick continues the running candle of the history', () => {
  const chart = createChart([candle(0, 10, 12, 9, 11)]);
  chartTick(chart, START + 30_000, d(8), d(2));
  assert.deepEqual(chartRange(chart, START, START, 1), [candle(0, 10, 12, 8, 8, 3)]);
});

test('minutes without a price repeat the last close without volume', () => {
  const chart = createChart([candle(0, 10, 12, 9, 11), candle(2, 11, 11, 11, 11)]);
  chartTick(chart, START + 5 * MINUTE, d(20), d(1));
  assert.deepEqual(chartRange(chart, START + MINUTE, START + 5 * MINUTE, 1), [
    candle(1, 11, 11, 11, 11, 0),
    candle(2, 11, 11, 11, 11, 1),
    candle(3, 11, 11, 11, 11, 0),
    candle(4, 11, 11, 11, 11, 0),
    candle(5, 20, 20, 20, 20, 1),
  ]);
});

test('wider candles begin on multiples of their width and merge what they hold', () => {
  const chart = createChart([
    candle(3, 10, 12, 9, 11),
    candle(4, 11, 15, 11, 14),
    candle(5, 14, 14, 7, 8),
  ]);
  assert.deepEqual(chartRange(chart, START, START + 10 * MINUTE, 5), [
    candle(0, 10, 15, 9, 14, 2),
    candle(5, 14, 14, 7, 8, 1),
  ]);
});

test('a range holds the candles that share an instant with it, nothing before the first or after the last', () => {
  const chart = createChart([0, 1, 2, 3].map((minute) => candle(minute, 10, 10, 10, 10)));
  const minutes = (from: number, to: number) =>
    chartRange(chart, START + from, START + to, 1).map(({ at }) => (at - START) / MINUTE);
  assert.deepEqual(minutes(MINUTE, 2 * MINUTE), [1, 2]);
  assert.deepEqual(minutes(MINUTE + 1, 2 * MINUTE - 1), [1]);
  assert.deepEqual(minutes(-DAY, -1), []);
  assert.deepEqual(minutes(4 * MINUTE, DAY), []);
  assert.deepEqual(chartRange(createChart([]), START, START + DAY, 1), []);
});

test('a chart forgets what is older than three days, also over a long silence', () => {
  const chart = createChart([candle(0, 10, 12, 9, 11)]);
  for (let minute = 1; minute < CHART_CANDLES + 500; minute++)
    chartTick(chart, START + minute * MINUTE, d(minute), d(1));
  assert.ok(chart.candles.length >= CHART_CANDLES && chart.candles.length < CHART_CANDLES + 60);
  assert.equal(chart.candles.at(-1)?.close, String(CHART_CANDLES + 499));
  chartTick(chart, START + 400 * DAY, d(7), d(1));
  assert.ok(chart.candles.length <= CHART_CANDLES + 60);
  assert.deepEqual(
    chartRange(chart, START + 400 * DAY - MINUTE, START + 400 * DAY, 1).map(({ close }) => close),
    [String(CHART_CANDLES + 499), '7'],
  );
});

test('one-minute candles have no hole, and five of them make the candle of five minutes', () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 200_000 }),
    cents: fc.integer({ min: 1, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
      const chart = createChart([]);
      let at = START;
      for (const { after, cents } of steps) {
        at += after;
        chartTick(chart, at, d((cents / 100).toFixed(2)), d(1));
      }
      const ones = chartRange(chart, 0, at, 1);
      ones.forEach((one, i) => assert.equal(one.at, (ones[0] as PriceCandle).at + i * MINUTE));
      for (const five of chartRange(chart, 0, at, 5)) {
        const inside = ones.filter((one) => one.at >= five.at && one.at < five.at + 5 * MINUTE);
        assert.equal(five.open, inside[0]?.open);
        assert.equal(five.close, inside.at(-1)?.close);
        assert.equal(Number(five.high), Math.max(...inside.map(({ high }) => Number(high))));
        assert.equal(Number(five.low), Math.min(...inside.map(({ low }) => Number(low))));
        assert.equal(
          Number(five.volume),
          inside.reduce((total, { volume }) => total + Number(volume), 0),
        );
      }
    }),
  );
});

test('history leads up to the first price, minute by minute, and is the same for the same seed', () => {
  const options = { seed: 4, endAt: START, endPrice: d('64000.5'), minutes: 500 };
  const history = historyBefore(options);
  assert.equal(history.length, 500);
  assert.equal(history.at(-1)?.at, START - MINUTE);
  assert.equal(history.at(-1)?.close, '64000.5');
  history.forEach((one, i) => {
    assert.equal(one.at, START - (500 - i) * MINUTE);
    for (const price of [one.open, one.close])
      assert.ok(gte(price, one.low) && lte(price, one.high));
    if (i > 0) assert.equal(one.open, history[i - 1]?.close);
  });
  assert.ok(history.some((one) => one.high !== one.low));
  assert.deepEqual(historyBefore(options), history);
  assert.notDeepEqual(historyBefore({ ...options, seed: 5 }), history);
  assert.equal(
    historyBefore({ ...options, endAt: START + 30_500 }).at(-1)?.at,
    START,
    'a started minute is running',
  );
});
