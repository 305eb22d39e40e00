/** The practice exchange as a hand sees it: its control API and the stream of what happens there. */
import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import type { Owner } from './process.ts';
import { createWaits } from './waits.ts';

export const PERPETUAL = 'BTC_USDC-PERPETUAL';

export type ExchangeOrder = {
  readonly orderId: string;
  readonly label: string;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly type: string;
  readonly amount: string;
  readonly filled: string;
  readonly triggerPrice: string | null;
  readonly reduceOnly: boolean;
  readonly state: string;
  readonly bornFrom: string | null;
  readonly dormant: boolean;
  readonly api: boolean;
  readonly web: boolean;
  readonly createdAt: number;
};

export type ExchangeTrade = {
  readonly tradeId: string;
  readonly orderId: string;
  readonly label: string;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly amount: string;
  readonly price: string;
  readonly fee: string;
  readonly at: number;
};

export type ExchangeState = {
  readonly now: number;
  readonly speed: number;
  readonly instruments: readonly {
    readonly name: string;
    readonly index: string;
    readonly mark: string;
  }[];
  readonly accounts: readonly {
    readonly id: string;
    readonly cash: Readonly<Record<string, string>>;
    readonly equity: Readonly<Record<string, string>>;
    readonly positions: readonly { readonly instrument: string; readonly size: string }[];
  }[];
  readonly orders: readonly ExchangeOrder[];
  readonly trades: readonly ExchangeTrade[];
  readonly faults: readonly { readonly id: number; readonly kind: string; readonly hits: number }[];
};

export type ExchangeEvent =
  | { readonly type: 'SNAPSHOT'; readonly state: ExchangeState }
  | {
      readonly type: 'CHANGES';
      readonly now: number;
      readonly orders: readonly ExchangeOrder[];
      readonly trades: readonly ExchangeTrade[];
    }
  | { readonly type: 'PRICES'; readonly now: number; readonly speed: number }
  | { readonly type: 'INSTRUMENT'; readonly now: number };

/** An answer of the control API that is no 200. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

export type Exchange = {
  readonly port: number;
  readonly post: <Answer>(path: string, body?: object) => Promise<Answer>;
  readonly state: () => Promise<ExchangeState>;
  /** Signed position in the perpetual. */
  readonly position: () => Promise<string>;
  /** A hand on the website closes what is open of the perpetual. */
  readonly closeByHand: () => Promise<{
    readonly order: ExchangeOrder;
    readonly trades: readonly ExchangeTrade[];
  }>;
  readonly price: (price: string | number) => Promise<void>;
  readonly fault: (fault: object) => Promise<number>;
  readonly heal: (id: number) => Promise<void>;
  /** Market time stands still; only hands move prices. */
  readonly freeze: () => Promise<void>;
  readonly speed: (speed: number) => Promise<void>;
  /** Waits until an event of the control stream fits; what came since `listen` counts too. */
  readonly until: (
    what: string,
    fits: (event: ExchangeEvent) => boolean,
    limitMs?: number,
  ) => Promise<ExchangeEvent>;
  /** From now on only events to come count. */
  readonly forget: () => void;
};

async function answerOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Refused(response.status, body);
  return body;
}

/** Connects to the control API of an exchange on this machine. */
export async function visitExchange(owner: Owner, port: number): Promise<Exchange> {
  const root = `http://127.0.0.1:${port}/practice/v1/`;
  const post = async <Answer>(path: string, body: object = {}): Promise<Answer> =>
    (await answerOf(
      await fetch(root + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )) as Answer;
  const state = async (): Promise<ExchangeState> =>
    (await answerOf(await fetch(`${root}state`))) as ExchangeState;
  const waits = createWaits<ExchangeEvent>((event) => JSON.stringify(event).slice(0, 300));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/practice/v1/stream`);
  owner.after(() => socket.terminate());
  socket.on('message', (data: Buffer) =>
    waits.push(JSON.parse(data.toString('utf8')) as ExchangeEvent),
  );
  socket.on('error', (error) => waits.end(error.message));
  socket.on('close', () => waits.end('the control stream closed'));
  await waits.until('the first event of the control stream', () => true);
  return {
    port,
    post,
    state,
    position: async () => positionOf(await state()),
    closeByHand: () => post('close', { instrument: PERPETUAL }),
    price: async (price) =>
      void (await post('price', { instrument: PERPETUAL, price: String(price) })),
    fault: async (fault) => (await post<{ id: number }>('fault', fault)).id,
    heal: async (id) =>
      void (await answerOf(await fetch(`${root}fault/${id}`, { method: 'DELETE' }))),
    freeze: async () => void (await post('speed', { speed: 0 })),
    speed: async (speed) => void (await post('speed', { speed })),
    until: waits.until,
    forget: waits.forget,
  };
}

/** Signed position in the linear bitcoin perpetual, or in the one named. */
export function positionOf({ accounts }: ExchangeState, name = PERPETUAL): string {
  const main = accounts.find(({ id }) => id === 'main');
  assert.ok(main !== undefined);
  return main.positions.find(({ instrument }) => instrument === name)?.size ?? '0';
}

/** Cash of the account in a currency. */
export const cashOf = ({ accounts }: ExchangeState, currency: string): string | undefined =>
  accounts.find(({ id }) => id === 'main')?.cash[currency];

/** Orders that may still do something. */
export const liveOrders = ({ orders }: ExchangeState): readonly ExchangeOrder[] =>
  orders.filter(({ state, dormant }) => !dormant && ['open', 'untriggered'].includes(state));
