/** What has been: ended orders, what became of trigger orders, settlements. Each page with the mark of the one that follows. */
import { z } from 'zod';
import type { Settlement } from '../../domain/account.ts';
import type { TriggerEvent, VenueOrder } from '../../domain/order.ts';
import { DIRECTIONS, ORDER_STATES } from '../protocol/values.ts';
import { type PastOrder, orderHistorySchema } from './decode-history.ts';
import { orderSchema } from './decode-order.ts';
import { decimal, id, maybeDecimal, maybeId, maybeName, millis, name } from './decode-values.ts';

/** What an ended order of an archive ended as, where the archive's own word does not say: filled, if all of it was. */
const endOf = ({ state, ...order }: PastOrder): VenueOrder => ({
  ...order,
  state:
    ORDER_STATES.find((known) => known === state) ??
    (order.filled === order.amount ? 'filled' : 'cancelled'),
});

/** Ended orders; `paged` says whether the exchange gives marks at all. */
export const ordersPageSchema = orderHistorySchema.transform((found) =>
  'orders' in found
    ? { rows: found.orders.map(endOf), next: found.continuation, paged: true }
    : { rows: found.map(endOf), next: null, paged: false },
);

/** `request`, `source` and the like are left alone; older messages spell the state `new`. */
export const triggerEventSchema = z
  .object({
    trigger_order_id: id,
    order_id: maybeId,
    instrument_name: name,
    timestamp: millis,
    last_update_timestamp: millis.nullish(),
    order_state: name,
    label: z.string().nullish(),
    direction: z.enum(DIRECTIONS),
    amount: decimal,
    trigger_price: maybeDecimal,
  })
  .transform(
    (raw): TriggerEvent => ({
      triggerOrderId: raw.trigger_order_id,
      orderId: raw.order_id === raw.trigger_order_id ? null : raw.order_id,
      instrument: raw.instrument_name,
      at: raw.last_update_timestamp ?? raw.timestamp,
      state: raw.order_state,
      label: raw.label ?? '',
      direction: raw.direction,
      amount: raw.amount,
      triggerPrice: raw.trigger_price,
    }),
  );

export const triggerPageSchema = z
  .object({ entries: z.array(triggerEventSchema), continuation: maybeId })
  .transform((page) => ({ rows: page.entries, next: page.continuation }));

/** Amounts of a row that has none, as a bankruptcy has no instrument and no price, are null. */
export const settlementSchema = z
  .object({
    type: z.enum(['settlement', 'delivery', 'bankruptcy']),
    timestamp: millis,
    instrument_name: maybeName,
    position: maybeDecimal,
    mark_price: maybeDecimal,
    index_price: maybeDecimal,
    profit_loss: maybeDecimal,
    session_profit_loss: maybeDecimal,
    funding: maybeDecimal,
  })
  .refine(
    (raw) => raw.type === 'bankruptcy' || raw.instrument_name !== null,
    'a settlement of no instrument',
  )
  .transform(
    (raw): Settlement => ({
      type: raw.type,
      at: raw.timestamp,
      instrument: raw.instrument_name,
      position: raw.position,
      markPrice: raw.mark_price,
      indexPrice: raw.index_price,
      profitLoss: raw.profit_loss,
      sessionProfitLoss: raw.session_profit_loss,
      funding: raw.funding,
    }),
  );

export const settlementsPageSchema = z
  .object({ settlements: z.array(settlementSchema), continuation: maybeId })
  .transform((page) => ({ rows: page.settlements, next: page.continuation }));

/** One part of a cancel of many: orders that were taken away, or why they were not. */
const part = z.object({
  currency: z.string().nullish(),
  instrument_name: maybeName,
  result: z.array(orderSchema).nullish(),
  error: z.object({ code: z.number().int(), message: z.string().nullish() }).nullish(),
});

/** Result of the cancel_all family when `detailed`. A part that says neither is not believed. */
export const cancelledSchema = z
  .array(
    part.refine(
      (raw) => (raw.result ?? raw.error ?? null) !== null,
      'a part without a result and without an error',
    ),
  )
  .transform((parts) => ({
    orders: parts.flatMap(({ result }) => result ?? []),
    failed: parts.flatMap(({ currency, instrument_name: instrument, error }) =>
      error === null || error === undefined
        ? []
        : [
            {
              currency: currency ?? '',
              instrument,
              code: error.code,
              message: error.message ?? '',
            },
          ],
    ),
  }));
