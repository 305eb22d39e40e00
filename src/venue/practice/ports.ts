/**
 * The practice exchange seen from outside: a state machine that takes inputs and answers effects, without any I/O.
 * Whoever drives it must make every `record` of an answer durable before it carries out the other effects of that answer.
 */
import type { Decimal } from '../../base/decimal.ts';
import type { Millis } from '../../base/time.ts';

/** Both clocks: `server` is the exchange's own time (runs at `speed`), `mono` real milliseconds that never jump. */
export type ExchangeNow = { readonly server: Millis; readonly mono: Millis };

/** The address of who comes without one: this machine. */
export const LOCAL = '127.0.0.1';

/** How an HTTP request was sent, as its signature covers it: verb, path with query, body. */
export type HttpSent = { readonly verb: string; readonly target: string; readonly body: string };

/** What reaches the exchange. `conn` numbers a WebSocket connection and is never used twice in one process. */
export type ExchangeInput =
  /** `streams`: at the address of public streams, which is another than that of requests where the hosts are split. */
  | {
      readonly kind: 'opened';
      readonly conn: number;
      readonly address?: string;
      readonly streams?: boolean;
    }
  | { readonly kind: 'frame'; readonly conn: number; readonly text: string }
  | { readonly kind: 'closed'; readonly conn: number }
  | {
      readonly kind: 'http';
      readonly id: number;
      /** JSON-RPC method, for example `public/get_time`. */
      readonly method: string;
      /** Query parameters of a GET (all text) or the parsed body of a POST. */
      readonly params: unknown;
      readonly rpcId: unknown;
      /** The Authorization header, when there is one. */
      readonly authorization: string | undefined;
      readonly address?: string;
      readonly sent?: HttpSent;
    }
  | {
      readonly kind: 'control';
      readonly id: number;
      readonly verb: 'GET' | 'POST' | 'DELETE';
      /** Path below `/practice/v1/`, for example `close` or `fault/3`. */
      readonly path: string;
      readonly query: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  /** What a viewer of the control stream asks for; `viewer` numbers its connection and is never used twice. */
  | { readonly kind: 'viewer'; readonly viewer: number; readonly text: string }
  | { readonly kind: 'viewer_left'; readonly viewer: number }
  | { readonly kind: 'tick' };

/**
 * What a client meets at the TLS door: the exchange's own certificate, another of the same names that nobody trusts yet, one
 * that is trusted but of another host, or no handshake that succeeds.
 */
export type TlsFace = 'own' | 'renewed' | 'stranger' | 'none';

/** What the exchange wants done. */
export type ExchangeEffect =
  /** A journal entry (JSON text) that must be durable before the effects of the same answer are carried out. */
  | { readonly kind: 'record'; readonly entry: string }
  | {
      readonly kind: 'send';
      readonly conn: number;
      readonly text: string;
      readonly delayMs?: number;
      /** A bit of it flips on the way. */
      readonly spoilt?: true;
    }
  | {
      readonly kind: 'close';
      readonly conn: number;
      readonly code: number;
      readonly reason: string;
      readonly delayMs?: number;
    }
  /** Cut the TCP connection without a close frame. */
  | { readonly kind: 'drop'; readonly conn: number }
  /** Answers HTTP. A `body` that is a string is JSON text (with exact numbers) to be sent as it stands, any other is data. */
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly status: number;
      readonly body: unknown;
      /** Of a body that is not JSON. */
      readonly type?: string;
      readonly delayMs?: number;
    }
  /**
   * Accept or refuse new connections for the protocol from now on; with a status every try of a WebSocket is answered with
   * that and a page.
   */
  | { readonly kind: 'listen'; readonly accept: boolean; readonly status?: number }
  /** Which certificate the TLS door shows from now on. */
  | { readonly kind: 'tls'; readonly shows: TlsFace }
  /** The clock was set or its speed changed; the driver follows. */
  | { readonly kind: 'clock'; readonly server: Millis; readonly speed: number }
  /** Something that the control stream shows (JSON), to all viewers or to one. */
  | { readonly kind: 'stream'; readonly event: unknown; readonly viewer?: number };

/** A running exchange. */
export type Exchange = {
  /** Takes one input and answers what is to be done, in order. */
  readonly handle: (input: ExchangeInput, now: ExchangeNow) => readonly ExchangeEffect[];
  /** Real milliseconds (mono) at which a `tick` is wanted next. */
  readonly wakeAt: (now: ExchangeNow) => Millis;
  /** Most open connections, and most bytes of a request; what is beyond them is refused at the door. */
  readonly bounds: () => { readonly connections: number; readonly requestBytes: number };
  /** The server time that it has lived to, and its speed. */
  readonly clock: () => { readonly server: Millis; readonly speed: number };
  /** The whole durable state as JSON text, from which `createExchange` starts again (entries after it are replayed on top). */
  readonly snapshot: () => string;
};

/** One index price at one instant of server time. */
export type PriceTick = { readonly at: Millis; readonly index: string; readonly price: Decimal };

/** One candle of a price file or of chart history: `at` is the start of its minute (UTC ms). */
export type PriceCandle = {
  readonly at: Millis;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: Decimal;
};
