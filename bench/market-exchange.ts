/**
 * The exchange of the benchmarks of market data and integrity, a process of its own: answers what clients ask before they
 * listen, over WebSocket and HTTP, and sends frames that are made beforehand, as many in one segment as it is told.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { assert } from '../src/base/assert.ts';
import {
  INSTRUMENTS,
  type Frame,
  fillOf,
  instrumentOf,
  makeFills,
  makeFrames,
} from './market-frames.ts';

export type MarketOrder =
  | { readonly kind: 'open'; readonly count: number; readonly what: 'market' | 'fills' }
  /** Sends the frames from one number to before another, so many in one segment. */
  | {
      readonly kind: 'send';
      readonly from: number;
      readonly to: number;
      readonly segment: number;
      /** Fills a second; as fast as it goes when left out. */
      readonly perSecond?: number;
    }
  /** Cuts all connections without a word. */
  | { readonly kind: 'cut' };
export type MarketNews =
  | { readonly kind: 'listening'; readonly port: number; readonly meanBytes: number }
  | { readonly kind: 'sent' }
  /** A client listens to private events (again). */
  | { readonly kind: 'listened' };

type SendOrder = Extract<MarketOrder, { readonly kind: 'send' }>;
type Members = Readonly<Record<string, unknown>>;
type Client = { readonly ws: WebSocket; readonly socket: Socket; readonly channels: Set<string> };

const ACCOUNT = { id: 4711, currency: 'BTC', type: 'main', username: 'bench' };
const LOGIN = {
  access_token: 'token',
  refresh_token: 'refresh',
  token_type: 'bearer',
  expires_in: 900,
  scope: 'account:read trade:read_write connection mainaccount',
};
const currencies = ['BTC', 'ETH'].map((currency) => ({
  currency,
  currency_long: currency,
  coin_type: currency,
  decimals: 8,
  min_confirmations: 1,
  min_withdrawal_fee: 0.0001,
  withdrawal_fee: 0.0001,
  withdrawal_priorities: [],
  network_currency: currency,
  network_fee: 0.0001,
}));

/** One page of the fills that exist. */
function page(params: Members): unknown {
  const [from, to] = [Number(params['start_timestamp']), Number(params['end_timestamp'])];
  const fitting = fills
    .slice(0, made)
    .filter(({ at, currency }) => at >= from && at <= to && currency === params['currency']);
  const rows = fitting.slice(0, Number(params['count']));
  return {
    trades: rows.map(({ text }) => JSON.parse(text) as unknown),
    has_more: fitting.length > rows.length,
  };
}

/** What a method gives that does not depend on who asks. */
function resultOf(method: string, params: Members): unknown {
  switch (method) {
    case 'public/auth':
      return LOGIN;
    case 'private/get_user_locks':
      return [];
    case 'private/get_account_summary':
      return ACCOUNT;
    case 'private/get_cancel_on_disconnect':
      return { scope: 'connection', enabled: false };
    case 'public/status':
      return { locked: 'false', locked_indices: [] };
    case 'public/test':
      return { version: '1.2.26' };
    case 'public/get_currencies':
      return currencies;
    case 'public/get_instruments':
      return INSTRUMENTS.map(instrumentOf).filter(
        (one) =>
          params['currency'] === undefined ||
          params['currency'] === 'any' ||
          params['currency'] === (one as Members)['settlement_currency'],
      );
    case 'private/get_user_trades_by_currency_and_time':
      return page(params);
    default:
      return 'ok';
  }
}

const wrap = (id: unknown, result: unknown): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    result,
    usIn: Date.now() * 1_000,
    usOut: Date.now() * 1_000,
    usDiff: 0,
    testnet: true,
  });

/** A text as one unmasked WebSocket frame (RFC 6455, 5.2). */
function encode(text: string): Buffer {
  const body = Buffer.from(text);
  assert(body.length < 65_536, 'a frame of this length is not made here');
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

const clients = new Set<Client>();
let frames: readonly (readonly { readonly channel: string; readonly bytes: Buffer }[])[] = [];
let snapshots: Readonly<Record<string, string>> = {};
/** The fills that exist so far, as the exchange lists them. */
let fills: readonly { readonly at: number; readonly text: string; readonly currency: string }[] =
  [];
let made = 0;

function answer(client: Client, text: string): void {
  const { id, method, params } = JSON.parse(text) as {
    readonly id?: unknown;
    readonly method: string;
    readonly params?: Members;
  };
  if (!method.endsWith('/subscribe')) {
    client.ws.send(wrap(id, resultOf(method, params ?? {})));
    return;
  }
  const channels = (params?.['channels'] ?? []) as readonly string[];
  const entered = channels.filter((channel) => !client.channels.has(channel));
  for (const channel of channels) client.channels.add(channel);
  if (channels.some((channel) => channel.startsWith('user.'))) news({ kind: 'listened' });
  client.ws.send(wrap(id, channels));
  for (const channel of entered) {
    const first = snapshots[channel];
    if (first !== undefined) client.ws.send(first);
  }
}

function http(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://bench');
  const method = url.pathname.replace(/^\/api\/v2\//, '');
  response.setHeader('content-type', 'application/json');
  response.end(wrap(1, resultOf(method, Object.fromEntries(url.searchParams))));
}

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Hands the frames of a client to its socket, so many at once. */
async function sendTo({ socket, channels }: Client, order: SendOrder): Promise<void> {
  const mine = frames
    .slice(order.from, order.to)
    .flatMap((alternatives) => alternatives.filter(({ channel }) => channels.has(channel)))
    .map(({ bytes }) => bytes);
  const began = performance.now();
  for (let at = 0; at < mine.length && !socket.destroyed; at += order.segment) {
    const due = order.perSecond === undefined ? 0 : began + (at / order.perSecond) * 1_000;
    while (performance.now() < due) await later();
    const full = !socket.write(Buffer.concat(mine.slice(at, at + order.segment)));
    if (full) await new Promise((resolve) => socket.once('drain', resolve));
  }
}

/** Sends to all clients, and answers when everything has left. */
async function send(order: SendOrder): Promise<void> {
  made = order.to;
  await Promise.all([...clients].map((client) => sendTo(client, order)));
}

function cut(): void {
  for (const { socket } of clients) socket.destroy();
  clients.clear();
}

const news = (one: MarketNews): void => void process.send?.(one);

function open(count: number, what: 'market' | 'fills'): void {
  const all = what === 'market' ? makeFrames(count) : makeFills(count);
  ({ snapshots } = all);
  fills = what === 'market' ? [] : all.frames.map((one) => fillOf(one));
  frames = all.frames.map((alternatives) =>
    alternatives.map(({ channel, text }: Frame) => ({ channel, bytes: encode(text) })),
  );
  const sizes = all.frames.map(([first]) => Buffer.byteLength(first?.text ?? ''));
  const server = createServer(http);
  new WebSocketServer({ server }).on('connection', (ws, request) => {
    const client = { ws, socket: request.socket, channels: new Set<string>() };
    request.socket.setNoDelay(true);
    clients.add(client);
    ws.on('message', (data: Buffer) => answer(client, data.toString('utf8')));
    ws.on('error', () => undefined);
    ws.on('close', () => clients.delete(client));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    assert(typeof address === 'object' && address !== null, 'no port');
    news({
      kind: 'listening',
      port: address.port,
      meanBytes: sizes.reduce((a, b) => a + b, 0) / sizes.length,
    });
  });
}

process.on('message', (order: MarketOrder) => {
  if (order.kind === 'open') open(order.count, order.what);
  else if (order.kind === 'cut') cut();
  else void send(order).then(() => news({ kind: 'sent' }));
});
process.once('disconnect', () => process.exit());
