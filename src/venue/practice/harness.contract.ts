/**
 * A practice exchange under the hand of a test: both clocks move only when told, the index stands still at 64,000 unless
 * moved, and what comes out is kept by connection.
 */
import { createHmac } from 'node:crypto';
import assert from 'node:assert/strict';
import { dec } from '../../base/decimal.ts';
import { MINUTE, type Millis } from '../../base/time.ts';
import type { Order, Placed, UserChanges } from '../protocol/objects.ts';
import { createExchange, type ExchangeOptions } from './exchange.ts';
import type { Exchange, ExchangeEffect, ExchangeInput, PriceCandle } from './ports.ts';

/** Monday 5 January 2026, 12:00 UTC: far from settlement. */
export const NOON = Date.UTC(2026, 0, 5, 12);
export const PERP = 'BTC_USDC-PERPETUAL';

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

// The answers are read as a client of any make would: plain JSON, looked into freely.
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

export type RpcMessage = {
  readonly id?: unknown;
  readonly result?: Loose;
  readonly error?: { code: number; message: string; data?: Loose };
  readonly [key: string]: Loose;
};

export const defaultOptions = (start: Millis = NOON): ExchangeOptions => ({
  seed: 7,
  startAt: start,
  speed: 1,
  file: flat('64000', start),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
});

export type Bench = ReturnType<typeof createBench>;

export function createBench(change: Partial<ExchangeOptions> = {}) {
  const options = { ...defaultOptions(change.startAt), ...change };
  let exchange: Exchange = createExchange(options);
  const clock = { server: options.startAt, mono: 1_000_000 };
  const entries: string[] = [];
  const effects: ExchangeEffect[] = [];
  const received = new Map<number, Loose[]>();
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
        received.set(effect.conn, [...(received.get(effect.conn) ?? []), JSON.parse(effect.text)]);
      if (effect.kind === 'clock') clock.server = effect.server;
    });
    effects.push(...out);
    return out;
  };

  const bench = {
    clock,
    entries,
    effects,
    handle,
    exchange: () => exchange,
    /** Everything that a connection got, and forgets it. */
    inbox: (conn: number): Loose[] => received.get(conn)?.splice(0) ?? [],
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
    login: (key: 'practice-engine' | 'practice-web' = 'practice-engine'): number => {
      const conn = bench.connect();
      bench.ok(conn, 'public/auth', {
        grant_type: 'client_credentials',
        client_id: key,
        client_secret: `${key}-secret`,
      });
      return conn;
    },
    raw: (conn: number, text: string): RpcMessage[] => {
      const out = handle({ kind: 'frame', conn, text });
      return out
        .filter((effect) => effect.kind === 'send' && effect.conn === conn)
        .map((effect) => JSON.parse((effect as { text: string }).text) as RpcMessage);
    },
    /** The answer to one request; undefined when there was none. */
    ask: (conn: number, method: string, params: object = {}): RpcMessage | undefined => {
      const id = ++ids;
      return bench
        .raw(conn, JSON.stringify({ jsonrpc: '2.0', id, method, params }))
        .find((message) => message.id === id);
    },
    ok: (conn: number, method: string, params: object = {}): Loose => {
      const answer = bench.ask(conn, method, params);
      assert.ok(
        answer !== undefined && answer.error === undefined,
        `${method}: ${JSON.stringify(answer?.error ?? 'no answer')}`,
      );
      return answer.result;
    },
    fails: (
      conn: number,
      method: string,
      params: object = {},
    ): { code: number; message: string; data?: Loose } => {
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
    control: (
      verb: 'GET' | 'POST' | 'DELETE',
      path: string,
      body: unknown = {},
      query: Record<string, string> = {},
    ): { status: number; body: Loose } => {
      const out = handle({ kind: 'control', id: ++ids, verb, path, query, body });
      const reply = out.find((effect) => effect.kind === 'reply');
      assert.ok(reply?.kind === 'reply');
      return { status: reply.status, body: reply.body };
    },
    /** Sets the index; the mark follows. */
    price: (price: string): void => {
      assert.equal(bench.control('POST', 'price', { instrument: PERP, price }).status, 200);
    },
    state: (): Loose => bench.control('GET', 'state').body,
    /** The exchange as a new process finds it: from its entries, or from a snapshot, which a test may edit. */
    restart: (
      how: 'entries' | 'snapshot' = 'entries',
      edit: (snapshot: Loose) => void = () => {},
    ): void => {
      const snapshot: Loose = JSON.parse(exchange.snapshot());
      edit(snapshot);
      const restore =
        how === 'entries' ? { entries } : { snapshot: JSON.stringify(snapshot), entries: [] };
      exchange = createExchange({ ...options, restore });
    },
  };
  return bench;
}

/** The `user.changes` frames among messages. */
export const changesOf = (messages: readonly Loose[]): UserChanges[] =>
  messages
    .filter(
      (message) =>
        message.method === 'subscription' && message.params.channel.startsWith('user.changes'),
    )
    .map((message) => message.params.data);
