/**
 * The live feed: the last events as sentences to be, in order of `seq`. An entry names a sentence of `words/` and what
 * fills it, so it is spelt anew when the language changes; routine checks that found nothing share one line.
 */
import type { FactFrame } from '../../../src/wire/frames.ts';
import type { Order, Report, Strategy, Trade } from '../../../src/wire/requests.ts';
import { hasText, type TextKey } from '../../../src/words/text.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'hand';

/** A value of a sentence: text as it is, a word of the catalogue, an exact decimal, or milliseconds. */
export type FeedValue =
  | string
  | { readonly word: string }
  | { readonly decimal: string; readonly currency?: string; readonly plus?: boolean }
  | { readonly ms: number };

export type FeedEntry = {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly key: TextKey;
  readonly values: Readonly<Record<string, FeedValue>>;
  readonly tone: Tone;
  readonly trade: string | null;
};

type Line = Pick<FeedEntry, 'key' | 'values' | 'tone' | 'trade'>;

/** Lines that are kept. */
const LENGTH = 60;

const HANDS: ReadonlySet<string> = new Set(['web', 'mobile', 'other_api']);

function opened(trade: Trade): Line {
  const { direction, amount, instrument, entryPrice, origin } = trade;
  return {
    key: origin === 'adopted' ? 'web.feed.adopted' : 'web.feed.opened',
    values: {
      side: { word: `side.${direction}` },
      amount: { decimal: amount },
      instrument,
      price: entryPrice === null ? '–' : { decimal: entryPrice },
    },
    tone: 'plain',
    trade: trade.id,
  };
}

function closed(trade: Trade): Line {
  const hand = trade.closedBy !== null && HANDS.has(trade.closedBy);
  const lost = trade.netPnl.startsWith('-');
  const known = trade.pnlSource === 'fills';
  return {
    key: known ? 'web.feed.closed' : 'web.feed.closed_unknown',
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

function order(shown: Order): Line | null {
  if (shown.state === 'pending') return null;
  const bad = shown.state === 'unknown' || shown.state === 'rejected';
  const at = shown.averagePrice ?? shown.triggerPrice ?? shown.price;
  return {
    key: at === null ? 'web.feed.order' : 'web.feed.order_at',
    values: {
      type: { word: `order_type.${shown.type}` },
      direction: { word: `direction.${shown.direction}` },
      amount: { decimal: shown.amount },
      ...(at === null ? {} : { price: { decimal: at } }),
      state: { word: `order_state.${shown.state}` },
    },
    tone: bad ? 'warn' : shown.origin === 'web' || shown.origin === 'mobile' ? 'hand' : 'plain',
    trade: shown.tradeId,
  };
}

function checked(report: Report): Line {
  const took = { ms: Date.parse(report.finishedAt) - Date.parse(report.startedAt) };
  const trigger = { word: `trigger.${report.trigger}` };
  if (!report.complete) {
    return { key: 'web.feed.check_incomplete', values: { trigger }, tone: 'warn', trade: null };
  }
  if (report.ok)
    return { key: 'web.feed.check_ok', values: { trigger, took }, tone: 'good', trade: null };
  const n = String(report.breaks.length);
  return { key: 'web.feed.check_breaks', values: { trigger, n }, tone: 'warn', trade: null };
}

function lineOf(frame: FactFrame, strategies: Readonly<Record<string, Strategy>>): Line | null {
  switch (frame.type) {
    case 'TRADE_OPENED':
      return opened(frame.trade);
    case 'TRADE_CLOSED':
      return closed(frame.trade);
    case 'STRATEGY_STATUS_CHANGED': {
      const before = strategies[frame.strategy]?.status;
      if (before === frame.status) return null;
      const to = { word: `status.${frame.status}` };
      const values = { strategy: frame.strategy, to };
      return before === undefined
        ? { key: 'web.feed.status', values, tone: 'plain', trade: null }
        : {
            key: 'web.feed.status_from',
            values: { ...values, from: { word: `status.${before}` } },
            tone: 'plain',
            trade: null,
          };
    }
    case 'ORDER_CHANGED':
      return order(frame.order);
    case 'BREAK_OPENED':
    case 'BREAK_RESOLVED': {
      const { kind, instrument, books, exchange, life } = frame.break;
      const kindWord = { word: `break.${kind}` };
      return frame.type === 'BREAK_OPENED'
        ? {
            key: 'web.feed.break_opened',
            values: { kind: kindWord, instrument, books, exchange },
            tone: 'warn',
            trade: null,
          }
        : {
            key: 'web.feed.break_resolved',
            values: { kind: kindWord, instrument, how: { word: `life.${life}` } },
            tone: 'good',
            trade: null,
          };
    }
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
        values: { link: { word: frame.link === 'market' ? 'link.market' : 'link.private' } },
        tone: frame.up ? 'good' : 'warn',
        trade: null,
      };
    case 'TRADE_UPDATED':
    case 'POSITION_CHANGED':
    case 'STRATEGY_EVALUATED':
    case 'BREAK_UPDATED':
      return null;
  }
  frame satisfies never;
  return null;
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
  const line = lineOf(frame, strategies);
  const newest = feed[0];
  if (line === null || (newest !== undefined && newest.seq >= frame.seq)) return feed;
  const entry: FeedEntry = { ...line, seq: frame.seq, at: frame.at, type: frame.type };
  const routine = line.key === 'web.feed.check_ok' && newest?.key === 'web.feed.check_ok';
  return [entry, ...(routine ? feed.slice(1) : feed)].slice(0, LENGTH);
}
