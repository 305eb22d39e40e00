/**
 * A small exchange of text frames for tests: one perpetual, one account, a fixed price. It knows orders well enough to
 * answer every method that the client uses in the framing of API v2, and does nothing by itself.
 */
import type { FarSide, FarEffect } from '../port.contract.ts';

type Members = Record<string, unknown>;
type Answer =
  | { readonly result: unknown }
  | {
      readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
    };

export const INSTRUMENT = 'BTC_USDC-PERPETUAL';
export const SECRET = 'very-secret-indeed';
export const START = 1_790_000_000_000;
const PRICE = 60_000;
const SCOPES: Readonly<Record<string, string>> = {
  good: 'account:read connection mainaccount trade:read_write',
  wide: 'account:read_write connection trade:read_write wallet:read_write',
  narrow: 'account:read connection trade:read',
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const num = (value: unknown): number => Number(value ?? 0);
const failure = (code: number, message: string): Answer => ({ error: { code, message } });

export type Scripted = FarSide & {
  readonly orders: Members[];
  /** A hand buys a little. */
  readonly stir: () => void;
  /** Speaks on a channel to every connection that has it. */
  readonly say: (channel: string, data: unknown) => void;
  /** Sends this very text to a connection. */
  readonly sayRaw: (conn: number, frame: string) => void;
  readonly requests: {
    readonly conn: number;
    readonly method: string;
    readonly params: Members;
    readonly raw: string;
  }[];
  /** By channel, what is said first on it to whoever enters it. */
  readonly snapshots: Map<string, () => unknown>;
  /** Answers by method that replace its own. */
  readonly override: Map<string, (params: Members) => Answer>;
};

export function createScripted(): Scripted {
  const effects: FarEffect[] = [];
  const channels = new Map<number, Set<string>>();
  const orders: Members[] = [];
  const trades: Members[] = [];
  const requests: Scripted['requests'] = [];
  const override: Scripted['override'] = new Map();
  const logins = new Map<number, { readonly refresh: string; readonly scope: string }>();
  const snapshots: Scripted['snapshots'] = new Map();
  let mono = 0;
  let lastId = 0;
  let lastToken = 0;
  let position = 0;
  const server = (): number => START + mono;
  const send = (conn: number, frame: unknown): void =>
    void effects.push({ kind: 'send', conn, text: JSON.stringify(frame) });
  const say = (channel: string, data: unknown): void => {
    for (const [conn, has] of channels)
      if (has.has(channel))
        send(conn, { jsonrpc: '2.0', method: 'subscription', params: { channel, data } });
  };
  const positionRow = (): Members => ({
    instrument_name: INSTRUMENT,
    kind: 'future',
    size: position,
    direction: position === 0 ? 'zero' : position > 0 ? 'buy' : 'sell',
    average_price: position === 0 ? 0 : PRICE,
    mark_price: PRICE,
    index_price: PRICE,
    settlement_price: PRICE,
    total_profit_loss: 0,
    floating_profit_loss: 0,
    realized_profit_loss: 0,
    realized_funding: 0,
    delta: position,
    initial_margin: 0,
    maintenance_margin: 0,
  });
  const change = (order: Members, made: Members[]): void =>
    say('user.changes.any.any.raw', {
      instrument_name: INSTRUMENT,
      orders: [order],
      trades: made,
      positions: [positionRow()],
    });

  const fill = (order: Members): Members[] => {
    const amount = num(order['amount']);
    order['filled_amount'] = amount;
    order['average_price'] = PRICE;
    order['order_state'] = 'filled';
    position += order['direction'] === 'buy' ? amount : -amount;
    const trade = {
      trade_id: `USDC-${++lastId}`,
      trade_seq: lastId,
      instrument_name: INSTRUMENT,
      timestamp: server(),
      order_id: order['order_id'],
      label: order['label'],
      direction: order['direction'],
      amount,
      price: PRICE,
      fee: 0.003,
      fee_currency: 'USDC',
      liquidity: 'T',
      state: 'filled',
      order_type: 'limit',
      index_price: PRICE,
      mark_price: PRICE,
      tick_direction: 0,
      matching_id: null,
      api: true,
    };
    trades.push(trade);
    return [trade];
  };

  const place = (direction: 'buy' | 'sell', params: Members): Answer => {
    if (num(params['valid_until']) < server()) return failure(13888, 'timed_out');
    if (
      Math.abs(num(params['amount']) * 10_000 - Math.round(num(params['amount']) * 10_000)) > 1e-6
    )
      return failure(10021, 'invalid_amount');
    const type = text(params['type']);
    const trigger =
      params['trigger'] === undefined
        ? {}
        : { trigger: params['trigger'], trigger_price: params['trigger_price'] };
    const order: Members = {
      order_id: `USDC-${++lastId}`,
      label: params['label'],
      instrument_name: params['instrument_name'],
      direction,
      amount: params['amount'],
      filled_amount: 0,
      average_price: 0,
      price: params['price'] ?? 'market_price',
      order_type: type,
      order_state: 'trigger' in trigger ? 'untriggered' : 'open',
      time_in_force: params['time_in_force'] ?? 'good_til_cancelled',
      post_only: false,
      reduce_only: params['reduce_only'] ?? false,
      creation_timestamp: server(),
      last_update_timestamp: server(),
      api: true,
      web: false,
      ...trigger,
    };
    orders.push(order);
    const crosses =
      direction === 'buy' ? num(params['price']) >= PRICE : num(params['price']) <= PRICE;
    const made = !('trigger' in trigger) && (type === 'market' || crosses) ? fill(order) : [];
    change(order, made);
    return { result: { order, trades: made } };
  };
  const live = (order: Members): boolean =>
    order['order_state'] === 'open' || order['order_state'] === 'untriggered';
  const find = (params: Members): Members | undefined =>
    orders.find((order) => order['order_id'] === params['order_id']);
  const cancelOne = (order: Members): void => {
    order['order_state'] = 'cancelled';
    order['cancel_reason'] = 'user_request';
    change(order, []);
  };
  const onLive = (params: Members, run: (order: Members) => Answer): Answer => {
    const order = find(params);
    if (order === undefined) return failure(10004, 'order_not_found');
    return live(order) ? run(order) : failure(11044, 'not_open_order');
  };
  const subscribe = (conn: number, params: Members): Answer => {
    const asked = (params['channels'] as string[]).filter((channel) => !channel.includes('NOPE'));
    for (const channel of asked) {
      const first = channels.get(conn)?.has(channel) === true ? undefined : snapshots.get(channel);
      channels.get(conn)?.add(channel);
      if (first !== undefined)
        send(conn, {
          jsonrpc: '2.0',
          method: 'subscription',
          params: { channel, data: first() },
        });
    }
    return { result: asked };
  };
  const unsubscribe = (conn: number, params: Members): Answer => ({
    result: (params['channels'] as string[]).filter((one) => channels.get(conn)?.delete(one)),
  });

  const methods: Readonly<Record<string, (params: Members, conn: number) => Answer>> = {
    'public/auth': (params, conn) => {
      const refreshes = params['grant_type'] === 'refresh_token';
      if (refreshes && params['refresh_token'] !== logins.get(conn)?.refresh)
        return failure(13009, 'unauthorized');
      const scope = refreshes ? logins.get(conn)?.scope : SCOPES[text(params['client_id'])];
      if (scope === undefined || (!refreshes && params['client_secret'] !== SECRET))
        return failure(13004, 'invalid_credentials');
      const refresh = `token-to-refresh-${++lastToken}`;
      logins.set(conn, { refresh, scope });
      return {
        result: {
          access_token: `token-of-access-${lastToken}`,
          refresh_token: refresh,
          token_type: 'bearer',
          expires_in: 900,
          scope,
        },
      };
    },
    'public/test': () => ({ result: { version: '1.2.26' } }),
    'public/set_heartbeat': () => ({ result: 'ok' }),
    'private/get_cancel_on_disconnect': () => ({ result: { scope: 'connection', enabled: false } }),
    'private/get_account_summary': () => ({ result: { id: 4711, currency: 'USDC' } }),
    'private/subscribe': (params, conn) => subscribe(conn, params),
    'public/subscribe': (params, conn) => subscribe(conn, params),
    'public/unsubscribe': (params, conn) => unsubscribe(conn, params),
    'public/status': () => ({ result: { locked: 'false', locked_indices: [] } }),
    'private/buy': (params) => place('buy', params),
    'private/sell': (params) => place('sell', params),
    'private/edit': (params) =>
      onLive(params, (order) => {
        order['amount'] = params['amount'];
        if (params['price'] !== undefined) order['price'] = params['price'];
        order['replaced'] = true;
        change(order, []);
        return { result: { order, trades: [] } };
      }),
    'private/cancel': (params) =>
      onLive(params, (order) => {
        cancelOne(order);
        return { result: order };
      }),
    'private/cancel_by_label': (params) => {
      const found = orders.filter((order) => order['label'] === params['label'] && live(order));
      for (const order of found) cancelOne(order);
      return { result: found.length };
    },
    'private/get_open_orders': () => ({ result: orders.filter(live) }),
    'private/get_order_state': (params) => {
      const order = find(params);
      return order === undefined ? failure(10004, 'order_not_found') : { result: order };
    },
    'private/get_order_state_by_label': (params) => ({
      result: orders.filter((order) => order['label'] === params['label']),
    }),
    'private/get_positions': () => ({ result: [positionRow()] }),
    'private/get_position': () => ({ result: positionRow() }),
    'private/get_account_summaries': () => ({
      result: {
        id: 4711,
        summaries: [
          {
            currency: 'USDC',
            balance: 10_000,
            equity: 10_000.5,
            available_funds: 9_990,
            initial_margin: 10,
            maintenance_margin: 5,
            session_rpl: 0,
            session_upl: 0.5,
          },
        ],
      },
    }),
    'private/get_user_trades_by_currency_and_time': (params) => {
      const asked = trades.filter(
        (trade) =>
          num(trade['timestamp']) >= num(params['start_timestamp']) &&
          num(trade['timestamp']) <= num(params['end_timestamp']),
      );
      return { result: { trades: asked, has_more: false } };
    },
    'private/get_transaction_log': () => ({
      result: {
        logs: trades.map((trade, i) => ({
          id: i + 1,
          user_seq: i + 1,
          user_id: 1,
          type: 'trade',
          currency: 'USDC',
          timestamp: trade['timestamp'],
          change: -0.003,
          balance: 9_999,
          instrument_name: INSTRUMENT,
          trade_id: trade['trade_id'],
        })),
        continuation: null,
      },
    }),
    'public/get_instrument': () => ({
      result: {
        instrument_name: INSTRUMENT,
        kind: 'future',
        instrument_type: 'linear',
        base_currency: 'BTC',
        quote_currency: 'USDC',
        settlement_currency: 'USDC',
        contract_size: 0.0001,
        min_trade_amount: 0.0001,
        tick_size: 0.1,
        tick_size_steps: [],
        taker_commission: 0.0005,
        maker_commission: 0,
        is_active: true,
        state: 'open',
      },
    }),
    'public/ticker': () => ({ result: tickerOf(server()) }),
    'public/get_tradingview_chart_data': (params) => {
      const at = Math.ceil(num(params['start_timestamp']) / 60_000) * 60_000;
      return {
        result: {
          status: 'ok',
          ticks: [at, at + 60_000],
          open: [1, 2],
          high: [3, 3],
          low: [1, 1],
          close: [2, 2.5],
          volume: [0.5, 0],
          cost: [1, 0],
        },
      };
    },
  };

  return {
    orders,
    requests,
    override,
    snapshots,
    say,
    stir: () =>
      void place('buy', {
        instrument_name: INSTRUMENT,
        amount: 0.0001,
        type: 'market',
        label: '',
        valid_until: Infinity,
      }),
    sayRaw: (conn, frame) => void effects.push({ kind: 'send', conn, text: frame }),
    opened: (conn) => void channels.set(conn, new Set()),
    closed: (conn) => {
      channels.delete(conn);
      logins.delete(conn);
    },
    frame: (conn, raw) => {
      const { id, method, params } = JSON.parse(raw) as {
        readonly id: number;
        readonly method: string;
        readonly params: Members;
      };
      requests.push({ conn, method, params, raw });
      const answer =
        override.get(method)?.(params) ??
        methods[method]?.(params, conn) ??
        failure(-32601, 'Method not found');
      const us = server() * 1000;
      send(conn, {
        jsonrpc: '2.0',
        id,
        ...answer,
        usIn: us,
        usOut: us + 100,
        usDiff: 100,
        testnet: true,
      });
    },
    advance: (to) => {
      mono = to;
    },
    wakeAt: () => Infinity,
    take: () => effects.splice(0),
  };
}

/** A ticker around the fixed price. */
export const tickerOf = (at: number): Members => ({
  instrument_name: INSTRUMENT,
  timestamp: at,
  state: 'open',
  index_price: PRICE,
  mark_price: PRICE,
  last_price: PRICE,
  min_price: PRICE - 900,
  max_price: PRICE + 900,
  best_bid_price: PRICE - 0.1,
  best_bid_amount: 1,
  best_ask_price: PRICE + 0.1,
  best_ask_amount: 1,
  open_interest: 1,
  estimated_delivery_price: PRICE,
});
