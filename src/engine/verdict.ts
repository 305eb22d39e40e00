/**
 * What a complete check means. Apply what was missed first, compare second, correct last. A difference that nothing
 * explains is declared only after two looks that agree, each in a quiet moment (I29); flat only when the exchange says so
 * by name and its margins agree (N1). The report is a fact.
 */
import { type Decimal, ZERO, div, isZero, lte, mul, sub, sum } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import { type Fill, fillKey } from '../domain/fill.ts';
import { sessionStart } from '../domain/funding.ts';
import { expiryOf, isFuture } from '../domain/instrument.ts';
import {
  bookedPosition,
  instrumentsInUse,
  openTrades,
  unresolvedIntents,
} from '../domain/ledger.ts';
import { isLive, type VenueOrder } from '../domain/order.ts';
import { type Classification, classify } from '../reconcile/classify.ts';
import { adoptOrphans } from './adopt.ts';
import { evidence, findBreak, raise, settleBreak } from './breaks.ts';
import { tieCash } from './cash.ts';
import { correct, netOpposites } from './correct.ts';
import { hearMissed, lastHeardSize } from './heard.ts';
import { CHECK_AGAIN, LAG, MARGIN_DRIFT_PERCENT, OVERLAP, QUIET, READ_SPACING } from './limits.ts';
import type { VenuePosition } from '../domain/account.ts';
import { freshOrders, isOrphan, settleOrders } from './listed.ts';
import type { Check } from './live.ts';
import { noteMissed } from './missed.ts';
import { bookFills, markFunding, observe, seeOrder } from './observe.ts';
import { giveUp, report } from './report.ts';
import { booksTotal, sizeOf } from './sides.ts';
import { RECONCILER, type Turn, ask, factor, record } from './turn.ts';
import { orderEvidence, whoPlaced } from './who.ts';

/** The verdict over a complete set of reads. */
export function conclude(turn: Turn, check: Check): void {
  const before = openTrades(turn.books);
  const first = turn.books.baseline === null;
  if (first) takeBaseline(turn, check);
  else applyMissed(turn, check);
  const stale = stalePosition(turn, check);
  if (stale !== undefined) {
    turn.live.nextCheckMono = turn.now.mono + CHECK_AGAIN;
    return giveUp(turn, check, stale);
  }
  if (!first) readFunding(turn, check);
  const names = new Set([
    ...turn.live.doubts.keys(),
    ...instrumentsInUse(turn.books),
    ...[...(check.positions?.values() ?? [])]
      .filter(({ size }) => !isZero(size))
      .map(({ instrument }) => instrument),
  ]);
  const unsure: string[] = [];
  for (const name of names) {
    if (!compare(turn, check, name)) unsure.push(name);
    if (!turn.live.doubts.has(name)) netOpposites(turn, check, name);
    // What is no future is not traded: its terms would not be understood.
    if (isFuture(name) && !turn.books.instruments.has(name))
      ask(turn, { for: 'instrument', instrument: name }, { kind: 'instrument', instrument: name });
  }
  adoptOrphans(turn, check);
  judgeOrphanOrders(turn);
  if (!first) settleOrders(turn);
  report(turn, check, { before, unsure });
  tieCash(turn, check);
}

/** Counters as a copy may show them right after 08:00 UTC are those of the session that is over: they are not read. */
function readFunding(turn: Turn, check: Check): void {
  const at = check.positionsAt ?? turn.now.server;
  if (at - sessionStart(at) < LAG * factor(turn)) return;
  for (const row of [...(check.positions?.values() ?? []), ...check.flat.values()])
    markFunding(turn, row, at, true);
}

function takeBaseline(turn: Turn, check: Check): void {
  const at = check.positionsAt ?? turn.now.server;
  const horizon = at - Math.max(OVERLAP, 2 * LAG * factor(turn)) * 2;
  const rows = check.positions ?? new Map<string, VenuePosition>();
  const names = new Set([...rows.keys(), ...instrumentsInUse(turn.books)]);
  const positions = [...names].map((instrument) => {
    const row = rows.get(instrument);
    return {
      instrument,
      size: row?.size ?? ZERO,
      averagePrice: row?.averagePrice ?? null,
      realizedFunding: row?.realizedFunding ?? ZERO,
    };
  });
  const balances = (check.summaries ?? []).map(({ currency, balance }) => ({ currency, balance }));
  const known = [...check.fills.values()].filter((fill) => fill.at >= horizon).map(fillKey);
  record(
    turn,
    { type: 'BASELINE_TAKEN', v: 1, data: { at, positions, balances, known, horizon } },
    RECONCILER,
  );
}

/** Fills and final orders that the stream did not bring. A fill missed while the stream was up means that it is broken. */
function applyMissed(turn: Turn, check: Check): void {
  const source = turn.live.clean === null ? 'start' : 'check';
  for (const [orderId, order] of check.details) {
    if (order !== null) observe(turn, { orders: [order], fills: [], positions: [] }, source);
    else forget(turn, orderId);
  }
  for (const order of freshOrders(turn))
    observe(turn, { orders: [order], fills: [], positions: [] }, source);
  const missed = bookFills(turn, explainOrigins(check), source);
  hearMissed(turn, missed);
  noteMissed(turn, check, missed);
}

/**
 * A position that is not what the exchange brought last, although the books, every fill included, hold just that: it is a
 * copy from before (I12), and nothing is compared with it.
 */
function stalePosition(turn: Turn, check: Check): string | undefined {
  for (const name of instrumentsInUse(turn.books)) {
    const [size, heard] = [sizeOf(check, name), lastHeardSize(turn, name)];
    if (size === undefined || heard === undefined || size === heard) continue;
    if (heard === bookedPosition(turn.books, name))
      return `stale: position ${size} of ${name}, the exchange has brought ${heard}`;
  }
  return undefined;
}

const explainOrigins = (check: Check): Fill[] => [...check.fills.values()];

/** An order of ours that the exchange does not know any more ended long ago; its fills are in the history that was read. */
function forget(turn: Turn, orderId: string): void {
  const known = turn.books.orders.get(orderId)?.order;
  if (known === undefined || !isLive(known.state)) return;
  seeOrder(turn, {
    ...known,
    state: 'cancelled',
    cancelReason: 'not known any more',
    filled: turn.books.booked.get(orderId) ?? known.filled,
    updatedAt: turn.now.server,
  });
}

/** When something last happened on an instrument, as far as books, stream and history tell. */
function lastEvent(turn: Turn, check: Check, name: string): Millis {
  const fills = [...check.fills.values()]
    .filter((fill) => fill.instrument === name)
    .map((fill) => fill.at);
  return Math.max(0, turn.live.lastEvent.get(name) ?? 0, ...fills);
}

/** Compares one instrument; answers whether there was something to compare with. */
function compare(turn: Turn, check: Check, name: string): boolean {
  const size = sizeOf(check, name) ?? (isZero(bookedPosition(turn.books, name)) ? ZERO : undefined);
  const found = classify(
    booksTotal(turn, name),
    size === undefined ? { kind: 'unknown', reason: 'no_row' } : { kind: 'known', size },
  );
  switch (found.kind) {
    case 'unknown':
      turn.live.nextCheckMono = Math.min(turn.live.nextCheckMono, turn.now.mono + CHECK_AGAIN);
      return false;
    case 'clean':
    case 'valid':
    case 'orphan':
      turn.live.agreed.set(name, check.positionsAt ?? check.startedServer);
      turn.live.doubts.delete(name);
      for (const kind of [
        'ghost_trade',
        'orphan_position',
        'size_mismatch',
        'side_mismatch',
      ] as const) {
        const open = findBreak(turn, kind, `difference/${name}`);
        if (open)
          settleBreak(turn, kind, `difference/${name}`, {
            action: 'auto',
            by: 'reconciler',
            reason: 'both sides agree',
          });
      }
      return true;
    case 'ghost_trade':
    case 'orphan_position':
    case 'side_mismatch':
    case 'size_mismatch':
      doubt(turn, check, name, found);
      return true;
  }
}

type Difference = Extract<Classification, { readonly booked: Decimal }>;

/** A difference: noted at first, declared when a second look in a quiet moment shows the same (I29). */
function doubt(turn: Turn, check: Check, name: string, found: Difference): void {
  const at = check.positionsAt ?? turn.now.server;
  const quietFrom = lastEvent(turn, check, name) + QUIET * factor(turn);
  const held = turn.live.doubts.get(name);
  const same = held !== undefined && held.actual === found.actual && held.booked === found.booked;
  const again =
    turn.now.mono + Math.max(READ_SPACING, (quietFrom - turn.now.server) / factor(turn)) + 50;
  turn.live.nextCheckMono = Math.min(turn.live.nextCheckMono, again);
  if (at < quietFrom) {
    if (!same)
      turn.live.doubts.set(name, {
        actual: found.actual,
        booked: found.booked,
        beganAt: 0,
        sinceMono: held?.sinceMono ?? turn.now.mono,
        sightings: 0,
      });
    return;
  }
  if (!same || held.sightings === 0) {
    turn.live.doubts.set(name, {
      actual: found.actual,
      booked: found.booked,
      beganAt: at,
      sinceMono: held?.sinceMono ?? turn.now.mono,
      sightings: 1,
    });
    notice(turn, check, name, found);
    return;
  }
  if (at - held.beganAt < READ_SPACING * factor(turn)) return;
  // It may be an order without an outcome that makes the difference: that ends first, by proof or by a person.
  if (unresolvedIntents(turn.books).some(({ intent }) => intent.instrument === name)) return;
  if (hasEnded(turn, name)) return;
  if (isZero(found.actual) && !isFlatProved(turn, check, name)) return;
  turn.live.doubts.delete(name);
  correct(turn, { name, found, at, sightings: [held.beganAt, at], check });
  settleBreak(turn, found.kind, `difference/${name}`, {
    action: 'auto',
    by: 'reconciler',
    reason: 'proved by two looks and corrected',
  });
}

/** A product that has ended, or is about to: what was held of it is explained by the row of its delivery, and by nothing else. */
function hasEnded(turn: Turn, name: string): boolean {
  const expiry = expiryOf(name);
  const state = turn.books.instruments.get(name)?.state;
  return (
    expiry !== undefined &&
    (turn.now.server >= expiry || state === 'settlement' || state === 'delivered')
  );
}

function notice(turn: Turn, check: Check, name: string, found: Difference): void {
  const at = check.positionsAt ?? turn.now.server;
  raise(turn, {
    kind: found.kind,
    subject: `difference/${name}`,
    instrument: name,
    strategy: null,
    life: 'seen',
    books: found.booked,
    exchange: found.actual,
    amount: sub(found.actual, found.booked),
    evidence: [
      evidence({
        kind: 'position',
        id: name,
        at,
        text: `position ${found.actual}`,
        raw: check.positions?.get(name) ?? null,
      }),
    ],
  });
}

/**
 * Flat is proved by the position itself, asked by name, and by the margin of its own currency, which leaves room for none:
 * it is no more than what the other positions there need. Where it is the whole account's, told in each currency, or a row
 * does not tell its own (FACTS, section 10), any other position may be what needs it.
 */
function isFlatProved(turn: Turn, check: Check, name: string): boolean {
  const row = check.flat.get(name) ?? check.positions?.get(name);
  if (row === undefined || !isZero(row.size) || !check.flat.has(name)) return false;
  const currency = turn.books.instruments.get(name)?.settlementCurrency;
  const summary = check.summaries?.find((found) => found.currency === currency);
  if (summary === undefined) return false;
  const shares = (other: string): boolean =>
    summary.crossMargin ||
    (turn.books.instruments.get(other)?.settlementCurrency ?? currency) === currency;
  const others = [...(check.positions?.values() ?? [])].filter(
    ({ instrument, size }) => instrument !== name && !isZero(size) && shares(instrument),
  );
  const margins = others.map(({ maintenanceMargin }) => maintenanceMargin);
  if (others.length > 0 && (summary.crossMargin || margins.some(isZero))) return true;
  const room = div(mul(summary.maintenanceMargin, MARGIN_DRIFT_PERCENT), '100' as Decimal, 10);
  return lte(sub(summary.maintenanceMargin, sum(margins)), room);
}

/** What the books know of the label of an order that is not ours. */
function booksOf({ books }: Turn, { label }: VenueOrder): string {
  if (books.legs.has(label)) return 'an order of another kind with this label';
  return 'no intent with this label';
}

/** Orders that another journal left, or of a kind that was never meant, are told to a person. */
function judgeOrphanOrders(turn: Turn): void {
  const orphans = freshOrders(turn).filter((order) => isOrphan(turn, order));
  for (const order of orphans) {
    const exchange = `${order.state} ${order.direction} ${order.amount}`;
    if (findBreak(turn, 'orphan_order', order.orderId)?.exchange === exchange) continue;
    raise(turn, {
      kind: 'orphan_order',
      subject: order.orderId,
      instrument: order.instrument,
      strategy: null,
      life: 'needs_you',
      books: booksOf(turn, order),
      exchange,
      amount: order.amount,
      price: order.price ?? order.triggerPrice,
      who: whoPlaced(order),
      evidence: [orderEvidence(order, order.label)],
      proposal: 'accept',
      options: ['accept'],
    });
  }
  const listed = new Set(orphans.map((order) => order.orderId));
  for (const { break: found, subject } of turn.books.breaks.values()) {
    if (found.kind === 'orphan_order' && !listed.has(subject))
      settleBreak(turn, 'orphan_order', subject, {
        action: 'auto',
        by: 'reconciler',
        reason: 'the order is gone',
      });
  }
}
