/**
 * What is behind an account: orders that ended, triggers, settlements, locks, margins, moves of money. Read to compare and
 * to show; the orders in it are read as strictly as live ones, but may be in a state that only archives know.
 */
import { z } from 'zod';
import type { VenueOrder } from '../../domain/order.ts';
import { MARKET_PRICE } from '../protocol/objects.ts';
import { DIRECTIONS, ORDER_STATES } from '../protocol/values.ts';
import { positionSchema } from './decode-account.ts';
import { fillSchema, orderSchema, ordersSchema } from './decode-order.ts';
import { listed, maybeText, page, row } from './decode-rows.ts';
import {
  chosen,
  decimal,
  flag,
  id,
  listOf,
  maybeDecimal,
  maybeId,
  millis,
  name,
} from './decode-values.ts';

type Members = Readonly<Record<string, unknown>>;
const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};

/** An order of the past. `state` may be a word of archives ("archive", "expired"), and is told as it came. */
export type PastOrder = Omit<VenueOrder, 'state'> & { readonly state: string };

/** Only the state is taken as it comes; any final one stands in for it while all else is read. */
const archivedSchema: z.ZodType<PastOrder> = z
  .looseObject({ order_state: name })
  .transform((raw): unknown => ({
    state: raw.order_state,
    order: { ...raw, order_state: 'cancelled' },
  }))
  .pipe(z.object({ state: name, order: orderSchema }))
  .transform(({ state, order }) => ({ ...order, state }));

const isOurs = (state: unknown): boolean => (ORDER_STATES as readonly unknown[]).includes(state);
const pastSchema = chosen((raw): z.ZodType<PastOrder> => {
  const { order_state: state } = membersOf(raw);
  return typeof state === 'string' && !isOurs(state) ? archivedSchema : orderSchema;
});

/** Some answers wrap each order. */
const pastOrWrapped = chosen(
  (raw): z.ZodType<PastOrder> =>
    'order' in membersOf(raw)
      ? z.object({ order: pastSchema }).transform(({ order }) => order)
      : pastSchema,
);

/** A list of orders; asked for with a continuation, the list is a member of its own under a name that is not documented. */
const pastPage = z
  .looseObject({ continuation: maybeId })
  .transform(({ continuation, ...rest }) => ({
    lists: Object.values(rest).filter((member) => Array.isArray(member)),
    continuation,
  }))
  .refine(({ lists }) => lists.length === 1, 'not exactly one list of orders')
  .transform(({ lists, continuation }): unknown => ({ orders: lists[0], continuation }))
  .pipe(z.object({ orders: listOf(pastOrWrapped), continuation: maybeId }));

type PastOrders = { readonly orders: readonly PastOrder[]; readonly continuation: string | null };

/** The orders alone, or with the mark of the page that follows. */
export const orderHistorySchema = chosen(
  (raw): z.ZodType<readonly PastOrder[] | PastOrders> =>
    Array.isArray(raw) ? listOf(pastOrWrapped) : pastPage,
);

const priceInWords = z
  .literal(MARKET_PRICE)
  .transform(() => null)
  .or(maybeDecimal);

const triggerEntry = row({
  timestamp: millis,
  instrument_name: name,
  trigger_order_id: id,
  order_id: maybeId,
  order_state: name,
  request: maybeText,
  direction: z.enum(DIRECTIONS),
  amount: decimal,
  trigger: maybeText,
  trigger_price: maybeDecimal,
  trigger_offset: maybeDecimal,
  price: priceInWords,
  order_type: maybeText,
  reduce_only: flag,
  post_only: flag,
  label: maybeText,
  source: maybeText,
  oco_ref: maybeId,
  is_secondary_oto: flag,
  last_update_timestamp: millis.nullish(),
});
export const triggerHistorySchema = page('entries', triggerEntry);

const settlement = row({
  type: name,
  timestamp: millis,
  instrument_name: maybeText,
  position: maybeDecimal,
  mark_price: maybeDecimal,
  index_price: maybeDecimal,
  profit_loss: maybeDecimal,
  session_profit_loss: maybeDecimal,
  funding: maybeDecimal,
  session_bankruptcy: maybeDecimal,
  session_tax: maybeDecimal,
  session_tax_rate: maybeDecimal,
  socialized: maybeDecimal,
  funded: maybeDecimal,
});
export const settlementsSchema = page('settlements', settlement);

export const marginsSchema = row({
  buy: decimal,
  sell: decimal,
  min_price: maybeDecimal,
  max_price: maybeDecimal,
});
export const orderMarginsSchema = listOf(
  row({ order_id: id, initial_margin: decimal, initial_margin_currency: maybeText }),
);

/** Documentation spells the flag `enabled`, its examples `locked`. */
const lock = row({
  currency: name,
  locked: flag,
  enabled: flag,
  message: maybeText,
}).refine((raw) => raw['locked'] !== null || raw['enabled'] !== null, 'says nothing about a lock');
export const locksSchema = listOf(lock);
export const lockSchema = row({ currency: name, locked: z.boolean() });

export const mmpConfigsSchema = listed(
  row({
    index_name: name,
    mmp_group: maybeText,
    interval: z.number().int().nonnegative(),
    frozen_time: z.number().int().nonnegative(),
    quantity_limit: maybeDecimal,
    delta_limit: maybeDecimal,
    vega_limit: maybeDecimal,
    max_quote_quantity: maybeDecimal,
    block_rfq: flag,
  }),
);
export const mmpTriggerSchema = row({
  index_name: name,
  frozen_until: z.number().int().nonnegative(),
  mmp_group: maybeText,
  block_rfq: flag,
});
export const mmpTriggersSchema = listOf(mmpTriggerSchema);

export const accessSchema = row({
  id,
  timestamp: millis,
  ip: maybeText,
  country: maybeText,
  city: maybeText,
  log: maybeText,
  result: maybeText,
});
export const accessLogSchema = listed(accessSchema);

/** Positions of the subaccounts, and their open orders where they were asked for. */
export const subaccountsDetailsSchema = listOf(
  row({ uid: id, positions: listOf(positionSchema), open_orders: ordersSchema.nullish() }),
);
export const subaccountsSchema = listOf(
  row({ id, type: name, username: maybeText, system_name: maybeText, login_enabled: flag }),
);

const moved = row({
  instrument_name: name,
  amount: decimal,
  price: maybeDecimal,
  direction: maybeText,
  source_uid: maybeId,
  target_uid: maybeId,
});
export const movedSchema = chosen(
  (raw): z.ZodType => (Array.isArray(raw) ? listOf(moved) : z.object({ trades: listOf(moved) })),
);

/** The rows of a mass quote that were refused stand beside those that were not. */
export const quotedSchema = row({
  orders: ordersSchema,
  trades: listOf(fillSchema).nullish(),
  errors: listOf(z.unknown()).nullish(),
}).transform((raw) => ({
  ...raw,
  errors: Array.isArray(raw['errors']) ? raw['errors'].length : 0,
}));

const money = { currency: name, amount: decimal, state: name, transaction_id: maybeText };
export const depositsSchema = listed(
  row({ ...money, received_timestamp: millis, updated_timestamp: millis.nullish() }),
);
export const withdrawalsSchema = listed(
  row({
    ...money,
    id: maybeId,
    fee: maybeDecimal,
    created_timestamp: millis,
    confirmed_timestamp: millis.nullish(),
    updated_timestamp: millis.nullish(),
  }),
);
export const transfersSchema = listed(
  row({
    id,
    currency: name,
    amount: decimal,
    state: name,
    type: name,
    direction: maybeText,
    other_side: maybeText,
    created_timestamp: millis,
    updated_timestamp: millis.nullish(),
  }),
);
