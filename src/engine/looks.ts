/**
 * Looks at orders that are known to exist but were never shown: a fill or an answer can prove an order before any message
 * describes it, and when the process ends in between, nobody else will ever describe it. Owed until the order is seen (I51).
 */
import { ZERO } from '../base/decimal.ts';
import type { IntentRecord } from '../domain/books.ts';
import type { VenueOrder } from '../domain/order.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { RESOLVE_EVERY, STOP_GRACE } from './limits.ts';
import { seeOrder } from './observe.ts';
import { type Turn, ask, record, tradingUp, wake, EXCHANGE } from './turn.ts';

/** The duty: every acknowledged intent whose order is not in the books is looked up; a push may still come first. */
export function lookUpOrders(turn: Turn): void {
  for (const { intent, placement } of turn.books.intents.values()) {
    if (placement.state !== 'acked' || turn.books.orders.has(placement.orderId)) {
      turn.live.looks.delete(intent.label);
      continue;
    }
    if (!tradingUp(turn)) continue;
    const due = turn.live.looks.get(intent.label) ?? turn.now.mono + STOP_GRACE / 3;
    if (turn.now.mono < due) {
      turn.live.looks.set(intent.label, due);
      wake(turn, due);
      continue;
    }
    turn.live.looks.set(intent.label, turn.now.mono + RESOLVE_EVERY);
    wake(turn, turn.now.mono + RESOLVE_EVERY);
    ask(turn, { for: 'order_look', label: intent.label }, { kind: 'order_state', orderId: placement.orderId });
  }
}

/** The answer. An order that the exchange has forgotten ended long ago, with the fills that are booked. */
export function onOrderLook(turn: Turn, label: string, outcome: VenueOutcome): void {
  if (outcome.status !== 'ok' || outcome.result.kind !== 'order_state') return;
  const known = turn.books.intents.get(label);
  if (known?.placement.state !== 'acked' || turn.books.orders.has(known.placement.orderId)) return;
  if (outcome.result.order !== null) return seeOrder(turn, outcome.result.order);
  const order = forgotten(turn, known, known.placement.orderId);
  record(turn, { type: 'ORDER_SEEN', v: 1, data: { order, label } }, EXCHANGE);
}

function forgotten(turn: Turn, { intent, at }: IntentRecord, orderId: string): VenueOrder {
  const { label, instrument, direction, type, amount, price, triggerPrice, trigger, reduceOnly } = intent;
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
