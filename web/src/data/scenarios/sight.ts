/**
 * What a scenario goes by. `Sight` is what the page sees as it happens, from the two streams and its own screen. `Proof`
 * is read anew from both sides when the end state is judged: the engine's API and the exchange's own account.
 */
import type { FactFrame } from '../../../../src/wire/frames.ts';
import type {
  Break,
  Report,
  StatusAnswer,
  Strategy,
  Trade,
  TradeDetail,
} from '../../../../src/wire/requests.ts';
import type { TextKey } from '../../../../src/words/text.ts';
import type { FeedValue } from '../../stream/feed.ts';
import {
  ACCOUNT,
  liveOrdersOf,
  type PracticeOrder,
  type PracticeState,
  type PracticeTrade,
} from '../practice-state.ts';

/** A sentence to be spelt in the language chosen. */
export type Said = {
  readonly key: TextKey;
  readonly values?: Readonly<Record<string, FeedValue>>;
};

/** A value alone. */
export const is = (value: FeedValue): Said => ({ key: 'scenario.is', values: { value } });

/** One commit of the engine as it came; `at` on the page's clock. */
export type Commit = {
  readonly at: number;
  readonly commit: number;
  readonly frames: readonly FactFrame[];
};

/** Something that happened at the exchange as its own stream told it; `at` on the page's clock. */
export type Happening = {
  readonly at: number;
  readonly orders: readonly PracticeOrder[];
  readonly trades: readonly PracticeTrade[];
};

export type Sight = {
  /** On the page's clock. */
  readonly now: number;
  readonly exchange: PracticeState | null;
  readonly engine: {
    /** The stream is connected and the engine knows what the exchange holds. */
    readonly up: boolean;
    readonly ready: boolean;
    readonly epoch: number;
    readonly strategies: readonly Strategy[];
    readonly trades: Readonly<Record<string, Trade>>;
    readonly breaks: readonly Break[];
  };
  /** Since the run began, oldest first. */
  readonly commits: readonly Commit[];
  readonly happenings: readonly Happening[];
  /** When a trade was on the screen in a status (`ID status`), on the page's clock. */
  readonly painted: ReadonlyMap<string, number>;
  /** Whether anybody can see this window: one that is hidden paints nothing. */
  readonly visible: boolean;
  /** Another document than at the start would have lost what is remembered here. */
  readonly document: number;
};

export type Proof = {
  readonly exchange: PracticeState;
  readonly status: StatusAnswer;
  /** Trades that the books hold open. */
  readonly open: readonly Trade[];
  /** The trades that the run is about, as the engine's API tells them. */
  readonly details: readonly TradeDetail[];
  readonly breaks: readonly Break[];
  /** Labels of orders of ours whose fate the engine does not know. */
  readonly unresolved: readonly string[];
  /** A check of the engine's own, run for this proof. */
  readonly report: Report | null;
};

/** What a run has found out on its way. */
export type Memo = {
  readonly trade: string | null;
  readonly instrument: string | null;
  /** The engine's epoch when the run began. */
  readonly epoch: number;
  /** When the hand acted, on the page's clock. */
  readonly handAt: number | null;
  /** The order with which the hand closed. */
  readonly hand: PracticeOrder | null;
  /** When no trade was open: entries before that are not the one that is waited for. */
  readonly flatAt: number;
  /** When the exchange had filled the entry. */
  readonly filledAt: number | null;
  /** The engine's entry order, whose answer was lost. */
  readonly entry: PracticeOrder | null;
  /** Measured ms from event to screen. */
  readonly entryMs: number | null;
  readonly closeMs: number | null;
  readonly document: number;
};

export const NO_MEMO: Memo = {
  trade: null,
  instrument: null,
  epoch: 0,
  handAt: null,
  hand: null,
  flatAt: 0,
  filledAt: null,
  entry: null,
  entryMs: null,
  closeMs: null,
  document: 0,
};

/** Orders of an instrument that may still do something. */
export const liveAt = (state: PracticeState, instrument: string): readonly PracticeOrder[] =>
  liveOrdersOf(state).filter((order) => order.instrument === instrument);

/** The signed position that the exchange holds for the account. */
export const heldAt = (state: PracticeState, instrument: string): string =>
  state.accounts
    .find(({ id }) => id === ACCOUNT)
    ?.positions.find((position) => position.instrument === instrument)?.size ?? '0';

/** Strategies that may open and are left alone by people. */
export const runningOf = ({ engine }: Sight): ReadonlySet<string> =>
  new Set(
    engine.strategies.filter(({ control }) => control.value === 'running').map(({ id }) => id),
  );

/** The open trade that a scenario uses: the oldest of a running strategy. */
export function openTrade(sight: Sight): Trade | undefined {
  const running = runningOf(sight);
  return Object.values(sight.engine.trades)
    .filter(
      ({ status, phase, strategy }) =>
        status === 'open' && phase === 'open' && running.has(strategy),
    )
    .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))[0];
}

/** Whether the engine placed it: its labels begin so. */
export const isOurs = ({ label }: Pick<PracticeOrder, 'label'>): boolean => label.startsWith('ls:');

/** Whether it is an order of the engine that opens. */
export const isEntry = (order: PracticeOrder): boolean =>
  order.account === ACCOUNT && isOurs(order) && !order.reduceOnly;

/** The strategy that a label of the engine names. */
export const strategyIn = (label: string): string => label.split(':')[1] ?? '';
