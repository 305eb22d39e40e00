/** Dated futures: which are listed when, what they are worth, and that nobody's looking changes what they become. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { at, createBench, flat, NOON, on, PERP } from '../harness.contract.ts';
import { PERPETUALS } from './instruments.ts';
import { forgetDelivered } from './listing.ts';
import type { MarketRecord } from '../state.ts';

const FUTURE = 'BTC_USDC-30JAN26';
const OPTION = 'BTC_USDC-6JAN26-64000-C';
const world = (startAt = NOON) => ({ startAt, dated: true, instruments: PERPETUALS });
type Bench = ReturnType<typeof createBench>;
const futures = (bench: Bench, conn: number, currency: string, expired = false): string[] =>
  bench
    .ok(conn, 'public/get_instruments', { currency, kind: 'future', expired })
    .map(({ instrument_name }) => instrument_name);

test('every family lists its perpetual and the ends of the calendar, with all fields of an instrument', () => {
  const bench = createBench(world());
  const conn = bench.connect();
  const ends = ['9JAN26', '16JAN26', '30JAN26', '27FEB26', '27MAR26', '26JUN26', '25SEP26'];
  assert.deepEqual(futures(bench, conn, 'BTC'), [
    'BTC-PERPETUAL',
    ...[...ends, '25DEC26'].map((end) => `BTC-${end}`),
  ]);
  assert.deepEqual(futures(bench, conn, 'ETH').slice(0, 2), ['ETH-PERPETUAL', 'ETH-9JAN26']);
  assert.equal(futures(bench, conn, 'USDC').length, 18);
  const all = bench.ok(conn, 'public/get_instruments', { currency: 'any', kind: 'future' });
  assert.equal(new Set(all.map(({ instrument_id }) => instrument_id)).size, all.length);
  const one = all.find(({ instrument_name }) => instrument_name === 'BTC-26JUN26');
  assert.deepEqual(
    [one?.settlement_period, one?.expiration_timestamp, one?.future_type, one?.contract_size],
    ['month', at('2026-06-26T08:00:00Z'), 'reversed', 10],
  );
  const week = all.find(({ instrument_name }) => instrument_name === 'BTC_USDC-16JAN26');
  assert.deepEqual([week?.settlement_period, week?.settlement_currency], ['week', 'USDC']);
  assert.deepEqual(
    bench.ask(conn, 'public/get_expirations', { currency: 'BTC', kind: 'future' })?.result,
    { btc: { future: [...ends, '25DEC26', 'PERPETUAL'] } },
  );
});

test('an exchange that was not asked to lists perpetuals only', () => {
  const bench = createBench();
  const conn = bench.connect();
  assert.deepEqual(
    bench.ask(conn, 'public/get_expirations', { currency: 'any', kind: 'any' })?.result,
    {
      future: ['PERPETUAL'],
      option: [],
    },
  );
});

test('a future stands above its index by what carrying costs, and meets it as its end comes; it pays no funding', () => {
  const bench = createBench(world());
  const conn = bench.connect();
  const marks = (): number[] =>
    ['9JAN26', '30JAN26', '27MAR26', '25DEC26'].map(
      (end) => bench.ok(conn, 'public/ticker', { instrument_name: `BTC-${end}` }).mark_price,
    );
  const now = marks();
  assert.deepEqual(
    now,
    now.toSorted((a, b) => a - b),
  );
  assert.ok((now[0] ?? 0) > 64_000 && (now[3] ?? 0) < 64_000 * 1.1, `${now}`);
  const ticker = bench.ok(conn, 'public/ticker', { instrument_name: 'BTC-9JAN26' });
  assert.ok(!('funding_8h' in ticker) && !('interest_value' in ticker));
  assert.equal(ticker.last_price, null);
  const late = createBench(world(at('2026-01-09T07:59:00Z')));
  const seen = late.connect();
  late.pass(MINUTE - 1);
  const last = late.ok(seen, 'public/ticker', { instrument_name: 'BTC-9JAN26' });
  assert.ok(Math.abs(last.mark_price - 64_000) < 0.2, `${last.mark_price}`);
});

test('a future is traded like any other: makers stand for it, cash and session run as those of a perpetual', () => {
  const bench = createBench(world());
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.future.USDC.raw'] });
  const { order, trades } = bench.ok(conn, 'private/buy', {
    instrument_name: FUTURE,
    amount: 0.01,
    type: 'market',
  });
  assert.equal(order.order_state, 'filled');
  const paid = trades.reduce((sum, { fee }) => sum + fee, 0);
  assert.ok(Math.abs(paid - order.average_price! * 0.01 * 0.0005) < 2e-6);
  const position = bench.ok(conn, 'private/get_position', { instrument_name: FUTURE });
  assert.deepEqual(
    [position.size, position.kind, 'realized_funding' in position],
    [0.01, 'future', false],
  );
  assert.equal(on(bench.inbox(conn), 'user.changes.future.USDC').length, 1);
  const resting = bench.ok(conn, 'private/sell', {
    instrument_name: FUTURE,
    amount: 0.01,
    price: 64_700,
  });
  bench.price('66000');
  assert.equal(bench.order(conn, resting.order.order_id).order_state, 'filled');
});

test('a stop on a future fires at its own mark', () => {
  const bench = createBench(world());
  const conn = bench.login();
  bench.ok(conn, 'private/buy', { instrument_name: FUTURE, amount: 0.01, type: 'market' });
  const stop = bench.ok(conn, 'private/sell', {
    instrument_name: FUTURE,
    amount: 0.01,
    type: 'stop_market',
    trigger: 'mark_price',
    trigger_price: 63_800,
    reduce_only: true,
  });
  bench.price('63000');
  assert.equal(bench.order(conn, stop.order.order_id).order_state, 'triggered');
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: FUTURE }).size, 0);
});

test('looking changes nothing: with and without looks, and after a restart, the exchange is the same to the byte', () => {
  const live = { ...world(), lively: true };
  const [looked, alone, restarted] = [createBench(live), createBench(live), createBench(live)];
  for (const bench of [looked, alone, restarted]) {
    const conn = bench.login();
    bench.ok(conn, 'private/buy', { instrument_name: FUTURE, amount: 0.01, type: 'market' });
    bench.ok(conn, 'private/sell', { instrument_name: FUTURE, amount: 0.02, price: 64_600 });
  }
  const watcher = looked.connect();
  for (let second = 0; second < 14; second++) {
    for (const end of ['9JAN26', '30JAN26', '25DEC26'])
      looked.ok(watcher, 'public/get_order_book', { instrument_name: `BTC-${end}`, depth: 10 });
    if (second % 5 === 0)
      looked.ask(watcher, 'public/get_book_summary_by_currency', { currency: 'USDC' });
    if (second === 7) restarted.restart(second % 2 === 0 ? 'snapshot' : 'entries');
    for (const bench of [looked, alone, restarted]) bench.pass(SECOND + 130);
  }
  const whole = (bench: Bench) => {
    const { n: _n, ...rest } = bench.stored();
    return rest;
  };
  assert.deepEqual(whole(looked).markets, whole(alone).markets);
  assert.deepEqual(whole(looked), whole(alone));
  assert.deepEqual(whole(restarted), whole(alone));
});

test('reads from an old copy leave the market itself alone', () => {
  const [stale, fresh] = [createBench(world()), createBench(world())];
  for (const bench of [stale, fresh]) {
    const conn = bench.login();
    bench.control('POST', 'fault', { kind: 'X9', count: 50 });
    for (let second = 0; second < 6; second++) {
      bench.pass(SECOND);
      if (bench === stale) bench.ok(conn, 'private/get_position', { instrument_name: OPTION });
      bench.ok(conn, 'public/ticker', { instrument_name: OPTION });
    }
  }
  assert.deepEqual(stale.stored().markets, fresh.stored().markets);
});

test('what was listed is delivered though the exchange lists nothing new any more', () => {
  const friday = at('2026-01-09T07:59:50Z');
  const options = { ...world(friday), file: flat('64000', friday) };
  const before = createBench(options);
  before.ok(before.login(), 'private/buy', {
    instrument_name: 'BTC_USDC-9JAN26',
    amount: 0.01,
    type: 'market',
  });
  const after = createBench({ ...options, dated: false, restore: { entries: before.entries } });
  const conn = after.login();
  after.pass(20 * SECOND);
  assert.equal(
    after.ok(conn, 'private/get_position', { instrument_name: 'BTC_USDC-9JAN26' }).size,
    0,
  );
  assert.ok(futures(after, conn, 'USDC', true).includes('BTC_USDC-9JAN26'));
  assert.ok(!futures(after, conn, 'USDC').includes('BTC_USDC-23JAN26'));
});

test('others trade in them now and then, so that they have a last price, trades and candles', () => {
  const bench = createBench(world());
  bench.pass(10 * MINUTE);
  const conn = bench.connect();
  const traded = bench
    .ok(conn, 'public/get_instruments', { currency: 'any', kind: 'future' })
    .filter(({ instrument_name }) => !instrument_name.endsWith('PERPETUAL'))
    .map(({ instrument_name }) => bench.ok(conn, 'public/ticker', { instrument_name }))
    .filter(({ last_price }) => last_price !== null);
  assert.ok(traded.length > 10, `${traded.length}`);
  const chart = bench.ok(conn, 'public/get_tradingview_chart_data', {
    instrument_name: FUTURE,
    start_timestamp: NOON - 3 * HOUR,
    end_timestamp: NOON + 10 * MINUTE,
    resolution: '1',
  });
  assert.equal(chart.ticks.length, 191);
  assert.ok(chart.close.every((price) => price > 60_000 && price < 68_000));
});

test('[I32] an exchange written down before dated products were listed lists them, keeps what it had, and remembers them', () => {
  const options = { startAt: NOON, instruments: PERPETUALS, dated: false };
  const bench = createBench(options);
  bench.buy(bench.login(), { amount: 0.001, type: 'market' });
  const later = createBench({ ...options, dated: true, restore: { entries: bench.entries } });
  const conn = later.login();
  assert.equal(later.ok(conn, 'private/get_position', { instrument_name: PERP }).size, 0.001);
  assert.equal(futures(later, conn, 'BTC').length, 9);
  later.ok(conn, 'private/buy', { instrument_name: FUTURE, amount: 0.01, type: 'market' });
  later.pass(SECOND);
  const again = createBench({
    ...options,
    startAt: later.clock.server,
    restore: { entries: [...bench.entries, ...later.entries] },
  });
  const seen = again.login();
  assert.equal(again.ok(seen, 'private/get_position', { instrument_name: FUTURE }).size, 0.01);
});

test('at 08:00 of its day a future goes to the delivered ones and a new one comes', () => {
  const friday = at('2026-01-09T07:59:58Z');
  const bench = createBench({ ...world(friday), file: flat('64000', friday) });
  const conn = bench.connect();
  bench.ok(conn, 'public/subscribe', { channels: ['instrument.state.future.BTC'] });
  assert.ok(futures(bench, conn, 'BTC').includes('BTC-9JAN26'));
  assert.ok(!futures(bench, conn, 'BTC').includes('BTC-23JAN26'));
  bench.pass(3 * SECOND);
  bench.pass(6 * SECOND);
  assert.deepEqual(futures(bench, conn, 'BTC', true), ['BTC-9JAN26']);
  assert.ok(!futures(bench, conn, 'BTC').includes('BTC-9JAN26'));
  assert.ok(futures(bench, conn, 'BTC').includes('BTC-23JAN26'));
  const states = on<{ instrument_name: string; state: string }>(
    bench.inbox(conn),
    'instrument.state',
  );
  const of = (name: string) =>
    states.filter((one) => one.instrument_name === name).map(({ state }) => state);
  assert.deepEqual(of('BTC-9JAN26'), ['settlement', 'delivered']);
  assert.deepEqual(of('BTC-16JAN26'), ['settlement', 'open']);
  assert.deepEqual(of('BTC-23JAN26'), ['open']);
});

test('what was delivered is shown for a week and then forgotten at 08:00', () => {
  const end = at('2026-01-09T08:00:00Z');
  const market = {
    name: 'BTC-9JAN26',
    dated: { delivery: { at: end } },
  } as unknown as MarketRecord;
  const forgotten = (when: number): readonly string[] =>
    forgetDelivered(new Map([[market.name, market]]), when);
  assert.deepEqual(forgotten(end + 6 * DAY), []);
  assert.deepEqual(forgotten(end + 7 * DAY - 1), []);
  assert.deepEqual(forgotten(end + 7 * DAY), ['BTC-9JAN26']);
  // Delivered by a hand after the hour: kept until the first 08:00 at which a week has passed.
  const late = { ...market, dated: { ...market.dated, delivery: { at: end + HOUR } } };
  const kept = new Map([[late.name, late as MarketRecord]]);
  assert.deepEqual(forgetDelivered(kept, end + 7 * DAY + 2 * HOUR), []);
  assert.deepEqual(forgetDelivered(kept, end + 8 * DAY), ['BTC-9JAN26']);
});
