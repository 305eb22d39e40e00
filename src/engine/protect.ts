/**
 * Protection: the live stop amounts of a trade cover what it has open. What is missing is looked for, then declared
 * (`missing_stop`) 3 s after the fill and repaired at once; at most one protective intent is unresolved per trade. A
 * trigger that the price has passed already closes the trade instead. No stop is ever cancelled to be replaced.
 */
import { type Decimal, gte, lt, sub } from '../base/decimal.ts';
import { isoTime, type Millis } from '../base/time.ts';
import type { IntentRecord, TradeRecord } from '../domain/books.ts';
import type { Intent } from '../domain/intent.ts';
import {
  instrumentOf,
  intentsOfTrade,
  isEntering,
  isSecondary,
  liveAmount,
  ordersOfTrade,
  unresolvedOf,
} from '../domain/ledger.ts';
import { averagePrice } from '../domain/money.ts';
import { isLive } from '../domain/order.ts';
import { type Difference, evidence, findBreak, raise, settleBreak } from './breaks.ts';
import { closeTrade, isBeyondStop } from './close.ts';
import { type Entry, stopOf, targetOf } from './distance.ts';
import { isHeld, restlessTrades } from './calm.ts';
import {
  BACKOFF,
  LIQUIDATION_MEMORY,
  MARKET_FRESH,
  STOP_GRACE,
  TRIGGERED_PATIENCE,
} from './limits.ts';
import { wantCancelled } from './changes.ts';
import { askPrice } from './marks.ts';
import { markPrice } from './observe.ts';
import { freshLabel, place, validUntil } from './place.ts';
import { type Turn, ask, factor, tradingUp, wake } from './turn.ts';
import { intentEvidence, orderEvidence, whoCancelled } from './who.ts';

/** The duty over all open trades. */
export function protectTrades(turn: Turn): void {
  const { trades } = turn.books;
  for (const id of turn.live.unprotected.keys())
    if (!isHeld(trades.get(id))) turn.live.unprotected.delete(id);
  for (const { subject } of turn.books.breaks.values()) {
    if (findBreak(turn, 'missing_stop', subject) && !isHeld(trades.get(subject)))
      settle(turn, subject, 'the trade is closed');
  }
  for (const trade of restlessTrades(turn).filter(({ instrument }) =>
    turn.books.instruments.has(instrument),
  )) {
    helpTriggered(turn, trade);
    protect(turn, trade);
  }
}

function settle(turn: Turn, trade: string, reason: string): void {
  settleBreak(turn, 'missing_stop', trade, { action: 'auto', by: 'engine', reason });
}

function protect(turn: Turn, trade: TradeRecord): void {
  if (gte(liveAmount(turn.books, trade.id, 'stop'), trade.open)) {
    turn.live.unprotected.delete(trade.id);
    settle(turn, trade.id, 'enough live stop seen');
    return addTarget(turn, trade);
  }
  if (isClosing(turn, trade)) return;
  const { trading } = turn.live.links;
  if (!trading.up || turn.live.ordersReadOn !== trading.conn) return;
  const state = turn.live.unprotected.get(trade.id) ?? {
    since: turn.now.mono,
    looked: false,
    attempts: 0,
    nextMono: turn.now.mono,
  };
  turn.live.unprotected.set(trade.id, state);
  const lookAt = state.since + STOP_GRACE / 3;
  if (!state.looked) {
    if (turn.now.mono < lookAt) return wake(turn, lookAt);
    state.looked = true;
    ask(turn, { for: 'protect_look', trade: trade.id }, { kind: 'open_orders' });
  }
  const deadline = state.since + STOP_GRACE;
  if (turn.now.mono < deadline) return wake(turn, deadline);
  declare(turn, trade);
  if (unresolvedOf(turn.books, trade.id, ['stop', 'stop_now']).length > 0) return;
  if (turn.now.mono < state.nextMono) return wake(turn, state.nextMono);
  // A book that settles or is closed refuses all; the moment in which it opens is not to be slept through.
  if (instrumentOf(turn.books, trade.instrument).state !== 'open')
    return askPrice(turn, trade.instrument);
  state.attempts += 1;
  state.nextMono = turn.now.mono + (BACKOFF[Math.min(state.attempts, BACKOFF.length) - 1] ?? 0);
  repair(turn, trade);
}

/** A stop that has been triggered or a liquidation is at work: nothing to add. A close that is owed protects nothing. */
function isClosing(turn: Turn, trade: TradeRecord): boolean {
  const recently = turn.now.server - LIQUIDATION_MEMORY * factor(turn);
  if (liquidatedAt(turn, trade.instrument) > recently) return true;
  for (const { order, leg } of turn.books.orders.values()) {
    if (order.instrument !== trade.instrument) continue;
    if (order.isLiquidation && isLive(order.state)) return true;
    if (leg?.trade !== trade.id || leg.purpose === 'entry') continue;
    if (order.state === 'open' && order.triggerOrderId !== null) return true;
    if (order.cancelReason === 'autoliquidation' && order.updatedAt > recently) return true;
  }
  return false;
}

/** When the exchange last liquidated something of the margin that an instrument draws on. */
function liquidatedAt({ books }: Turn, instrument: string): Millis {
  const currencyOf = (name: string) => books.instruments.get(name)?.settlementCurrency;
  const currency = currencyOf(instrument);
  return Math.max(
    ...[...books.liquidated].filter(([name]) => currencyOf(name) === currency).map(([, at]) => at),
  );
}

/** Told once, and again with each attempt that the exchange has refused since. */
function declare(turn: Turn, trade: TradeRecord): void {
  const known = findBreak(turn, 'missing_stop', trade.id);
  if (known !== undefined && refusedStops(turn, trade, known.firstSeenAt).length < known.timesSeen)
    return;
  const live = liveAmount(turn.books, trade.id, 'stop');
  raise(turn, {
    kind: 'missing_stop',
    subject: trade.id,
    instrument: trade.instrument,
    strategy: trade.strategy,
    life: 'confirmed',
    books: `${trade.direction} ${trade.open}`,
    exchange: `live stop ${live}`,
    amount: sub(trade.open, live),
    price: trade.stopLoss,
    ...whatBecameOfIt(turn, trade),
  });
}

const refusedStops = (turn: Turn, { id }: TradeRecord, since = ''): readonly IntentRecord[] =>
  intentsOfTrade(turn.books, id).filter(
    ({ intent, placement, at }) =>
      intent.purpose === 'stop' && placement.state === 'rejected' && isoTime(at) >= since,
  );

/**
 * What the exchange says of the orders that protected it, the newest last, and of those that it refused. Of two that are linked
 * the one tells that ended by itself.
 */
function whatBecameOfIt(turn: Turn, trade: TradeRecord): Pick<Difference, 'who' | 'evidence'> {
  const { id } = trade;
  const guards = ordersOfTrade(turn.books, id)
    .filter(({ leg }) => leg?.purpose === 'stop' || leg?.purpose === 'target')
    .filter(({ order }) => !isSecondary(order))
    .sort((a, b) => a.order.updatedAt - b.order.updatedAt)
    .slice(-6);
  const ends = guards.filter(({ order }) => order.cancelReason !== 'oco_other_closed');
  const last = ends.findLast(({ order }) => order.state === 'cancelled')?.order;
  return {
    who: last === undefined ? null : whoCancelled(last),
    evidence: [
      evidence({
        kind: 'read',
        id,
        at: turn.now.server,
        text: 'neither push nor open orders show enough live stop',
      }),
      ...guards.map(({ order, leg }) => orderEvidence(order, leg?.purpose ?? order.type)),
      ...refusedStops(turn, trade).slice(-2).map(intentEvidence),
    ],
  };
}

/** A trade's average entry, as a start for distances. */
function entryOf(turn: Turn, trade: TradeRecord): Entry {
  const { instrument, strategy, direction, entries } = trade;
  return {
    instrument,
    strategy,
    direction,
    price: averagePrice(instrumentOf(turn.books, instrument).kind, entries) as Decimal,
  };
}

function repair(turn: Turn, trade: TradeRecord): void {
  const stop = trade.stopLoss ?? stopOf(turn, entryOf(turn, trade));
  const mark = markPrice(turn, trade.instrument, MARKET_FRESH);
  if (mark !== null && isBeyondStop(trade, stop, mark)) {
    closeTrade(turn, trade, 'stop_now');
    return;
  }
  const missing = sub(trade.open, liveAmount(turn.books, trade.id, 'stop'));
  place(
    turn,
    protective(turn, trade, {
      purpose: 'stop',
      type: 'stop_market',
      amount: missing,
      triggerPrice: stop,
    }),
  );
}

type Protection = {
  readonly purpose: 'stop' | 'target';
  readonly type: 'stop_market' | 'take_market';
  readonly amount: Decimal;
  readonly triggerPrice: Decimal;
};

function protective(turn: Turn, trade: TradeRecord, protection: Protection): Intent {
  return {
    label: freshLabel(turn, trade.strategy, protection.purpose),
    strategy: trade.strategy,
    trade: trade.id,
    instrument: trade.instrument,
    direction: trade.direction === 'long' ? 'sell' : 'buy',
    price: null,
    timeInForce: null,
    reduceOnly: true,
    trigger: 'mark_price',
    validUntil: validUntil(turn, protection.purpose),
    children: [],
    fillCondition: null,
    ...protection,
  };
}

/** An adopted trade gets the target that its strategy would have given it. A target that a trade has lost stays lost: its stop protects. */
function addTarget(turn: Turn, trade: TradeRecord): void {
  if (isEntering(turn.books, trade.id) || !isQuietTarget(turn, trade)) return;
  const price = trade.takeProfit ?? targetOf(turn, entryOf(turn, trade));
  const mark = markPrice(turn, trade.instrument, MARKET_FRESH);
  if (price === null || mark === null) return;
  const passed = trade.direction === 'long' ? !lt(mark, price) : lt(mark, price) || mark === price;
  if (passed && trade.origin === 'strategy') return;
  if (passed) {
    closeTrade(turn, trade, 'close');
    return;
  }
  place(
    turn,
    protective(turn, trade, {
      purpose: 'target',
      type: 'take_market',
      amount: trade.open,
      triggerPrice: price,
    }),
  );
}

/** Only adopted trades without any target order, and none on its way, are given one. */
function isQuietTarget(turn: Turn, trade: TradeRecord): boolean {
  if (trade.origin !== 'adopted' || !tradingUp(turn)) return false;
  const intended = intentsOfTrade(turn.books, trade.id).some(
    ({ intent }) => intent.purpose === 'target',
  );
  const seen = ordersOfTrade(turn.books, trade.id).some(({ leg }) => leg?.purpose === 'target');
  return !intended && !seen;
}

/** A triggered stop or target that does not come to an end: cancel its remainder and close what is left. */
function helpTriggered(turn: Turn, trade: TradeRecord): void {
  for (const { order, leg } of ordersOfTrade(turn.books, trade.id)) {
    if (
      leg === null ||
      (leg.purpose !== 'stop' && leg.purpose !== 'target') ||
      order.triggerOrderId === null
    )
      continue;
    if (order.state === 'cancelled' && turn.live.triggered.has(order.orderId))
      closeTrade(turn, trade, leg.purpose === 'stop' ? 'stop_rest' : 'close');
    if (order.state !== 'open') continue;
    const since = turn.live.triggered.get(order.orderId) ?? turn.now.mono;
    turn.live.triggered.set(order.orderId, since);
    if (turn.now.mono - since < TRIGGERED_PATIENCE) wake(turn, since + TRIGGERED_PATIENCE);
    else wantCancelled(turn, order.orderId, leg.purpose === 'stop' ? 'stop_rest' : 'superseded');
  }
}
