/**
 * Cancels and edits. Each is an intent that states the wanted end, so it may be repeated; it ends only when the order
 * shows that end or is final. Which changes are owed is derived from the books, so a crash forgets none (I51).
 */
import { type Decimal, ZERO, add, gt, isZero, lt, min, sub } from '../base/decimal.ts';
import type { TradeRecord } from '../domain/books.ts';
import type { ChangeIntent } from '../domain/intent.ts';
import { isAsleep, isEntering, ordersOfTrade } from '../domain/ledger.ts';
import { isLive, type VenueOrder } from '../domain/order.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { restlessOrders, restlessTrades } from './calm.ts';
import { wasJustLive } from './heard.ts';
import { ABSENT, BACKOFF, MARKET_FRESH, VALIDITY } from './limits.ts';
import { bookFills, markPrice, seeOrder } from './observe.ts';
import { doubtTerms } from './terms.ts';
import { EXCHANGE, type Turn, ask, factor, record, tradingUp, wake, wantCheck } from './turn.ts';

type Why = ChangeIntent['why'];
type Edited = Extract<ChangeIntent['want'], { readonly kind: 'edited' }>;

/** The change under way for an order, if there is one. */
const changeOf = (turn: Turn, orderId: string): ChangeIntent | undefined =>
  [...turn.books.changes.values()].find((change) => change.orderId === orderId);

function intend(turn: Turn, orderId: string, want: ChangeIntent['want'], why: Why): void {
  const known = turn.books.orders.get(orderId);
  if (known === undefined) return;
  const change: ChangeIntent = {
    id: `chg_${turn.books.counters.change + 1}`,
    orderId,
    label: known.order.label,
    strategy: known.leg?.strategy ?? '',
    trade: known.leg?.trade ?? null,
    want,
    why,
  };
  record(turn, { type: 'CHANGE_INTENDED', v: 1, data: { change } });
}

/** Wants an order cancelled, unless that is wanted already. A pending edit of it gives way. */
export function wantCancelled(turn: Turn, orderId: string, why: Why): void {
  const pending = changeOf(turn, orderId);
  if (pending?.want.kind === 'cancelled') return;
  if (pending !== undefined) supersede(turn, pending);
  intend(turn, orderId, { kind: 'cancelled' }, why);
}

/** Wants a live order's total amount changed. One edit states the whole end: a move of its trigger that is under way goes with it. */
export function wantAmount(turn: Turn, order: VenueOrder, amount: Decimal): void {
  const pending = changeOf(turn, order.orderId);
  if (pending?.want.kind === 'cancelled') return;
  const moves =
    pending?.want.kind === 'edited' &&
    isMove(order, pending.want) &&
    isSendable(turn, order, pending.want);
  const triggerPrice = moves ? pending.want.triggerPrice : order.triggerPrice;
  if (
    pending?.want.kind === 'edited' &&
    pending.want.amount === amount &&
    pending.want.triggerPrice === triggerPrice
  )
    return;
  if (pending !== undefined && turn.live.changing.get(pending.id)?.busy === true) return;
  if (pending !== undefined) supersede(turn, pending);
  intendEdit(turn, order, { amount, triggerPrice, why: moves ? pending.why : 'resize' });
}

/** Wants the trigger of a live stop moved, its size left as it is. A change of it that is under way comes first. */
export function wantTrigger(
  turn: Turn,
  order: VenueOrder,
  triggerPrice: Decimal,
  why: 'break_even' | 'trailing',
): void {
  if (changeOf(turn, order.orderId) === undefined)
    intendEdit(turn, order, { amount: order.amount, triggerPrice, why });
}

function intendEdit(
  turn: Turn,
  order: VenueOrder,
  {
    amount,
    triggerPrice,
    why,
  }: { readonly amount: Decimal; readonly triggerPrice: Decimal | null; readonly why: Why },
): void {
  const validUntil = Math.round(turn.now.server + VALIDITY * factor(turn));
  intend(
    turn,
    order.orderId,
    { kind: 'edited', amount, price: order.price, triggerPrice, validUntil },
    why,
  );
}

const isMove = (order: VenueOrder, want: Edited): boolean =>
  want.triggerPrice !== null && want.triggerPrice !== order.triggerPrice;

/** Whether the price leaves room for the trigger that an edit wants: a stop on the wrong side of the mark would fire at once. */
function isSendable(turn: Turn, order: VenueOrder, want: Edited): boolean {
  if (want.triggerPrice === null || !isMove(order, want)) return true;
  const mark = markPrice(turn, order.instrument, MARKET_FRESH);
  return (
    mark !== null &&
    (order.direction === 'sell' ? lt(want.triggerPrice, mark) : gt(want.triggerPrice, mark))
  );
}

type Stop = VenueOrder & { readonly triggerPrice: Decimal };

/** The stops of a trade that stand at the exchange and have not fired. */
export const stopsOf = (turn: Turn, trade: string): Stop[] =>
  ordersOfTrade(turn.books, trade).flatMap(({ order, leg }) =>
    leg?.purpose === 'stop' &&
    order.state === 'untriggered' &&
    !isAsleep(order) &&
    order.triggerPrice !== null
      ? [order as Stop]
      : [],
  );

/** Whether a price is better for the side of a trade than another one: higher for a long, lower for a short. */
export const isNearer = (
  trade: Pick<TradeRecord, 'direction'>,
  price: Decimal,
  than: Decimal,
): boolean => (trade.direction === 'long' ? gt(price, than) : lt(price, than));

function supersede(turn: Turn, change: ChangeIntent): void {
  record(turn, {
    type: 'CHANGE_RESOLVED',
    v: 1,
    data: { id: change.id, outcome: 'superseded', message: '' },
  });
  turn.live.changing.delete(change.id);
}

/** Whether the order shows the wanted end, or can't change any more. */
function isReached(order: VenueOrder, want: ChangeIntent['want']): boolean {
  if (!isLive(order.state)) return true;
  return (
    want.kind === 'edited' &&
    order.amount === want.amount &&
    (want.triggerPrice === null || order.triggerPrice === want.triggerPrice)
  );
}

/** The duty: what closed trades leave behind is owed a cancel; protection has the size of what is open; changes go on until done. */
export function carryOutChanges(turn: Turn): void {
  oweLeftovers(turn);
  oweSizes(turn);
  for (const change of turn.books.changes.values()) {
    const order = turn.books.orders.get(change.orderId)?.order;
    if (order === undefined || isReached(order, change.want)) {
      record(turn, {
        type: 'CHANGE_RESOLVED',
        v: 1,
        data: { id: change.id, outcome: 'done', message: order?.state ?? 'forgotten' },
      });
      turn.live.changing.delete(change.id);
      if (order !== undefined) tellMoved(turn, change, order);
    } else pursue(turn, change, order);
  }
}

function oweLeftovers(turn: Turn): void {
  for (const { order, leg } of restlessOrders(turn)) {
    if (leg === null || leg.trade === null || !isLive(order.state)) continue;
    const trade = turn.books.trades.get(leg.trade);
    if (trade !== undefined && trade.closedAt === null) continue;
    if (trade === undefined && leg.purpose === 'entry') continue;
    const entering = leg.intent !== null && trade === undefined && !isEnded(turn, leg.intent);
    if (!entering) wantCancelled(turn, order.orderId, 'trade_closed');
  }
}

/** Whether an entry can't fill any more, so that its dormant children protect nothing. */
function isEnded(turn: Turn, label: string): boolean {
  const placement = turn.books.intents.get(label)?.placement;
  if (placement?.state !== 'acked')
    return placement?.state === 'rejected' || placement?.state === 'absent';
  const order = turn.books.orders.get(placement.orderId)?.order;
  return order !== undefined && !isLive(order.state) && isZero(order.filled);
}

/** Protection is only ever shrunk here, the newest first, so that what is left stands all the time. */
function oweSizes(turn: Turn): void {
  for (const trade of restlessTrades(turn)) {
    if (isEntering(turn.books, trade.id)) continue;
    for (const purpose of ['stop', 'target'] as const) {
      let left = trade.open;
      for (const { order, leg } of ordersOfTrade(turn.books, trade.id)) {
        if (leg?.purpose !== purpose || order.state !== 'untriggered' || isAsleep(order)) continue;
        const remaining = sub(order.amount, order.filled);
        const keep = min(remaining, left);
        left = sub(left, keep);
        if (isZero(keep)) wantCancelled(turn, order.orderId, 'superseded');
        else if (lt(keep, remaining)) wantAmount(turn, order, add(order.filled, keep));
      }
    }
  }
}

/** The exchange has shown the moved stop: from now on the trade's stop is the worst of those that stand, if that is nearer. */
function tellMoved(turn: Turn, { want, why, trade: id }: ChangeIntent, order: VenueOrder): void {
  const trade = id === null ? undefined : turn.books.trades.get(id);
  if (
    trade === undefined ||
    (why !== 'break_even' && why !== 'trailing') ||
    !isZero(trade.adjusted)
  )
    return;
  if (
    want.kind !== 'edited' ||
    want.triggerPrice === null ||
    order.triggerPrice !== want.triggerPrice ||
    order.state === 'cancelled'
  )
    return;
  const stopLoss = stopsOf(turn, trade.id).reduce(
    (worst, { triggerPrice }) => (isNearer(trade, worst, triggerPrice) ? triggerPrice : worst),
    want.triggerPrice,
  );
  if (trade.stopLoss !== null && !isNearer(trade, stopLoss, trade.stopLoss)) return;
  record(
    turn,
    { type: 'STOP_MOVED', v: 1, data: { trade: trade.id, stopLoss, reason: why } },
    EXCHANGE,
  );
}

function pursue(turn: Turn, change: ChangeIntent, order: VenueOrder): void {
  if (!tradingUp(turn)) return;
  const state = turn.live.changing.get(change.id) ?? {
    attempts: 0,
    nextMono: turn.now.mono,
    busy: false,
  };
  turn.live.changing.set(change.id, state);
  if (state.busy || (change.want.kind === 'edited' && !isSendable(turn, order, change.want)))
    return;
  if (state.nextMono > turn.now.mono) return wake(turn, state.nextMono);
  state.busy = true;
  state.attempts += 1;
  state.nextMono = turn.now.mono + (BACKOFF[Math.min(state.attempts, BACKOFF.length) - 1] ?? 0);
  if (change.want.kind === 'cancelled')
    return ask(
      turn,
      { for: 'change', change: change.id },
      { kind: 'cancel', orderId: change.orderId },
    );
  const { amount, price, triggerPrice } = change.want;
  const validUntil = Math.round(turn.now.server + VALIDITY * factor(turn));
  const edit = {
    orderId: change.orderId,
    amount,
    price,
    triggerPrice,
    reduceOnly: true,
    validUntil,
  };
  ask(turn, { for: 'change', change: change.id }, { kind: 'edit', edit });
}

/** The answer to a change: whatever it is, only the order itself tells whether the end is reached. */
export function onChangeAnswer(turn: Turn, id: string, outcome: VenueOutcome): void {
  const state = turn.live.changing.get(id);
  const change = turn.books.changes.get(id);
  if (outcome.status === 'ok') {
    const { result } = outcome;
    if (result.kind === 'cancel' || result.kind === 'edit') seeOrder(turn, result.order);
    if (result.kind === 'edit') bookFills(turn, result.fills, 'answer');
    if (state) state.busy = false;
    return;
  }
  if (change === undefined || state === undefined) return;
  if (outcome.status === 'refused')
    doubtTerms(turn, turn.books.orders.get(change.orderId)?.order.instrument, outcome);
  const trail = turn.live.trails.get(change.trade ?? '');
  if (trail !== undefined && outcome.status === 'unknown')
    trail.nextMono = turn.now.mono + VALIDITY + ABSENT;
  ask(turn, { for: 'change_look', change: id }, { kind: 'order_state', orderId: change.orderId });
}

/**
 * A look at the order after a change that was refused, gone or unanswered. An order that the exchange has forgotten is
 * final, unless it was shown live so lately that the look can't be of the present.
 */
export function onChangeLook(turn: Turn, id: string, outcome: VenueOutcome): void {
  const state = turn.live.changing.get(id);
  if (state) state.busy = false;
  const change = turn.books.changes.get(id);
  if (change === undefined || outcome.status !== 'ok' || outcome.result.kind !== 'order_state')
    return;
  if (outcome.result.order !== null) return seeChanged(turn, outcome.result.order);
  if (wasJustLive(turn, change.orderId)) return;
  const known = turn.books.orders.get(change.orderId)?.order;
  if (known !== undefined && isLive(known.state))
    seeOrder(turn, {
      ...known,
      state: 'cancelled',
      cancelReason: 'not known any more',
      updatedAt: turn.now.server,
    });
}

/** What a change has lost its race to: where the order has filled more than the stream has brought, its fills are read at once. */
function seeChanged(turn: Turn, order: VenueOrder): void {
  seeOrder(turn, order);
  if (lt(turn.books.booked.get(order.orderId) ?? ZERO, order.filled)) wantCheck(turn, 'surprise');
}
