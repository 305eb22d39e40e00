/** The channels beside orders, trades and tickers: figures of indices, incremental tickers, grouped books, news. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderBook, Ticker } from '../../protocol/objects.ts';
import { createBench, NOON, on, PERP } from '../harness.contract.ts';

type Bench = ReturnType<typeof createBench>;
type Row = Readonly<Record<string, unknown>>;

/** What a channel has said since, after some seconds. */
function heard<T>(bench: Bench, conn: number, channel: string, ms = 3_000): readonly T[] {
  for (let passed = 0; passed < ms; passed += 100) bench.pass(100);
  return on<T>(bench.inbox(conn), channel);
}

function follow(bench: Bench, conn: number, ...channels: readonly string[]): void {
  const accepted = bench.ok(conn, 'private/subscribe', { channels });
  assert.deepEqual(new Set(accepted), new Set(channels));
}

test('an incremental ticker sends all once, then what has changed, and put together it is the ticker', () => {
  const bench = createBench();
  const conn = bench.login();
  const channel = `incremental_ticker.${PERP}`;
  follow(bench, conn, channel);
  bench.price('64100');
  const frames = heard<Partial<Ticker> & { readonly type: string }>(bench, conn, channel, 5_000);
  assert.deepEqual(new Set(frames.slice(1).map(({ type }) => type)), new Set(['change']));
  assert.equal(frames[0]?.type, 'snapshot');
  assert.ok(frames.length >= 4 && frames.length <= 6, 'one a second');
  assert.ok(frames.slice(1).every((frame) => Object.keys(frame).length < 12));
  const whole: Row = Object.fromEntries(frames.flatMap((frame) => Object.entries(frame)));
  const ticker = bench.ok(conn, 'public/ticker', { instrument_name: PERP });
  for (const field of ['mark_price', 'best_bid_price', 'best_ask_price', 'index_price'] as const)
    assert.equal(whole[field], ticker[field], field);
});

test('channels of an index say what its price does', () => {
  const bench = createBench();
  const conn = bench.login();
  const names = ['ranking', 'statistics'].map((name) => `deribit_price_${name}.btc_usdc`);
  const volatility = 'deribit_volatility_index.btc_usd';
  const expiration = 'estimated_expiration_price.btc_usdc';
  follow(bench, conn, ...names, volatility, expiration);
  bench.price('64100');
  for (let passed = 0; passed < 2_000; passed += 100) bench.pass(100);
  const inbox = bench.inbox(conn);
  const last = (channel: string) => on<Row>(inbox, channel).at(-1);
  const [constituent] = last(names[0] ?? '') as unknown as readonly Row[];
  assert.deepEqual([constituent?.['price'], constituent?.['weight']], [64_100, 100]);
  assert.equal(last(names[1] ?? '')?.['high_volatility'], false);
  assert.ok(Number(last(names[1] ?? '')?.['high24h']) >= 64_100);
  assert.ok(Number(last(volatility)?.['volatility']) > 0);
  // Twenty hours from noon to the next settlement.
  assert.deepEqual(
    [last(expiration)?.['price'], last(expiration)?.['is_estimated']],
    [64_100, true],
  );
  assert.ok(Math.abs(Number(last(expiration)?.['seconds']) - 72_000) < 5);
});

test('a book by groups sends its whole window: fewer, larger levels of the same book', () => {
  const bench = createBench();
  const conn = bench.login();
  const [fine, coarse] = [`book.${PERP}.none.10.100ms`, `book.${PERP}.5.10.100ms`];
  follow(bench, conn, fine, coarse);
  for (let passed = 0; passed < 1_000; passed += 100) bench.pass(100);
  const inbox = bench.inbox(conn);
  const [one, other] = [fine, coarse].map((name) => on<OrderBook>(inbox, name).at(-1));
  const book = bench.ok(conn, 'public/get_order_book', { instrument_name: PERP, depth: 10 });
  assert.equal(one?.bids.length, 10);
  assert.deepEqual(one?.bids[0]?.[1], book.bids[0]?.[1]);
  assert.ok((other?.bids.length ?? 10) < 10);
  const sizes = (levels: OrderBook['bids'] | undefined): number =>
    (levels ?? []).reduce((total, [, amount]) => total + amount, 0);
  const whole = bench.ok(conn, 'public/get_order_book', { instrument_name: PERP, depth: 1_000 });
  assert.ok(Math.abs(sizes(other?.asks) - sizes(whole.asks)) < 1e-9);
  assert.ok(other?.bids.every(([price]) => price % 5 === 0));
  const raw = { channels: [`book.${PERP}.none.10.raw`, `book.${PERP}.3.10.100ms`] };
  assert.deepEqual(bench.ok(conn, 'public/subscribe', raw), []);
});

test('announcements reach everybody, logins those of the account', () => {
  const bench = createBench();
  const conn = bench.login('practice-api');
  const stranger = bench.connect();
  follow(bench, conn, 'announcements', 'user.access_log', 'user.lock', 'user.mmp_trigger.all');
  assert.deepEqual(
    bench.ok(stranger, 'public/subscribe', { channels: ['announcements', 'user.access_log'] }),
    ['announcements'],
  );
  bench.control('POST', 'announce', { title: 'Release' });
  bench.login('practice-web');
  const inbox = bench.inbox(conn);
  assert.deepEqual(
    on<Row>(inbox, 'announcements').map(({ title, action }) => [title, action]),
    [['Release', 'new']],
  );
  assert.deepEqual(
    on<Row>(inbox, 'user.access_log').map(({ log, timestamp }) => [log, timestamp]),
    [['success', NOON]],
  );
  assert.equal(on(bench.inbox(stranger), 'announcements').length, 1);
});
