/**
 * The read side's port: pages answered from read models that are updated in the same transaction as the facts. Every
 * answer is as of one commit. Implemented on SQLite at the edge and in memory for tests.
 */
import type { Millis } from '../base/time.ts';
import type { Alert, AlertState } from '../domain/alert.ts';
import type { CashLines, DailyCarry, DailyItem, DailyReport } from '../domain/daily.ts';
import type { Fact } from '../domain/fact.ts';
import type { Break, Metrics, Order, Position, Report, Strategy, Trade } from '../domain/shown.ts';
import type { Found, SearchQuery } from './search.ts';

export type Paged<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** Filters of `GET /trades`; absent ones do not filter. Times bound `openedAt`, both ends included. */
export type TradeFilter = {
  readonly status?: 'open' | 'closed';
  readonly strategy?: string;
  readonly instrument?: string;
  readonly exitReason?: string;
  readonly from?: Millis;
  readonly to?: Millis;
};

/** Filters of `GET /metrics`; `currency` leaves all others out. */
export type MetricsFilter = TradeFilter & { readonly currency?: string };

export type Snapshot = {
  readonly commit: number;
  readonly strategies: readonly Strategy[];
  readonly positions: readonly Position[];
  readonly openTrades: readonly Trade[];
  /** The last 100 closed trades, newest first. */
  readonly lastTrades: readonly Trade[];
  /** Live and unresolved orders. */
  readonly orders: readonly Order[];
  readonly breaks: readonly Break[];
  /** Those that fire. */
  readonly alerts: readonly Alert[];
};

/** The facts of one commit that are frames. */
export type FrameGroup = {
  readonly commit: number;
  readonly prev: number;
  readonly facts: readonly Fact[];
};

export type VerifyResult =
  | { readonly ok: true; readonly facts: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/**
 * Facts recorded from `from` up to but not including `to`. A `day` that was made has the facts that it was made from. The
 * engine itself asks for a day that is over with `over`; to anyone else it is over once a later fact says so.
 */
export type PeriodQuery = {
  readonly day: string | null;
  readonly from: Millis;
  readonly to: Millis;
  readonly over: boolean;
  /** Lists the rows of the exchange's log as well, each with what explains it; not unless told. */
  readonly rows?: boolean;
};

export type PeriodAnswer = {
  readonly report: DailyReport;
  /** Of the report's canonical text. */
  readonly hash: string;
  readonly carry: DailyCarry;
  /** null where they were not asked for. */
  readonly rows: CashLines | null;
};

export type Store = {
  readonly head: () => Promise<number>;
  readonly snapshot: () => Promise<Snapshot>;
  /** Commits after `since` that hold frames, at most `limit` commits; `since` beyond the head answers undefined. */
  readonly framesAfter: (
    since: number,
    limit: number,
  ) => Promise<readonly FrameGroup[] | undefined>;
  readonly strategies: () => Promise<readonly Strategy[]>;
  readonly positions: () => Promise<readonly Position[]>;
  readonly trades: (
    filter: TradeFilter,
    page: { readonly limit: number; readonly cursor: string | null },
  ) => Promise<Paged<Trade>>;
  readonly trade: (
    id: string,
  ) => Promise<
    | { readonly trade: Trade; readonly facts: readonly Fact[]; readonly orders: readonly Order[] }
    | undefined
  >;
  readonly metrics: (filter: MetricsFilter) => Promise<Metrics>;
  readonly orders: (page: {
    readonly limit: number;
    readonly cursor: string | null;
    readonly live: boolean;
  }) => Promise<Paged<Order>>;
  readonly breaks: (page: {
    readonly limit: number;
    readonly cursor: string | null;
    readonly open: boolean;
  }) => Promise<Paged<Break>>;
  readonly break: (id: string) => Promise<Break | undefined>;
  readonly reports: (page: {
    readonly limit: number;
    readonly cursor: string | null;
  }) => Promise<Paged<Report>>;
  readonly report: (id: string) => Promise<Report | undefined>;
  readonly alerts: (page: {
    readonly limit: number;
    readonly cursor: string | null;
    readonly state: AlertState | null;
  }) => Promise<Paged<Alert>>;
  /** Days whose reports were made, newest first. */
  readonly dailies: (page: {
    readonly limit: number;
    readonly cursor: string | null;
  }) => Promise<Paged<DailyItem>>;
  readonly daily: (day: string) => Promise<DailyItem | undefined>;
  /** The report of a period, folded anew from the facts. */
  readonly period: (asked: PeriodQuery) => Promise<PeriodAnswer>;
  readonly facts: (after: number, limit: number) => Promise<readonly Fact[]>;
  /** Facts of one stretch of the journal that fit a filter. */
  readonly search: (asked: SearchQuery) => Promise<Found>;
  /** Whether a command id was taken already, and the fact's seq. */
  readonly command: (id: string) => Promise<number | undefined>;
  /** Walks the whole chain. */
  readonly verify: (onProgress?: (done: number, of: number) => void) => Promise<VerifyResult>;
  readonly close: () => Promise<void>;
};
