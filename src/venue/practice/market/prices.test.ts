import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Decimal, ZERO, dec } from '../../../base/decimal.ts';
import { HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { chartRange, chartTick, createChart } from './candles.ts';
import type { PriceCandle } from '../ports.ts';
import { parsePriceFile } from './price-file.ts';
import {
  type Prices,
  advancePrices,
  createPrices,
  priceOf,
  pricesExhausted,
  setPrice,
} from './prices.ts';

const START = 1_714_521_600_000;
const d = (value: string | number): Decimal => dec(value);
const candle = (
  minute: number,
  open: number,
  high: number,
  low: number,
  close: number,
): PriceCandle => ({
  at: START + minute * MINUTE,
  open: d(open),
  high: d(high),
  low: d(low),
  close: d(close),
  volume: ZERO,
});
const pricesAt = (prices: Prices, to: number): string[] =>
  advancePrices(prices, to).map(({ price }) => price);

test('one tick per whole second and index, in (last, to], beginning with the first whole second', () => {
  const prices = createPrices({
    seed: 1,
    startAt: START + 500,
    start: { btc_usdc: d(60000), eth_usdc: d(3000) },
  });
  assert.equal(priceOf(prices, 'btc_usdc'), '60000');
  assert.deepEqual(
    advancePrices(prices, START + 2_999).map(({ at, index }) => [at - START, index]),
    [
      [1000, 'btc_usdc'],
      [1000, 'eth_usdc'],
      [2000, 'btc_usdc'],
      [2000, 'eth_usdc'],
    ],
  );
  assert.deepEqual(advancePrices(prices, START + 2_999), []);
  assert.deepEqual(advancePrices(prices, START), []);
  assert.deepEqual(
    advancePrices(prices, START + 3_000).map(({ at }) => at - START),
    [3000, 3000],
  );
  const whole = createPrices({ seed: 1, startAt: START });
  assert.deepEqual(
    advancePrices(whole, START).map(({ at }) => at),
    [START],
  );
});

test('the walk does not depend on how often it is advanced, nor on a journey through JSON', () => {
  const file = [
    candle(0, 60000, 60100, 59900, 60050),
    candle(1, 60050, 60050, 59000, 59500),
    candle(4, 59500, 59600, 59400, 59450),
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 1, maxLength: 12 }),
      (seed, fromFile, steps) => {
        const options = { seed, startAt: START, ...(fromFile ? { file } : {}) };
        const end = START + steps.reduce((total, step) => total + step, 0);
        const whole = createPrices(options);
        const expected = advancePrices(whole, end);
        let stepped = createPrices(options);
        const got = [];
        let at = START;
        for (const step of steps) {
          at += step;
          got.push(...advancePrices(stepped, at));
          stepped = JSON.parse(JSON.stringify(stepped)) as Prices;
        }
        assert.deepEqual(got, expected);
        assert.deepEqual(stepped, JSON.parse(JSON.stringify(whole)));
      },
    ),
    { numRuns: 40 },
  );
});

test('equal seeds walk equally, other seeds differ, indices of one coin move together', () => {
  const walk = (seed: number) => pricesAt(createPrices({ seed, startAt: START }), START + MINUTE);
  assert.deepEqual(walk(7), walk(7));
  assert.notDeepEqual(walk(7), walk(8));
  const both = createPrices({
    seed: 7,
    startAt: START,
    start: { btc_usdc: d(50000), btc_usd: d(50000), eth_usdc: d(50000) },
  });
  advancePrices(both, START + HOUR);
  assert.equal(priceOf(both, 'btc_usd'), priceOf(both, 'btc_usdc'));
  assert.notEqual(priceOf(both, 'eth_usdc'), priceOf(both, 'btc_usdc'));
});

test('one-minute volatility lies in the range that a scalper lives in, in clusters', () => {
  const windows: number[] = [];
  for (let seed = 1; seed <= 6; seed++) {
    const ticks = advancePrices(createPrices({ seed, startAt: START }), START + 6 * HOUR);
    const minutes = ticks.filter(({ at }) => at % MINUTE === 0).map(({ price }) => Number(price));
    const returns = minutes.slice(1).map((price, i) => Math.log(price / (minutes[i] as number)));
    for (let i = 0; i + 20 <= returns.length; i += 20) {
      windows.push(
        100 * Math.sqrt(returns.slice(i, i + 20).reduce((total, r) => total + r * r, 0) / 20),
      );
    }
  }
  windows.sort((a, b) => a - b);
  const quantile = (share: number): number => windows[Math.floor(windows.length * share)] as number;
  assert.ok(quantile(0.5) > 0.05 && quantile(0.5) < 0.15, `median ${quantile(0.5)} %`);
  assert.ok(quantile(0.1) > 0.03 && quantile(0.9) < 0.3, `${quantile(0.1)} to ${quantile(0.9)} %`);
  assert.ok(quantile(0.9) > 1.7 * quantile(0.1), 'calm and wild stretches differ');
});

test('prices are positive and have at most two decimals, however small', () => {
  const prices = createPrices({ seed: 3, startAt: START, start: { btc_usdc: d('0.02') } });
  for (const price of pricesAt(prices, START + HOUR)) assert.match(price, /^\d+(\.\d{1,2})?$/);
  assert.ok(Number(priceOf(prices, 'btc_usdc')) >= 0.01);
});

test('inside a rising minute the path goes open, low, high, close; inside a falling one open, high, low, close', () => {
  const file = [candle(0, 100, 110, 95, 105), candle(1, 105, 115, 90, 100)];
  const path = pricesAt(createPrices({ seed: 1, startAt: START, file }), START + 2 * MINUTE - 1);
  assert.deepEqual(
    [0, 20, 40, 59].map((second) => path[second]),
    ['100', '95', '110', '105'],
  );
  assert.deepEqual(
    [60, 80, 100, 119].map((second) => path[second]),
    ['105', '115', '90', '100'],
  );
  assert.deepEqual(
    [4, 24, 30].map((second) => path[second]),
    ['99', '98', '102.5'],
    'a straight line between',
  );
});

test('in a gap the price stays; after the last row the seeded process goes on from its close and says so', () => {
  const file = [candle(0, 100, 101, 99, 100.5), candle(3, 200, 201, 199, 200)];
  const prices = createPrices({ seed: 1, startAt: START, file });
  const path = pricesAt(prices, START + 4 * MINUTE - 1);
  assert.deepEqual(new Set(path.slice(60, 180)), new Set(['100.5']));
  assert.equal(path[180], '200');
  assert.equal(path[239], '200');
  assert.equal(pricesExhausted(prices), false);
  const after = pricesAt(prices, START + 10 * MINUTE);
  assert.equal(pricesExhausted(prices), true);
  assert.equal(after.length, 361);
  assert.ok(new Set(after).size > 20);
  assert.ok(Math.abs(Number(after[0]) / 200 - 1) < 0.002);
  assert.equal(prices.drive, null, 'the rows are let go');
});

test('a walk that begins inside the file stands there; other coins stay seeded', () => {
  const file = [candle(0, 100, 110, 95, 105), candle(1, 105, 115, 90, 100)];
  const prices = createPrices({
    seed: 1,
    startAt: START + 80_000,
    file,
    start: { btc_usdc: d(1), eth_usdc: d(3000) },
  });
  assert.equal(priceOf(prices, 'btc_usdc'), '115');
  assert.equal(priceOf(prices, 'eth_usdc'), '3000');
  advancePrices(prices, START + 100_000);
  assert.equal(priceOf(prices, 'btc_usdc'), '90');
  assert.notEqual(priceOf(prices, 'eth_usdc'), '3000');
});

test('after a hand set the price, the seeded process goes on from there', () => {
  const prices = createPrices({ seed: 1, startAt: START });
  advancePrices(prices, START + 10_000);
  assert.deepEqual(setPrice(prices, 'btc_usdc', d('50000.129'), START + 10_500), {
    at: START + 10_500,
    index: 'btc_usdc',
    price: '50000.13',
  });
  const next = advancePrices(prices, START + 11_000);
  assert.equal(next.length, 1);
  assert.ok(Math.abs(Number(next[0]?.price) / 50000.13 - 1) < 0.002);
});

test("after a hand set the price, the file's remaining moves are taken relatively", () => {
  const file = [
    candle(0, 100, 100, 100, 100),
    candle(1, 100, 110, 100, 110),
    candle(2, 110, 110, 99, 99),
  ];
  const prices = createPrices({ seed: 1, startAt: START, file });
  advancePrices(prices, START + 30_000);
  setPrice(prices, 'btc_usdc', d(50), START + 30_000);
  const path = pricesAt(prices, START + 3 * MINUTE - 1);
  assert.equal(path[0], '50');
  assert.equal(path.at(-1 - 60), '55');
  assert.equal(path.at(-1), '49.5');
  setPrice(prices, 'btc_usdc', d(80), START + 3 * MINUTE - 1);
  assert.ok(Math.abs(Number(advancePrices(prices, START + 3 * MINUTE)[0]?.price) / 80 - 1) < 0.002);
});

test('an index that is not there is our own bug', () => {
  const prices = createPrices({ seed: 1, startAt: START });
  assert.throws(() => priceOf(prices, 'doge_usdc'), /doge_usdc/);
});

function chartOf(file: readonly PriceCandle[]): PriceCandle[] {
  const first = file[0] as PriceCandle;
  const last = file.at(-1) as PriceCandle;
  const prices = createPrices({ seed: 1, startAt: first.at, file });
  const chart = createChart([]);
  for (const tick of advancePrices(prices, last.at + MINUTE - SECOND))
    chartTick(chart, tick.at, tick.price, ZERO);
  return chartRange(chart, first.at, last.at, 1);
}

test("a chart of the file's ticks shows the file's candles", () => {
  const cents = fc.integer({ min: 1, max: 10_000_000 });
  const row = fc.tuple(cents, cents, cents, cents).map((four) => {
    const [low, a, b, high] = four
      .toSorted((x, y) => x - y)
      .map((value) => d((value / 1000).toFixed(3)));
    return {
      low: low as Decimal,
      high: high as Decimal,
      inner: [a as Decimal, b as Decimal] as const,
    };
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(row, fc.boolean()), { minLength: 1, maxLength: 20 }), (rows) => {
      const file = rows.map(([{ low, high, inner }, rising], i) => ({
        at: START + i * MINUTE,
        open: inner[rising ? 0 : 1],
        high,
        low,
        close: inner[rising ? 1 : 0],
        volume: ZERO,
      }));
      assert.deepEqual(chartOf(file), file);
    }),
  );
});

const REAL = new URL('../../../../../shared/market/btc-perp-1m.csv.gz', import.meta.url);
if (existsSync(REAL))
  test("a chart of the recorded market's first 2,000 minutes shows its candles", () => {
    const parsed = parsePriceFile(gunzipSync(readFileSync(REAL)).toString('utf8'));
    assert.ok(parsed.ok);
    const file = parsed.value.slice(0, 2000).map((one) => ({ ...one, volume: ZERO }));
    assert.deepEqual(chartOf(file), file);
  });
