/** The listed perpetuals: their prices hang together by coin, and an exchange written down before one was listed lists it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../../../base/decimal.ts';
import { SECOND } from '../../../base/time.ts';
import { createBench, flat, NOON, PERP } from '../harness.contract.ts';
import { INSTRUMENTS, type InstrumentSpec } from './instruments.ts';
import { addIndex, advancePrices, createPrices, priceOf } from '../market/prices.ts';

const START = Object.fromEntries(INSTRUMENTS.map((spec) => [spec.index, spec.startPrice]));

test("bitcoin's two indexes move together, ether's goes its own way", () => {
  const prices = createPrices({ seed: 3, startAt: NOON, start: START });
  const ticks = advancePrices(prices, NOON + 600 * SECOND);
  const of = (index: string) =>
    ticks.filter((tick) => tick.index === index).map(({ price }) => price);
  assert.deepEqual(of('btc_usd'), of('btc_usdc'));
  const moves = of('eth_usdc').map((price) => (Number(price) / 3_200).toFixed(4));
  assert.notDeepEqual(
    moves,
    of('btc_usd').map((price) => (Number(price) / 64_000).toFixed(4)),
  );
  assert.ok(Number(of('eth_usdc').at(-1)) > 3_000 && Number(of('eth_usdc').at(-1)) < 3_400);
});

test("a price file drives both of bitcoin's indexes and leaves ether to its seed", () => {
  const prices = createPrices({ seed: 3, startAt: NOON, start: START, file: flat('71234.5') });
  advancePrices(prices, NOON + 60 * SECOND);
  assert.deepEqual(
    [priceOf(prices, 'btc_usd'), priceOf(prices, 'btc_usdc')],
    ['71234.5', '71234.5'],
  );
  assert.notEqual(priceOf(prices, 'eth_usdc'), '3200');
});

test('an index that is listed later follows its coin from then on, or begins at the price that is given', () => {
  const prices = createPrices({ seed: 3, startAt: NOON });
  advancePrices(prices, NOON + 100 * SECOND);
  addIndex(prices, 'btc_usd', { seed: 3, price: dec('1') });
  addIndex(prices, 'eth_usdc', { seed: 3, price: dec('3200') });
  addIndex(prices, 'btc_usdc', { seed: 3, price: dec('1') });
  assert.equal(priceOf(prices, 'eth_usdc'), '3200');
  advancePrices(prices, NOON + 900 * SECOND);
  assert.equal(priceOf(prices, 'btc_usd'), priceOf(prices, 'btc_usdc'));
});

test("bitcoin's two charts show one past, ether's shows its own", () => {
  const bench = createBench();
  const conn = bench.connect();
  const before = (instrument_name: string) =>
    bench.ok(conn, 'public/get_tradingview_chart_data', {
      instrument_name,
      start_timestamp: NOON - 7_200_000,
      end_timestamp: NOON - 60_000,
      resolution: '1',
    }).close;
  assert.equal(before(PERP).length, 120);
  assert.deepEqual(before('BTC-PERPETUAL'), before(PERP));
  const [ether] = before('ETH_USDC-PERPETUAL');
  assert.ok(ether !== undefined && ether > 2_500 && ether < 4_000, `${ether}`);
});

test('[I32] an exchange written down before an instrument was listed lists it, keeps what it had, and remembers it', () => {
  const listed: InstrumentSpec[] = INSTRUMENTS.slice(0, 1);
  const bench = createBench({ instruments: listed });
  const first = bench.login();
  bench.buy(first, { amount: 0.001, type: 'market' });
  bench.pass(5 * SECOND);
  listed.push(...INSTRUMENTS.slice(1));
  for (const how of ['entries', 'snapshot', 'entries'] as const) {
    bench.restart(how);
    const conn = bench.login();
    const all = bench.ok(conn, 'public/get_instruments', { currency: 'any' });
    assert.deepEqual(
      all.map((one) => one.instrument_name),
      INSTRUMENTS.map(({ name }) => name),
    );
    assert.deepEqual(
      bench
        .ok(conn, 'private/get_positions', {})
        .map((one) => [one.instrument_name, one.size])
        .slice(0, 1),
      [[PERP, 0.001]],
    );
    const chart = bench.ok(conn, 'public/get_tradingview_chart_data', {
      instrument_name: 'BTC-PERPETUAL',
      start_timestamp: NOON - 3_600_000,
      end_timestamp: NOON,
      resolution: '1',
    });
    assert.equal(chart.ticks.length, 61, `candles of before, from ${how}`);
    assert.equal(
      bench.ok(conn, 'public/ticker', { instrument_name: 'BTC-PERPETUAL' }).index_price,
      64_000,
    );
    bench.pass(SECOND);
  }
  const conn = bench.login();
  const { order } = bench.ok(conn, 'private/buy', {
    instrument_name: 'BTC-PERPETUAL',
    type: 'market',
    amount: 100,
  });
  assert.equal(order.order_state, 'filled');
});
