/**
 * Fills that a check found, or the drop copy brought, and the stream, up all the while, did not: the stream is broken (I24). They are booked
 * already; what is left is that nothing else may be missing. The link is made anew, and the break ends with the first check
 * that both sides pass on another connection.
 */
import { sum } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import { type Fill, fillKey } from '../domain/fill.ts';
import { signed } from '../domain/money.ts';
import { raise, settleBreak } from './breaks.ts';
import type { Check } from './live.ts';
import { type Turn, factor } from './turn.ts';
import { fillEvidence, orderEvidence, whoFilled } from './who.ts';

/** How much earlier than the check a fill must be, and later than the link: its push may be on its way (server time is this times the speed). */
const ON_ITS_WAY = 1_000;

/** Whether a fill is so old that the stream of a link that came up then (server time) need not have brought it. */
export const isOnItsWay = (turn: Turn, fill: Fill, linkSince: Millis): boolean =>
  fill.at <= linkSince + ON_ITS_WAY * factor(turn);

/** Judges the fills that a check has just booked. */
export function noteMissed(turn: Turn, check: Check, booked: readonly Fill[]): void {
  const { trading } = turn.live.links;
  if (!trading.up) return;
  const margin = ON_ITS_WAY * factor(turn);
  // What came by push too early to be booked was brought all the same.
  const lost = booked.filter(
    (fill) =>
      !turn.live.heard.fills.has(fillKey(fill)) &&
      !isOnItsWay(turn, fill, trading.sinceServer) &&
      fill.at < check.startedServer - margin,
  );
  breakStream(turn, lost, 'found by a check');
}

/** The trading link's stream did not bring these fills, though it was up: it is made anew. `how` says who knows of them. */
export function breakStream(turn: Turn, lost: readonly Fill[], how: string): void {
  const { trading } = turn.live.links;
  if (lost.length === 0 || !trading.up) return;
  turn.live.brokenConn = trading.conn;
  turn.wishes.push({
    kind: 'renew',
    link: 'trading',
    reason: `the stream did not bring ${lost.length} fill(s)`,
  });
  for (const name of new Set(lost.map(({ instrument }) => instrument)))
    raiseMissed(
      turn,
      lost.filter(({ instrument }) => instrument === name),
      how,
    );
}

/** All of them of one instrument. */
function raiseMissed(turn: Turn, fills: readonly Fill[], how: string): void {
  const instrument = fills[0]?.instrument ?? '';
  const last = fills.at(-1);
  const amounts = fills.map(({ direction, amount }) =>
    signed(direction === 'buy' ? 'long' : 'short', amount),
  );
  raise(turn, {
    kind: 'missed_fill',
    subject: instrument,
    instrument,
    strategy: null,
    life: 'confirmed',
    books: '0',
    exchange: sum(amounts),
    amount: sum(amounts),
    price: last?.price ?? null,
    who: last === undefined ? null : whoFilled(turn, last),
    evidence: fills.flatMap((fill) => {
      const order = turn.books.orders.get(fill.orderId)?.order;
      const text = `${fill.direction} ${fill.amount} at ${fill.price}, order ${fill.orderId}: ${how}`;
      const found = { ...fillEvidence(fill), id: fillKey(fill), text };
      return order === undefined ? [found] : [found, orderEvidence(order, order.type)];
    }),
  });
}

/** After a check in which both sides agree: on another connection than the broken one, nothing else was missed. */
export function settleMissed(turn: Turn, check: Check): void {
  if (check.conn === turn.live.brokenConn) return;
  for (const { break: found, subject } of turn.books.breaks.values())
    if (found.kind === 'missed_fill')
      settleBreak(turn, 'missed_fill', subject, {
        action: 'auto',
        by: 'reconciler',
        reason: 'a whole check on a new connection agrees',
      });
}
