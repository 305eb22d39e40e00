/** The methods that other clients call at their start and in normal use: their values are the exchange's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, SECOND } from '../../../base/time.ts';
import type { Order, Placed, PublicTrade } from '../../protocol/objects.ts';
import { MISSING_METHODS, MORE_METHODS } from '../../protocol/more-methods.ts';
import { at, createBench, NOON, PERP } from '../harness.contract.ts';

type Bench = ReturnType<typeof createBench>;
type Row = Readonly<Record<string, unknown>>;

function result<T>(bench: Bench, conn: number, method: string, params: object = {}): T {
  const answer = bench.ask(conn, method, params);
  assert.ok(
    answer !== undefined && answer.error === undefined,
    `${method}: ${JSON.stringify(answer?.error)}`,
  );
  return answer.result as T;
}

test('no method of the venue is unknown here: what is missing says so, after the questions of login and scope', () => {
  const bench = createBench();
  const [stranger, conn] = [bench.connect(), bench.login()];
  assert.ok(Object.keys(MISSING_METHODS).length > 50);
  for (const [method, { scope }] of Object.entries(MISSING_METHODS)) {
    assert.equal(bench.fails(stranger, method).code, method.startsWith('public/') ? 10033 : 10000);
    const allowed =
      scope === undefined || ['trade:read', 'trade:read_write', 'account:read'].includes(scope);
    assert.equal(bench.fails(conn, method).code, allowed ? 10033 : 13021, method);
  }
  assert.equal(bench.fails(conn, 'private/nothing').code, -32601);
});

test('every further method answers, or names the parameter that it misses', () => {
  const bench = createBench();
  const conn = bench.login('practice-api');
  for (const method of Object.keys(MORE_METHODS)) {
    const answer = bench.ask(conn, method);
    const data = answer?.error?.data as { reason?: string } | undefined;
    if (answer?.error !== undefined)
      assert.deepEqual([answer.error.code, data?.reason], [-32602, 'value required'], method);
  }
  const wrong = bench.fails(conn, 'public/get_book_summary_by_currency', { currency: 'DOGE' });
  assert.deepEqual(wrong.data, { reason: 'wrong format', param: 'currency' });
});

test('wallet lists need a wallet scope; the first deposit is the only one', () => {
  const bench = createBench();
  const conn = bench.login('practice-api');
  assert.equal(
    bench.fails(bench.login(), 'private/get_deposits', { currency: 'USDC' }).code,
    13021,
  );
  const list = result<{ count: number; data: readonly Row[] }>(
    bench,
    conn,
    'private/get_deposits',
    {
      currency: 'USDC',
    },
  );
  assert.deepEqual(
    [list.count, list.data[0]?.['amount'], list.data[0]?.['state']],
    [1, 10_000, 'completed'],
  );
  for (const method of ['private/get_withdrawals', 'private/get_transfers'])
    assert.deepEqual(result(bench, conn, method, { currency: 'USDC' }), { count: 0, data: [] });
});

test('a book summary says what the ticker says', () => {
  const bench = createBench();
  const conn = bench.connect();
  bench.price('64500');
  const ticker = bench.ok(conn, 'public/ticker', { instrument_name: PERP });
  const rows = result<readonly Row[]>(bench, conn, 'public/get_book_summary_by_currency', {
    currency: 'USDC',
  });
  const row = rows.find((one) => one['instrument_name'] === PERP);
  const [only] = result<readonly Row[]>(bench, conn, 'public/get_book_summary_by_instrument', {
    instrument_name: PERP,
  });
  for (const one of [row, only])
    assert.deepEqual(
      [one?.['mark_price'], one?.['bid_price'], one?.['ask_price'], one?.['last']],
      [ticker.mark_price, ticker.best_bid_price, ticker.best_ask_price, ticker.last_price],
    );
  assert.equal(
    only?.['mid_price'],
    (Number(ticker.best_bid_price) + Number(ticker.best_ask_price)) / 2,
  );
  const id = bench.ok(conn, 'public/get_instruments', { currency: 'USDC' })[0]?.instrument_id;
  const book = result<Row>(bench, conn, 'public/get_order_book_by_instrument_id', {
    instrument_id: id,
    depth: 1,
  });
  assert.equal(book['instrument_name'], PERP);
  assert.equal(
    bench.fails(conn, 'public/get_order_book_by_instrument_id', { instrument_id: 1 }).code,
    13020,
  );
});

test('the last trades of a currency are those of its instruments, own ones among them', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.pass(5_000);
  const { trades: own } = bench.buy(conn, { amount: 0.01, type: 'market' });
  const ask = (method: string, params: object) =>
    result<{ trades: readonly PublicTrade[]; has_more: boolean }>(bench, conn, method, {
      currency: 'USDC',
      ...params,
    });
  const { trades, has_more: more } = ask('public/get_last_trades_by_currency', { count: 4 });
  assert.equal(trades[0]?.trade_id, own.at(-1)?.trade_id);
  assert.deepEqual([trades.length, more], [4, true]);
  const since = ask('public/get_last_trades_by_currency_and_time', {
    start_timestamp: NOON + 2_000,
    end_timestamp: NOON + 3_000,
    count: 100,
  }).trades;
  assert.ok(
    since.length >= 4 &&
      since.every(({ timestamp }) => timestamp >= NOON + 2_000 && timestamp <= NOON + 3_000),
  );
  assert.deepEqual(
    new Set(since.map((one) => one.instrument_name)),
    new Set([PERP, 'ETH_USDC-PERPETUAL']),
  );
  assert.deepEqual(ask('public/get_last_trades_by_currency', { kind: 'option' }).trades, []);
});

test('funding by the hour adds up to what a position paid', () => {
  const start = at('2026-01-05T12:59:00.000Z');
  const bench = createBench({ startAt: start });
  const conn = bench.login();
  bench.pass(60 * SECOND);
  bench.buy(conn, { amount: 1, type: 'market' });
  for (let hour = 0; hour < 3; hour++) bench.pass(HOUR, 10_000);
  const range = {
    instrument_name: PERP,
    start_timestamp: start + 60_000,
    end_timestamp: start + 60_000 + 3 * HOUR,
  };
  const rows = result<readonly Row[]>(bench, conn, 'public/get_funding_rate_history', range);
  assert.deepEqual(
    rows.map((row) => row['timestamp']),
    [0, 1, 2, 3].map((hour) => start + 60_000 + hour * HOUR),
  );
  const rate = result<number>(bench, conn, 'public/get_funding_rate_value', range);
  const sum = rows.slice(1).reduce((total, row) => total + Number(row['interest_1h']), 0);
  assert.ok(Math.abs(rate - sum) < 1e-15, `${rate} and ${sum}`);
  const { realized_funding: paid } = bench.ok(conn, 'private/get_position', {
    instrument_name: PERP,
  });
  assert.ok(
    Math.abs(-rate * 64_000 - Number(paid)) < 1e-3,
    `${rate} of 64,000 and ${String(paid)}`,
  );
  const chart = result<Row>(bench, conn, 'public/get_funding_chart_data', {
    instrument_name: PERP,
    length: '8h',
  });
  assert.equal((chart['data'] as readonly Row[]).length, rows.length);
});

test('settlements and delivery prices are those that were, and outlive a restart', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.5, type: 'market' });
  bench.price('64640');
  bench.control('POST', 'settle');
  const { mark_price: mark } = bench.ok(conn, 'public/ticker', { instrument_name: PERP });
  const seen = (from: number) => ({
    settlements: result<{ settlements: readonly Row[]; continuation: unknown }>(
      bench,
      from,
      'public/get_last_settlements_by_instrument',
      { instrument_name: PERP },
    ).settlements,
    prices: result<{ records_total: number; data: readonly Row[] }>(
      bench,
      from,
      'public/get_delivery_prices',
      { index_name: 'btc_usdc' },
    ),
  });
  const before = seen(conn);
  assert.deepEqual(
    [
      before.settlements.length,
      before.settlements[0]?.['mark_price'],
      before.settlements[0]?.['position'],
    ],
    [1, mark, 0.5],
  );
  assert.deepEqual(before.prices, {
    records_total: 1,
    data: [{ date: '2026-01-05', delivery_price: 64_640 }],
  });
  const page = result<{ settlements: readonly Row[]; continuation: unknown }>(
    bench,
    conn,
    'public/get_last_settlements_by_currency',
    { currency: 'USDC', count: 1 },
  );
  assert.deepEqual([page.settlements.length, page.continuation], [1, '1']);
  for (const how of ['entries', 'snapshot'] as const) {
    bench.restart(how);
    assert.deepEqual(seen(bench.connect()), before);
  }
});

test('indices, volumes and volatility', () => {
  const bench = createBench();
  const conn = bench.connect();
  bench.pass(10_000);
  assert.deepEqual(result(bench, conn, 'public/get_index_price_names'), [
    'btc_usdc',
    'eth_usdc',
    'btc_usd',
  ]);
  assert.deepEqual(result(bench, conn, 'public/get_supported_index_names'), [
    'btc_usdc',
    'eth_usdc',
    'btc_usd',
  ]);
  const volumes = result<readonly Row[]>(bench, conn, 'public/get_trade_volumes', {
    extended: true,
  });
  assert.ok(Number(volumes.find((row) => row['currency'] === 'BTC')?.['futures_volume']) > 0);
  const history = result<readonly (readonly number[])[]>(
    bench,
    conn,
    'public/get_historical_volatility',
    { currency: 'BTC' },
  );
  assert.ok(history.length > 10 && history.every(([, value]) => Number(value) > 0));
  const index = result<{ data: readonly (readonly number[])[] }>(
    bench,
    conn,
    'public/get_volatility_index_data',
    { currency: 'BTC', start_timestamp: 0, end_timestamp: NOON * 2, resolution: '43200' },
  );
  for (const [, open, high, low, close] of index.data)
    assert.ok(
      Number(high) >= Math.max(Number(open), Number(close)) &&
        Number(low) <= Math.min(Number(open), Number(close)),
    );
  const points = result<readonly (readonly number[])[]>(
    bench,
    conn,
    'public/get_index_chart_data',
    { index_name: 'btc_usdc', range: '1h' },
  );
  assert.ok(points.length >= 60);
  assert.deepEqual(
    result(bench, conn, 'public/get_expirations', { currency: 'any', kind: 'any' }),
    { future: ['PERPETUAL'], option: [] },
  );
  assert.deepEqual(
    result(bench, conn, 'public/get_expirations', { currency: 'USDC', kind: 'future' }),
    { usdc: { future: ['PERPETUAL'] } },
  );
});

test('the main account sees all accounts, another only itself; margins of orders are their own', () => {
  const bench = createBench({
    accounts: ['main', 'other'].map((id) => ({ id, cash: { USDC: '1000' as never } })),
  });
  const conn = bench.login();
  const { order } = bench.buy(conn, { amount: 0.01, type: 'limit', price: 60_000 });
  const all = result<readonly Row[]>(bench, conn, 'private/get_subaccounts', {
    with_portfolio: true,
  });
  assert.deepEqual(
    all.map((row) => [row['username'], row['type']]),
    [
      ['main', 'main'],
      ['other', 'subaccount'],
    ],
  );
  const details = result<readonly { uid: number; open_orders: readonly Order[] }[]>(
    bench,
    conn,
    'private/get_subaccounts_details',
    { currency: 'USDC', with_open_orders: true },
  );
  assert.deepEqual(
    details.map((row) => row.open_orders.map((one) => one.order_id)),
    [[order.order_id], []],
  );
  const margins = result<readonly Row[]>(bench, conn, 'private/get_order_margin_by_ids', {
    ids: [order.order_id],
  });
  assert.deepEqual(margins, [
    { order_id: order.order_id, initial_margin: 12.0003, initial_margin_currency: 'USDC' },
  ]);
  assert.equal(bench.fails(conn, 'private/get_order_margin_by_ids', { ids: ['x'] }).code, 10004);
});

test('a portfolio is simulated beside the own positions or without them', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.1, type: 'market' });
  const initial = (params: object): number =>
    result<{ initial_margin: number }>(bench, conn, 'private/simulate_portfolio', {
      currency: 'USDC',
      ...params,
    }).initial_margin;
  const own = bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' }).initial_margin;
  assert.equal(initial({}), own);
  const text = JSON.stringify({ [PERP]: 0.1 });
  // Twice the size needs a little more than twice as much: 6400 * 0.00005 * (0.2 * 2 - 0.1 * 2).
  assert.ok(Math.abs(initial({ simulated_positions: text }) - 2 * own - 0.064) < 1e-5);
  assert.ok(Math.abs(initial({ simulated_positions: text, add_positions: false }) - own) < 1e-5);
  assert.equal(initial({ add_positions: false }), 0);
  assert.equal(
    bench.fails(conn, 'private/simulate_portfolio', { currency: 'USDC', simulated_positions: '[' })
      .code,
    -32602,
  );
});

test('logins stand in the access log, announcements are found again', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.login();
  const log = result<{ records_total: number; data: readonly Row[] }>(
    bench,
    conn,
    'private/get_access_log',
    { count: 1 },
  );
  assert.deepEqual([log.records_total, log.data.length, log.data[0]?.['log']], [2, 1, 'success']);
  bench.control('POST', 'announce', { title: 'Release', body: 'At nine', important: true });
  const [news] = result<readonly Row[]>(bench, conn, 'public/get_announcements');
  assert.deepEqual([news?.['title'], news?.['important']], ['Release', true]);
});

test('mixed spellings are the same numbers, and answers of reads may be overtaken', () => {
  const plain = createBench();
  const mixed = createBench({ venue: { spelling: 'mixed', overtaking: true } });
  const texts: string[] = [];
  const delays = new Set<number | undefined>();
  const life = (bench: Bench): Placed => {
    const conn = bench.login();
    const placed = bench.buy(conn, { amount: 0.02, type: 'market' });
    for (let i = 0; i < 20; i++) bench.ok(conn, 'private/get_position', { instrument_name: PERP });
    for (const effect of bench.effects)
      if (effect.kind === 'send') {
        texts.push(effect.text);
        delays.add(effect.delayMs);
      }
    return placed;
  };
  assert.deepEqual(life(mixed), life(plain));
  assert.match(texts.join(''), /[":,]\d\.\d+e-?\d/);
  assert.match(texts.join(''), /[":,]\d+\.0[,}]/);
  assert.ok(delays.size > 1 && delays.has(undefined), [...delays].join(' '));
});

test('a cancel by currency pair ends the orders of that pair only', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.01, type: 'limit', price: 60_000 });
  const other = { instrument_name: 'ETH_USDC-PERPETUAL', amount: 0.1, type: 'limit', price: 3_000 };
  const kept = bench.ok(conn, 'private/buy', other).order.order_id;
  const cancel = (params: object) =>
    result<number>(bench, conn, 'private/cancel_all_by_currency_pair', params);
  assert.equal(cancel({ currency_pair: 'btc_usdc', kind: 'option' }), 0);
  assert.equal(cancel({ currency_pair: 'btc_usdc' }), 1);
  assert.deepEqual(
    bench.ok(conn, 'private/get_open_orders').map(({ order_id }) => order_id),
    [kept],
  );
  const strange = { currency_pair: 'x_y' };
  assert.equal(bench.fails(conn, 'private/cancel_all_by_currency_pair', strange).code, -32602);
});
