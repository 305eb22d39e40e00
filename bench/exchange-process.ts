/**
 * The exchange of the benchmarks, a process of its own: answers requests about an account, over WebSocket and HTTP, with
 * results that are made beforehand and counted, and sends private notifications and prices at a pace.
 */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { sharedNow } from './kit.ts';
import {
  type Size,
  ACCOUNT,
  PRICE,
  endOf,
  instrumentNames,
  rawFillsFrom,
  rawInstrument,
  rawOrder,
  rawPositions,
} from './messages.ts';

export type ExchangeOrder =
  | { readonly kind: 'open'; readonly size: Size }
  /** Sends `count` notifications at `perSecond`, numbered from `first`. */
  | {
      readonly kind: 'push';
      readonly first: number;
      readonly count: number;
      readonly perSecond: number;
    }
  /** Sends tickers to whoever subscribed to them, of one instrument after the other, until it is told 0. */
  | { readonly kind: 'prices'; readonly perSecond: number }
  /** Asks for the requests since it was last asked. */
  | { readonly kind: 'count' };
export type ExchangeNews =
  | { readonly kind: 'listening'; readonly port: number }
  /** When each notification was handed to the socket. */
  | { readonly kind: 'pushed'; readonly first: number; readonly sentAt: readonly number[] }
  /** Requests by method, and tickers sent. */
  | {
      readonly kind: 'counted';
      readonly requests: Readonly<Record<string, number>>;
      readonly prices: number;
    };

type Params = Readonly<Record<string, unknown>>;

/** An order of somebody's hand that is placed (even numbers) and then cancelled (odd numbers), as a notification. */
function notification(n: number, at: number): string {
  const order = {
    order_id: `hand-${n >> 1}`,
    label: '',
    instrument_name: 'BTC_USDC-PERPETUAL',
    direction: 'buy',
    order_type: 'limit',
    order_state: n % 2 === 0 ? 'open' : 'cancelled',
    amount: 0.001,
    filled_amount: 0,
    average_price: 0,
    price: PRICE - 10_000,
    time_in_force: 'good_til_cancelled',
    post_only: false,
    reduce_only: false,
    creation_timestamp: at,
    last_update_timestamp: at,
    api: false,
    web: true,
  };
  const data = {
    instrument_name: 'BTC_USDC-PERPETUAL',
    orders: [order],
    trades: [],
    positions: [],
  };
  return JSON.stringify({
    jsonrpc: '2.0',
    method: 'subscription',
    params: { channel: 'user.changes.any.any.raw', data },
  });
}

/** What ccxt asks for before anything else. */
const CURRENCIES = JSON.stringify([
  {
    currency: 'USDC',
    currency_long: 'USDC',
    coin_type: 'USDC',
    decimals: 6,
    min_confirmations: 1,
    min_withdrawal_fee: 0.1,
    withdrawal_fee: 0.1,
    withdrawal_priorities: [],
    network_currency: 'ETH',
    network_fee: 0.0001,
  },
]);

/** Calls back so often a second, several times in one turn where a timer was late. */
function createPace(call: () => void): (perSecond: number) => void {
  let timer: NodeJS.Timeout | undefined;
  return (perSecond) => {
    clearInterval(timer);
    const began = sharedNow();
    let done = 0;
    timer = setInterval(() => {
      const due = Math.floor(((sharedNow() - began) / 1_000) * perSecond);
      for (; done < due; done++) call();
    }, 1);
    if (perSecond === 0) clearInterval(timer);
  };
}

const tickerOf = (name: unknown, at: number): object => ({
  instrument_name: name,
  timestamp: at,
  state: 'open',
  index_price: PRICE,
  mark_price: PRICE,
  last_price: PRICE,
  min_price: PRICE - 900,
  max_price: PRICE + 900,
  best_bid_price: PRICE - 0.5,
  best_bid_amount: 1,
  best_ask_price: PRICE + 0.5,
  best_ask_amount: 1,
  open_interest: 1,
  estimated_delivery_price: PRICE,
});

type Answers = Readonly<Record<string, (params: Params) => string>>;

/** The text of each method's result, made beforehand where it can be. */
function answersOf(size: Size, now: () => number): Answers {
  const end = endOf(size);
  const orders = JSON.stringify(
    Array.from({ length: size.open }, (_, n) => [
      rawOrder({ size, n }, 'stop'),
      rawOrder({ size, n }, 'target'),
    ]).flat(),
  );
  const positions = JSON.stringify(rawPositions(size));
  const fills = rawFillsFrom(size, end - 3_600_000);
  const summary = {
    currency: 'USDC',
    balance: 1_000_000,
    equity: 1_000_000,
    available_funds: 900_000,
    initial_margin: 10,
    maintenance_margin: 5,
    session_rpl: 0,
    session_upl: 0,
  };
  const candles = (params: Params): unknown => {
    const ticks: number[] = [];
    const from = Math.ceil(Number(params['start_timestamp']) / 60_000) * 60_000;
    for (let at = from; at <= Math.min(Number(params['end_timestamp']), now()); at += 60_000)
      ticks.push(at);
    const column = (value: number): number[] => ticks.map(() => value);
    return {
      status: 'ok',
      ticks,
      open: column(PRICE),
      high: column(PRICE + 5),
      low: column(PRICE - 5),
      close: column(PRICE),
      volume: column(1),
      cost: column(PRICE),
    };
  };
  const page = (params: Params): unknown => {
    const [from, to, count] = [
      Number(params['start_timestamp']),
      Number(params['end_timestamp']),
      Number(params['count']),
    ];
    const asked = fills.filter(
      ({ timestamp }) => Number(timestamp) >= from && Number(timestamp) <= to,
    );
    return { trades: asked.slice(0, count), has_more: asked.length > count };
  };
  return {
    'public/auth': () =>
      JSON.stringify({
        access_token: 'a',
        refresh_token: 'r',
        token_type: 'bearer',
        expires_in: 900,
        scope: 'account:read trade:read_write',
      }),
    'public/test': () => '{"version":"1.2.26"}',
    'public/set_heartbeat': () => '"ok"',
    'private/get_cancel_on_disconnect': () => '{"scope":"connection","enabled":false}',
    'private/get_account_summary': () =>
      JSON.stringify({ ...summary, id: ACCOUNT, limits: size.limits }),
    'private/get_account_summaries': () => JSON.stringify({ id: ACCOUNT, summaries: [summary] }),
    'private/subscribe': ({ channels }) => JSON.stringify(channels),
    'public/subscribe': ({ channels }) => JSON.stringify(channels),
    'private/get_open_orders': () => orders,
    'private/get_positions': () => positions,
    'private/get_user_trades_by_currency_and_time': (params) => JSON.stringify(page(params)),
    'private/get_transaction_log': () => '{"logs":[],"continuation":null}',
    'public/get_currencies': () => CURRENCIES,
    'public/get_instruments': () => JSON.stringify(instrumentNames(size).map(rawInstrument)),
    'public/get_instrument': ({ instrument_name: name }) =>
      JSON.stringify(rawInstrument(String(name))),
    'public/ticker': ({ instrument_name: name }) => JSON.stringify(tickerOf(name, now())),
    'public/get_tradingview_chart_data': (params) => JSON.stringify(candles(params)),
  };
}

function serve(size: Size): void {
  const end = endOf(size);
  const born = sharedNow();
  const now = (): number => Math.floor(end + 4_000 + sharedNow() - born);
  const answers = answersOf(size, now);
  let prices = 0;
  const pricesTo = new Set<WebSocket>();
  const names = instrumentNames(size);
  const pace = createPace(() => {
    const name = names[prices % names.length] ?? '';
    const data = { ...tickerOf(name, now()), mark_price: PRICE + (prices % 100) / 2 };
    prices++;
    const frame = JSON.stringify({
      jsonrpc: '2.0',
      method: 'subscription',
      params: { channel: `ticker.${name}.100ms`, data },
    });
    for (const socket of pricesTo) socket.send(frame);
  });

  let counts: Record<string, number> = {};
  /** The members of an answer but for its id. */
  const answered = (method: string, params: Params): string => {
    counts[method] = (counts[method] ?? 0) + 1;
    const answer = answers[method];
    const us = now() * 1_000;
    const rest = `"usIn":${us},"usOut":${us + 10},"usDiff":10,"testnet":true`;
    return answer === undefined
      ? `"error":{"code":-32601,"message":"Method not found"},${rest}`
      : `"result":${answer(params)},${rest}`;
  };

  const listeners = new Set<WebSocket>();
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const method = url.pathname.replace('/api/v2/', '');
    response.setHeader('content-type', 'application/json');
    response.end(`{"jsonrpc":"2.0",${answered(method, Object.fromEntries(url.searchParams))}}`);
  });
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('close', () => {
      listeners.delete(socket);
      pricesTo.delete(socket);
    });
    socket.on('message', (data: Buffer) => {
      const { id, method, params } = JSON.parse(data.toString('utf8')) as {
        readonly id: number;
        readonly method: string;
        readonly params: Params;
      };
      if (method === 'private/subscribe') listeners.add(socket);
      if (method === 'public/subscribe') pricesTo.add(socket);
      return socket.send(`{"jsonrpc":"2.0","id":${id},${answered(method, params)}}`);
    });
  });
  http.listen(0, '127.0.0.1', () => {
    const address = http.address();
    tell({
      kind: 'listening',
      port: typeof address === 'object' && address !== null ? address.port : 0,
    });
  });

  process.on('message', (order: ExchangeOrder) => {
    if (order.kind === 'prices') return pace(order.perSecond);
    if (order.kind === 'count') {
      tell({ kind: 'counted', requests: counts, prices });
      counts = {};
      prices = 0;
      return;
    }
    if (order.kind === 'push') push(order, now(), listeners);
  });
}

/** Sends notifications at a pace, and tells when each left. */
function push(
  { first, count, perSecond }: Extract<ExchangeOrder, { readonly kind: 'push' }>,
  at: number,
  listeners: ReadonlySet<WebSocket>,
): void {
  const frames = Array.from({ length: count }, (_, index) => notification(first + index, at));
  const sentAt: number[] = [];
  const began = sharedNow() + 20;
  /** Timers are too coarse for the pace: between two turns of the loop what is due is sent. */
  const turn = (): void => {
    const due = Math.min(count, Math.floor(((sharedNow() - began) / 1_000) * perSecond) + 1);
    while (sentAt.length < due) {
      const frame = frames[sentAt.length] as string;
      sentAt.push(sharedNow());
      for (const socket of listeners) socket.send(frame);
    }
    if (sentAt.length === count) return tell({ kind: 'pushed', first, sentAt });
    const wait = began + (sentAt.length / perSecond) * 1_000 - sharedNow();
    if (wait > 2) setTimeout(turn, wait - 2);
    else setImmediate(turn);
  };
  turn();
}

const tell = (news: ExchangeNews): void => void process.send?.(news);

process.once('message', (order: ExchangeOrder) => {
  if (order.kind === 'open') serve(order.size);
});
process.on('disconnect', () => process.exit(0));
