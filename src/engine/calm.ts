/**
 * What the duties look at: open trades and orders that changed, or of which something is still owed. All others are calm:
 * by what they are, every duty would find nothing to do about them, until a fact of their own changes them, which the
 * books' finder notes. So a step costs as much as what is going on, however much is held.
 */
import { cmp, isZero, lte, sub } from '../base/decimal.ts';
import type { OrderRecord, TradeRecord } from '../domain/books.ts';
import { finderOf, older } from '../domain/finder.ts';
import {
  intentsOfTrade,
  isAsleep,
  isEntering,
  liveAmount,
  movedTo,
  ordersOfTrade,
  successorsOf,
} from '../domain/ledger.ts';
import { isLive } from '../domain/order.ts';
import { findBreak } from './breaks.ts';
import type { Turn } from './turn.ts';

/** Whether a trade is there and holds something. */
export const isHeld = (trade: TradeRecord | undefined): trade is TradeRecord =>
  trade !== undefined && trade.closedAt === null && !isZero(trade.open);

/** Trades that hold something and are not known to be calm, oldest entry first. */
export const restlessTrades = ({ books }: Turn): TradeRecord[] =>
  [...finderOf(books).restlessTrades]
    .map((id) => books.trades.get(id))
    .filter(isHeld)
    .sort(older);

/** Orders that are not known to be calm, in the order of the books. */
export function restlessOrders({ books }: Turn): OrderRecord[] {
  const { restlessOrders: restless, places } = finderOf(books);
  const ids = [...restless].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  return ids.map((id) => books.orders.get(id)).filter((record) => record !== undefined);
}

/** The end of the duties: what is calm now is left alone from here on. */
export function settleDown(turn: Turn): void {
  const { restlessTrades: trades, restlessOrders: orders } = finderOf(turn.books);
  for (const id of trades) if (isCalmTrade(turn, turn.books.trades.get(id))) trades.delete(id);
  for (const id of orders) if (isCalmOrder(turn, turn.books.orders.get(id))) orders.delete(id);
}

/** Covered by live stops to the last unit, by targets at most, nothing triggered at work, nothing on its way, nothing told. */
function isCalmTrade(turn: Turn, trade: TradeRecord | undefined): boolean {
  const { books, live } = turn;
  if (!isHeld(trade)) return true;
  const { id, open, origin } = trade;
  if (
    !books.instruments.has(trade.instrument) ||
    live.unprotected.has(id) ||
    findBreak(turn, 'missing_stop', id) !== undefined ||
    movedTo(books, trade, 'stop') !== null ||
    movedTo(books, trade, 'target') !== null
  )
    return false;
  if (
    isEntering(books, id) ||
    cmp(liveAmount(books, id, 'stop'), open) !== 0 ||
    !lte(liveAmount(books, id, 'target'), open)
  )
    return false;
  const orders = ordersOfTrade(books, id);
  if (orders.some(({ order }) => order.triggerOrderId !== null && order.state !== 'untriggered'))
    return false;
  if (
    orders.some(
      ({ order }) =>
        order.state === 'untriggered' &&
        !isAsleep(order) &&
        isZero(sub(order.amount, order.filled)),
    )
  )
    return false;
  if (origin !== 'adopted') return true;
  return (
    orders.some(({ leg }) => leg?.purpose === 'target') ||
    intentsOfTrade(books, id).some(({ intent }) => intent.purpose === 'target')
  );
}

/** Of others, or of an open trade or final, and no contradiction to what its intent is held to be. */
function isCalmOrder(turn: Turn, record: OrderRecord | undefined): boolean {
  if (record === undefined || record.leg === null) return true;
  const { books, live } = turn;
  const { order, leg } = record;
  if (
    order.state === 'triggered' &&
    order.label !== '' &&
    successorsOf(books, order.orderId).length === 0
  )
    return false;
  const trade = leg.trade === null ? undefined : books.trades.get(leg.trade);
  if (leg.trade !== null && isLive(order.state) && trade?.closedAt !== null) return false;
  const placement = books.intents.get(leg.label)?.placement.state;
  const contradicted =
    leg.intent === leg.label &&
    order.triggerOrderId === null &&
    (placement === 'rejected' || placement === 'absent');
  return !contradicted || live.lostTold.has(leg.label);
}
