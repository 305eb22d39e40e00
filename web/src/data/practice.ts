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
  readonly state: string;
  /** Waits for its entry to fill; it does nothing yet. */
  readonly dormant: boolean;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
};

export type PracticeState = {
  readonly speed: number;
  readonly accounts: readonly {
    readonly id: string;
    readonly positions: readonly PracticePosition[];
  }[];
  readonly orders: readonly PracticeOrder[];
  readonly faults: readonly {
    readonly id: number;
    readonly kind: string;
    readonly hits: number;
    readonly active: boolean;
  }[];
};

type Practice = { readonly state: PracticeState | null; readonly reachable: boolean };

export const usePractice = create<Practice>()(() => ({ state: null, reachable: true }));

const ACCOUNT = 'main';
/** Readings of faults after events lie at least this far apart. */
const SPACING_MS = 300;

const url = (path: string): string => `${practiceOrigin}/practice/v1/${path}`;

async function readState(): Promise<void> {
  const answer = await request<PracticeState>(url('state'), {}, practiceProblem);
  usePractice.setState(answer.ok ? { state: answer.body, reachable: true } : { reachable: false });
}

/** Sends a wish to the exchange and looks at what became of it. */
export async function practicePost<Body = unknown>(
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer<Body>> {
  const answer = await request<Body>(
    url(path),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    practiceProblem,
  );
  void readState();
  return answer;
}

export async function practiceDelete(path: string): Promise<Answer<unknown>> {
  const answer = await request(url(path), { method: 'DELETE' }, practiceProblem);
  void readState();
  return answer;
}

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
  | {
      readonly type: 'CHANGES';
      readonly account: string;
      readonly orders: readonly PracticeOrder[];
      readonly position: PracticePosition;
    }
  | { readonly type: 'PRICES'; readonly speed: number }
  | { readonly type: 'INSTRUMENT' };

/** The state with an event told into it; orders that ended are forgotten. */
export function withEvent(state: PracticeState | null, event: StreamEvent): PracticeState | null {
  if (event.type === 'SNAPSHOT') return event.state;
  if (state === null || event.type === 'INSTRUMENT') return state;
  if (event.type === 'PRICES')
    return event.speed === state.speed ? state : { ...state, speed: event.speed };
  const { account, position } = event;
  const changed = new Set(event.orders.map(({ orderId }) => orderId));
  const orders = [...state.orders.filter(({ orderId }) => !changed.has(orderId)), ...event.orders];
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

/** Follows the exchange as long as the page is open; answers how to stop. Only what faults did has to be asked for. */
export function followPractice(): () => void {
  let stopped = false;
  let attempt = 0;
  let socket: WebSocket | undefined;
  let due: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      void readState();
    }, SPACING_MS);
  };
  const dial = (): void => {
    socket = new WebSocket(url('stream').replace(/^http/, 'ws'));
    socket.addEventListener('message', ({ data }) => {
      attempt = 0;
      const event = JSON.parse(String(data)) as StreamEvent;
      const { state: before } = usePractice.getState();
      const state = withEvent(before, event);
      if (state !== before) usePractice.setState({ state, reachable: true });
      if (event.type === 'CHANGES' && before?.faults.some(({ active }) => active) === true) soon();
    });
    socket.addEventListener('close', () => {
      if (stopped) return;
      usePractice.setState({ reachable: false });
      again = setTimeout(dial, pauseBefore(attempt, Math.random()));
      attempt += 1;
    });
  };
  dial();
  return () => {
    stopped = true;
    clearTimeout(due);
    clearTimeout(again);
    socket?.close();
  };
}
