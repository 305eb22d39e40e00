/**
 * What reads the result of each method and the data of each channel: the client's own decoders as one table, so that a
 * recorded message can be looked at through them. A row says nothing about whether the client asks for it.
 */
import { z } from 'zod';
import type { MethodName } from '../protocol/methods.ts';
import { INSTRUMENT_TYPES } from '../protocol/values.ts';
import {
  cashPageSchema,
  changesSchema,
  positionSchema,
  positionsSchema,
  summariesSchema,
  summarySchema,
} from './decode-account.ts';
import {
  bookSchema,
  indexPriceSchema,
  indexSchema,
  orderBookSchema,
  perpetualSchema,
  platformSchema,
  publicTradeSchema,
  publicTradesPageSchema,
  publicTradesSchema,
  quoteSchema,
  statusSchema,
} from './decode-book.ts';
import { orderHistorySchema } from './decode-history.ts';
import {
  candleSchema,
  chartSchema,
  instrumentSchema,
  instrumentStateSchema,
  tickerSchema,
} from './decode-market.ts';
import {
  fillSchema,
  fillsPageSchema,
  orderSchema,
  ordersSchema,
  placedSchema,
} from './decode-order.ts';
import { chosen, decimal, listOf, millis, name } from './decode-values.ts';
import { NOTIFICATIONS_BEYOND, RESULTS_BEYOND } from './readers-beyond.ts';

const done = z.literal('ok');
const count = z.number().int().nonnegative();
/** A part that failed has its error in place of the orders: told by its code, since the rest of the list went well. */
const failure = z
  .object({ instrument_name: name.nullish(), error: z.object({ code: z.number().int() }) })
  .transform((raw) => ({ instrument: raw.instrument_name ?? null, failed: raw.error.code }));
/** Orders that a cancel of many took away: how many, or with `detailed` the orders of each currency. */
const batch = z
  .object({ instrument_name: name.nullish(), result: ordersSchema })
  .transform((raw) => ({ instrument: raw.instrument_name ?? null, orders: raw.result }));
/** A whole, or the batches of each currency and instrument; older answers have the bare orders. */
const batches = listOf(
  chosen((part): z.ZodType => {
    if (typeof part !== 'object' || part === null || 'order_id' in part) return orderSchema;
    return 'error' in part ? failure : batch;
  }),
);
const either = (list: z.ZodType, other: z.ZodType) =>
  chosen((raw): z.ZodType => (Array.isArray(raw) ? list : other));
const cancelled = either(batches, count);
const fills = either(listOf(fillSchema), fillsPageSchema);
const channels = listOf(name);
/**
 * Instruments that are not traded in are told with their grid only: other kinds than futures, and futures of a type that
 * nobody has heard of or of messages from before the type existed, since what their amounts mean is not said.
 */
const untraded = z
  .object({
    instrument_name: name,
    kind: name,
    base_currency: name,
    quote_currency: name.nullish(),
    min_trade_amount: decimal,
    tick_size: decimal,
    is_active: z.boolean(),
  })
  .transform((raw) => ({
    name: raw.instrument_name,
    kind: raw.kind,
    baseCurrency: raw.base_currency,
    quoteCurrency: raw.quote_currency ?? null,
    minAmount: raw.min_trade_amount,
    tickSize: raw.tick_size,
    traded: false,
  }));
const isTraded = (raw: unknown): boolean => {
  const { kind, instrument_type, future_type } = (raw ?? {}) as Readonly<Record<string, unknown>>;
  const type = instrument_type ?? future_type;
  return kind === 'future' && INSTRUMENT_TYPES.some((known) => known === type);
};
const instrument = chosen((raw): z.ZodType => (isTraded(raw) ? instrumentSchema : untraded));
const token = z
  .object({ scope: z.string(), expires_in: z.number().positive(), token_type: z.string() })
  .transform((raw) => ({ scope: raw.scope, expiresInSeconds: raw.expires_in }));

/** The methods that the client speaks. */
const SPOKEN = {
  'public/auth': token,
  'public/hello': z.object({ version: name }),
  'public/test': z.object({ version: name }),
  'public/get_time': millis,
  'public/status': statusSchema,
  'public/set_heartbeat': done,
  'public/disable_heartbeat': done,
  'public/subscribe': channels,
  'public/unsubscribe': channels,
  'public/unsubscribe_all': done,
  'public/get_instruments': either(listOf(instrument), instrument),
  'public/get_instrument': instrument,
  'public/ticker': tickerSchema,
  'public/get_order_book': orderBookSchema,
  'public/get_index_price': indexPriceSchema,
  'public/get_tradingview_chart_data': chartSchema,
  'public/get_last_trades_by_instrument': publicTradesPageSchema,
  'public/get_last_trades_by_instrument_and_time': publicTradesPageSchema,
  'private/subscribe': channels,
  'private/unsubscribe': channels,
  'private/unsubscribe_all': done,
  'private/enable_cancel_on_disconnect': done,
  'private/disable_cancel_on_disconnect': done,
  'private/get_cancel_on_disconnect': z.object({ enabled: z.boolean() }),
  'private/get_account_summary': summarySchema,
  'private/get_account_summaries': summariesSchema,
  'private/get_transaction_log': cashPageSchema,
  'private/get_position': positionSchema,
  'private/get_positions': positionsSchema,
  'private/get_open_orders': ordersSchema,
  'private/get_open_orders_by_currency': ordersSchema,
  'private/get_open_orders_by_instrument': ordersSchema,
  'private/get_open_orders_by_label': ordersSchema,
  'private/get_order_state': orderSchema,
  'private/get_order_state_by_label': ordersSchema,
  'private/get_order_history_by_currency': orderHistorySchema,
  'private/get_order_history_by_instrument': orderHistorySchema,
  'private/get_user_trades_by_currency': fillsPageSchema,
  'private/get_user_trades_by_currency_and_time': fillsPageSchema,
  'private/get_user_trades_by_instrument': fillsPageSchema,
  'private/get_user_trades_by_instrument_and_time': fillsPageSchema,
  'private/get_user_trades_by_order': fills,
  'private/buy': placedSchema,
  'private/sell': placedSchema,
  'private/edit': placedSchema,
  'private/edit_by_label': placedSchema,
  'private/close_position': placedSchema,
  'private/cancel': orderSchema,
  'private/cancel_by_label': cancelled,
  'private/cancel_all': cancelled,
  'private/cancel_all_by_currency': cancelled,
  'private/cancel_all_by_instrument': cancelled,
} as const satisfies Partial<Readonly<Record<MethodName, z.ZodType>>>;

/** By method, what reads its result. */
export const RESULTS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...Object.entries(RESULTS_BEYOND),
  ['private/cancel_all_by_currency_pair', cancelled],
  ['private/cancel_all_by_kind_or_type', cancelled],
  ['private/cancel_quotes', cancelled],
  ...Object.entries(SPOKEN),
]);

const orderOrOrders = either(ordersSchema, orderSchema);

/** By the beginning of a channel's name, what reads its data; the longest beginning that fits counts. */
export const NOTIFICATIONS: readonly (readonly [string, z.ZodType])[] = [
  ['ticker.', tickerSchema],
  ['chart.trades.', candleSchema],
  ['trades.', either(publicTradesSchema, publicTradeSchema)],
  ['book.', bookSchema],
  ['quote.', quoteSchema],
  ['deribit_price_index.', indexSchema],
  ['perpetual.', perpetualSchema],
  ['instrument.state.', instrumentStateSchema],
  ['platform_state', platformSchema],
  ['user.changes.', either(listOf(changesSchema), changesSchema)],
  ['user.orders.', orderOrOrders],
  ['user.trades.', either(listOf(fillSchema), fillSchema)],
  ['user.portfolio.', summarySchema],
  ...NOTIFICATIONS_BEYOND,
];
