/**
 * A practice exchange under the hand of a test: both clocks move only when told, the index stands still at 64,000 unless
 * moved, and what comes out is kept by connection.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type Decimal, dec } from '../../base/decimal.ts';
import { MINUTE, type Millis, parseIso } from '../../base/time.ts';
import { must } from '../../base/assert.ts';
import type { AuthResult } from '../protocol/frames.ts';
import type {
  AccountSummaries,
  AccountSummary,
  ChartData,
  Instrument,
  Order,
  OrderBook,
  Placed,
  Position,
  PublicTrade,
  Ticker,
  TransactionLog,
  UserChanges,
  UserTrade,
  UserTradesPage,
} from '../protocol/objects.ts';
import type { ControlError } from './control/control-input.ts';
import type {
  accountView,
  bookView,
  faultView,
  houseView,
  orderView,
  tradeView,
} from './control/control-views.ts';
import { createExchange, type ExchangeOptions } from './exchange.ts';
import { INSTRUMENTS } from './products/instruments.ts';
import type { Exchange, ExchangeEffect, ExchangeInput, PriceCandle } from './ports.ts';
import type { Snapshot } from './record.ts';

/** UTC ms of ISO text. */
export const at = (iso: string): Millis => must(parseIso(iso), 'a time');

/** Monday 5 January 2026, 12:00 UTC: far from settlement. */
export const NOON = at('2026-01-05T12:00:00.000Z');
export const PERP = 'BTC_USDC-PERPETUAL';
/** An exchange of that one instrument, for tests that live through hours of it or begin it many times. */
export const PERP_ALONE = { instruments: INSTRUMENTS.filter(({ name }) => name === PERP) };

/** Candles that hold one price for two days. */
export const flat = (price: string, from: Millis = NOON): PriceCandle[] =>
  Array.from({ length: 2_880 }, (_, i) => {
    const value = dec(price);
    return {
      at: from + i * MINUTE,
      open: value,
      high: value,
      low: value,
      close: value,
      volume: dec(1),
    };
  });

/** What each method answers, as a client reads it. */
type Results = {
  'public/auth': AuthResult;
  'public/test': { readonly version: string };
  'public/get_time': number;
  'public/set_heartbeat': string;
  'public/subscribe': readonly string[];
  'public/ticker': Ticker;
  'public/get_instruments': readonly Instrument[];
  'public/get_order_book': OrderBook;
  'public/get_index_price': unknown;
  'public/get_tradingview_chart_data': ChartData;
  'public/get_last_trades_by_instrument': {
    readonly trades: readonly PublicTrade[];
    readonly has_more: boolean;
  };
  'private/subscribe': readonly string[];
  'private/unsubscribe': readonly string[];
  'private/unsubscribe_all': string;
  'private/enable_cancel_on_disconnect': string;
  'private/get_cancel_on_disconnect': unknown;
  'private/get_account_summary': AccountSummary;
  'private/get_account_summaries': AccountSummaries;
  'private/get_transaction_log': TransactionLog;
  'private/get_position': Position;
  'private/get_positions': readonly Position[];
  'private/get_margins': unknown;
  'private/get_open_orders': readonly Order[];
  'private/get_open_orders_by_currency': readonly Order[];
  'private/get_open_orders_by_instrument': readonly Order[];
  'private/get_open_orders_by_label': readonly Order[];
  'private/get_order_state': Order;
  'private/get_order_state_by_label': readonly Order[];
  'private/get_order_history_by_currency': readonly Order[];
  'private/get_order_history_by_instrument': {
    readonly orders: readonly Order[];
    readonly continuation: string | null;
  };
  'private/get_user_trades_by_currency': UserTradesPage;
  'private/get_user_trades_by_currency_and_time': UserTradesPage;
  'private/get_user_trades_by_instrument': UserTradesPage;
  'private/get_user_trades_by_instrument_and_time': UserTradesPage;
  'private/get_user_trades_by_order': readonly UserTrade[];
  'private/buy': Placed;
  'private/sell': Placed;
  'private/edit': Placed;
  'private/edit_by_label': Placed;
  'private/cancel': Order;
  'private/cancel_by_label': number;
  'private/cancel_all': readonly {
    readonly currency: string;
    readonly type: string;
    readonly result: readonly Order[];
  }[];
  'private/cancel_all_by_currency': number;
  'private/cancel_all_by_instrument': number;
  'private/close_position': Placed;
};

/** A frame that a connection got. */
export type Message = {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly method?: string;
  readonly params?: {
    readonly channel: string;
    readonly data: unknown;
    readonly label?: string;
    readonly type?: string;
  };
};

/** `GET state`. */
export type StateView = {
  readonly now: Millis;
  readonly speed: number;
  readonly seed: number;
  readonly instruments: readonly {
    readonly name: string;
    readonly mark: Decimal;
    readonly index: Decimal;
  }[];
  readonly house: ReturnType<typeof houseView>;
  readonly accounts: readonly ReturnType<typeof accountView>[];
  readonly orders: readonly ReturnType<typeof orderView>[];
  readonly trades: readonly ReturnType<typeof tradeView>[];
  readonly faults: readonly ReturnType<typeof faultView>[];
};

/** Bodies of the control API's other replies, all in one. */
type ControlBody = {
  readonly id: number;
  readonly order: ReturnType<typeof orderView>;
  readonly trades: readonly ReturnType<typeof tradeView>[];
  readonly error: ControlError;
};

const defaultOptions = (start: Millis = NOON): ExchangeOptions => ({
  seed: 7,
  startAt: start,
  speed: 1,
  file: flat('64000', start),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
});

type Verb = 'GET' | 'POST' | 'DELETE';

export type Bench = ReturnType<typeof createBench>;

export function createBench(change: Partial<ExchangeOptions> = {}) {
  const options = { ...defaultOptions(change.startAt), ...change };
  let exchange: Exchange = createExchange(options);
  const clock = { server: options.startAt, mono: 1_000_000 };
  const entries: string[] = [];
  const effects: ExchangeEffect[] = [];
  const received = new Map<number, Message[]>();
  let ids = 0;
  let conns = 0;

  const handle = (input: ExchangeInput): readonly ExchangeEffect[] => {
    const out = exchange.handle(input, { ...clock });
    const firstOther = out.findIndex((effect) => effect.kind !== 'record');
    out.forEach((effect, i) => {
      if (effect.kind === 'record') {
        assert.ok(firstOther === -1 || i < firstOther, 'records come first');
        entries.push(effect.entry);
      }
      if (effect.kind === 'send')
        received.set(effect.conn, [...(received.get(effect.conn) ?? []), read(effect.text)]);
      if (effect.kind === 'clock') clock.server = effect.server;
    });
    effects.push(...out);
    return out;
  };

  const reply = (verb: Verb, path: string, body: unknown, query: Record<string, string>) => {
    const out = handle({ kind: 'control', id: ++ids, verb, path, query, body });
    const effect = out.find((one) => one.kind === 'reply');
    assert.ok(effect?.kind === 'reply');
    return effect;
  };

  const bench = {
    clock,
    entries,
    effects,
    handle,
    exchange: () => exchange,
    /** Everything that a connection got, and forgets it. */
    inbox: (conn: number): Message[] => received.get(conn)?.splice(0) ?? [],
    /** Passes time on both clocks. */
    pass: (ms: Millis, realMs: Millis = ms): void => {
      clock.server += ms;
      clock.mono += realMs;
      handle({ kind: 'tick' });
    },
    connect: (): number => {
      const conn = ++conns;
      handle({ kind: 'opened', conn });
      return conn;
    },
    /** A connection logged in with one of the two keys. */
    login: (
      key: 'practice-engine' | 'practice-web' | 'practice-api' = 'practice-engine',
    ): number => {
      const conn = bench.connect();
      const credentials = { client_id: key, client_secret: `${key}-secret` };
      bench.ok(conn, 'public/auth', { grant_type: 'client_credentials', ...credentials });
      return conn;
    },
    raw: (conn: number, text: string): Message[] =>
      handle({ kind: 'frame', conn, text })
        .filter((effect) => effect.kind === 'send')
        .filter((effect) => effect.conn === conn)
        .map((effect) => read(effect.text)),
    /** The answer to one request; undefined when there was none. */
    ask: (conn: number, method: string, params: object = {}): Message | undefined => {
      const id = ++ids;
      const messages = bench.raw(conn, JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      return messages.find((message) => message.id === id);
    },
    ok: <M extends keyof Results>(conn: number, method: M, params: object = {}): Results[M] => {
      const answer = bench.ask(conn, method, params);
      const fine = answer !== undefined && answer.error === undefined;
      assert.ok(fine, `${method}: ${JSON.stringify(answer?.error ?? 'no answer')}`);
      return answer.result as Results[M];
    },
    fails: (conn: number, method: string, params: object = {}) => {
      const error = bench.ask(conn, method, params)?.error;
      assert.ok(error !== undefined, `${method} was not refused`);
      return error;
    },
    buy: (conn: number, params: object): Placed =>
      bench.ok(conn, 'private/buy', { instrument_name: PERP, ...params }),
    sell: (conn: number, params: object): Placed =>
      bench.ok(conn, 'private/sell', { instrument_name: PERP, ...params }),
    order: (conn: number, id: string): Order =>
      bench.ok(conn, 'private/get_order_state', { order_id: id }),
    control: (verb: Verb, path: string, body: unknown = {}) => {
      const { status, body: answered } = reply(verb, path, body, {});
      return { status, body: answered as ControlBody };
    },
    /** Sets the index; the mark follows. */
    price: (price: string): void => {
      assert.equal(bench.control('POST', 'price', { instrument: PERP, price }).status, 200);
    },
    state: (query: Record<string, string> = {}): StateView =>
      reply('GET', 'state', {}, query).body as StateView,
    /** `GET book`. */
    book: (query: Record<string, string>) => {
      const { status, body } = reply('GET', 'book', {}, query);
      return { status, body: body as ControlBody & ReturnType<typeof bookView> };
    },
    bounds: () => exchange.bounds(),
    stored: (): Snapshot => JSON.parse(exchange.snapshot()) as Snapshot,
    /** The exchange as a new process finds it: from its entries, or from a snapshot, which a test may edit. */
    restart: (
      how: 'entries' | 'snapshot' = 'entries',
      edit: (snapshot: Snapshot) => void = () => {},
    ): void => {
      const snapshot = bench.stored();
      edit(snapshot);
      const restore =
        how === 'entries' ? { entries } : { snapshot: JSON.stringify(snapshot), entries: [] };
      exchange = createExchange({ ...options, restore });
    },
  };
  return bench;
}

export const read = (text: string): Message => JSON.parse(text) as Message;

/** The data of the notifications on channels that begin so. */
export const on = <T>(messages: readonly Message[], channel: string): T[] =>
  messages
    .filter((message) => message.method === 'subscription')
    .filter((message) => message.params?.channel.startsWith(channel) ?? false)
    .map((message) => message.params?.data as T);

/** The `user.changes` frames among messages. */
export const changesOf = (messages: readonly Message[]): UserChanges[] =>
  on<UserChanges>(messages, 'user.changes');
