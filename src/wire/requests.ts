/** Answers of the HTTP API (`/api/v1`) beyond the shapes of `domain/shown.ts`. Lists are `{items, next}` with a cursor. */
import type { Decimal } from '../base/decimal.ts';
import type { Alert } from '../domain/alert.ts';
import type { Assurance, DiskState } from '../domain/status.ts';
import type { Order, Report, Strategy, Trade } from '../domain/shown.ts';

export type { Alert } from '../domain/alert.ts';
export type { DailyItem } from '../domain/daily.ts';
export type {
  Break,
  Figures,
  Metrics,
  Order,
  Position,
  Report,
  Strategy,
  Trade,
} from '../domain/shown.ts';

export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** How one account stands. `account` is its id at the exchange, null before the first connection. */
export type AccountStatus = {
  readonly id: string;
  readonly account: string | null;
  readonly assurance: Assurance;
  readonly lastReconciliation: Report | null;
  readonly breaksOpen: number;
  readonly alertsFiring: number;
  readonly seq: number;
  readonly epoch: number;
};

/** `GET /status`. With several accounts `account`, `seq` and `epoch` are those of the first. */
export type StatusAnswer = {
  readonly version: string;
  readonly mode: string;
  readonly venue: string;
  readonly account: string | null;
  readonly speed: number;
  readonly seq: number;
  readonly epoch: number;
  /** Room on the journal's disk: `low` and `full` stop openings. */
  readonly disk: DiskState;
  readonly assurance: Assurance;
  readonly lastReconciliation: Report | null;
  readonly strategies: readonly Strategy[];
  readonly breaksOpen: number;
  readonly alertsFiring: number;
  readonly accounts: readonly AccountStatus[];
};

/** `GET /alerts`; `channel` is the name of who is told of them, null where nobody is. */
export type AlertsAnswer = Page<Alert> & { readonly channel: string | null };

/** `POST /alerts/test`: whether a notice about nothing arrived. */
export type TestAnswer =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly status: number | null; readonly problem: string };

/** `GET /trades/:id`: the trade with its fills, orders and the facts that made it. */
export type TradeDetail = {
  readonly trade: Trade;
  readonly fills: readonly {
    readonly tradeId: string;
    readonly orderId: string;
    readonly role: 'open' | 'close';
    readonly direction: 'buy' | 'sell';
    readonly amount: Decimal;
    readonly price: Decimal;
    readonly fee: Decimal;
    readonly at: string;
    readonly source: string;
  }[];
  readonly orders: readonly Order[];
  readonly timeline: readonly {
    readonly seq: number;
    readonly at: string;
    readonly type: string;
    readonly data: unknown;
  }[];
};

export type CandleAnswer = {
  readonly at: string;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: Decimal;
};

/** One step of a plan: what will be done, in words of the field. */
export type PlanStep = { readonly action: string; readonly text: string };

/** A report with the account that it is of. */
export type AccountReport = { readonly account: string; readonly report: Report };

/** Answer of a command; a dry run answers `{plan}` only. */
export type CommandAnswer = {
  readonly id: string;
  readonly state: 'done' | 'running' | 'refused';
  readonly plan: { readonly steps: readonly PlanStep[]; readonly cost: Decimal | null };
  readonly steps: readonly {
    readonly action: string;
    readonly state: 'sent' | 'accepted' | 'confirmed' | 'rejected';
    readonly text: string;
  }[];
  readonly seq: number;
  /** The report that `reconcile` ran; of several accounts each its own. */
  readonly report?: Report;
  readonly reports?: readonly AccountReport[];
};

/** An error body (RFC 9457). `code` is stable; `next` says what to do. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly field: string | null;
  readonly accepted: string | null;
  readonly next: string | null;
};
