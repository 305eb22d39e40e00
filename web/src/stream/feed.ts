/**
 * The live feed: the last events as sentences to be, in order of `seq`. An entry names a sentence of `words/` and what
 * fills it, so it is spelt anew when the language changes. One line for one thing that a person cares about: our own
 * orders show as what they led to, a close brings the strategy's next status along, routine checks that found nothing
 * share a line.
 */
import type { FactFrame } from '../../../src/wire/frames.ts';
import type { Alert, Break, Order, Report, Strategy, Trade } from '../../../src/wire/requests.ts';
import { hasText, type TextKey } from '../../../src/words/text.ts';
import { alertValues } from './alerts.ts';
import { type SideText, sideText } from './sides.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'hand';

/** A value of a sentence: text as it is, a word of the catalogue, a side of a break, an exact decimal, or milliseconds. */
export type FeedValue =
  | string
  | { readonly word: string }
  | { readonly side: SideText }
  /** An error code of the exchange with its own text. */
  | { readonly code: number; readonly message: string }
  | { readonly decimal: string; readonly currency?: string; readonly plus?: boolean }
  | { readonly ms: number };

export type FeedEntry = {
  /** Its account, where lines of several stand together. */
  readonly account?: string;
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly key: TextKey;
  readonly values: Readonly<Record<string, FeedValue>>;
  readonly tone: Tone;
  /** Where the line leads: a trade or a difference. */
  readonly trade: string | null;
  readonly found: string | null;
  /** What followed in the same commit: the status that a closed trade left its strategy in. */
  readonly after: string | null;
};

type Line = Pick<FeedEntry, 'key' | 'values' | 'tone' | 'trade'> & { readonly found?: string };

/** Lines that are kept. */
const LENGTH = 60;

const HANDS: ReadonlySet<string> = new Set(['web', 'mobile', 'other_api']);

/** Who closed it stands in the reason already. */
const TOLD_BY_REASON: ReadonlySet<string> = new Set([
  'target',
  'stop',
  'strategy',
  'operator',
  'kill',
  'liquidation',
  'delivery',
]);

function opened(trade: Trade): Line {
  const { direction, amount, instrument, entryPrice, origin, stopLoss, takeProfit } = trade;
  const values = {
    side: { word: `side.${direction}` },
    amount: { decimal: amount },
    instrument,
    price: entryPrice === null ? '–' : { decimal: entryPrice },
  };
  const key = origin === 'adopted' ? 'web.feed.adopted' : 'web.feed.opened';
  if (origin === 'adopted' || stopLoss === null || takeProfit === null)
    return { key, values, tone: 'plain', trade: trade.id };
  return {
    key: 'web.feed.opened_guarded',
    values: { ...values, stop: { decimal: stopLoss }, target: { decimal: takeProfit } },
    tone: 'plain',
    trade: trade.id,
  };
}

function closed(trade: Trade): Line {
  const hand = trade.closedBy !== null && HANDS.has(trade.closedBy);
  const lost = trade.netPnl.startsWith('-');
  const known = trade.pnlSource === 'fills';
  const told = trade.closedBy !== null && TOLD_BY_REASON.has(trade.closedBy);
  return {
    key: !known ? 'web.feed.closed_unknown' : told ? 'web.feed.closed_so' : 'web.feed.closed',
    values: {
      reason: { word: `exit.${trade.exitReason ?? 'ghost_trade_cleanup'}` },
      by: { word: `closed_by.${trade.closedBy ?? 'unknown'}` },
      price: trade.exitPrice === null ? '–' : { decimal: trade.exitPrice },
      net: { decimal: trade.netPnl, currency: trade.currency, plus: true },
    },
    tone: !known ? 'warn' : hand ? 'hand' : lost ? 'bad' : 'good',
    trade: trade.id,
  };
}

/** A secondary order that waits for its entry; its life is told by the order that it becomes. */
export const isDormant = ({ orderId }: Pick<Order, 'orderId'>): boolean =>
  orderId?.startsWith('OTO-') === true;

/** Orders of others show whatever they do; our own only where they did not become what they were meant to be. */
function isWorthALine(shown: Order): boolean {
  const { state, origin, reduceOnly, filled } = shown;
  if (state === 'pending' || state === 'triggered' || isDormant(shown)) return false;
  if (origin !== 'engine') return true;
  if (state === 'unknown' || state === 'rejected' || state === 'absent') return true;
  return state === 'cancelled' && !reduceOnly && filled === '0';
}

function order(shown: Order): Line | null {
  if (!isWorthALine(shown)) return null;
  const { state, origin } = shown;
  const bad = state === 'unknown' || state === 'rejected';
  const hand = HANDS.has(origin);
  const at = shown.averagePrice ?? shown.triggerPrice ?? shown.price;
  const values = {
    type: { word: `order_type.${shown.type}` },
    direction: { word: `direction.${shown.direction}` },
    amount: { decimal: shown.amount },
    state: { word: `order_state.${state}` },
  };
  const tone = bad ? 'warn' : hand ? 'hand' : 'plain';
  if (hand) {
    const by = { word: `closed_by.${origin}` };
    return at === null
      ? { key: 'web.feed.order_by', values: { ...values, by }, tone, trade: shown.tradeId }
      : {
          key: 'web.feed.order_at_by',
          values: { ...values, by, price: { decimal: at } },
          tone,
          trade: shown.tradeId,
        };
  }
  return at === null
    ? { key: 'web.feed.order', values, tone, trade: shown.tradeId }
    : {
        key: 'web.feed.order_at',
        values: { ...values, price: { decimal: at } },
        tone,
        trade: shown.tradeId,
      };
}

function checked(report: Report): Line {
  const trigger = { word: `trigger.${report.trigger}` };
  if (!report.complete) {
    return { key: 'web.feed.check_incomplete', values: { trigger }, tone: 'warn', trade: null };
  }
  if (report.ok)
    return { key: 'web.feed.check_ok', values: { trigger }, tone: 'good', trade: null };
  const n = String(report.breaks.length);
  return { key: 'web.feed.check_breaks', values: { trigger, n }, tone: 'warn', trade: null };
}

/** Statuses that no other line explains; every other change follows from a trade, a control, a link or a check. */
const TOLD: ReadonlySet<string> = new Set(['mismatch', 'unverified']);
/** What a lost or new link makes of any status: the line of the link tells it. */
const OF_LINK: ReadonlySet<string> = new Set(['blind', 'checking', 'initializing']);

function status(
  frame: Extract<FactFrame, { type: 'STRATEGY_STATUS_CHANGED' }>,
  before: string | undefined,
): Line | null {
  if (before === frame.status || OF_LINK.has(frame.status)) return null;
  if (!TOLD.has(frame.status) && (before === undefined || !TOLD.has(before))) return null;
  const to = { word: `status.${frame.status}` };
  const values = { strategy: frame.strategy, to };
  const tone = TOLD.has(frame.status) ? 'warn' : 'good';
  return before === undefined
    ? { key: 'web.feed.status', values, tone, trade: null }
    : {
        key: 'web.feed.status_from',
        values: { ...values, from: { word: `status.${before}` } },
        tone,
        trade: null,
      };
}

function difference(
  type: 'BREAK_OPENED' | 'BREAK_RESOLVED',
  { id, kind, instrument, books, exchange, life }: Break,
): Line {
  const kindWord = { word: `break.${kind}` };
  return type === 'BREAK_OPENED'
    ? {
        key: 'web.feed.break_opened',
        values: {
          kind: kindWord,
          instrument,
          books: { side: sideText(kind, books) },
          exchange: { side: sideText(kind, exchange) },
        },
        tone: 'warn',
        trade: null,
        found: id,
      }
    : {
        key: 'web.feed.break_resolved',
        values: { kind: kindWord, instrument, how: { word: `life.${life}` } },
        tone: 'good',
        trade: null,
        found: id,
      };
}

/** Alerts that no other line tells of. */
const TOLD_BY_ALERT: ReadonlySet<Alert['rule']> = new Set([
  'not_verified',
  'blind',
  'crash_loop',
  'disk_low',
  'disk_full',
]);

function alertLine(type: 'ALERT_RAISED' | 'ALERT_CLEARED', alert: Alert): Line | null {
  if (!TOLD_BY_ALERT.has(alert.rule)) return null;
  if (type === 'ALERT_RAISED')
    return { key: `alert.${alert.rule}`, values: alertValues(alert), tone: 'warn', trade: null };
  const values = { name: { word: `alert_name.${alert.rule}` } };
  return { key: 'web.feed.alert_cleared', values, tone: 'good', trade: null };
}

function lineOf(frame: FactFrame, strategies: Readonly<Record<string, Strategy>>): Line | null {
  switch (frame.type) {
    case 'TRADE_OPENED':
      return opened(frame.trade);
    case 'TRADE_CLOSED':
      // One that was imported closed elsewhere and long ago.
      return frame.trade.origin === 'imported' ? null : closed(frame.trade);
    case 'STRATEGY_STATUS_CHANGED':
      return status(frame, strategies[frame.strategy]?.status);
    case 'ORDER_CHANGED':
      return order(frame.order);
    case 'BREAK_OPENED':
    case 'BREAK_RESOLVED':
      return difference(frame.type, frame.break);
    case 'RECONCILIATION_COMPLETED':
      return checked(frame.report);
    case 'CONTROL_CHANGED': {
      const { strategy, control, by, reason } = frame;
      return {
        key: reason === '' ? 'web.feed.control' : 'web.feed.control_why',
        values: {
          strategy,
          control: { word: `status.${control}` },
          by: hasText(`actor.${by}`) ? { word: `actor.${by}` } : by,
          ...(reason === '' ? {} : { reason }),
        },
        tone: control === 'running' ? 'good' : 'warn',
        trade: null,
      };
    }
    case 'LINK_CHANGED':
      return {
        key: frame.up ? 'web.feed.link_up' : 'web.feed.link_down',
        values: { link: { word: LINK_WORDS[frame.link] } },
        tone: frame.up ? 'good' : 'warn',
        trade: null,
      };
    case 'ALERT_RAISED':
    case 'ALERT_CLEARED':
      return alertLine(frame.type, frame.alert);
    case 'REPORT_READY':
      return {
        key: 'web.feed.daily',
        values: { day: frame.daily.day },
        tone: frame.daily.summary.unexplained ? 'warn' : 'plain',
        trade: null,
      };
    case 'ALERT_ACKNOWLEDGED':
    case 'ALERT_SNOOZED':
    case 'ALERT_DELIVERED':
    case 'ALERT_UNDELIVERED':
    case 'TRADE_UPDATED':
    case 'POSITION_CHANGED':
    case 'STRATEGY_EVALUATED':
    case 'BREAK_UPDATED':
      return null;
  }
  frame satisfies never;
  return null;
}

const LINK_WORDS = {
  trading: 'link.private',
  market: 'link.market',
  drop_copy: 'link.drop_copy',
} as const;

/** Lines of which the newest stands for those before it: checks that found the same, and both links of one loss. */
const SHARED: ReadonlySet<string> = new Set([
  'web.feed.check_ok',
  'web.feed.check_breaks',
  'web.feed.check_incomplete',
  'web.feed.link_up',
  'web.feed.link_down',
]);

const isShared = (line: Line, newest: FeedEntry): boolean =>
  line.key === newest.key && SHARED.has(line.key) && line.values['n'] === newest.values['n'];

/** The order of a hand that closes a trade is told by the trade, which says whose hand it was. */
const tellsOrder = (frame: FactFrame, newest: FeedEntry): boolean =>
  frame.type === 'TRADE_CLOSED' &&
  newest.type === 'ORDER_CHANGED' &&
  newest.tone === 'hand' &&
  newest.at === frame.at;

/** Whether a difference, told in the same commit, says already what the check or the status would say. */
function isExplained(frame: FactFrame, newest: FeedEntry): boolean {
  if (newest.at !== frame.at) return false;
  const opened = newest.type === 'BREAK_OPENED';
  if (frame.type === 'STRATEGY_STATUS_CHANGED')
    return (opened || newest.type === 'BREAK_RESOLVED') && frame.status !== 'unverified';
  return (
    opened && frame.type === 'RECONCILIATION_COMPLETED' && frame.report.complete && !frame.report.ok
  );
}

/** The newest line with the status that its closed trade left the strategy in; undefined when the frame is no such thing. */
function continued(newest: FeedEntry, frame: FactFrame): FeedEntry | undefined {
  const follows =
    frame.type === 'STRATEGY_STATUS_CHANGED' &&
    newest.type === 'TRADE_CLOSED' &&
    newest.at === frame.at &&
    !TOLD.has(frame.status);
  return follows ? { ...newest, seq: frame.seq, after: `status.${frame.status}` } : undefined;
}

/**
 * The feed with the sentence of one frame, newest first; unchanged when there is none to say or it is already there.
 * `strategies` are those before the frame.
 */
export function addToFeed(
  feed: readonly FeedEntry[],
  frame: FactFrame,
  strategies: Readonly<Record<string, Strategy>>,
): readonly FeedEntry[] {
  const newest = feed[0];
  if (newest !== undefined && newest.seq >= frame.seq) return feed;
  const longer = newest === undefined ? undefined : continued(newest, frame);
  if (longer !== undefined) return [longer, ...feed.slice(1)];
  if (newest !== undefined && isExplained(frame, newest)) return feed;
  const line = lineOf(frame, strategies);
  if (line === null) return feed;
  const instead = newest !== undefined && (isShared(line, newest) || tellsOrder(frame, newest));
  const values =
    instead && frame.type === 'LINK_CHANGED' ? { link: { word: 'link.exchange' } } : line.values;
  const entry: FeedEntry = {
    found: null,
    after: null,
    ...line,
    values,
    seq: frame.seq,
    at: frame.at,
    type: frame.type,
  };
  return [entry, ...(instead ? feed.slice(1) : feed)].slice(0, LENGTH);
}
