/**
 * The exchange of the benchmarks, a process of its own: answers the client's requests about an account with frames that
 * are made beforehand, and sends private notifications at a pace, noting when each left.
 */
import { type WebSocket, WebSocketServer } from 'ws';
import { sharedNow } from './kit.ts';
import {
  type Size,
  ACCOUNT,
  PRICE,
  endOf,
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
    };
export type ExchangeNews =
  | { readonly kind: 'listening'; readonly port: number }
  /** When each notification was handed to the socket. */
  | { readonly kind: 'pushed'; readonly first: number; readonly sentAt: readonly number[] };

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

function serve(size: Size): void {
  const end = endOf(size);
  const born = sharedNow();
  const now = (): number => Math.floor(end + 4_000 + sharedNow() - born);
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
  const ticker = (name: unknown): unknown => ({
    instrument_name: name,
    timestamp: now(),
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
  /** The text of a result. */
  const answers: Readonly<Record<string, (params: Params) => string>> = {
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
    'private/get_account_summary': () => JSON.stringify({ ...summary, id: ACCOUNT }),
    'private/get_account_summaries': () => JSON.stringify({ id: ACCOUNT, summaries: [summary] }),
    'private/subscribe': ({ channels }) => JSON.stringify(channels),
    'public/subscribe': ({ channels }) => JSON.stringify(channels),
    'private/get_open_orders': () => orders,
    'private/get_positions': () => positions,
    'private/get_user_trades_by_currency_and_time': (params) => JSON.stringify(page(params)),
    'private/get_transaction_log': () => '{"logs":[],"continuation":null}',
    'public/get_instrument': ({ instrument_name: name }) =>
      JSON.stringify(rawInstrument(String(name))),
    'public/ticker': ({ instrument_name: name }) => JSON.stringify(ticker(name)),
    'public/get_tradingview_chart_data': (params) => JSON.stringify(candles(params)),
  };

  const listeners = new Set<WebSocket>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('close', () => listeners.delete(socket));
    socket.on('message', (data: Buffer) => {
      const { id, method, params } = JSON.parse(data.toString('utf8')) as {
        readonly id: number;
        readonly method: string;
        readonly params: Params;
      };
      const answer = answers[method];
      const us = now() * 1_000;
      const rest = `"usIn":${us},"usOut":${us + 10},"usDiff":10,"testnet":true}`;
      if (answer === undefined)
        return socket.send(
          `{"jsonrpc":"2.0","id":${id},"error":{"code":-32601,"message":"Method not found"},${rest}`,
        );
      if (method === 'private/subscribe') listeners.add(socket);
      return socket.send(`{"jsonrpc":"2.0","id":${id},"result":${answer(params)},${rest}`);
    });
  });
  server.on('listening', () => {
    const address = server.address();
    tell({
      kind: 'listening',
      port: typeof address === 'object' && address !== null ? address.port : 0,
    });
  });

  process.on('message', (order: ExchangeOrder) => {
    if (order.kind !== 'push') return;
    const { first, count, perSecond } = order;
    const at = now();
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
  });
}

const tell = (news: ExchangeNews): void => void process.send?.(news);

process.once('message', (order: ExchangeOrder) => {
  if (order.kind === 'open') serve(order.size);
});
process.on('disconnect', () => process.exit(0));
