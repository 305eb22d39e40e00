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
  schemaOf,
  textOf,
  wordOf,
} from './decode-members.ts';
import { listOf } from './decode-values.ts';

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

/** An order, from an object off the wire. */
export function readOrder(raw: Raw): VenueOrder {
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
export const orderSchema = schemaOf((value) => readOrder(objectOf(value)));

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

/** `UserTrade` of the API; `direction` is the own side, for maker fills too. */
export function readFill(raw: Raw): Fill {
  const instrument = nameOf(raw, 'instrument_name');
  const liquidity = wordOf(raw, 'liquidity', LIQUIDITY);
  const liquidated = maybeWordOf(raw, 'liquidation', LIQUIDATION_SIDES);
  return {
    tradeId: idOf(raw, 'trade_id'),
    currency: settlementCurrency(instrument),
    instrument,
    orderId: idOf(raw, 'order_id'),
    label: textOf(raw, 'label'),
    direction: wordOf(raw, 'direction', DIRECTIONS),
    amount: decimalOf(raw, 'amount'),
    price: decimalOf(raw, 'price'),
    fee: decimalOf(raw, 'fee'),
    feeCurrency: nameOf(raw, 'fee_currency'),
    at: momentOf(raw, 'timestamp'),
    liquidity: liquidity === 'M' ? 'maker' : 'taker',
    // Which role of the trade was liquidated, and which role was ours.
    liquidation: liquidated?.includes(liquidity) ?? false,
    api: flagOf(raw, 'api'),
  };
}
export const fillSchema = schemaOf((value) => readFill(objectOf(value)));

/** Result of buy, sell and edit. */
export const placedSchema = z.object({ order: orderSchema, trades: listOf(fillSchema) });
export const ordersSchema = listOf(orderSchema);
export const fillsPageSchema = z.object({ trades: listOf(fillSchema), has_more: z.boolean() });
