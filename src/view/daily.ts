/**
 * The report of a period as a fold of its facts, one at a time and without looking back: what lies before the period comes
 * as a carry, which the report of the period before leaves behind. Bounded by what happened, never by the journal's length.
 */
import { type Decimal, isZero } from '../base/decimal.ts';
import { DAY, isoTime, type Millis, parseIso } from '../base/time.ts';
import type { PeriodAnswer } from './store.ts';
import type {
  CashLines,
  DailyCarry,
  DailyReady,
  DailyReport,
  DailySummary,
} from '../domain/daily.ts';
import type { Fact, FactBody, FactType } from '../domain/fact.ts';
import type { Break, Trade } from '../domain/shown.ts';
import {
  type Alerts,
  alertsOf,
  carryAlerts,
  onCleared,
  onRaised,
  onUndelivered,
  openAlerts,
} from './daily-alerts.ts';
import {
  carryMoney,
  type Money,
  moneyLines,
  onAdjusted,
  onBaseline,
  onCashRow,
  onDelivered,
  onFill,
  onFunding,
  openMoney,
} from './daily-money.ts';
import { linesOf } from './daily-rows.ts';
import {
  type Bounds,
  endTime,
  onClean,
  onLink,
  onOpened,
  onStarted,
  onStopped,
  openTime,
  passTo,
  percentOf,
  type Spent,
  uptimeOf,
} from './daily-time.ts';
import { tradesOf } from './daily-trades.ts';
import { isOpenBreak } from './project.ts';

/** Breaks that a report lists; more are counted. */
export const BREAKS_LISTED = 500;
/** The longest period of one report. */
export const LONGEST_PERIOD = 366 * DAY;

/** The kinds of facts that a report is folded from; of all others it counts only the time. */
export const DAILY_TYPES = [
  'JOURNAL_OPENED',
  'ENGINE_STARTED',
  'ENGINE_STOPPED',
  'ACCOUNT_IDENTIFIED',
  'BASELINE_TAKEN',
  'INSTRUMENT_SPECIFIED',
  'LINK_CHANGED',
  'ASSURANCE_CHANGED',
  'ORDER_INTENDED',
  'ORDER_ACKED',
  'ORDER_REJECTED',
  'ORDER_UNKNOWN',
  'ORDER_ABSENT',
  'FILL_BOOKED',
  'FUNDING_ACCRUED',
  'POSITION_ADJUSTED',
  'POSITION_DELIVERED',
  'TRADE_CORRECTED',
  'DECISION_UNDONE',
  'CASH_BOOKED',
  'BREAK_OPENED',
  'BREAK_UPDATED',
  'BREAK_RESOLVED',
  'RECONCILIATION_COMPLETED',
  'ALERT_RAISED',
  'ALERT_CLEARED',
  'ALERT_UNDELIVERED',
  'TRADE_UPDATED',
  'TRADE_CLOSED',
] as const satisfies readonly FactType[];

type DailyType = (typeof DAILY_TYPES)[number];
export type DailyFact = Extract<Fact, { readonly type: DailyType }>;

const TYPES: ReadonlySet<string> = new Set(DAILY_TYPES);
export const isDailyFact = (fact: Fact): fact is DailyFact => TYPES.has(fact.type);

export type Daily = {
  readonly bounds: Bounds;
  journal: string;
  mode: string;
  account: string;
  readonly spent: Spent;
  readonly money: Money;
  readonly checks: { count: number; clean: number; differences: number; incomplete: number };
  readonly orders: { sent: number; refused: number; unknown: number };
  readonly resolved: { found: number; refused: number; absent: number };
  readonly unresolved: Set<string>;
  readonly alerts: Alerts;
  readonly breaks: Map<string, Break>;
  readonly closed: Map<string, Trade>;
  readonly corrected: Set<string>;
};

/** A fold that begins with what the period before left; `rows`: it lists the rows of the log as well. */
export function openDaily(carry: DailyCarry | null, bounds: Bounds, rows = false): Daily {
  return {
    bounds,
    journal: carry?.journal ?? '',
    mode: carry?.mode ?? '',
    account: carry?.account ?? '',
    spent: openTime(carry, bounds),
    money: openMoney(carry, rows),
    checks: { count: 0, clean: 0, differences: 0, incomplete: 0 },
    orders: { sent: 0, refused: 0, unknown: 0 },
    resolved: { found: 0, refused: 0, absent: 0 },
    unresolved: new Set(carry?.unresolved),
    alerts: openAlerts(carry),
    breaks: new Map(carry?.breaks.map((found) => [found.id, found])),
    closed: new Map(),
    corrected: new Set(),
  };
}

/** Evidence without its raw messages: those stay in the journal. */
const lean = (found: Break): Break => ({
  ...found,
  evidence: found.evidence.map((one) => ({ ...one, raw: null })),
});

function resolveOrder(daily: Daily, label: string, how: 'found' | 'refused' | 'absent'): void {
  if (daily.unresolved.delete(label)) daily.resolved[how] += 1;
}

type Data<Type extends FactType> = Extract<FactBody, { readonly type: Type }>['data'];
/** When a fact was recorded, and its number. */
type Stamp = { readonly at: Millis; readonly seq: number };
type Takers = {
  readonly [Type in DailyType]: (daily: Daily, data: Data<Type>, stamp: Stamp) => void;
};

function onBreak(daily: Daily, { break: found }: Data<'BREAK_OPENED'>): void {
  daily.breaks.set(found.id, lean(found));
}

const TAKE: Takers = {
  JOURNAL_OPENED: (daily, { journal, mode }) => {
    onOpened(daily.spent);
    daily.journal = journal;
    daily.mode = mode;
  },
  ENGINE_STARTED: ({ spent }) => onStarted(spent),
  ENGINE_STOPPED: ({ spent }, _data, { at }) => onStopped(spent, at),
  ACCOUNT_IDENTIFIED: (daily, { account }) => {
    daily.account = account;
  },
  BASELINE_TAKEN: ({ money }, data) => onBaseline(money, data),
  INSTRUMENT_SPECIFIED: ({ money }, { instrument }) => {
    const { name, kind, settlementCurrency: currency } = instrument;
    money.instruments.set(name, { kind, currency });
  },
  LINK_CHANGED: ({ spent }, data, { at }) => onLink(spent, at, data),
  ASSURANCE_CHANGED: ({ spent }, { instrument, assurance }, { at }) => {
    passTo(spent, at);
    spent.assurance.set(instrument, assurance);
  },
  ORDER_INTENDED: ({ orders }) => {
    orders.sent += 1;
  },
  ORDER_ACKED: (daily, { label }) => resolveOrder(daily, label, 'found'),
  ORDER_REJECTED: (daily, { label }) => {
    daily.orders.refused += 1;
    resolveOrder(daily, label, 'refused');
  },
  ORDER_UNKNOWN: (daily, { label }) => {
    daily.orders.unknown += 1;
    daily.unresolved.add(label);
  },
  ORDER_ABSENT: (daily, { label }) => resolveOrder(daily, label, 'absent'),
  FILL_BOOKED: (daily, data, { seq }) => {
    onFill(daily.money, data, seq);
    for (const { trade, role } of data.allocations)
      if (role === 'replace' && trade !== null) daily.corrected.add(trade);
  },
  FUNDING_ACCRUED: ({ money }, data, { seq }) => onFunding(money, data, seq),
  POSITION_ADJUSTED: ({ money }, data, { at }) => onAdjusted(money, data, at),
  POSITION_DELIVERED: ({ money }, data, { seq }) => onDelivered(money, data, seq),
  TRADE_CORRECTED: (daily, { trade }) => void daily.corrected.add(trade),
  DECISION_UNDONE: (daily, { undoes }) => {
    if ('trade' in undoes) daily.corrected.add(undoes.trade);
  },
  CASH_BOOKED: ({ money }, { row }, { seq }) => onCashRow(money, row, seq),
  BREAK_OPENED: onBreak,
  BREAK_UPDATED: onBreak,
  BREAK_RESOLVED: onBreak,
  RECONCILIATION_COMPLETED: ({ checks, spent }, { report }, { at }) => {
    checks.count += 1;
    if (!report.complete) checks.incomplete += 1;
    else if (!report.ok) checks.differences += 1;
    else {
      checks.clean += 1;
      onClean(spent, at);
    }
  },
  ALERT_RAISED: ({ alerts }, { alert }) => onRaised(alerts, alert),
  ALERT_CLEARED: ({ alerts }, { alert }) => onCleared(alerts, alert),
  ALERT_UNDELIVERED: ({ alerts }, { delivery }) => onUndelivered(alerts, delivery.state),
  TRADE_UPDATED: ({ closed }, { trade }) =>
    void (closed.has(trade.id) && closed.set(trade.id, trade)),
  TRADE_CLOSED: ({ closed }, { trade }) =>
    void (trade.origin === 'imported' || closed.set(trade.id, trade)),
};

/** Takes one fact that the report is folded from. */
export function takeFact(daily: Daily, fact: DailyFact): void {
  const at = parseIso(fact.at) ?? 0;
  const take = TAKE[fact.type] as (daily: Daily, data: FactBody['data'], stamp: Stamp) => void;
  take(daily, fact.data, { at, seq: fact.seq });
  beat(daily, at);
}

/** Any other fact shows only that the engine was there. */
export function beat({ spent }: Daily, at: Millis): void {
  passTo(spent, at);
  if (spent.up) spent.at = at;
}

/** What the next period takes over. */
export function carryOf(daily: Daily): DailyCarry {
  const { spent } = daily;
  return {
    journal: daily.journal,
    mode: daily.mode,
    account: daily.account,
    at: spent.at,
    up: spent.up,
    away: spent.away,
    links: { ...spent.links },
    assurance: [...spent.assurance],
    lastClean: spent.lastClean,
    unresolved: [...daily.unresolved],
    breaks: [...daily.breaks.values()].filter(({ life }) => isOpenBreak(life)),
    alerts: carryAlerts(daily.alerts),
    ...carryMoney(daily.money),
  };
}

export type Ending = {
  readonly day: string | null;
  /** Facts of the period, and the chain's hash at the last of them. */
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  /** Whether the period has ended; else it goes as far as its last fact. */
  readonly over: boolean;
  /** The first fact behind the period is a start. */
  readonly startsNext: boolean;
};

const firstSeen = (a: Break, b: Break): number =>
  a.firstSeenAt < b.firstSeenAt ? -1 : a.firstSeenAt > b.firstSeenAt ? 1 : a.id < b.id ? -1 : 1;

/** Ends the period: its report, and nothing of the fold may be used after that but its carry, taken before. */
export function endDaily(daily: Daily, ending: Ending): DailyReport {
  const { bounds, spent, checks, orders } = daily;
  const { day, over, startsNext, ...journal } = ending;
  const through = over ? bounds.to : Math.max(bounds.from, Math.min(bounds.to, spent.at ?? 0));
  endTime(spent, through, startsNext);
  const lengthMs = through - spent.begin;
  const breaks = [...daily.breaks.values()].sort(firstSeen);
  return {
    format: 1,
    period: {
      day,
      from: isoTime(bounds.from),
      to: isoTime(bounds.to),
      over,
      begins: isoTime(spent.begin),
      through: isoTime(through),
      lengthMs,
    },
    account: daily.account,
    mode: daily.mode,
    journal: { id: daily.journal, ...journal },
    checks: {
      ...checks,
      verifiedPercent: percentOf(spent.verifiedMs, lengthMs),
      longestGapMs: spent.longestGapMs,
    },
    breaks: breaks.slice(0, BREAKS_LISTED),
    breaksOpen: breaks.filter(({ life }) => isOpenBreak(life)).length,
    trades: tradesOf(daily.closed.values(), daily.corrected),
    money: moneyLines(daily.money),
    orders: { ...orders, resolved: { ...daily.resolved }, unresolved: daily.unresolved.size },
    alerts: alertsOf(daily.alerts),
    uptime: uptimeOf(spent, lengthMs),
  };
}

/** The rows of the period's log as far as they were asked for; before the fold ends. */
export const rowsOf = ({ money: { rows } }: Daily): CashLines | null =>
  rows === null ? null : linesOf(rows);

/** What a list shows of a report. */
export function summaryOf(report: DailyReport): DailySummary {
  const { checks, breaks, breaksOpen, trades, money, uptime } = report;
  return {
    checks: checks.count,
    clean: checks.clean,
    breaks: breaks.length,
    breaksOpen,
    trades: trades.count,
    unexplained: money.some(({ unexplained }) => !isZero(unexplained)),
    upPercent: uptime.upPercent,
    money: money.map(({ currency, closing }) => ({
      currency,
      net: trades.figures.find((figures) => figures.currency === currency)?.net ?? ('0' as Decimal),
      closing,
    })),
  };
}

/** What the fact of a day's report holds. */
export const madeOf = (
  { report, hash, carry }: PeriodAnswer,
  day: string,
): { readonly daily: DailyReady; readonly carry: DailyCarry } => ({
  daily: {
    day,
    from: report.journal.from,
    to: report.journal.to,
    hash,
    summary: summaryOf(report),
  },
  carry,
});
