/**
 * Fills that a check found and the stream, up all the while, did not bring: the stream is broken (I24). They are booked
 * already; what is left is that nothing else may be missing. The link is made anew, and the break ends with the first check
 * that both sides pass on another connection.
 */
import { sum } from '../base/decimal.ts';
import { type Fill, fillKey } from '../domain/fill.ts';
import { signed } from '../domain/money.ts';
import { evidence, raise, settleBreak } from './breaks.ts';
import type { Check } from './live.ts';
import { type Turn, factor } from './turn.ts';

/** How much earlier than the check a fill must be, and later than the link: its push may be on its way (server time is this times the speed). */
const ON_ITS_WAY = 1_000;

/** Judges the fills that a check has just booked. */
export function noteMissed(turn: Turn, check: Check, booked: readonly Fill[]): void {
  const { trading } = turn.live.links;
  if (!trading.up) return;
  const margin = ON_ITS_WAY * factor(turn);
  // What came by push too early to be booked was brought all the same.
  const lost = booked.filter(
    (fill) =>
      !turn.live.heard.fills.has(fillKey(fill)) &&
      fill.at > trading.sinceServer + margin &&
      fill.at < check.startedServer - margin,
  );
  if (lost.length === 0) return;
  turn.live.brokenConn = trading.conn;
  turn.wishes.push({
    kind: 'renew',
    link: 'trading',
    reason: `the stream did not bring ${lost.length} fill(s)`,
  });
  for (const name of new Set(lost.map(({ instrument }) => instrument)))
    raiseMissed(
      turn,
      name,
      lost.filter(({ instrument }) => instrument === name),
    );
}

function raiseMissed(turn: Turn, instrument: string, fills: readonly Fill[]): void {
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
    evidence: fills.map((fill) =>
      evidence({
        kind: 'fill',
        id: fillKey(fill),
        at: fill.at,
        text: `${fill.direction} ${fill.amount} at ${fill.price}, order ${fill.orderId}: found by a check`,
      }),
    ),
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
