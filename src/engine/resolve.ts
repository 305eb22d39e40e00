/**
 * The search for orders whose answer never came (spec section 1, RESOLVE). An unknown ends in two ways only: the order or
 * a fill of it is found, or its absence is proved: after a fence answered by the matching engine, two complete sets of
 * reads found nothing, the second begun when a late order could not appear any more, and the position agrees.
 */
import type { Millis } from '../base/time.ts';
import type { VenuePosition } from '../domain/account.ts';
import type { IntentRecord } from '../domain/books.ts';
import type { Intent } from '../domain/intent.ts';
import { bookedPosition, instrumentOf, unresolvedIntents } from '../domain/ledger.ts';
import { isLive, type VenueOrder } from '../domain/order.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { raise, settleBreak } from './breaks.ts';
import { restlessOrders } from './calm.ts';
import { wantCancelled } from './changes.ts';
import {
  ABSENT,
  QUIET,
  RECENT_WINDOW,
  RESOLVE_EVERY,
  RESOLVE_ROUNDS,
  UNRESOLVED_ALERT,
} from './limits.ts';
import { bookFills, seeOrder } from './observe.ts';
import type { Resolving } from './live.ts';
import {
  RECONCILER,
  type Turn,
  ask,
  factor,
  monoOf,
  record,
  tradingUp,
  wake,
  wantCheck,
} from './turn.ts';
import { fillEvidence, intentEvidence, orderEvidence, whoseLeg } from './who.ts';

/** Reads begin this long after the moment that makes them count, so that rounding never makes them a moment too early. */
const SLACK = 60;

/** An intent's outcome can't be told: from now on only proof ends it. */
export function becomeUnknown(turn: Turn, label: string, reason: string): void {
  const known = turn.books.intents.get(label);
  if (known?.placement.state !== 'pending') return;
  record(turn, { type: 'ORDER_UNKNOWN', v: 1, data: { label, reason } });
}

/** The duty: keeps the rounds of reads going while anything is unknown and the link is up. */
export function resolveUnknowns(turn: Turn): void {
  const unknowns = unresolvedIntents(turn.books).filter(
    (record) => record.placement.state === 'unknown',
  );
  for (const label of turn.live.resolving.keys())
    if (!unknowns.some(({ intent }) => intent.label === label)) turn.live.resolving.delete(label);
  endFound(turn);
  for (const unknown of unknowns) {
    concludeAbsence(turn, unknown);
    alertWhenOld(turn, unknown);
  }
  if (!tradingUp(turn) || unknowns.length === 0) return;
  let due = false;
  for (const { intent } of unknowns) {
    const state = turn.live.resolving.get(intent.label) ?? begin(turn, intent.label);
    const next = nextRound(turn, intent.validUntil, state);
    if (next <= turn.now.mono) due = true;
    else wake(turn, next);
    fence(turn, intent.label, state);
  }
  if (due && turn.live.round === null) startRound(turn, unknowns);
}

function begin(turn: Turn, label: string): Resolving {
  const state: Resolving = {
    sinceMono: turn.now.mono,
    lastRoundMono: -Infinity,
    fenceBusy: false,
    fenceMono: -Infinity,
    sets: [],
    proof: null,
  };
  turn.live.resolving.set(label, state);
  return state;
}

/** The first moment of the timetable after the last round. */
function nextRound(
  turn: Turn,
  validUntil: Millis,
  state: { readonly sinceMono: Millis; readonly lastRoundMono: Millis },
): Millis {
  const table = [
    ...RESOLVE_ROUNDS.map((after) => state.sinceMono + after),
    monoOf(turn, validUntil) + QUIET + SLACK,
    monoOf(turn, validUntil) + ABSENT + SLACK,
  ].sort((a, b) => a - b);
  const passed = state.lastRoundMono;
  return table.find((moment) => moment > passed) ?? passed + RESOLVE_EVERY;
}

function startRound(turn: Turn, unknowns: readonly IntentRecord[]): void {
  const slack = 1_000 * factor(turn);
  const from = Math.min(...unknowns.map((unknown) => unknown.at)) - slack;
  const labels = unknowns.map(({ intent }) => intent.label);
  for (const label of labels) {
    const state = turn.live.resolving.get(label);
    if (state) state.lastRoundMono = turn.now.mono;
  }
  const currencies = new Set(
    unknowns.map(({ intent }) => instrumentOf(turn.books, intent.instrument).settlementCurrency),
  );
  const late = new Set(
    unknowns
      .filter(({ intent }) => turn.now.server >= tooLate(turn, intent))
      .map(({ intent }) => intent.instrument),
  );
  turn.live.round = {
    labels,
    from,
    open: null,
    fills: null,
    byLabel: new Map(),
    waiting: 1 + currencies.size + labels.length + late.size,
  };
  ask(turn, { for: 'resolve_open' }, { kind: 'open_orders' });
  for (const currency of currencies) {
    ask(
      turn,
      { for: 'resolve_fills' },
      {
        kind: 'fills',
        currency,
        from,
        to: turn.now.server + 60_000 * factor(turn),
      },
    );
  }
  for (const { intent } of unknowns) {
    const currency = instrumentOf(turn.books, intent.instrument).settlementCurrency;
    ask(
      turn,
      { for: 'resolve_label', label: intent.label },
      { kind: 'orders_by_label', label: intent.label, currency },
    );
  }
  for (const instrument of late)
    ask(turn, { for: 'resolve_position' }, { kind: 'position', instrument });
}

/** From then on an order that has not shown up can't appear any more. */
const tooLate = (turn: Turn, { validUntil }: Intent): Millis => validUntil + ABSENT * factor(turn);

/** From `valid_until + QUIET` the matching engine itself is asked: nothing live is left under the label. */
function fence(turn: Turn, label: string, state: Resolving): void {
  const unknown = turn.books.intents.get(label);
  if (
    unknown?.placement.state !== 'unknown' ||
    unknown.placement.fenced !== null ||
    state.fenceBusy
  )
    return;
  const from = Math.max(
    monoOf(turn, unknown.intent.validUntil) + QUIET + SLACK,
    state.fenceMono + RESOLVE_EVERY,
  );
  if (turn.now.mono < from) return wake(turn, from);
  state.fenceBusy = true;
  state.fenceMono = turn.now.mono;
  const currency = instrumentOf(turn.books, unknown.intent.instrument).settlementCurrency;
  ask(turn, { for: 'fence', label }, { kind: 'cancel_by_label', label, currency });
}

/** The fence's answer; without one it is asked again after `RESOLVE_EVERY`. */
export function onFence(turn: Turn, label: string, outcome: VenueOutcome): void {
  const state = turn.live.resolving.get(label);
  if (state) state.fenceBusy = false;
  if (outcome.status !== 'ok' || outcome.result.kind !== 'cancel_by_label') return;
  const unknown = turn.books.intents.get(label);
  if (unknown?.placement.state !== 'unknown') return;
  const at = outcome.beganAt ?? turn.now.server;
  record(turn, {
    type: 'ORDER_FENCED',
    v: 1,
    data: { label, at, cancelled: outcome.result.count },
  });
}

/** A part of the round has been answered. What it shows is booked; what it does not show counts only if it was whole. */
export function onRoundPart(
  turn: Turn,
  part: 'open' | 'fills' | 'position' | { readonly label: string },
  outcome: VenueOutcome,
): void {
  const { round } = turn.live;
  if (outcome.status === 'ok') {
    const { result, beganAt } = outcome;
    if (result.kind === 'open_orders' || result.kind === 'orders_by_label') {
      for (const order of result.orders)
        if (turn.books.legs.has(order.label)) seeOrder(turn, order);
    }
    if (result.kind === 'fills')
      bookFills(
        turn,
        result.fills.filter((fill) => turn.books.legs.has(fill.label)),
        'check',
      );
    if (result.kind === 'position' && beganAt !== null) seePosition(turn, result.position, beganAt);
    if (round !== null && beganAt !== null) {
      if (part === 'open') round.open = beganAt;
      else if (part === 'fills')
        round.fills = round.fills === null ? beganAt : Math.min(round.fills, beganAt);
      else if (part !== 'position') round.byLabel.set(part.label, beganAt);
    }
  }
  if (round === null) return;
  round.waiting -= 1;
  if (round.waiting > 0) return;
  turn.live.round = null;
  for (const label of round.labels) judge(turn, label, round);
}

/** A position asked for by name: what the books hold, or something for a check to look into. */
function seePosition(turn: Turn, { instrument, size }: VenuePosition, at: Millis): void {
  if (size === bookedPosition(turn.books, instrument)) turn.live.agreed.set(instrument, at);
  else wantCheck(turn, 'surprise');
}

function judge(
  turn: Turn,
  label: string,
  round: {
    readonly open: Millis | null;
    readonly fills: Millis | null;
    readonly byLabel: Map<string, Millis>;
    readonly from: Millis;
  },
): void {
  const unknown = turn.books.intents.get(label);
  const state = turn.live.resolving.get(label);
  const byLabel = round.byLabel.get(label);
  if (unknown?.placement.state !== 'unknown' || state === undefined) return;
  if (round.open === null || round.fills === null || byLabel === undefined) return;
  const began = Math.min(round.open, round.fills, byLabel);
  if (round.from > unknown.at || unknown.at < began - RECENT_WINDOW) return;
  state.sets.push(began);
  const { fenced } = unknown.placement;
  const late = tooLate(turn, unknown.intent);
  const proved =
    fenced !== null &&
    fenced.cancelled === 0 &&
    fenced.at <= began &&
    state.sets.length >= 2 &&
    began >= late;
  if (!proved) return;
  state.proof = `fence at ${fenced.at} answered 0; ${state.sets.length} complete sets of reads found nothing, the last begun at ${began}, valid until ${unknown.intent.validUntil}`;
  concludeAbsence(turn, unknown);
}

/**
 * The last word has the position: an order that filled and that every history denies has moved it. Absence is concluded once
 * it was read after a late order could not appear any more, by name in such a round or in a check, and is what the books hold.
 */
function concludeAbsence(turn: Turn, { intent }: IntentRecord): void {
  const { label, instrument } = intent;
  const proof = turn.live.resolving.get(label)?.proof ?? null;
  if (proof === null) return;
  const agreedAt = turn.live.agreed.get(instrument) ?? -Infinity;
  if (agreedAt < tooLate(turn, intent)) return;
  const text = `${proof}; the position of ${agreedAt} is what the books hold`;
  record(
    turn,
    { type: 'ORDER_ABSENT', v: 1, data: { label, by: 'proof', evidence: text } },
    RECONCILER,
  );
  settleBreak(turn, 'unresolved_intent', label, {
    action: 'auto',
    by: 'reconciler',
    reason: 'absence proved',
  });
  turn.live.resolving.delete(label);
}

/** What a person was told of has been found, by whatever message: the question is none any more. */
function endFound(turn: Turn): void {
  for (const { break: told, subject } of turn.books.breaks.values()) {
    if (told.kind !== 'unresolved_intent') continue;
    if (turn.books.intents.get(subject)?.placement.state === 'unknown') continue;
    const how = { action: 'auto', by: 'reconciler', reason: 'the order was found' } as const;
    settleBreak(turn, 'unresolved_intent', subject, how);
  }
}

/** After a minute a person is told; the search goes on. */
function alertWhenOld(turn: Turn, unknown: IntentRecord): void {
  if (unknown.placement.state !== 'unknown') return;
  const age = (turn.now.server - unknown.placement.since) / factor(turn);
  if (age < UNRESOLVED_ALERT) return wake(turn, turn.now.mono + UNRESOLVED_ALERT - age);
  const { intent } = unknown;
  if (
    [...turn.books.breaks.values()].some(
      ({ break: found, subject }) => found.kind === 'unresolved_intent' && subject === intent.label,
    )
  )
    return;
  raise(turn, {
    kind: 'unresolved_intent',
    subject: intent.label,
    instrument: intent.instrument,
    strategy: intent.strategy,
    life: 'needs_you',
    books: `${intent.direction} ${intent.amount} sent, no answer`,
    exchange: 'not found, not proved absent',
    amount: intent.amount,
    price: intent.price,
    who: whoseLeg(intent),
    evidence: [{ ...intentEvidence(unknown), text: unknown.placement.reason }],
    proposal: 'accept',
    options: ['accept'],
  });
}

/** The duty: an order has turned up that had been refused or proved absent (I5, I7). Cancel it, its fills are booked, tell a person. */
export function tellLost(turn: Turn): void {
  for (const { order, leg } of restlessOrders(turn)) {
    if (
      leg === null ||
      leg.intent !== leg.label ||
      order.triggerOrderId !== null ||
      turn.live.lostTold.has(leg.label)
    )
      continue;
    const known = turn.books.intents.get(leg.label);
    const state = known?.placement.state;
    if (known === undefined || (state !== 'rejected' && state !== 'absent')) continue;
    turn.live.lostTold.add(leg.label);
    contradict(turn, known, order);
  }
}

function contradict(turn: Turn, known: IntentRecord, order: VenueOrder): void {
  raise(turn, {
    ...lostOrder(known),
    exchange: `${order.state} ${order.orderId}`,
    amount: order.amount,
    price: order.averagePrice ?? order.price,
    evidence: [orderEvidence(order, known.intent.purpose), intentEvidence(known)],
  });
  if (isLive(order.state)) wantCancelled(turn, order.orderId, 'lost_order');
}

/** The duty of the step that books it: a fill proves an order that had been refused or proved absent before anything shows it. */
export function tellLostFills(turn: Turn): void {
  for (const fact of turn.facts) {
    if (fact.type !== 'FILL_BOOKED') continue;
    const { fill } = fact.data;
    const known = turn.books.intents.get(fill.label);
    const state = known?.placement.state;
    if (known === undefined || (state !== 'rejected' && state !== 'absent')) continue;
    if (turn.live.lostTold.has(fill.label)) continue;
    raise(turn, {
      ...lostOrder(known),
      exchange: `filled ${fill.amount} of ${fill.orderId}`,
      amount: fill.amount,
      price: fill.price,
      evidence: [fillEvidence(fill), intentEvidence(known)],
    });
  }
}

const lostOrder = ({ intent, placement }: IntentRecord) =>
  ({
    kind: 'lost_order',
    subject: intent.label,
    instrument: intent.instrument,
    strategy: intent.strategy,
    life: 'needs_you',
    books: placement.state,
    who: whoseLeg(intent),
    proposal: 'accept',
    options: ['accept'],
  }) as const;
