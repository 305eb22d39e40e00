/**
 * The report of a period (a UTC day, or any stretch of time): what was compared, what differed and how it ended, what was
 * traded and earned, and how long the engine watched. Folded from the facts recorded in the period, and from nothing else:
 * the same journal gives the same bytes. Decimals are text, times ISO 8601 UTC, durations milliseconds.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Alert } from './alert.ts';
import type { HeldStored, WaitingFee } from './held.ts';
import type { Break, ExitReason, Figures, Trade } from './shown.ts';
import type { Assurance } from './status.ts';

/** A trade that ended in the period. */
export type TradeLine = Pick<
  Trade,
  | 'id'
  | 'strategy'
  | 'instrument'
  | 'direction'
  | 'amount'
  | 'entryPrice'
  | 'exitPrice'
  | 'openedAt'
  | 'closedAt'
  | 'exitReason'
  | 'closedBy'
  | 'grossPnl'
  | 'fees'
  | 'funding'
  | 'netPnl'
  | 'currency'
  | 'pnlSource'
  | 'origin'
  | 'corrected'
>;

/**
 * Cash of one currency: `opening + realised - fees + funding + transfers + other - unsettledChange + rounding + uncompared +
 * unexplained = closing`. Opening and closing are what the exchange's own log says; realised, fees and funding are what the
 * books took from fills and counters.
 */
export type MoneyLine = {
  readonly currency: string;
  readonly opening: Decimal;
  readonly realised: Decimal;
  /** > 0 paid. */
  readonly fees: Decimal;
  /** > 0 received. */
  readonly funding: Decimal;
  /** Deposits, withdrawals, transfers and swaps. */
  readonly transfers: Decimal;
  /** Rows of other kinds. */
  readonly other: Decimal;
  /** Results that the exchange has not turned into cash, and fees of which one side only is known: before and after. */
  readonly unsettledBefore: Decimal;
  readonly unsettledAfter: Decimal;
  /** What settlements paid less or more than the exact result, within a unit per fill and row. */
  readonly rounding: Decimal;
  /** Paid at a settlement for what the books never saw end, or for the time before the first start: not compared. */
  readonly uncompared: Decimal;
  readonly unexplained: Decimal;
  readonly closing: Decimal;
};

/** What a part of a row's change is: the line of `MoneyLine` that it counts in. `result`: what was earned and becomes cash. */
export type CashPart =
  | 'result'
  | 'fees'
  | 'funding'
  | 'transfers'
  | 'other'
  | 'rounding'
  | 'uncompared'
  | 'unexplained';

/**
 * Why a row is there, by the facts that say so, `from` to `to`, `count` of them (a span holds others too): the fill that it
 * charges; the fills and fundings of the session that it pays (none, where a position only stood); the delivery; or the row
 * itself, which is all that there is of a deposit. `nothing`: no fact says so yet.
 */
export type CashReason = {
  readonly by: 'fill' | 'session' | 'delivery' | 'itself' | 'nothing';
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
};

/** One row of the exchange's log, with the fact that wrote it down. Its parts sum to its change. */
export type CashLine = {
  readonly fact: number;
  /** The exchange's own number of it. */
  readonly row: string;
  readonly at: string;
  readonly currency: string;
  readonly type: string;
  readonly instrument: string | null;
  readonly change: Decimal;
  /** Cash after it: as the exchange says, and as the rows before it add up to. */
  readonly balance: Decimal;
  readonly booked: Decimal;
  readonly parts: readonly { readonly of: CashPart; readonly amount: Decimal }[];
  readonly why: CashReason;
};

/** The rows of a period in the order of its facts; those behind the first `ROWS_LISTED` are counted. */
export type CashLines = { readonly lines: readonly CashLine[]; readonly more: number };

/** An alert that fired in the period. */
export type AlertLine = Pick<
  Alert,
  'id' | 'rule' | 'severity' | 'params' | 'text' | 'since' | 'clearedAt'
>;

/** A stretch without the engine. `crash`: it ended without saying so; `from` is the last fact before. */
export type Absence = {
  readonly kind: 'stop' | 'crash';
  readonly from: string;
  /** null: still away when the period ended. */
  readonly to: string | null;
};

export type DailyReport = {
  readonly format: 1;
  readonly period: {
    /** The day, when the period is one. */
    readonly day: string | null;
    readonly from: string;
    readonly to: string;
    /** Whether it had ended; else `through` is as far as the facts went. */
    readonly over: boolean;
    readonly through: string;
    /** From where its time is counted: later than `from` when the journal begins in it. `lengthMs` is from there to `through`. */
    readonly begins: string;
    readonly lengthMs: Millis;
  };
  readonly account: string;
  readonly mode: string;
  readonly journal: {
    readonly id: string;
    /** Facts recorded in the period; `to` is one less than `from` when there are none. */
    readonly from: number;
    readonly to: number;
    /** The chain's hash at `to`, in hexadecimal. */
    readonly hash: string;
  };
  readonly checks: {
    readonly count: number;
    readonly clean: number;
    readonly differences: number;
    readonly incomplete: number;
    /** Percent of the period in which every instrument was verified and the engine up; null for an empty period. */
    readonly verifiedPercent: Decimal | null;
    readonly longestGapMs: Millis;
  };
  readonly breaks: readonly Break[];
  readonly breaksOpen: number;
  readonly trades: {
    readonly count: number;
    readonly byHand: number;
    readonly adopted: number;
    readonly unknown: number;
    /** Trades whose result was put right in the period, whenever they ended. */
    readonly corrected: readonly string[];
    readonly figures: readonly Figures[];
    readonly byExit: readonly { readonly reason: ExitReason; readonly count: number }[];
    /** In the order of closing, at most `TRADES_LISTED`. */
    readonly list: readonly TradeLine[];
  };
  readonly money: readonly MoneyLine[];
  readonly orders: {
    readonly sent: number;
    readonly refused: number;
    readonly unknown: number;
    readonly resolved: {
      readonly found: number;
      readonly refused: number;
      readonly absent: number;
    };
    /** Without a proved outcome at the end. */
    readonly unresolved: number;
  };
  readonly alerts: {
    /** How often one was raised in the period. */
    readonly raised: number;
    /** Notices that were given up. */
    readonly undelivered: number;
    /** Firing at the end. */
    readonly firing: number;
    readonly list: readonly AlertLine[];
  };
  readonly uptime: {
    readonly upMs: Millis;
    readonly upPercent: Decimal | null;
    readonly starts: number;
    readonly absences: readonly Absence[];
    readonly links: readonly {
      readonly link: 'trading' | 'market';
      readonly upMs: Millis;
      readonly upPercent: Decimal | null;
      readonly drops: number;
    }[];
  };
};

/** What a list of daily reports shows of each. */
export type DailySummary = {
  readonly checks: number;
  readonly clean: number;
  readonly breaks: number;
  readonly breaksOpen: number;
  readonly trades: number;
  readonly unexplained: boolean;
  readonly upPercent: Decimal | null;
  readonly money: readonly {
    readonly currency: string;
    readonly net: Decimal;
    readonly closing: Decimal;
  }[];
};

/** A daily report that was made when its day was over; `hash` is of the report's canonical text. */
export type DailyReady = {
  readonly day: string;
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  readonly summary: DailySummary;
};

/** A day as the list shows it: with the fact that wrote it down. */
export type DailyItem = DailyReady & { readonly seq: number; readonly at: string };

/** Everything that a period takes over from the one before it. */
export type DailyCarry = {
  readonly journal: string;
  readonly mode: string;
  readonly account: string;
  readonly at: Millis | null;
  readonly up: boolean;
  readonly away: { readonly kind: Absence['kind']; readonly from: Millis } | null;
  readonly links: { readonly trading: boolean; readonly market: boolean };
  readonly assurance: readonly (readonly [string, Assurance])[];
  readonly lastClean: Millis | null;
  readonly unresolved: readonly string[];
  readonly breaks: readonly Break[];
  /** Those that fire; absent in what builds before there were alerts left. */
  readonly alerts?: readonly AlertLine[];
  readonly instruments: readonly {
    readonly name: string;
    readonly kind: 'linear' | 'inverse';
    readonly currency: string;
  }[];
  readonly balances: readonly { readonly currency: string; readonly balance: Decimal }[];
  readonly held: readonly HeldStored[];
  /** Fees of which one side only is known: of the fill (fee) or of the log (change), by currency and trade id. */
  readonly fees: readonly WaitingFee[];
};
