/**
 * Notifications. Events of orders and trades go out one by one, in order, on raw channels and collected on aggregated
 * ones; prices go out as they stand, no more often than a channel's interval in real time, so that a fast clock does not
 * drown anybody. Every closed candle is sent once in its final form before the next one's first.
 */
import { must } from '../../../base/assert.ts';
import type { Prng } from '../../../base/prng.ts';
import { MINUTE, type Millis, SECOND } from '../../../base/time.ts';
import type { SubscriptionFrame } from '../../protocol/frames.ts';
import type { Order } from '../../protocol/objects.ts';
import type { Interval } from '../../protocol/values.ts';
import { bookFrame } from '../market/book-feed.ts';
import { type Selection, selects } from './channels.ts';
import type { Conn, Desk, Subscription } from '../desk.ts';
import { isPlatformLocked } from '../faults/faults.ts';
import { groupedBook, incrementalTicker, indexFigures } from '../market/figure-feed.ts';
import { indexNames } from '../methods/methods-figures.ts';
import { publicTradeObject } from './objects.ts';
import { portfolioObject } from '../money/portfolio-object.ts';
import { optionMarks } from '../products/option-ticker.ts';
import { sendNotification } from './outgoing.ts';
import { inMaintenance } from '../market/platform-state.ts';
import { streamNews } from '../control/stream.ts';
import { candleObject, candlesOf, tickerObject } from '../market/ticker.ts';
import { accountOf, marketOf, type News, specOf } from '../world.ts';
import { num, type WireNumber, type WireValue, writeJson } from './wire-json.ts';

/** Least real time between two frames of one channel that follows prices. */
const SPACING = 100;
const CANDLE_SPACING = 100;
const PORTFOLIO_SPACING = SECOND;
const PLATFORM_SPACING = 10 * SECOND;

/** The draws by which numbers are spelt, where the options want that. */
export const spellingOf = ({ options, manners }: Desk): Prng | null =>
  options.spelling === 'mixed' ? manners.spelling : null;

function notify(desk: Desk, conn: Conn, subscription: Subscription, data: WireValue): void {
  const { name, label } = subscription;
  subscription.sentAt = desk.mono;
  if (desk.muted !== null && name.startsWith(desk.muted)) return;
  const params = { channel: name, data, ...(label === undefined ? {} : { label }) };
  const frame: SubscriptionFrame<WireValue> = { jsonrpc: '2.0', method: 'subscription', params };
  sendNotification(desk, conn, writeJson(frame, spellingOf(desk)), {
    channel: name,
    subject: subjectOf(data),
  });
}

/** The instrument that a notification speaks of; empty where it names none. */
function subjectOf(data: WireValue): string {
  const one: unknown = Array.isArray(data) ? data[0] : data;
  if (typeof one !== 'object' || one === null || !('instrument_name' in one)) return '';
  const name: unknown = one.instrument_name;
  return typeof name === 'string' ? name : '';
}

function subscriptionsOf(desk: Desk): readonly (readonly [Conn, Subscription])[] {
  const all: [Conn, Subscription][] = [];
  for (const conn of desk.conns.values())
    for (const subscription of conn.subscriptions.values()) all.push([conn, subscription]);
  return all;
}

/** Notes whose changes somebody wants to be shown, before the next ones come. */
export function listen({ world, conns }: Desk): void {
  world.heard.clear();
  for (const { login, subscriptions } of conns.values()) {
    if (login !== null && subscriptions.size > 0) world.heard.add(login.key.account);
  }
}

/** Sends what has happened in the world since the last call, in order, and tells the console of it. */
export function pushNews(desk: Desk): void {
  streamNews(desk);
  const news = desk.world.news.splice(0);
  if (news.length === 0) return;
  const subscriptions = subscriptionsOf(desk);
  for (const one of news)
    for (const [conn, subscription] of subscriptions) pushOne(desk, conn, subscription, one);
  for (const [conn, subscription] of subscriptions) {
    if (subscription.channel.topic === 'trades' && subscription.channel.interval === 'raw')
      flushHeld(desk, conn, subscription);
  }
}

function pushOne(desk: Desk, conn: Conn, subscription: Subscription, news: News): void {
  const { channel } = subscription;
  if (news.kind === 'cash' || news.kind === 'changes')
    if (channel.topic === 'portfolio' && conn.login?.key.account === news.account)
      subscription.dirty = true;
  if (news.kind === 'cash') return;
  const about = (of: Selection, instrument: string): boolean =>
    selects(of, specOf(desk.world, instrument));
  switch (news.kind) {
    case 'changes':
      pushChanges(desk, conn, subscription, news);
      return;
    case 'public_trade':
      if (channel.topic === 'trades' && about(channel.of, news.trade.instrument))
        subscription.held.push(publicTradeObject(desk.world, news.trade));
      return;
    case 'candle':
      if (
        channel.topic === 'chart' &&
        channel.instrument === news.instrument &&
        channel.minutes === news.minutes
      )
        pushCandle(desk, conn, subscription, news.start);
      return;
    case 'state':
      if (channel.topic === 'state' && about(channel.of, news.instrument))
        notify(desk, conn, subscription, {
          instrument_name: news.instrument,
          state: news.state,
          timestamp: news.at,
        });
      return;
    case 'lock':
      if (channel.topic === 'lock' && conn.login?.key.account === news.account)
        notify(desk, conn, subscription, { locked: news.locked, currency: news.currency });
      return;
  }
}

function pushCandle(desk: Desk, conn: Conn, subscription: Subscription, start: Millis): void {
  const { channel } = subscription;
  if (channel.topic !== 'chart') return;
  const spec = specOf(desk.world, channel.instrument);
  const [candle] = candlesOf(desk.world, spec, {
    from: start,
    to: start,
    minutes: channel.minutes,
  });
  if (candle !== undefined) notify(desk, conn, subscription, candleObject(candle));
}

/** Order events of the connection's own account. */
function pushChanges(
  desk: Desk,
  conn: Conn,
  subscription: Subscription,
  news: Extract<News, { kind: 'changes' }>,
): void {
  const { channel } = subscription;
  const { shown } = news;
  const spec = specOf(desk.world, news.instrument);
  if (conn.login?.key.account !== news.account || !('of' in channel) || !selects(channel.of, spec))
    return;
  if (shown === null) return;
  if (channel.topic === 'changes') {
    const data = {
      instrument_name: news.instrument,
      orders: shown.orders,
      trades: shown.trades,
      positions: [shown.position],
    };
    hold(desk, conn, subscription, [data]);
  }
  if (channel.topic === 'user_orders' && shown.orders.length > 0)
    hold(desk, conn, subscription, shown.orders);
  if (channel.topic === 'user_trades' && shown.trades.length > 0)
    hold(desk, conn, subscription, shown.trades);
}

function hold(
  desk: Desk,
  conn: Conn,
  subscription: Subscription,
  items: readonly WireValue[],
): void {
  const { channel } = subscription;
  if (!('interval' in channel) || channel.interval !== 'raw') {
    subscription.held.push(...items);
    return;
  }
  if (channel.topic === 'user_trades') notify(desk, conn, subscription, items);
  else for (const item of items) notify(desk, conn, subscription, item);
}

/** Sends what a channel has collected, in the form that its topic has when aggregated. */
function flushHeld(desk: Desk, conn: Conn, subscription: Subscription): void {
  const held = subscription.held.splice(0);
  if (held.length === 0) return;
  if (subscription.channel.topic === 'changes')
    for (const data of merged(held as unknown as Changes[])) notify(desk, conn, subscription, data);
  else notify(desk, conn, subscription, held);
}

type Changes = {
  instrument_name: string;
  orders: readonly Order<WireNumber>[];
  trades: readonly WireValue[];
  positions: readonly WireValue[];
};

/** One frame per instrument: each order and the position as they last were, all trades. */
function merged(frames: readonly Changes[]): readonly WireValue[] {
  return [...Map.groupBy(frames, (frame) => frame.instrument_name).values()].map((group) => ({
    instrument_name: must(group[0], 'a frame').instrument_name,
    orders: [
      ...new Map(
        group.flatMap((frame) => frame.orders).map((order) => [order.order_id, order]),
      ).values(),
    ],
    trades: group.flatMap((frame) => frame.trades),
    positions: must(group.at(-1), 'a frame').positions,
  }));
}

/** Least real time between two frames of a channel of this interval. */
const spaced = ({ options }: Desk, interval: Interval): Millis =>
  interval === 'agg2' ? options.agg2Ms : SPACING;

/** Least real time between two frames of a channel; null for those that send each event at once. */
function spacingOf(desk: Desk, { channel }: Subscription): Millis | null {
  switch (channel.topic) {
    case 'ticker':
    case 'quote':
    case 'perpetual':
    case 'book':
    case 'grouped_book':
      return spaced(desk, channel.interval);
    case 'incremental':
    case 'option_marks':
    case 'ranking':
    case 'statistics':
    case 'volatility':
    case 'expiration':
      return SECOND;
    case 'announcements':
    case 'access_log':
      return 0;
    case 'index':
      return SPACING;
    case 'chart':
      return CANDLE_SPACING;
    case 'portfolio':
      return PORTFOLIO_SPACING;
    case 'platform':
    case 'public_methods':
      return PLATFORM_SPACING;
    case 'changes':
    case 'user_orders':
    case 'user_trades':
    case 'trades':
      return channel.interval === 'raw' ? null : spaced(desk, channel.interval);
    case 'state':
    case 'lock':
    case 'silent_private':
      return null;
  }
}

const waits = (subscription: Subscription): boolean =>
  subscription.dirty || subscription.held.length > 0;

/** Serves the channels that follow prices or collect, where their time has come; `moved` marks all prices as changed. */
export function pushPrices(desk: Desk): void {
  for (const [conn, subscription] of subscriptionsOf(desk)) {
    if (desk.moved) subscription.dirty = true;
    const { topic } = subscription.channel;
    if (topic === 'platform' || topic === 'public_methods') subscription.dirty = true;
    const spacing = spacingOf(desk, subscription);
    if (spacing === null || !waits(subscription) || desk.mono - subscription.sentAt < spacing)
      continue;
    subscription.dirty = false;
    pushState(desk, conn, subscription);
  }
  desk.moved = false;
}

/** Real time at which the next such channel is due; infinite when none waits. */
export function pricesDueAt(desk: Desk): Millis {
  let due = Number.POSITIVE_INFINITY;
  for (const [, subscription] of subscriptionsOf(desk)) {
    const spacing = spacingOf(desk, subscription);
    if (spacing !== null && waits(subscription)) due = Math.min(due, subscription.sentAt + spacing);
  }
  return due;
}

function pushState(desk: Desk, conn: Conn, subscription: Subscription): void {
  const { channel } = subscription;
  const { world } = desk;
  switch (channel.topic) {
    case 'ticker':
      notify(desk, conn, subscription, tickerObject(world, specOf(world, channel.instrument)));
      return;
    case 'quote': {
      const {
        instrument_name,
        timestamp,
        best_bid_price,
        best_bid_amount,
        best_ask_price,
        best_ask_amount,
      } = tickerObject(world, specOf(world, channel.instrument));
      notify(desk, conn, subscription, {
        instrument_name,
        timestamp,
        best_bid_price,
        best_bid_amount,
        best_ask_price,
        best_ask_amount,
      });
      return;
    }
    case 'perpetual': {
      const market = marketOf(world, channel.instrument);
      notify(desk, conn, subscription, {
        interest: num(market.rate),
        index_price: num(market.index),
        timestamp: world.now,
      });
      return;
    }
    case 'index': {
      const spec = [...world.specs.values()].find((one) => one.index === channel.index);
      if (spec !== undefined)
        notify(desk, conn, subscription, {
          index_name: channel.index,
          price: num(marketOf(world, spec.name).index),
          timestamp: world.now,
        });
      return;
    }
    case 'chart': {
      const width = channel.minutes * MINUTE;
      pushCandle(desk, conn, subscription, world.now - (world.now % width));
      return;
    }
    case 'portfolio':
      pushPortfolio(desk, conn, subscription, channel.currency);
      return;
    case 'platform': {
      if (inMaintenance(desk)) {
        notify(desk, conn, subscription, { maintenance: true });
        return;
      }
      const locked = isPlatformLocked(desk.faults, desk.mono);
      for (const price_index of indexNames(desk))
        notify(desk, conn, subscription, { locked, price_index, reasons: [] });
      return;
    }
    case 'public_methods':
      notify(desk, conn, subscription, { allow_unauthenticated_public_requests: true });
      return;
    case 'book': {
      const frame = bookFrame(desk, subscription, channel.instrument);
      if (frame !== null) notify(desk, conn, subscription, frame);
      return;
    }
    case 'changes':
    case 'user_orders':
    case 'user_trades':
    case 'trades':
      flushHeld(desk, conn, subscription);
      return;
    case 'grouped_book':
      notify(desk, conn, subscription, groupedBook(desk, channel));
      return;
    case 'option_marks':
      notify(desk, conn, subscription, optionMarks(world, channel.index));
      return;
    case 'incremental': {
      const frame = incrementalTicker(desk, subscription, channel.instrument);
      if (frame !== null) notify(desk, conn, subscription, frame);
      return;
    }
    case 'ranking':
    case 'statistics':
    case 'volatility':
    case 'expiration': {
      const frame = indexFigures(desk, channel);
      if (frame !== null) notify(desk, conn, subscription, frame);
      return;
    }
    case 'announcements':
    case 'access_log':
      for (const one of subscription.held.splice(0)) notify(desk, conn, subscription, one);
      return;
    case 'state':
    case 'lock':
    case 'silent_private':
      return;
  }
}

function pushPortfolio(desk: Desk, conn: Conn, subscription: Subscription, currency: string): void {
  if (conn.login === null) return;
  const account = accountOf(desk.world, conn.login.key.account);
  const wanted = currency === 'ANY' ? Object.keys(account.balances) : [currency];
  for (const one of wanted)
    notify(desk, conn, subscription, portfolioObject(desk.world, account, one));
}
