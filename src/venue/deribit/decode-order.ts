/**
 * Orders and own trades off the wire. Fields that we do not use are ignored; of those that we do, an unknown word or a
 * missing value makes the whole message unreadable, since half an order is worse than none.
 */
import { z } from 'zod';
import { ZERO } from '../../base/decimal.ts';
import type { Fill } from '../../domain/fill.ts';
import type { VenueOrder } from '../../domain/order.ts';
import { MARKET_PRICE } from '../protocol/objects.ts';
import {
  DIRECTIONS,
  LIQUIDATION_SIDES,
  LIQUIDITY,
  ORDER_STATES,
  ORDER_TYPES,
  ORIGINAL_ORDER_TYPES,
  TIMES_IN_FORCE,
  TRIGGERS,
} from '../protocol/values.ts';
import {
  decimal,
  flag,
  maybeDecimal,
  maybeName,
  millis,
  name,
  priceOrNone,
} from './decode-values.ts';

const rawOrder = z.object({
  order_id: name,
  label: z.string().nullish(),
  instrument_name: name,
  direction: z.enum(DIRECTIONS),
  order_type: z.enum([...ORDER_TYPES, 'liquidation']),
  original_order_type: z.enum(ORIGINAL_ORDER_TYPES).nullish(),
  order_state: z.enum(ORDER_STATES),
  amount: decimal,
  filled_amount: maybeDecimal,
  average_price: priceOrNone,
  price: z.union([decimal, z.literal(MARKET_PRICE).transform(() => null), z.null()]).optional(),
  trigger_price: maybeDecimal,
  trigger: z.enum(TRIGGERS).nullish(),
  time_in_force: z.enum(TIMES_IN_FORCE),
  reduce_only: flag,
  creation_timestamp: millis,
  last_update_timestamp: millis,
  api: flag,
  web: flag,
  mobile: flag,
  is_liquidation: flag,
  cancel_reason: maybeName,
  trigger_order_id: maybeName,
  primary_order_id: maybeName,
  oto_order_ids: z.array(name).nullish(),
  oco_ref: maybeName,
});

type RawOrder = z.output<typeof rawOrder>;

/** A limit order has a price; what was filled may be left out only of one that waits, or waited, for a trigger. */
function checkOrder(raw: RawOrder, context: z.RefinementCtx): void {
  const limit =
    raw.order_type === 'limit' ||
    raw.order_type === 'stop_limit' ||
    raw.order_type === 'take_limit';
  if (limit && typeof raw.price !== 'string')
    context.addIssue({
      code: 'custom',
      path: ['price'],
      message: 'missing on an order with a limit',
    });
  const waited =
    raw.order_state === 'untriggered' || (raw.trigger !== undefined && raw.trigger !== null);
  if (raw.filled_amount === null && !waited)
    context.addIssue({ code: 'custom', path: ['filled_amount'], message: 'missing' });
}

/** `Order` of the API, as answers and `user.changes` carry it. */
export const orderSchema = rawOrder.superRefine(checkOrder).transform(
  (raw): VenueOrder => ({
    orderId: raw.order_id,
    label: raw.label ?? '',
    instrument: raw.instrument_name,
    direction: raw.direction,
    type: raw.order_type,
    originalType: raw.original_order_type ?? null,
    amount: raw.amount,
    filled: raw.filled_amount ?? ZERO,
    averagePrice: raw.average_price,
    price: raw.price ?? null,
    triggerPrice: raw.trigger_price,
    trigger: raw.trigger ?? null,
    timeInForce: raw.time_in_force,
    reduceOnly: raw.reduce_only ?? false,
    state: raw.order_state,
    createdAt: raw.creation_timestamp,
    updatedAt: raw.last_update_timestamp,
    flags: { api: raw.api, web: raw.web, mobile: raw.mobile },
    isLiquidation: raw.is_liquidation ?? false,
    cancelReason: raw.cancel_reason,
    triggerOrderId: raw.trigger_order_id,
    primaryOrderId: raw.primary_order_id,
    otoOrderIds: raw.oto_order_ids ?? [],
    ocoRef: raw.oco_ref,
  }),
);

/**
 * The currency that an instrument settles in, by its name: what follows the underscore in front of the first dash
 * (BTC_USDC-PERPETUAL: USDC), else what stands before that dash (BTC-PERPETUAL: BTC). A trade does not name it, and its
 * `fee_currency` may differ; only the key under which trade ids are unique is made of it.
 */
export function settlementCurrency(instrument: string): string {
  const pair = instrument.split('-', 1)[0] ?? instrument;
  const underscore = pair.indexOf('_');
  return underscore < 0 ? pair : pair.slice(underscore + 1);
}

/** Which role of the trade was liquidated, and which role was ours. */
function wasLiquidated(liquidation: string | null | undefined, liquidity: string): boolean {
  return liquidation !== null && liquidation !== undefined && liquidation.includes(liquidity);
}

/** `UserTrade` of the API; `direction` is the own side, for maker fills too. */
export const fillSchema = z
  .object({
    trade_id: name,
    instrument_name: name,
    order_id: name,
    label: z.string().nullish(),
    direction: z.enum(DIRECTIONS),
    amount: decimal,
    price: decimal,
    fee: decimal,
    fee_currency: name,
    timestamp: millis,
    liquidity: z.enum(LIQUIDITY),
    liquidation: z.enum(LIQUIDATION_SIDES).nullish(),
    api: flag,
  })
  .transform(
    (raw): Fill => ({
      tradeId: raw.trade_id,
      currency: settlementCurrency(raw.instrument_name),
      instrument: raw.instrument_name,
      orderId: raw.order_id,
      label: raw.label ?? '',
      direction: raw.direction,
      amount: raw.amount,
      price: raw.price,
      fee: raw.fee,
      feeCurrency: raw.fee_currency,
      at: raw.timestamp,
      liquidity: raw.liquidity === 'M' ? 'maker' : 'taker',
      liquidation: wasLiquidated(raw.liquidation, raw.liquidity),
      api: raw.api,
    }),
  );

/** Result of buy, sell and edit. */
export const placedSchema = z.object({ order: orderSchema, trades: z.array(fillSchema) });
export const ordersSchema = z.array(orderSchema);
export const fillsPageSchema = z.object({ trades: z.array(fillSchema), has_more: z.boolean() });
