/**
 * The practice exchange's control API, seen from the page: what stands there, told by its own stream, and what a person
 * does to it. The engine has no part in this: it must find out by itself.
 */
import { create } from 'zustand';
import { pauseBefore } from '../stream/connection.ts';
import { type Answer, practiceProblem, request } from './api.ts';
import { practiceOrigin } from './meta.ts';
import type { Decimal } from './words.ts';

export type PracticePosition = {
  readonly instrument: string;
  readonly size: Decimal;
  readonly averagePrice?: Decimal;
  readonly floatingPnl?: Decimal;
  readonly currency?: string;
};

export type PracticeOrder = {
  readonly orderId: string;
  readonly account: string;
  readonly label: string;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly type: string;
  readonly amount: Decimal;
  readonly filled: Decimal;
  readonly averagePrice: Decimal | null;
  readonly state: string;
  readonly reduceOnly: boolean;
  /** The order that was triggered and became this one. */
  readonly bornFrom: string | null;
  /** Waits for its entry to fill; it does nothing yet. */
  readonly dormant: boolean;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly web: boolean;
  readonly mobile: boolean;
  readonly createdAt: number;
};

export type PracticeTrade = {
  readonly tradeId: string;
  readonly orderId: string;
  readonly account: string;
  readonly label: string;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly amount: Decimal;
  readonly price: Decimal;
  readonly fee: Decimal;
  readonly at: number;
};

export type PracticeInstrument = {
  readonly name: string;
  readonly index: Decimal;
  readonly mark: Decimal;
  readonly last: Decimal;
};

export type PracticeFault = {
  readonly id: number;
  readonly kind: string;
  readonly hits: number;
  readonly active: boolean;
  readonly method: string | null;
  readonly channel: string | null;
  readonly count: number | null;
  readonly ms: number | null;
  readonly code: number | null;
};

export type PracticeState = {
  /** The exchange's time. */
  readonly now: number;
  readonly speed: number;
  readonly seed: number;
  readonly instruments: readonly PracticeInstrument[];
  readonly accounts: readonly {
    readonly id: string;
    readonly positions: readonly PracticePosition[];
  }[];
  readonly orders: readonly PracticeOrder[];
  readonly trades: readonly PracticeTrade[];
  readonly faults: readonly PracticeFault[];
};

export type PracticeBook = {
  readonly instrument: string;
  readonly bids: readonly { readonly price: Decimal; readonly amount: Decimal }[];
  readonly asks: readonly { readonly price: Decimal; readonly amount: Decimal }[];
  readonly index: Decimal;
  readonly mark: Decimal;
  readonly last: Decimal;
};

type Practice = {
  readonly state: PracticeState | null;
  readonly reachable: boolean;
  /** The book that is looked at. */
  readonly book: PracticeBook | null;
};

export const usePractice = create<Practice>()(() => ({
  state: null,
  reachable: true,
  book: null,
}));

/** What happened in the account, as the exchange's own stream tells it. */
export type PracticeChanges = {
  readonly account: string;
  readonly orders: readonly PracticeOrder[];
  readonly trades: readonly PracticeTrade[];
  readonly position: PracticePosition;
};

const watchers = new Set<(changes: PracticeChanges) => void>();

/** Hears of all changes from now on; answers how to stop. */
export function onPracticeChanges(watcher: (changes: PracticeChanges) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

const ACCOUNT = 'main';
/** Levels of the book on each side. */
const DEPTH = 8;

const url = (path: string): string => `${practiceOrigin}/practice/v1/${path}`;

/** The whole state as it is now: every order and trade that ever was. */
export const practiceState = (): Promise<Answer<PracticeState>> =>
  request<PracticeState>(url('state'), {}, practiceProblem);

/** Sends a wish to the exchange; what becomes of it is told by the stream. `last`: also when the page is just going. */
export const practicePost = <Body = unknown>(
  path: string,
  body: Readonly<Record<string, unknown>>,
  last = false,
): Promise<Answer<Body>> =>
  request<Body>(
    url(path),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      keepalive: last,
    },
    practiceProblem,
  );

export const practiceDelete = (path: string, last = false): Promise<Answer<unknown>> =>
  request(url(path), { method: 'DELETE', keepalive: last }, practiceProblem);

/** The position of the account that the engine trades, or flat ones left out. */
export const positionsOf = (state: PracticeState | null): readonly PracticePosition[] =>
  (state?.accounts.find(({ id }) => id === ACCOUNT)?.positions ?? []).filter(
    ({ size }) => size !== '0',
  );

const LIVE: ReadonlySet<string> = new Set(['open', 'untriggered']);

export const liveOrdersOf = (state: PracticeState | null): readonly PracticeOrder[] =>
  (state?.orders ?? []).filter(
    (order) => order.account === ACCOUNT && LIVE.has(order.state) && !order.dormant,
  );

type StreamEvent =
  | { readonly type: 'SNAPSHOT'; readonly state: PracticeState }
  | ({ readonly type: 'CHANGES' } & PracticeChanges)
  | {
      readonly type: 'PRICES';
      readonly now: number;
      readonly speed: number;
      readonly prices: readonly ({ readonly instrument: string } & Omit<
        PracticeInstrument,
        'name'
      >)[];
    }
  | { readonly type: 'FAULTS'; readonly faults: readonly PracticeFault[] }
  | { readonly type: 'INSTRUMENT' | 'BOOK' | 'REFUSED' };

/** The state with an event told into it; orders that ended are forgotten. */
export function withEvent(state: PracticeState | null, event: StreamEvent): PracticeState | null {
  if (event.type === 'SNAPSHOT') return event.state;
  if (state === null) return state;
  switch (event.type) {
    case 'INSTRUMENT':
    case 'BOOK':
    case 'REFUSED':
      return state;
    case 'PRICES':
      return {
        ...state,
        now: event.now,
        speed: event.speed,
        instruments: event.prices.map(({ instrument, index, mark, last }) => ({
          name: instrument,
          index,
          mark,
          last,
        })),
      };
    case 'FAULTS':
      return { ...state, faults: event.faults };
    case 'CHANGES':
      return withChanges(state, event);
  }
}

function withChanges(state: PracticeState, changes: PracticeChanges): PracticeState {
  const { account, position } = changes;
  const changed = new Set(changes.orders.map(({ orderId }) => orderId));
  const orders = [
    ...state.orders.filter(({ orderId }) => !changed.has(orderId)),
    ...changes.orders,
  ];
  const accounts = state.accounts.map((each) =>
    each.id === account
      ? {
          ...each,
          positions: [
            ...each.positions.filter(({ instrument }) => instrument !== position.instrument),
            position,
          ],
        }
      : each,
  );
  return { ...state, accounts, orders: orders.filter((order) => LIVE.has(order.state)) };
}

let socket: WebSocket | undefined;
let lookedAt = '';

const askForBook = (): void => {
  if (socket?.readyState === WebSocket.OPEN && lookedAt !== '')
    socket.send(JSON.stringify({ type: 'FOLLOW_BOOKS', instruments: [lookedAt], depth: DEPTH }));
};

/** Shows the book of one instrument from now on. */
export function lookAtBook(instrument: string): void {
  if (instrument === lookedAt) return;
  lookedAt = instrument;
  usePractice.setState({ book: null });
  askForBook();
}

function take(event: StreamEvent): void {
  const { state: before } = usePractice.getState();
  if (event.type === 'BOOK') {
    const book = event as unknown as PracticeBook;
    if (book.instrument === lookedAt) usePractice.setState({ book });
    return;
  }
  const state = withEvent(before, event);
  if (state !== before) usePractice.setState({ state, reachable: true });
  if (event.type === 'CHANGES') for (const watcher of watchers) watcher(event);
}

/** Follows the exchange as long as the page is open; answers how to stop. */
export function followPractice(): () => void {
  let stopped = false;
  let attempt = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  const dial = (): void => {
    const own = new WebSocket(url('stream').replace(/^http/, 'ws'));
    socket = own;
    own.addEventListener('open', askForBook);
    own.addEventListener('message', ({ data }) => {
      attempt = 0;
      take(JSON.parse(String(data)) as StreamEvent);
    });
    own.addEventListener('close', () => {
      if (stopped) return;
      usePractice.setState({ reachable: false, book: null });
      again = setTimeout(dial, pauseBefore(attempt, Math.random()));
      attempt += 1;
    });
  };
  dial();
  return () => {
    stopped = true;
    clearTimeout(again);
    socket?.close();
  };
}
