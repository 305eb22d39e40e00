/**
 * Orders and own trades off the wire. Fields that we do not use are ignored; of those that we do, an unknown word or a
 * missing value makes the whole message unreadable, since half an order is worse than none.
 */
import { z } from 'zod';
import { type Decimal, ZERO } from '../../base/decimal.ts';
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
  type Raw,
  Unreadable,
  decimalOf,
  flagOf,
  idOf,
  maybeDecimalOf,
  maybeIdOf,
  maybeNameOf,
  maybeWordOf,
  momentOf,
  nameOf,
  namesOf,
  objectOf,
  openWordOf,
  textOf,
  wordOf,
} from './decode-members.ts';
import { decimal, flag, id, listOf, millis, name } from './decode-values.ts';

const TYPES = [...ORDER_TYPES, 'liquidation'] as const;
const LIMITED: readonly string[] = ['limit', 'stop_limit', 'take_limit'];

/** A market order may name no price, or say so in words; an order with a limit has one. */
function priceOf(raw: Raw, type: string): Decimal | null {
  const price = raw['price'] === MARKET_PRICE ? null : maybeDecimalOf(raw, 'price');
  if (price === null && LIMITED.includes(type))
    throw new Unreadable('price', 'missing on an order with a limit');
  return price;
}

/** What was filled may be left out only of an order that waits, or waited, for a trigger. */
function filledOf(raw: Raw, waited: boolean): Decimal {
  const filled = maybeDecimalOf(raw, 'filled_amount');
  if (filled === null && !waited) throw new Unreadable('filled_amount', 'missing');
  return filled ?? ZERO;
}

function readOrder(raw: Raw): VenueOrder {
  const type = wordOf(raw, 'order_type', TYPES);
  const state = wordOf(raw, 'order_state', ORDER_STATES);
  const trigger = maybeWordOf(raw, 'trigger', TRIGGERS);
  const average = maybeDecimalOf(raw, 'average_price');
  return {
    orderId: idOf(raw, 'order_id'),
    label: textOf(raw, 'label'),
    instrument: nameOf(raw, 'instrument_name'),
    direction: wordOf(raw, 'direction', DIRECTIONS),
    type,
    originalType: openWordOf(raw, 'original_order_type', ORIGINAL_ORDER_TYPES),
    amount: decimalOf(raw, 'amount'),
    filled: filledOf(raw, state === 'untriggered' || trigger !== null),
    averagePrice: average === ZERO ? null : average,
    price: priceOf(raw, type),
    triggerPrice: maybeDecimalOf(raw, 'trigger_price'),
    trigger,
    timeInForce: openWordOf(raw, 'time_in_force', TIMES_IN_FORCE) ?? 'unknown',
    reduceOnly: flagOf(raw, 'reduce_only') ?? false,
    state,
    createdAt: momentOf(raw, 'creation_timestamp'),
    updatedAt: momentOf(raw, 'last_update_timestamp'),
    flags: { api: flagOf(raw, 'api'), web: flagOf(raw, 'web'), mobile: flagOf(raw, 'mobile') },
    isLiquidation: flagOf(raw, 'is_liquidation') ?? false,
    cancelReason: maybeNameOf(raw, 'cancel_reason'),
    triggerOrderId: maybeIdOf(raw, 'trigger_order_id'),
    primaryOrderId: maybeIdOf(raw, 'primary_order_id'),
    otoOrderIds: namesOf(raw, 'oto_order_ids'),
    ocoRef: maybeIdOf(raw, 'oco_ref'),
  };
}

/** `Order` of the API, as answers and `user.changes` carry it. */
export const orderSchema = z.unknown().transform((raw, context): VenueOrder => {
  try {
    return readOrder(objectOf(raw));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    context.addIssue({ code: 'custom', path: [error.member], message: error.message });
    return z.NEVER;
  }
});

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
    trade_id: id,
    instrument_name: name,
    order_id: id,
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
export const placedSchema = z.object({ order: orderSchema, trades: listOf(fillSchema) });
export const ordersSchema = listOf(orderSchema);
export const fillsPageSchema = z.object({ trades: listOf(fillSchema), has_more: z.boolean() });
