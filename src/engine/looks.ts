/**
 * Looks at orders that are known to exist but were never shown: a fill or an answer can prove an order before any message
 * describes it, and when the process ends in between, nobody else will ever describe it. Owed until the order is seen (I51).
 */
import { ZERO } from '../base/decimal.ts';
import type { IntentRecord } from '../domain/books.ts';
import { finderOf } from '../domain/finder.ts';
import { instrumentOf, successorsOf } from '../domain/ledger.ts';
import type { VenueOrder } from '../domain/order.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { restlessOrders } from './calm.ts';
import { isStillFound } from './heard.ts';
import { RESOLVE_EVERY, STOP_GRACE } from './limits.ts';
import { seeOrder } from './observe.ts';
import { type Turn, ask, record, tradingUp, wake, EXCHANGE } from './turn.ts';

/** Whether the look under this key is due now; it is put off each time, so that a push may come first. */
function isDue(turn: Turn, key: string): boolean {
  const known = turn.live.looks.get(key);
  const due = known?.nextMono ?? turn.now.mono + STOP_GRACE / 3;
  const now = turn.now.mono >= due;
  const next = now ? turn.now.mono + RESOLVE_EVERY : due;
  turn.live.looks.set(key, { nextMono: next, times: (known?.times ?? 0) + (now ? 1 : 0) });
  wake(turn, next);
  return now;
}

/** The duty: acknowledged intents whose order was never shown, and triggered orders whose successor was not. */
export function lookUpOrders(turn: Turn): void {
  if (!tradingUp(turn)) return;
  const owed = new Set<string>();
  for (const { intent, placement } of finderOf(turn.books).unseen.values()) {
    if (placement.state !== 'acked') continue;
    owed.add(intent.label);
    if (isDue(turn, intent.label))
      ask(
        turn,
        { for: 'order_look', label: intent.label },
        { kind: 'order_state', orderId: placement.orderId },
      );
  }
  for (const { order, leg } of restlessOrders(turn)) {
    if (
      leg === null ||
      order.state !== 'triggered' ||
      order.label === '' ||
      successorsOf(turn.books, order.orderId).length > 0
    )
      continue;
    owed.add(order.orderId);
    const currency = instrumentOf(turn.books, order.instrument).settlementCurrency;
    if (isDue(turn, order.orderId))
      ask(
        turn,
        { for: 'successor_look', orderId: order.orderId },
        { kind: 'orders_by_label', label: order.label, currency },
      );
  }
  for (const key of turn.live.looks.keys()) if (!owed.has(key)) turn.live.looks.delete(key);
}

/**
 * Orders under the label of a triggered one. Where two looks find no successor, the exchange has forgotten it: it ended long
 * ago, and its fills, if any, are in the history that every check reads.
 */
export function onSuccessorLook(turn: Turn, orderId: string, outcome: VenueOutcome): void {
  if (outcome.status !== 'ok' || outcome.result.kind !== 'orders_by_label') return;
  for (const order of outcome.result.orders) seeOrder(turn, order);
  const known = turn.books.orders.get(orderId);
  const looked = turn.live.looks.get(orderId)?.times ?? 0;
  if (
    known?.order.state !== 'triggered' ||
    looked < 2 ||
    successorsOf(turn.books, orderId).length > 0
  )
    return;
  const order: VenueOrder = {
    ...known.order,
    state: 'cancelled',
    cancelReason: 'its successor is not known any more',
    updatedAt: turn.now.server,
  };
  record(
    turn,
    { type: 'ORDER_SEEN', v: 1, data: { order, label: known.leg?.label ?? null } },
    EXCHANGE,
  );
}

/** The answer. An order that the exchange has forgotten ended long ago, with the fills that are booked; a young one is looked up again. */
export function onOrderLook(turn: Turn, label: string, outcome: VenueOutcome): void {
  if (outcome.status !== 'ok' || outcome.result.kind !== 'order_state') return;
  const known = turn.books.intents.get(label);
  if (known?.placement.state !== 'acked' || turn.books.orders.has(known.placement.orderId)) return;
  if (outcome.result.order !== null) return seeOrder(turn, outcome.result.order);
  if (isStillFound(turn, known.at)) return;
  const order = forgotten(turn, known, known.placement.orderId);
  record(turn, { type: 'ORDER_SEEN', v: 1, data: { order, label } }, EXCHANGE);
}

function forgotten(turn: Turn, { intent, at }: IntentRecord, orderId: string): VenueOrder {
  const { label, instrument, direction, type, amount, price, triggerPrice, trigger, reduceOnly } =
    intent;
  return {
    orderId,
    label,
    instrument,
    direction,
    type,
    originalType: null,
    amount,
    filled: turn.books.booked.get(orderId) ?? ZERO,
    averagePrice: null,
    price,
    triggerPrice,
    trigger,
    timeInForce: intent.timeInForce ?? 'good_til_cancelled',
    reduceOnly,
    state: 'cancelled',
    createdAt: at,
    updatedAt: turn.now.server,
    flags: { api: true, web: null, mobile: null },
    isLiquidation: false,
    cancelReason: 'not known any more',
    triggerOrderId: null,
    primaryOrderId: null,
    otoOrderIds: [],
    ocoRef: null,
  };
}
