/**
 * The one reconciler for start, timer, reconnect, surprise and demand: its reads. Fills, then orders, positions and
 * summaries, then fills again: the cut counts only if nothing happened in between (I12). A read that fails, or comes from
 * a replaced connection, ends the check without a verdict (N9). What the reads say is judged in `verdict.ts`.
 */
import { ZERO, isZero } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import { withoutNoise } from '../domain/account.ts';
import { fillKey } from '../domain/fill.ts';
import { sessionStart } from '../domain/funding.ts';
import { expiryOf } from '../domain/instrument.ts';
import {
  bookedPosition,
  currenciesInUse,
  instrumentsInUse,
  oldestAssumption,
  oldestUnmet,
} from '../domain/ledger.ts';
import type { Trigger } from '../domain/shown.ts';
import type { VenueOutcome, VenueRequest } from '../venue/port.ts';
import { lackingFill, wasJustLive } from './heard.ts';
import { holeProblem, joinRead, keepRead, logReads, widenHole } from './hole.ts';
import { CHECK_AGAIN, CHECK_PERIOD, LAG, OVERLAP, RECENT_WINDOW } from './limits.ts';
import { isListed, listRequest, takeList, unlistedOrders } from './listed.ts';
import type { Check, CheckPart } from './live.ts';
import { type Turn, ask, factor, tradingUp, wake } from './turn.ts';
import { giveUp } from './report.ts';
import { conclude } from './verdict.ts';

/** How often a cut that something moved through is taken again at once. */
const RETRIES = 5;
/** Orders looked up one by one in one check. */
const LOOKUPS = 60;

/** The duty: starts the check that is wanted or due. */
export function runChecks(turn: Turn): void {
  const { live } = turn;
  if (!tradingUp(turn) || live.check !== null || currenciesInUse(turn.books).length === 0) return;
  if (live.wanted === null && turn.now.mono < live.nextCheckMono)
    return wake(turn, live.nextCheckMono);
  begin(turn, live.wanted ?? (live.clean === null ? 'start' : 'timer'));
}

function begin(turn: Turn, trigger: Trigger): void {
  const { live } = turn;
  const { trading } = live.links;
  if (!trading.up) return;
  live.wanted = null;
  live.checkCounter += 1;
  live.nextCheckMono = turn.now.mono + live.checkEvery;
  live.check = {
    number: live.checkCounter,
    trigger,
    startedServer: turn.now.server,
    startedMono: turn.now.mono,
    conn: trading.conn,
    events: live.events,
    waiting: 0,
    stage: 'fills',
    failed: null,
    fills: new Map(),
    fillsBefore: 0,
    hole: null,
    logs: new Map(),
    positions: null,
    positionsAt: null,
    summaries: null,
    details: new Map(),
    flat: new Map(),
    retries: 0,
  };
  readFills(turn, live.check, 'fills_before');
}

/** Begin of every read of fills: the overlap before the cursor; before the first baseline all that the recent window holds. */
export function readFrom(turn: Turn): Millis {
  const start = turn.books.cursor ?? turn.books.baseline?.at;
  const overlap = Math.max(OVERLAP, 2 * LAG * factor(turn));
  if (start === undefined) return turn.now.server - RECENT_WINDOW + overlap;
  const { server } = turn.now;
  return (
    Math.min(start, oldestAssumption(turn.books, server), oldestUnmet(turn.books, server)) - overlap
  );
}

function send(turn: Turn, check: Check, part: CheckPart, request: VenueRequest): void {
  check.waiting += 1;
  const detail =
    request.kind === 'order_state'
      ? { detail: request.orderId }
      : request.kind === 'cash_log'
        ? { detail: request.currency }
        : {};
  ask(turn, { for: 'check', check: check.number, part, ...detail }, request);
}

function readFills(turn: Turn, check: Check, part: 'fills_before' | 'fills_after'): void {
  const from = readFrom(turn);
  const to = turn.now.server + 60_000 * factor(turn);
  const named = [...turn.books.unmet.keys()].map((key) => key.slice(0, key.indexOf('/')));
  for (const currency of new Set([...currenciesInUse(turn.books), ...named])) {
    send(turn, check, part, { kind: 'fills', currency, from, to });
  }
}

/** A part of a check has been answered. Answers to a check that was given up are ignored. */
export function onCheckPart(
  turn: Turn,
  errand: { readonly check: number; readonly part: CheckPart; readonly detail?: string },
  outcome: VenueOutcome,
): void {
  const { check } = turn.live;
  if (check === null || check.number !== errand.check) return;
  check.waiting -= 1;
  if (outcome.status === 'ok') take(turn, check, errand, outcome);
  else
    check.failed ??= `${errand.part}: ${outcome.status === 'unknown' ? outcome.reason : `${outcome.code} ${outcome.message}`}`;
  if (check.waiting > 0) return;
  if (check.failed !== null) return stop(turn, check, check.failed);
  advance(turn, check);
}

function take(
  turn: Turn,
  check: Check,
  errand: { readonly part: CheckPart; readonly detail?: string },
  outcome: Extract<VenueOutcome, { status: 'ok' }>,
): void {
  const { result } = outcome;
  switch (result.kind) {
    case 'fills':
      for (const fill of result.fills) check.fills.set(fillKey(fill), fill);
      return widenHole(check, result.hole);
    case 'open_orders':
    case 'orders_since': {
      const problem = takeList(turn, result);
      if (problem !== null) check.failed ??= `${errand.part}: ${problem}`;
      return;
    }
    case 'positions':
      check.positions = new Map(result.positions.map((row) => [row.instrument, withoutNoise(row)]));
      check.positionsAt = outcome.beganAt ?? turn.now.server;
      return;
    case 'summaries':
      check.summaries = result.summaries;
      return;
    case 'cash_log':
      if (errand.detail !== undefined) check.logs.set(errand.detail, result.rows);
      return;
    case 'order_state':
      if (errand.detail !== undefined) check.details.set(errand.detail, result.order);
      return;
    case 'position':
      check.flat.set(result.position.instrument, withoutNoise(result.position));
      return;
    case 'place':
    case 'edit':
    case 'cancel':
    case 'cancel_by_label':
    case 'cancel_many':
    case 'ended_orders':
    case 'trigger_history':
    case 'settlements':
    case 'orders_by_label':
    case 'instrument':
    case 'ticker':
    case 'candles':
      check.failed ??= `${errand.part}: answered with ${result.kind}`;
  }
}

function advance(turn: Turn, check: Check): void {
  switch (check.stage) {
    case 'fills':
      check.stage = 'state';
      check.fillsBefore = check.fills.size;
      check.events = turn.live.events;
      send(turn, check, 'open_orders', listRequest(turn));
      send(turn, check, 'positions', { kind: 'positions' });
      send(turn, check, 'summaries', { kind: 'summaries' });
      return;
    case 'state':
      check.stage = 'fills_again';
      return readFills(turn, check, 'fills_after');
    case 'fills_again':
      if (check.fills.size !== check.fillsBefore || turn.live.events !== check.events)
        return again(turn, check);
      if (isStaleRead(turn, check)) return;
      joinRead(turn, check);
      check.stage = 'log';
      return readLogs(turn, check);
    case 'log': {
      const problem = holeProblem(turn, check);
      if (problem !== null) return stop(turn, check, problem, CHECK_PERIOD);
      check.stage = 'details';
      return readDetails(turn, check);
    }
    case 'details':
      if (isStaleLook(turn, check)) return;
      check.stage = 'done';
      return finish(turn, check);
    case 'done':
      return;
  }
}

/** Fills that lack one which the exchange itself brought are an old copy or empty by mistake: the check ends without a verdict. */
function isStaleRead(turn: Turn, check: Check): boolean {
  const read = { fills: check.fills, from: readFrom(turn) };
  const lacking = lackingFill(turn, read, currenciesInUse(turn.books));
  if (lacking !== undefined)
    stop(turn, check, `stale: the trades lack ${lacking}, which the exchange has brought before`);
  return lacking !== undefined;
}

/** The same of an order that lived a moment ago and is said to be unknown. */
function isStaleLook(turn: Turn, check: Check): boolean {
  for (const [orderId, order] of check.details) {
    if (order !== null || !wasJustLive(turn, orderId)) continue;
    stop(turn, check, `stale: order ${orderId} is not known, which the exchange has shown live`);
    return true;
  }
  return false;
}

/** Something moved through the cut: it is taken again at once, a few times. */
function again(turn: Turn, check: Check): void {
  check.retries += 1;
  if (check.retries > RETRIES)
    return stop(turn, check, 'no quiet moment: the account kept changing while it was read');
  check.stage = 'fills';
  readFills(turn, check, 'fills_before');
}

/** The log of the account, where fills that nobody can read any more, or not yet, may hide. */
function readLogs(turn: Turn, check: Check): void {
  for (const read of logReads(turn, check)) send(turn, check, 'log', { kind: 'cash_log', ...read });
  if (check.waiting === 0) advance(turn, check);
}

/** Orders that the list does not explain, and positions that are flat against the books: each is asked for by name. */
function readDetails(turn: Turn, check: Check): void {
  const wanted = new Set(unlistedOrders(turn));
  for (const fill of check.fills.values()) {
    const booked = turn.books.fills.has(fillKey(fill)) || fill.at < turn.books.fillHorizon;
    if (
      turn.books.baseline === null ||
      booked ||
      turn.books.orders.has(fill.orderId) ||
      isListed(turn, fill.orderId)
    )
      continue;
    wanted.add(fill.orderId);
  }
  for (const orderId of [...wanted].slice(0, LOOKUPS))
    send(turn, check, 'order', { kind: 'order_state', orderId });
  for (const name of instrumentsInUse(turn.books)) {
    const size = check.positions?.get(name)?.size ?? ZERO;
    const hasEnded = (expiryOf(name) ?? Infinity) <= turn.now.server;
    // The exchange may not know it by name any more.
    if (isZero(size) && !isZero(bookedPosition(turn.books, name)) && !hasEnded)
      send(turn, check, 'flat', { kind: 'position', instrument: name });
  }
  if (check.waiting === 0) advance(turn, check);
}

function finish(turn: Turn, check: Check): void {
  const straddles = sessionStart(check.startedServer) !== sessionStart(turn.now.server);
  if (straddles) return stop(turn, check, 'reads straddle the settlement at 08:00 UTC');
  turn.live.check = null;
  keepRead(turn, check, readFrom(turn));
  turn.live.ordersReadOn = check.conn;
  conclude(turn, check);
}

function stop(turn: Turn, check: Check, problem: string, again = CHECK_AGAIN): void {
  turn.live.check = null;
  turn.live.nextCheckMono = turn.now.mono + again;
  giveUp(turn, check, problem);
}

/** The link is gone: what was read of it proves nothing. */
export function dropCheck(turn: Turn, reason: string): void {
  if (turn.live.check !== null) stop(turn, turn.live.check, reason);
}
