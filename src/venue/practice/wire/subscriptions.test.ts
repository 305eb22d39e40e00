/** Subscriptions and notifications. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { must } from '../../../base/assert.ts';
import { CHANNELS } from '../../protocol/channels.ts';
import type { ChartCandle, Order, Ticker, UserChanges, UserTrade } from '../../protocol/objects.ts';
import { changesOf, createBench, NOON, on, PERP } from '../harness.contract.ts';

const CHART = `chart.trades.${PERP}.1`;
test('the answer holds the accepted channels only, in any order', () => {
  const bench = createBench();
  const conn = bench.login();
  const wanted = [
    CHART,
    `ticker.${PERP}.100ms`,
    'user.changes.any.any.raw',
    `user.orders.${PERP}.raw`,
    'user.portfolio.usdc',
    'instrument.state.any.any',
    'platform_state',
    'deribit_price_index.btc_usdc',
    `trades.${PERP}.raw`,
  ];
  const orders = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const answer = bench.ok(conn, 'private/subscribe', {
      channels: [
        ...wanted,
        'nonsense',
        'ticker.NO-PERP.100ms',
        `chart.trades.${PERP}.7`,
        `ticker.${PERP}.5s`,
      ],
    });
    assert.deepEqual([...answer].sort(), [...wanted].sort());
    orders.add(answer.join());
  }
  assert.ok(orders.size > 10, 'the order is shuffled');
  assert.deepEqual(bench.ok(conn, 'public/subscribe', { channels: ['nonsense'] }), []);
  assert.deepEqual(bench.ok(conn, 'private/unsubscribe', { channels: [CHART, 'never'] }), [CHART]);
  assert.equal(bench.ok(conn, 'private/unsubscribe_all'), 'ok');
});

test('every channel that we speak is accepted', () => {
  const bench = createBench();
  const conn = bench.login();
  const parts: Readonly<Record<string, string>> = {
    instrument: PERP,
    interval: 'agg2',
    resolution: '15',
    kind: 'any',
    currency: 'USDC',
    index: 'btc_usdc',
  };
  const channels = CHANNELS.map((name) =>
    name.replaceAll(/\{(\w+)\}/g, (_all, part: string) => parts[part] ?? part),
  );
  const answer = bench.ok(conn, 'private/subscribe', { channels });
  assert.deepEqual([...answer].sort(), [...channels].sort());
  bench.inbox(conn);
  bench.buy(conn, { amount: 0.001, type: 'market' });
  bench.control('POST', 'settle');
  bench.pass(10 * SECOND);
  const heard = new Set(bench.inbox(conn).map((message) => message.params?.channel));
  // A lock of the account is told when it comes, and none came.
  heard.add('user.lock');
  for (const channel of channels) assert.ok(heard.has(channel), `nothing on ${channel}`);
});

test('without a login raw fails the call, other private channels are left out; scopes count', () => {
  const bench = createBench();
  const open = bench.connect();
  assert.equal(
    bench.fails(open, 'public/subscribe', { channels: [`ticker.${PERP}.raw`, CHART] }).code,
    13778,
  );
  assert.deepEqual(
    bench.ok(open, 'public/subscribe', { channels: ['user.portfolio.any', CHART] }),
    [CHART],
  );
  assert.equal(bench.fails(open, 'private/subscribe', { channels: [CHART] }).code, 10000);
  const reader = bench.connect();
  bench.ok(reader, 'public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-engine',
    client_secret: 'practice-engine-secret',
    scope: 'account:read',
  });
  assert.deepEqual(
    bench.ok(reader, 'private/subscribe', {
      channels: ['user.portfolio.any', 'user.changes.any.any.raw'],
    }),
    ['user.portfolio.any'],
  );
});

test('user.changes: one frame per event with orders, trades and a position, flat ones included, to every connection of the account', () => {
  const bench = createBench();
  const engine = bench.login();
  const web = bench.login('practice-web');
  bench.ok(engine, 'private/subscribe', { channels: [`user.changes.${PERP}.raw`], label: 'mine' });
  bench.inbox(engine);
  const { order } = bench.buy(web, { amount: 0.001, price: 63000 });
  const [message] = bench.inbox(engine);
  const { label, data } = must(message?.params, 'a notification');
  assert.equal(label, 'mine');
  const frame = data as UserChanges;
  assert.deepEqual(Object.keys(frame).sort(), ['instrument_name', 'orders', 'positions', 'trades']);
  assert.deepEqual(
    [frame.orders[0]?.order_id, frame.orders[0]?.web, frame.positions[0]?.direction],
    [order.order_id, true, 'zero'],
  );
  bench.ok(web, 'private/cancel', { order_id: order.order_id });
  const [cancelled] = changesOf(bench.inbox(engine));
  assert.deepEqual(
    [cancelled?.orders[0]?.order_state, cancelled?.trades, cancelled?.positions[0]?.size],
    ['cancelled', [], 0],
  );
});

test('the order and trade channels carry objects when raw and lists when collected', () => {
  const bench = createBench();
  const conn = bench.login();
  const channels = [
    `user.orders.${PERP}.raw`,
    `user.orders.${PERP}.100ms`,
    `user.trades.future.USDC.raw`,
    `user.trades.${PERP}.100ms`,
    `user.changes.${PERP}.100ms`,
  ];
  bench.ok(conn, 'private/subscribe', { channels });
  bench.buy(conn, { amount: 0.12, type: 'market' });
  bench.buy(conn, { amount: 0.001, price: 63000 });
  const now = bench.inbox(conn);
  assert.deepEqual(
    on<Order>(now, channels[0] as string).map((data) => data.order_state),
    ['filled', 'open'],
  );
  assert.deepEqual(
    on<readonly UserTrade[]>(now, channels[2] as string).map((data) => data.length),
    [2],
  );
  bench.pass(100);
  const later = [...now, ...bench.inbox(conn)];
  assert.deepEqual(
    on<readonly Order[]>(later, channels[1] as string)
      .flat()
      .map((data) => data.order_state),
    ['filled', 'open'],
  );
  assert.equal(on(later, channels[3] as string).flat().length, 2);
  const collected = on<UserChanges>(later, channels[4] as string);
  assert.equal(collected.flatMap((data) => data.trades).length, 2);
  assert.equal(collected.at(-1)?.positions[0]?.size, 0.12);
});

test('every closed candle comes once in its final form, before the first of the next, at any speed', () => {
  for (const [step, real] of [
    [SECOND, SECOND],
    [7 * SECOND, 100],
    [50 * SECOND, 50],
    [10 * MINUTE + SECOND, 100],
  ] as const) {
    const bench = createBench();
    const conn = bench.connect();
    bench.ok(conn, 'public/subscribe', { channels: [CHART, `chart.trades.${PERP}.5`] });
    const end = NOON + 21 * MINUTE;
    while (bench.clock.server < end) bench.pass(Math.min(step, end - bench.clock.server), real);
    const messages = bench.inbox(conn);
    for (const [channel, width] of [
      [CHART, MINUTE],
      [`chart.trades.${PERP}.5`, 5 * MINUTE],
    ] as const) {
      const frames = on<ChartCandle>(messages, channel);
      const finals = frames.filter((frame, i) => frames[i + 1]?.tick !== frame.tick);
      const closed = finals.filter((frame) => frame.tick + width <= end);
      const expected = Array.from(
        { length: Math.floor((21 * MINUTE) / width) },
        (_, i) => NOON + i * width,
      );
      assert.deepEqual(
        closed.map((frame) => frame.tick),
        expected,
        `${channel} at ${step}`,
      );
      const chart = bench.ok(conn, 'public/get_tradingview_chart_data', {
        instrument_name: PERP,
        start_timestamp: NOON,
        end_timestamp: end,
        resolution: String(width / MINUTE),
      });
      closed.forEach((frame, i) => {
        assert.deepEqual(
          [frame.open, frame.high, frame.low, frame.close, frame.volume],
          [chart.open[i], chart.high[i], chart.low[i], chart.close[i], chart.volume[i]],
          `${channel} ${i} at ${step}`,
        );
      });
    }
  }
});

test('the running candle is repeated each second at normal speed', () => {
  const bench = createBench();
  const conn = bench.connect();
  bench.ok(conn, 'public/subscribe', { channels: [CHART] });
  bench.inbox(conn);
  for (let i = 0; i < 10; i++) bench.pass(SECOND);
  assert.equal(on(bench.inbox(conn), CHART).length, 10);
});

test('tickers come at most ten times a real second however fast the market runs, and the last state always comes', () => {
  const bench = createBench({ speed: 1_000 });
  const conn = bench.connect();
  const channel = `ticker.${PERP}.100ms`;
  bench.ok(conn, 'public/subscribe', { channels: [channel] });
  bench.inbox(conn);
  for (let i = 0; i < 100; i++) bench.pass(10 * SECOND, 10);
  bench.pass(0, 100);
  const tickers = on<Ticker>(bench.inbox(conn), channel);
  assert.ok(tickers.length >= 9 && tickers.length <= 11, String(tickers.length));
  assert.equal(tickers.at(-1)?.timestamp, bench.clock.server);
  assert.equal(
    tickers.at(-1)?.mark_price,
    bench.ok(conn, 'public/ticker', { instrument_name: PERP }).mark_price,
  );
});

test('heartbeats: 12 s, then each 10.6 s; unanswered for 10 s the connection is closed with 4000', () => {
  const bench = createBench();
  const conn = bench.connect();
  assert.equal(bench.ok(conn, 'public/set_heartbeat', { interval: 10 }), 'ok');
  assert.equal(bench.fails(conn, 'public/set_heartbeat', { interval: 9 }).code, -32602);
  const due = () => bench.exchange().wakeAt({ ...bench.clock }) - bench.clock.mono;
  bench.pass(11_999);
  assert.deepEqual(
    bench.inbox(conn).filter((message) => message.method === 'heartbeat'),
    [],
  );
  assert.equal(due(), 1);
  bench.pass(1);
  assert.deepEqual(bench.inbox(conn), [
    { params: { type: 'test_request' }, method: 'heartbeat', jsonrpc: '2.0' },
  ]);
  bench.pass(5_000);
  bench.ok(conn, 'public/test');
  bench.pass(5_599);
  assert.equal(bench.inbox(conn).filter((message) => message.method === 'heartbeat').length, 0);
  bench.pass(1);
  assert.equal(bench.inbox(conn).filter((message) => message.method === 'heartbeat').length, 1);
  bench.pass(9_999);
  assert.equal(
    bench.effects.some((effect) => effect.kind === 'close'),
    false,
  );
  bench.pass(1);
  assert.deepEqual(
    bench.effects.find((effect) => effect.kind === 'close'),
    { kind: 'close', conn, code: 4000, reason: 'heartbeat close' },
  );
});

test('a silent connection without subscriptions is cut after 60.5 s, one that listens stays', () => {
  const bench = createBench();
  const idle = bench.connect();
  const listening = bench.connect();
  bench.ok(listening, 'public/subscribe', { channels: ['instrument.state.any.any'] });
  bench.pass(60_499);
  assert.equal(
    bench.effects.some((effect) => effect.kind === 'drop'),
    false,
  );
  bench.pass(1);
  assert.deepEqual(
    bench.effects.filter((effect) => effect.kind === 'drop'),
    [{ kind: 'drop', conn: idle }],
  );
});

test('cancel-on-disconnect is off unless asked for, and takes the orders of its own connection only', () => {
  const bench = createBench();
  const web = bench.login('practice-web');
  const plain = bench.buy(web, { amount: 0.001, price: 63000, label: 'plain' }).order.order_id;
  const covered = bench.login('practice-web');
  assert.equal(bench.ok(covered, 'private/enable_cancel_on_disconnect'), 'ok');
  assert.deepEqual(bench.ok(covered, 'private/get_cancel_on_disconnect'), {
    scope: 'connection',
    enabled: true,
  });
  const taken = bench.buy(covered, { amount: 0.001, price: 63000 }).order.order_id;
  bench.handle({ kind: 'closed', conn: covered });
  bench.handle({ kind: 'closed', conn: web });
  const reader = bench.login();
  assert.equal(bench.order(reader, plain).order_state, 'open');
  assert.deepEqual(
    [bench.order(reader, taken).order_state, bench.order(reader, taken).cancel_reason],
    ['cancelled', 'cancel_on_disconnect'],
  );
});

test('public data: instruments, book, index, candles back to a day before the start, last trades', () => {
  const bench = createBench();
  const conn = bench.connect();
  const [instrument] = bench.ok(conn, 'public/get_instruments', {
    currency: 'USDC',
    kind: 'future',
  });
  assert.deepEqual(
    [
      instrument?.instrument_name,
      instrument?.contract_size,
      instrument?.min_trade_amount,
      instrument?.tick_size,
      instrument?.taker_commission,
      instrument?.maker_commission,
      instrument?.price_index,
      instrument?.settlement_currency,
    ],
    [PERP, 0.0001, 0.0001, 0.1, 0.0005, 0, 'btc_usdc', 'USDC'],
  );
  const named = (currency: string) =>
    bench.ok(conn, 'public/get_instruments', { currency }).map((one) => one.instrument_name);
  assert.deepEqual(named('BTC'), ['BTC-PERPETUAL']);
  assert.deepEqual(named('USDC'), [PERP, 'ETH_USDC-PERPETUAL']);
  assert.deepEqual(named('ETH'), []);
  const book = bench.ok(conn, 'public/get_order_book', { instrument_name: PERP, depth: 5 });
  assert.deepEqual(
    [
      book.asks.length,
      book.bids.length,
      book.asks[0],
      book.bids[0],
      book.min_price,
      book.max_price,
    ],
    [5, 5, [64001.3, 0.05], [63998.7, 0.05], 63040, 64960],
  );
  assert.deepEqual(bench.ok(conn, 'public/get_index_price', { index_name: 'btc_usdc' }), {
    index_price: 64000,
    estimated_delivery_price: 64000,
  });
  const chart = bench.ok(conn, 'public/get_tradingview_chart_data', {
    instrument_name: PERP,
    start_timestamp: NOON - DAY,
    end_timestamp: NOON - 1,
    resolution: '1',
  });
  assert.deepEqual(
    [chart.status, chart.ticks.length, chart.ticks[0], chart.ticks.at(-1)],
    ['ok', 1_440, NOON - DAY, NOON - MINUTE],
  );
  assert.equal(
    bench.ok(conn, 'public/get_tradingview_chart_data', {
      instrument_name: PERP,
      start_timestamp: NOON + HOUR,
      end_timestamp: NOON + 2 * HOUR,
      resolution: '1',
    }).status,
    'no_data',
  );
  bench.pass(5 * SECOND);
  const trades = bench.ok(conn, 'public/get_last_trades_by_instrument', {
    instrument_name: PERP,
    count: 3,
  });
  assert.deepEqual(
    [trades.trades.length, trades.has_more, trades.trades[0]?.timestamp],
    [3, true, NOON + 5 * SECOND],
  );
});
