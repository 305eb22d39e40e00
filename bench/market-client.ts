/**
 * A client of market data as a process of its own: ours over the real socket driver, ccxt as it comes but for its addresses,
 * or a bare WebSocket that parses. Each calls back once a message, and counts the distinct numbers of what it was told.
 */
import ccxt from 'ccxt';
import { WebSocket } from 'ws';
import { driveSession } from '../src/edge/venue-socket.ts';
import { createDeribitSession } from '../src/venue/deribit/session.ts';
import type { LinkName, VenueEvent, VenueRequest } from '../src/venue/port.ts';
import { INSTRUMENTS, START } from './market-frames.ts';

export type Variant = 'ours' | 'ccxt' | 'bare';
export type ClientOrder =
  | { readonly kind: 'connect'; readonly variant: Variant; readonly port: number }
  /** Count and measure from now on. */
  | { readonly kind: 'begin'; readonly count: number; readonly from: number }
  /** All has been sent: tell once nothing comes any more. */
  | { readonly kind: 'finish' };
export type ClientNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  /** What was missed while a connection was gone has been read, so long after the new one was up. */
  | { readonly kind: 'refilled'; readonly afterMs: number }
  | {
      readonly kind: 'result';
      readonly cpuMs: number;
      /** From the first to the last call back. */
      readonly wallMs: number;
      readonly calls: number;
      readonly distinct: number;
    };

/** Nothing for so long: all has come. */
const IDLE_MS = 300;
const CLIENT_SECRET = 'bench-secret-of-no-use';

let seen = new Uint8Array(0);
let from = 0;
let calls = 0;
let distinct = 0;
let firstAt = 0;
let lastAt = 0;
let cpu = process.cpuUsage();

/** One message was called back; `at` is its moment, and with it its number. */
function told(at: number): void {
  calls++;
  lastAt = performance.now();
  if (calls === 1) firstAt = lastAt;
  const number = at - START - from;
  if (seen[number] !== 0) return;
  seen[number] = 1;
  distinct++;
}

function momentOf(event: VenueEvent): number | undefined {
  if (event.kind === 'book') return event.book.at;
  if (event.kind === 'ticker') return event.ticker.at;
  if (event.kind === 'trades') return event.trades[0]?.at;
  if (event.kind === 'candle') return event.candle.at;
  return event.kind === 'changes' ? event.changes.fills[0]?.at : undefined;
}

/** What the engine does with a new trading link: the fills of each currency are read again. */
function createRefill(request: (ref: string, request: VenueRequest) => void) {
  let upAt = 0;
  let waiting = 0;
  return {
    begin: (conn: number): void => {
      upAt = performance.now();
      waiting = INSTRUMENTS.length;
      for (const name of INSTRUMENTS)
        request(`${conn}-${name}`, {
          kind: 'fills',
          currency: name.slice(0, 3),
          from: START,
          to: START + 1e9,
        });
    },
    take: (event: Extract<VenueEvent, { readonly kind: 'answer' }>): void => {
      const { outcome } = event;
      if (outcome.status !== 'ok' || outcome.result.kind !== 'fills')
        throw new Error(`the fills could not be read: ${JSON.stringify(outcome)}`);
      for (const fill of outcome.result.fills) told(fill.at);
      waiting--;
      if (waiting === 0) news({ kind: 'refilled', afterMs: performance.now() - upAt });
    },
  };
}

async function ours(url: string): Promise<void> {
  const open = (link: LinkName): Promise<void> =>
    new Promise((resolve) => {
      const refill = createRefill((ref, request) => driven.request(ref, request));
      const driven = driveSession(
        createDeribitSession({
          link,
          url,
          credentials:
            link === 'trading' ? { clientId: 'bench', clientSecret: CLIENT_SECRET } : null,
          instruments: INSTRUMENTS,
          books: INSTRUMENTS,
          trades: INSTRUMENTS,
          currencies: ['BTC'],
          jitter: Math.random,
        }),
        {
          mono: () => performance.now(),
          onEvent: (event) => {
            const at = momentOf(event);
            if (at !== undefined) told(at);
            else if (event.kind === 'link_up') {
              if (link === 'trading' && event.conn > 1) refill.begin(event.conn);
              resolve();
            } else if (event.kind === 'answer') refill.take(event);
            else if (event.kind === 'undecodable') throw new Error(`${event.what}: ${event.raw}`);
          },
          log: { info: () => undefined, warn: () => undefined },
          redact: (text) => text,
        },
      );
    });
  await Promise.all([open('market'), open('trading')]);
}

async function bare(url: string): Promise<void> {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve) => ws.once('open', resolve));
  ws.on('message', (data: Buffer) => {
    const { params } = JSON.parse(data.toString('utf8')) as {
      readonly params?: {
        readonly data: {
          readonly timestamp?: number;
          readonly tick?: number;
          readonly trades?: readonly { readonly timestamp: number }[];
        } & readonly { readonly timestamp: number }[];
      };
    };
    if (params === undefined) return;
    const at =
      params.data.timestamp ??
      params.data.tick ??
      params.data.trades?.[0]?.timestamp ??
      params.data[0]?.timestamp;
    if (at !== undefined) told(at);
  });
  const channels = [
    ...INSTRUMENTS.flatMap((name) => [
      `book.${name}.100ms`,
      `ticker.${name}.100ms`,
      `trades.${name}.100ms`,
      `chart.trades.${name}.1`,
    ]),
    'user.changes.any.any.raw',
  ];
  ws.send(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'private/subscribe', params: { channels } }),
  );
}

/** Calls `ask` again and again, as its users do, and tells what it brings. */
function watch<T>(ask: () => Promise<T>, tell: (got: T) => void): void {
  void (async () => {
    for (;;)
      try {
        tell(await ask());
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
  })();
}

async function ofCcxt(port: number): Promise<void> {
  const client = new ccxt.pro.deribit({
    apiKey: 'bench',
    secret: CLIENT_SECRET,
    enableRateLimit: false,
  });
  client.urls['api'] = { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}/ws/api/v2` };
  // Its agent for addresses without TLS.
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  for (const id of INSTRUMENTS) {
    const { symbol } = client.market(id);
    watch(
      () => client.watchOrderBook(symbol),
      (book) => told(book.timestamp ?? 0),
    );
    watch(
      () => client.watchTicker(symbol),
      (ticker) => told(ticker.timestamp ?? 0),
    );
    watch(
      () => client.watchTrades(symbol),
      (trades) => {
        for (const trade of trades) told(trade.timestamp ?? 0);
      },
    );
    watch(
      () => client.watchOHLCV(symbol, '1m'),
      (candles) => {
        for (const [at] of candles) told(at ?? 0);
      },
    );
  }
  watch(
    () => client.watchMyTrades(),
    (trades) => {
      for (const trade of trades) told(trade.timestamp ?? 0);
    },
  );
}

const news = (one: ClientNews): void => void process.send?.(one);

async function connect(variant: Variant, port: number): Promise<void> {
  const url = `ws://127.0.0.1:${port}/ws/api/v2`;
  if (variant === 'ours') await ours(url);
  else if (variant === 'bare') await bare(url);
  else await ofCcxt(port);
  await new Promise((resolve) => setTimeout(resolve, 700));
  news({ kind: 'ready' });
}

function finish(): void {
  const wait = setInterval(() => {
    if (performance.now() - lastAt < IDLE_MS) return;
    clearInterval(wait);
    const { user, system } = process.cpuUsage(cpu);
    news({
      kind: 'result',
      cpuMs: (user + system) / 1_000,
      wallMs: lastAt - firstAt,
      calls,
      distinct,
    });
  }, 50);
}

process.on('message', (order: ClientOrder) => {
  if (order.kind === 'connect') void connect(order.variant, order.port);
  else if (order.kind === 'begin') {
    seen = new Uint8Array(order.count);
    ({ from } = order);
    calls = 0;
    distinct = 0;
    lastAt = performance.now();
    cpu = process.cpuUsage();
    news({ kind: 'begun' });
  } else finish();
});
process.once('disconnect', () => process.exit());
