import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openSessions } from '../../src/app/sessions.ts';
import { stderrLog } from '../../src/edge/log.ts';
import type { PriceRow } from '../../src/edge/practice-port.ts';
import { type PriceCandle } from '../../src/venue/practice/ports.ts';
import { dec } from '../../src/base/decimal.ts';
import { createRealExchange } from './practice-real.ts';
import { type Client, connect, raw, start, startChild, temporaryFolder } from './practice-tools.ts';

const INSTRUMENT = 'BTC_USDC-PERPETUAL';

type Placed = {
  readonly order: {
    readonly order_id: string;
    readonly label: string;
    readonly order_state: string;
  };
};
type Trades = {
  readonly trades: readonly { readonly trade_id: string; readonly label?: string }[];
};

async function login(port: unknown): Promise<Client> {
  const client = await connect(`ws://127.0.0.1:${String(port)}/ws/api/v2`);
  const granted = (await client.call('public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-engine',
    client_secret: 'practice-engine-secret',
  })) as { access_token?: string };
  assert.equal(typeof granted.access_token, 'string', JSON.stringify(granted));
  return client;
}

const real = (t: TestContext, options: Parameters<typeof start>[1] = {}) =>
  start(t, { createExchange: createRealExchange, ...options });

/** Orders that are answered in each round before the exchange is killed, at any speed of the machine. */
const ENOUGH = 25;

/** Places market orders until the connection is gone; answers the labels that were acknowledged. */
async function tradeUntilGone(
  client: Client,
  prefix: string,
  enough: () => void,
): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let n = 0; client.socket.readyState === client.socket.OPEN; n++) {
    const label = `${prefix}-${n}`;
    const answered = client.call(n % 2 === 0 ? 'private/buy' : 'private/sell', {
      instrument_name: INSTRUMENT,
      amount: 0.001,
      type: 'market',
      label,
    });
    const placed = (await Promise.race([
      answered,
      client.closed.then(() => null),
    ])) as Placed | null;
    if (placed === null) break;
    assert.equal(placed.order?.label, label, JSON.stringify(placed));
    acknowledged.push(label);
    if (acknowledged.length === ENOUGH) enough();
  }
  return acknowledged;
}

test('[I32] the exchange killed while orders are placed: every answered order and its fill are there, once', async (t) => {
  const dataDir = temporaryFolder(t);
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round++) {
    const { first, kill } = await startChild(t, 'practice-child.ts', 'real', dataDir, '20');
    const client = await login(first['port']);
    const { trades } = (await client.call('private/get_user_trades_by_instrument', {
      instrument_name: INSTRUMENT,
      count: 1000,
    })) as Trades;
    const labels = trades.map(({ label }) => label);
    assert.equal(new Set(labels).size, labels.length, 'one fill an order');
    for (const label of acknowledged) assert.ok(labels.includes(label), `${label} is lost`);
    const { promise: placed, resolve: enough } = Promise.withResolvers<void>();
    const trading = tradeUntilGone(client, `r${round}`, enough);
    await placed;
    await kill();
    acknowledged.push(...(await trading));
  }
  assert.ok(acknowledged.length >= 3 * ENOUGH, `${acknowledged.length} orders`);
});

test('the options that bound connections and requests hold at the door, from the moment they are set', async (t) => {
  const server = await real(t);
  const url = `ws://127.0.0.1:${server.port}/ws/api/v2`;
  const first = await connect(url);
  const set = (body: object) => server.control('POST', 'options', body);
  assert.equal((await set({ connectionsMost: 2, requestBytesMost: 1_024 })).status, 200);
  await connect(url);
  await assert.rejects(connect(url), /HTTP 429/);
  first.sendText(' '.repeat(1_025));
  assert.match(await first.next(), /"code":-32600/);
  const long = { method: 'POST', body: ' '.repeat(1_025) };
  assert.equal((await raw(server.port, '/api/v2/public/test', long)).status, 413);
  await set({ connectionsMost: 3, requestBytesMost: 32_768 });
  await connect(url);
});

test('where the hosts are split, one takes no public subscriptions, the other nothing private, and the engine’s client uses both', async (t) => {
  const server = await real(t);
  await server.control('POST', 'options', { hosts: 'split' });
  const at = (path: string): string => `ws://127.0.0.1:${server.port}${path}/ws/api/v2`;
  const [requests, streams] = [await connect(at('')), await connect(at('/streams'))];
  const channels = { channels: [`ticker.${INSTRUMENT}.100ms`] };
  const code = async (client: Client, method: string, params = {}): Promise<unknown> =>
    ((await client.call(method, params)) as { readonly code?: number }).code;
  assert.equal(await code(requests, 'public/subscribe', channels), -32601);
  assert.deepEqual(await streams.call('public/subscribe', channels), channels.channels);
  assert.equal(await code(streams, 'private/get_positions'), -32601);
  const { promise: up, resolve } = Promise.withResolvers<void>();
  const links = new Set<string>();
  const sessions = openSessions({
    url: at(''),
    marketUrl: at('/streams'),
    credentials: { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' },
    login: 'secret',
    instruments: [INSTRUMENT],
    log: stderrLog('error'),
    onEvent: (link, { kind }) => {
      if (kind === 'link_up') links.add(link);
      if (links.size === 2) resolve();
    },
  });
  t.after(() => sessions.stop());
  await up;
});

test('a resting order and a position outlive a kill, and the price goes on where it was', async (t) => {
  const dataDir = temporaryFolder(t);
  const before = await startChild(t, 'practice-child.ts', 'real', dataDir, '1');
  const client = await login(before.first['port']);
  await client.call('private/buy', { instrument_name: INSTRUMENT, amount: 0.01, type: 'market' });
  const resting = (await client.call('private/buy', {
    instrument_name: INSTRUMENT,
    amount: 0.02,
    type: 'limit',
    price: 40_000,
    label: 'rests',
  })) as Placed;
  assert.equal(resting.order.order_state, 'open');
  const { index_price: index } = (await client.call('public/get_index_price', {
    index_name: 'btc_usdc',
  })) as { index_price: number };
  await before.kill();
  const after = await startChild(t, 'practice-child.ts', 'real', dataDir, '1');
  const again = await login(after.first['port']);
  const open = (await again.call('private/get_open_orders_by_instrument', {
    instrument_name: INSTRUMENT,
  })) as Placed['order'][];
  assert.deepEqual(
    open.map(({ order_id }) => order_id),
    [resting.order.order_id],
  );
  const position = (await again.call('private/get_position', { instrument_name: INSTRUMENT })) as {
    size: number;
  };
  assert.equal(position.size, 0.01);
  const { index_price: later } = (await again.call('public/get_index_price', {
    index_name: 'btc_usdc',
  })) as { index_price: number };
  assert.ok(Math.abs(later / index - 1) < 0.01, `${index} -> ${later}`);
});

test('HTTP and WebSocket speak of the same exchange; bad JSON and unknown methods get its errors', async (t) => {
  const server = await real(t);
  const answer = await fetch(`${server.url}/api/v2/public/ticker?instrument_name=${INSTRUMENT}`);
  assert.equal(answer.status, 200);
  const { result } = (await answer.json()) as {
    result: { instrument_name: string; index_price: number };
  };
  assert.equal(result.instrument_name, INSTRUMENT);
  assert.ok(result.index_price > 0);
  const wrong = await fetch(`${server.url}/api/v2/public/nothing`);
  assert.equal(wrong.status, 400);
  assert.equal(((await wrong.json()) as { error: { code: number } }).error.code, -32601);
  const client = await server.client();
  client.sendText('{"jsonrpc":');
  assert.deepEqual(JSON.parse(await client.next()), {
    jsonrpc: '2.0',
    error: { code: 11050, message: 'bad_request', data: 'invalid json' },
  });
});

test('a hand closes on the website: the owner and the control stream hear of it', async (t) => {
  const server = await real(t);
  const client = await login(server.port);
  await client.call('private/subscribe', { channels: [`user.changes.${INSTRUMENT}.raw`] });
  await client.call('private/buy', { instrument_name: INSTRUMENT, amount: 0.01, type: 'market' });
  const viewer = await connect(`ws://127.0.0.1:${server.port}/practice/v1/stream`);
  assert.equal((JSON.parse(await viewer.next()) as { type: string }).type, 'SNAPSHOT');
  const closed = await server.control('POST', 'close', { instrument: INSTRUMENT });
  assert.equal(closed.status, 200);
  let flags: unknown;
  for (let i = 0; i < 10 && flags === undefined; i++) {
    const { params } = JSON.parse(await client.next()) as {
      params: { data: { orders: { web: boolean; api: boolean }[] } };
    };
    flags = params.data.orders.map(({ web, api }) => [web, api]).find(([web]) => web);
  }
  assert.deepEqual(flags, [true, false]);
  let heard = '';
  while (heard !== 'CHANGES') heard = (JSON.parse(await viewer.next()) as { type: string }).type;
});

test('a viewer of the control stream gets the book that it asks for, and no other viewer does', async (t) => {
  const server = await real(t);
  const url = `ws://127.0.0.1:${server.port}/practice/v1/stream`;
  const [viewer, other] = [await connect(url), await connect(url)];
  viewer.sendText(JSON.stringify({ type: 'FOLLOW_BOOKS', instruments: [INSTRUMENT], depth: 1 }));
  const untilBook = async (client: Client): Promise<{ bids: { price: string }[] }> => {
    for (;;) {
      const event = JSON.parse(await client.next()) as { type: string; bids: { price: string }[] };
      if (event.type === 'BOOK') return event;
    }
  };
  const before = await untilBook(viewer);
  assert.equal(before.bids.length, 1);
  await server.control('POST', 'price', { instrument: INSTRUMENT, price: '70000' });
  let after = before;
  while (Number(after.bids[0]?.price) < 69_000) after = await untilBook(viewer);
  const types = new Set<string>();
  while (!types.has('PRICES')) types.add((JSON.parse(await other.next()) as { type: string }).type);
  assert.equal(types.has('BOOK'), false);
  const answer = await fetch(`${server.url}/practice/v1/book?instrument=${INSTRUMENT}&depth=3`);
  const book = (await answer.json()) as { bids: unknown[]; asks: unknown[]; mark: string };
  assert.deepEqual([answer.status, book.bids.length, book.asks.length], [200, 3, 3]);
});

test('faults over the real socket: stale reads, a push that comes twice, a push that its answer overtakes', async (t) => {
  const server = await real(t);
  const client = await login(server.port);
  await client.call('private/subscribe', { channels: [`user.changes.${INSTRUMENT}.raw`] });
  const plant = async (body: Readonly<Record<string, unknown>>): Promise<number> => {
    const answer = await server.control('POST', 'fault', body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return (answer.body as { readonly id: number }).id;
  };
  const buy = () =>
    client.call('private/buy', { instrument_name: INSTRUMENT, amount: 0.01, type: 'market' });
  const size = async (): Promise<number> => {
    const position = await client.call('private/get_position', { instrument_name: INSTRUMENT });
    return (position as { readonly size: number }).size;
  };
  const stale = await plant({ kind: 'stale_reads', ms: 60_000 });
  await plant({ kind: 'duplicate_notification', channel: 'user.changes' });
  await buy();
  const pushed = [await client.next(), await client.next()];
  assert.equal(pushed[0], pushed[1]);
  assert.equal(await size(), 0, 'the copy knows nothing of it');
  await server.control('DELETE', `fault/${stale}`);
  assert.equal(await size(), 0.01);
  await plant({ kind: 'reorder_notifications', channel: 'user.changes' });
  const order: string[] = [];
  const next = client.next().then(() => order.push('push'));
  await buy().then(() => order.push('answer'));
  await next;
  assert.deepEqual(order, ['answer', 'push']);
});

test('stepped time moves by advance alone; a file drives the price through its candle', async (t) => {
  const at = Date.UTC(2022, 0, 1);
  const row = (minute: number, open: string, high: string, low: string, close: string): PriceRow =>
    ({
      at: at + minute * 60_000,
      open: dec(open),
      high: dec(high),
      low: dec(low),
      close: dec(close),
      volume: dec('1'),
    }) satisfies PriceCandle;
  const file = [row(0, '100', '110', '95', '105'), row(1, '105', '115', '90', '100')];
  const server = await real(t, { speed: 0, file });
  const client = await server.client();
  const index = async (): Promise<number> =>
    (
      (await client.call('public/get_index_price', { index_name: 'btc_usdc' })) as {
        index_price: number;
      }
    ).index_price;
  assert.equal(await client.call('public/get_time'), at);
  const seen = [await index()];
  for (const ms of [20_000, 20_000, 19_000, 21_000, 20_000]) {
    assert.equal((await server.control('POST', 'advance', { ms })).status, 200);
    seen.push(await index());
  }
  assert.deepEqual(seen, [100, 95, 110, 105, 115, 90]);
  assert.equal(await client.call('public/get_time'), at + 100_000);
});
