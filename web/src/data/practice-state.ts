/** What a page holds of the practice exchange: a fold of its stream, and what can be read from it. Pure. */
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
  readonly kind: 'perpetual' | 'future' | 'option';
  /** When it ends; null for those that never do. */
  readonly expiry: number | null;
  readonly state: string;
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

/** An account's cash by currency. */
export type Cash = Readonly<Record<string, Decimal>>;

/** What an account has and needs in one currency. */
export type Margin = {
  readonly balance: Decimal;
  readonly initial: Decimal;
  readonly maintenance: Decimal;
  readonly liquidating: boolean;
};
type Margins = Readonly<Record<string, Margin>>;

export type PracticeState = {
  /** The exchange's time. */
  readonly now: number;
  readonly speed: number;
  readonly seed: number;
  readonly instruments: readonly PracticeInstrument[];
  readonly accounts: readonly {
    readonly id: string;
    readonly cash: Cash;
    readonly margin: Margins;
    readonly positions: readonly PracticePosition[];
  }[];
  /** The exchange's own books; the insurance fund is one of them. */
  readonly house: { readonly cash: { readonly insurance: Cash } };
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

/** What happened in the account, as the exchange's own stream tells it. */
export type PracticeChanges = {
  readonly account: string;
  readonly orders: readonly PracticeOrder[];
  readonly trades: readonly PracticeTrade[];
  readonly position: PracticePosition;
  readonly cash: Cash;
};

/** The account that the engine trades. */
export const ACCOUNT = 'main';

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

export type StreamEvent =
  | { readonly type: 'SNAPSHOT'; readonly state: PracticeState }
  | ({ readonly type: 'CHANGES' } & PracticeChanges)
  | { readonly type: 'CASH'; readonly account: string; readonly cash: Cash }
  | {
      readonly type: 'PRICES';
      readonly now: number;
      readonly speed: number;
      /** Of what never ends, and of what somebody holds or has orders in. */
      readonly prices: readonly ({ readonly instrument: string } & Pick<
        PracticeInstrument,
        'index' | 'mark' | 'last' | 'state'
      >)[];
    }
  | {
      readonly type: 'MARGINS';
      readonly accounts: readonly { readonly id: string; readonly margin: Margins }[];
      readonly insurance: Cash;
    }
  | { readonly type: 'FAULTS'; readonly faults: readonly PracticeFault[] }
  | { readonly type: 'INSTRUMENT'; readonly instrument: string; readonly state: string }
  | { readonly type: 'BOOK' | 'REFUSED' };

/** A book has another state; of an instrument that is new only the next snapshot tells. */
function withBook(
  state: PracticeState,
  told: { readonly instrument: string; readonly state: string },
): PracticeState {
  if (!state.instruments.some(({ name }) => name === told.instrument)) return state;
  const instruments = state.instruments.map((one) =>
    one.name === told.instrument ? { ...one, state: told.state } : one,
  );
  return { ...state, instruments };
}

/** The state with an event told into it; orders that ended are forgotten. */
export function withEvent(state: PracticeState | null, event: StreamEvent): PracticeState | null {
  if (event.type === 'SNAPSHOT') return event.state;
  if (state === null) return state;
  switch (event.type) {
    case 'INSTRUMENT':
      return withBook(state, event);
    case 'BOOK':
    case 'REFUSED':
      return state;
    case 'PRICES':
      return {
        ...state,
        now: event.now,
        speed: event.speed,
        instruments: state.instruments.map((known) => {
          const told = event.prices.find(({ instrument }) => instrument === known.name);
          if (told === undefined) return known;
          const { index, mark, last } = told;
          return { ...known, state: told.state, index, mark, last };
        }),
      };
    case 'FAULTS':
      return { ...state, faults: event.faults };
    case 'MARGINS':
      return {
        ...state,
        house: { ...state.house, cash: { ...state.house.cash, insurance: event.insurance } },
        accounts: state.accounts.map((each) => ({
          ...each,
          margin: event.accounts.find(({ id }) => id === each.id)?.margin ?? each.margin,
        })),
      };
    case 'CASH':
      return {
        ...state,
        accounts: state.accounts.map((each) =>
          each.id === event.account ? { ...each, cash: event.cash } : each,
        ),
      };
    case 'CHANGES':
      return withChanges(state, event);
  }
}

function withChanges(state: PracticeState, changes: PracticeChanges): PracticeState {
  const { account, position, cash } = changes;
  const changed = new Set(changes.orders.map(({ orderId }) => orderId));
  const orders = [
    ...state.orders.filter(({ orderId }) => !changed.has(orderId)),
    ...changes.orders,
  ];
  const accounts = state.accounts.map((each) =>
    each.id === account
      ? {
          ...each,
          cash,
          positions: [
            ...each.positions.filter(({ instrument }) => instrument !== position.instrument),
            position,
          ],
        }
      : each,
  );
  return { ...state, accounts, orders: orders.filter((order) => LIVE.has(order.state)) };
}
