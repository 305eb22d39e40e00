/**
 * What this page holds of the books: a fold of whole commits and nothing else. Every function answers a new mirror and
 * leaves the old one as it was, so that a screen never shows half a commit [I35].
 */
import type { FactFrame, SnapshotFrame } from '../../../src/wire/frames.ts';
import type {
  Alert,
  Break,
  Order,
  Position,
  Report,
  Strategy,
  Trade,
} from '../../../src/wire/requests.ts';
import { addToFeed, type FeedEntry } from './feed.ts';

type ById<Item> = Readonly<Record<string, Item>>;

/** Closed trades that stay in memory; older ones are read page by page. */
const MOST_CLOSED = 1_000;

export type Mirror = {
  readonly account: string;
  /** Its id at the exchange; '' while nobody knows it. */
  readonly exchangeAccount: string;
  readonly journal: string;
  /** The last commit that is folded in. */
  readonly commit: number;
  readonly epoch: number;
  /** Server time of the last fact that is folded in. */
  readonly at: string;
  readonly mode: string;
  readonly venue: string;
  readonly version: string;
  readonly strategies: ById<Strategy>;
  readonly positions: ById<Position>;
  readonly trades: ById<Trade>;
  /** Live and unresolved orders, by label, else by order id. */
  readonly orders: ById<Order>;
  readonly breaks: ById<Break>;
  /** Those that fire, and those that went while this page was open. */
  readonly alerts: ById<Alert>;
  readonly lastReport: Report | null;
  /** The last day whose report the stream told of. */
  readonly lastDaily: string | null;
  readonly feed: readonly FeedEntry[];
};

const byId = <Item>(items: readonly Item[], idOf: (item: Item) => string): ById<Item> =>
  Object.fromEntries(items.map((item) => [idOf(item), item]));

const orderKey = (order: Order): string =>
  order.label === '' ? (order.orderId ?? '') : order.label;

/** Whether an order may still do something, or is not yet known to be over. */
export function isLiveOrder(order: Order): boolean {
  const { state } = order;
  return state === 'pending' || state === 'unknown' || state === 'open' || state === 'untriggered';
}

/** Whether a difference still stands between books and exchange. */
export function isOpenBreak({ life }: Break): boolean {
  return life === 'seen' || life === 'confirmed' || life === 'needs_you' || life === 'regressed';
}

/** A mirror of a snapshot; what was held before is forgotten, but for the feed of the same journal. */
export function mirrorOf(snapshot: SnapshotFrame, before: Mirror | null): Mirror {
  return {
    account: snapshot.account,
    exchangeAccount: snapshot.exchangeAccount,
    journal: snapshot.journal,
    commit: snapshot.commit,
    epoch: snapshot.epoch,
    at: snapshot.at,
    mode: snapshot.mode,
    venue: snapshot.venue,
    version: snapshot.version,
    strategies: byId(snapshot.strategies, (strategy) => strategy.id),
    positions: byId(snapshot.positions, (position) => position.instrument),
    trades: byId([...snapshot.lastTrades, ...snapshot.openTrades], (trade) => trade.id),
    orders: byId(snapshot.orders.filter(isLiveOrder), orderKey),
    breaks: byId(snapshot.breaks, (found) => found.id),
    alerts: byId(snapshot.alerts, (alert) => alert.id),
    lastReport: before?.journal === snapshot.journal ? before.lastReport : null,
    lastDaily: before?.journal === snapshot.journal ? before.lastDaily : null,
    feed: before?.journal === snapshot.journal ? before.feed : [],
  };
}

function without<Item>(items: ById<Item>, key: string): ById<Item> {
  if (!Object.hasOwn(items, key)) return items;
  const { [key]: _gone, ...rest } = items;
  return rest;
}

function withTrade(trades: ById<Trade>, trade: Trade): ById<Trade> {
  const next = { ...trades, [trade.id]: trade };
  const closed = Object.values(next).filter(({ status }) => status === 'closed');
  if (closed.length <= MOST_CLOSED) return next;
  const oldest = closed.reduce((a, b) => ((a.closedAt ?? '') <= (b.closedAt ?? '') ? a : b));
  return without(next, oldest.id);
}

function withOrder(orders: ById<Order>, order: Order): ById<Order> {
  const key = orderKey(order);
  return isLiveOrder(order) ? { ...orders, [key]: order } : without(orders, key);
}

function withStrategy(mirror: Mirror, strategy: Strategy | undefined): Mirror {
  return strategy === undefined
    ? mirror
    : { ...mirror, strategies: { ...mirror.strategies, [strategy.id]: strategy } };
}

function change(mirror: Mirror, frame: FactFrame): Mirror {
  switch (frame.type) {
    case 'TRADE_OPENED':
    case 'TRADE_UPDATED':
    case 'TRADE_CLOSED':
      return { ...mirror, trades: withTrade(mirror.trades, frame.trade) };
    case 'STRATEGY_STATUS_CHANGED':
      return withStrategy(mirror, frame.shown);
    case 'STRATEGY_EVALUATED': {
      const held = mirror.strategies[frame.strategy];
      const { checkpoints, strength, why } = frame;
      return withStrategy(mirror, held && { ...held, checkpoints, strength, why });
    }
    case 'POSITION_CHANGED':
      return {
        ...mirror,
        positions: { ...mirror.positions, [frame.position.instrument]: frame.position },
      };
    case 'ORDER_CHANGED':
      return { ...mirror, orders: withOrder(mirror.orders, frame.order) };
    case 'BREAK_OPENED':
    case 'BREAK_UPDATED':
    case 'BREAK_RESOLVED':
      return { ...mirror, breaks: { ...mirror.breaks, [frame.break.id]: frame.break } };
    case 'ALERT_RAISED':
    case 'ALERT_CLEARED':
    case 'ALERT_ACKNOWLEDGED':
    case 'ALERT_SNOOZED':
    case 'ALERT_DELIVERED':
    case 'ALERT_UNDELIVERED':
      return { ...mirror, alerts: { ...mirror.alerts, [frame.alert.id]: frame.alert } };
    case 'RECONCILIATION_COMPLETED':
      return { ...mirror, lastReport: frame.report };
    case 'REPORT_READY':
      return { ...mirror, lastDaily: frame.daily.day };
    case 'CONTROL_CHANGED':
    case 'LINK_CHANGED':
      return mirror;
  }
  frame satisfies never;
  return mirror;
}

/** The mirror with one whole commit folded in. A frame of a type that this page does not know changes nothing. */
export function withCommit(mirror: Mirror, frames: readonly FactFrame[], commit: number): Mirror {
  const folded = frames.reduce<Mirror>(
    (held, frame) => ({
      ...change(held, frame),
      feed: addToFeed(held.feed, frame, held.strategies),
    }),
    mirror,
  );
  const last = frames.at(-1);
  return { ...folded, commit, epoch: last?.epoch ?? mirror.epoch, at: last?.at ?? mirror.at };
}

/** The position that a trade is part of. Where mirrors of several accounts are put together, it is that of its own account. */
export const positionOf = (
  { positions }: Mirror,
  { account, instrument }: Pick<Trade, 'account' | 'instrument'>,
): Position | undefined =>
  positions[instrument] ??
  Object.values(positions).find((one) => one.account === account && one.instrument === instrument);
