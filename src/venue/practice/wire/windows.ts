/**
 * What history queries may still see. Recent means 30 minutes for closed orders and 24 hours for trades, of server time
 * but never less than a minute of real time; `historical` shows what is older, after an indexing delay, so that between
 * the two there is a hole for a while.
 */
import { DAY, MINUTE, type Millis } from '../../../base/time.ts';
import type { Desk } from '../desk.ts';
import { forgottenUntil, holding } from '../faults/faults.ts';
import { isListed, isLive, type OrderRecord, type TradeRecord } from '../state.ts';

const RECENT_ORDERS = 30 * MINUTE;
const RECENT_TRADES = DAY;

const window = (desk: Desk, length: Millis): Millis =>
  Math.max(length, MINUTE * desk.world.state.speed);

/** Whether a moment lies in the part of history that a query looks at. */
function inWindow(
  desk: Desk,
  at: Millis,
  query: {
    readonly length: Millis;
    readonly historical: boolean;
    /** Not a minute of real time at least, as usual windows are. */
    readonly exact?: boolean;
    readonly kind: 'order_window' | 'trade_window';
  },
): boolean {
  if (at <= (forgottenUntil(desk.faults) ?? Number.NEGATIVE_INFINITY)) return false;
  const fault = holding(desk.faults, query.kind, desk.mono);
  const begin =
    desk.world.now -
    (fault?.windowMs ?? (query.exact === true ? query.length : window(desk, query.length)));
  const delay = fault?.delayMs ?? desk.options.indexingDelayMs;
  return query.historical ? at < begin - delay : at >= begin;
}

export const tradeVisible = (desk: Desk, trade: TradeRecord, historical: boolean): boolean =>
  inWindow(desk, trade.at, { kind: 'trade_window', length: RECENT_TRADES, historical });

/** A closed order by when it ended. */
export const closedVisible = (desk: Desk, order: OrderRecord, historical: boolean): boolean =>
  isListed(order) &&
  inWindow(desk, order.updatedAt, { kind: 'order_window', length: RECENT_ORDERS, historical });

/** Whether a look-up by id still finds an order: live ones always, closed ones for a while. */
export const orderVisible = (desk: Desk, order: OrderRecord): boolean =>
  (isLive(order) && isListed(order)) || closedVisible(desk, order, false);

/** The same of a look-up by label, which may keep closed orders for another time. */
export const labelVisible = (desk: Desk, order: OrderRecord): boolean =>
  isListed(order) &&
  (isLive(order) ||
    inWindow(desk, order.updatedAt, {
      kind: 'order_window',
      length: desk.options.labelRetentionMs,
      exact: desk.options.labelRetentionMs !== RECENT_ORDERS,
      historical: false,
    }));
