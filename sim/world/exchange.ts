/** The practice exchange on the world's clock: server time = start + real time x speed, as it and its control calls want it. */
import { assert } from '../../src/base/assert.ts';
import { dec } from '../../src/base/decimal.ts';
import type { Millis } from '../../src/base/time.ts';
import { accountNamed, createExchange } from '../../src/venue/practice/exchange.ts';
import { INSTRUMENTS, type InstrumentSpec } from '../../src/venue/practice/products/instruments.ts';
import type {
  ExchangeEffect,
  ExchangeInput,
  ExchangeNow,
  PriceCandle,
} from '../../src/venue/practice/ports.ts';
import { hmacSha256 } from '../node/hashing.ts';
import type { Loop } from './loop.ts';
import { createTruth, type Truth } from './truth.ts';

export type OrderSeen = {
  readonly orderId: string;
  readonly label: string;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly type: string;
  readonly amount: string;
  readonly filled: string;
  readonly state: string;
  readonly bornFrom: string | null;
  readonly dormant: boolean;
  readonly reduceOnly: boolean;
  readonly triggerPrice: string | null;
  readonly createdAt: Millis;
};

export type TradeSeen = {
  readonly instrument: string;
  readonly tradeId: string;
  readonly orderId: string;
  readonly label: string;
  readonly direction: 'buy' | 'sell';
  readonly amount: string;
  readonly price: string;
  readonly fee: string;
  /** Which side was liquidated. */
  readonly liquidation: 'M' | 'T' | 'MT' | null;
  readonly at: Millis;
};

/** What `GET state` shows, as far as tests look at it. */
export type ExchangeState = {
  readonly now: Millis;
  readonly instruments: readonly {
    readonly name: string;
    readonly mark: string;
    readonly index: string;
    readonly state: string;
  }[];
  readonly accounts: readonly {
    readonly cash: Readonly<Record<string, string>>;
    readonly equity: Readonly<Record<string, string>>;
    readonly positions: readonly { readonly instrument: string; readonly size: string }[];
  }[];
  readonly orders: readonly OrderSeen[];
  readonly trades: readonly TradeSeen[];
  readonly faults: readonly { readonly id: number; readonly kind: string; readonly hits: number }[];
};

export type ControlVerb = 'GET' | 'POST' | 'DELETE';

/** Where the exchange's effects on connections go. */
export type Wire = {
  readonly send: (conn: number, text: string, delayMs: Millis) => void;
  /** A frame that the other side can not read: it lets go of the connection. */
  readonly spoilt: (conn: number) => void;
  readonly gone: (conn: number, reason: string, delayMs: Millis) => void;
};

export type FarSide = {
  readonly truth: Truth;
  readonly handle: (input: ExchangeInput) => void;
  readonly wakeAt: () => Millis;
  readonly serverNow: () => Millis;
  readonly isListening: () => boolean;
  /** A call of the control API; throws unless it is answered 200. */
  readonly control: (verb: ControlVerb, path: string, body?: unknown) => unknown;
  /** A request of the protocol by the hand on the website, or by another program, over HTTP; answers its result or throws its error. */
  readonly hand: Hand;
};

export type Hand = (
  method: string,
  params: Readonly<Record<string, unknown>>,
  as?: 'web' | 'program',
) => unknown;

/** `practice-web:practice-web-secret` and `practice-api:practice-api-secret`, as HTTP's basic login wants them. */
const LOGINS = {
  web: 'Basic cHJhY3RpY2Utd2ViOnByYWN0aWNlLXdlYi1zZWNyZXQ=',
  program: 'Basic cHJhY3RpY2UtYXBpOnByYWN0aWNlLWFwaS1zZWNyZXQ=',
} as const;

export type FarSideOptions = {
  readonly seed: number;
  readonly startAt: Millis;
  readonly speed: number;
  readonly flatPrice: string | null;
  /** The only instruments of the exchange, for worlds that need no others; all of them unless told. */
  readonly instruments?: readonly string[] | undefined;
  /** Rows that drive bitcoin's price instead. */
  readonly candles?: readonly PriceCandle[] | undefined;
  readonly others?: readonly InstrumentSpec[];
  /** Accounts beside the one that the engine trades. */
  readonly neighbours?: readonly string[] | undefined;
  /** Whether futures that end are listed with the perpetuals. */
  readonly dated?: boolean | undefined;
};

const ACCOUNT = 'main';

/** Rows so far apart that the price stays where the first one leaves it. */
const flat = (at: Millis, text: string): readonly PriceCandle[] =>
  [at - (at % 60_000), at + 40 * 86_400_000].map((start) => {
    const price = dec(text);
    return {
      at: start - (start % 60_000),
      open: price,
      high: price,
      low: price,
      close: price,
      volume: dec('1'),
    };
  });

export function createFarSide(
  loop: Loop,
  wire: Wire,
  {
    seed,
    startAt,
    speed,
    flatPrice,
    candles,
    instruments,
    others = [],
    neighbours = [],
    dated = false,
  }: FarSideOptions,
): FarSide {
  const file = candles ?? (flatPrice === null ? undefined : flat(startAt, flatPrice));
  const exchange = createExchange({
    instruments: [...INSTRUMENTS, ...others].filter(
      ({ name }) => instruments?.includes(name) ?? true,
    ),
    dated,
    accounts: [ACCOUNT, ...neighbours].map(accountNamed),
    seed,
    startAt,
    speed,
    hmacSha256,
    // As a new account has it: the client has to get by with its half.
    credits: { tier: 4 },
    ...(file === undefined ? {} : { file }),
  });
  const anchor = { server: startAt, mono: 0, speed };
  const replies = new Map<number, { readonly status: number; readonly body: unknown }>();
  const truth = createTruth();
  let listening = true;
  let calls = 0;
  let nextWake: Millis = 0;

  const serverNow = (): Millis =>
    Math.floor(anchor.server + (loop.now() - anchor.mono) * anchor.speed);
  const now = (): ExchangeNow => ({ server: serverNow(), mono: loop.now() });

  const carryOut = (effect: ExchangeEffect): void => {
    switch (effect.kind) {
      case 'send':
        if (effect.spoilt === true) return wire.spoilt(effect.conn);
        return wire.send(effect.conn, effect.text, effect.delayMs ?? 0);
      case 'close':
        return wire.gone(effect.conn, effect.reason, effect.delayMs ?? 0);
      case 'drop':
        return wire.gone(effect.conn, 'cut', 0);
      case 'reply':
        return void replies.set(effect.id, effect);
      case 'listen':
        listening = effect.accept;
        return;
      case 'clock':
        Object.assign(anchor, { server: effect.server, mono: loop.now(), speed: effect.speed });
        return;
      case 'record':
        return truth.take(effect.entry);
      case 'tls':
      case 'stream':
    }
  };
  const handle = (input: ExchangeInput): void => {
    for (const effect of exchange.handle(input, now())) carryOut(effect);
    nextWake = exchange.wakeAt(now());
  };
  handle({ kind: 'tick' });

  return {
    truth,
    handle,
    serverNow,
    wakeAt: () => nextWake,
    isListening: () => listening,
    control: (verb, path, body) => {
      const id = ++calls;
      handle({ kind: 'control', id, verb, path, query: {}, body });
      const reply = replies.get(id);
      replies.delete(id);
      assert(reply?.status === 200, `control ${verb} ${path}: ${JSON.stringify(reply?.body)}`);
      return reply.body;
    },
    hand: (method, params, as = 'web') => {
      const id = ++calls;
      handle({ kind: 'http', id, method, params, rpcId: id, authorization: LOGINS[as] });
      const reply = replies.get(id);
      replies.delete(id);
      assert(reply !== undefined, `${method} was lost`);
      const { result } = JSON.parse(String(reply.body)) as { readonly result?: unknown };
      assert(result !== undefined, `${method}: ${String(reply.body)}`);
      return result;
    },
  };
}
