/** The methods that place, change and end orders. */
import * as z from 'zod';
import { abs, isZero, sign } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { CANCEL_FILTERS, CURRENCIES, type Direction, KINDS } from '../../protocol/values.ts';
import { accountFor, findSpec, type Handler, type PrivateCall, withLogin } from '../wire/call.ts';
import {
  cancelByUser,
  type CancelFilter,
  cancelMatching,
  editByIdSchema,
  editByLabelSchema,
  editOrder,
} from '../orders/editing.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { orderObject, userTradeObject } from '../wire/objects.ts';
import { flag, oneOf, readParams, text } from '../wire/params.ts';
import { orderSchema } from '../orders/order-params.ts';
import { type Placed, placeOrder } from '../orders/placing.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { isListed, isLive, type OrderRecord } from '../state.ts';
import type { World } from '../world.ts';
import type { WireValue } from '../wire/wire-json.ts';

/** Result of the methods that place or change an order. */
const placedObject = (world: World, placed: Placed): WireValue => ({
  order: orderObject(world, placed.order),
  trades: placed.trades.map((trade) => userTradeObject(world, trade)),
});

const place = (direction: Direction): Handler =>
  withLogin((call) => {
    const read = readParams(orderSchema, call.params);
    if (!read.ok) return read;
    const { desk } = call;
    const spec = desk.world.specs.get(read.value.instrument_name);
    if (spec === undefined) return refuse(10020);
    return submit(call, { spec, direction, params: read.value });
  });

function submit(call: PrivateCall, request: Parameters<typeof placeOrder>[2]): Answer<WireValue> {
  const { desk, login, conn } = call;
  const placed = placeOrder(
    desk.world,
    { account: login.key.account, source: login.key.source },
    request,
  );
  if (!placed.ok) return placed;
  conn?.placed.add(placed.value.order.id);
  return ok(placedObject(desk.world, placed.value));
}

const closePositionParams = z.object({
  instrument_name: text,
  type: oneOf(['limit', 'market']),
  price: orderSchema.shape.price,
});
/** Closes the whole net position by a reduce-only order. */
const closePosition = withLogin((call) => {
  const read = readParams(closePositionParams, call.params);
  if (!read.ok) return read;
  const spec = findSpec(call.desk, read.value.instrument_name);
  if (!spec.ok) return spec;
  const closing = closingOrder(call, spec.value);
  if (closing === null) return refuse(11030, { bound: 'no_position' });
  const params = orderSchema.parse({ ...read.value, amount: closing.amount, reduce_only: true });
  return submit(call, { spec: spec.value, direction: closing.direction, params });
});

function closingOrder(
  call: PrivateCall,
  spec: InstrumentSpec,
): { readonly direction: Direction; readonly amount: string } | null {
  const size = accountFor(call).positions[spec.name]?.size;
  return size === undefined || isZero(size)
    ? null
    : { direction: sign(size) > 0 ? 'sell' : 'buy', amount: abs(size) };
}

/** The caller's own order of that id; 10004 when there is none. */
function findOrder(call: PrivateCall, id: string): Answer<OrderRecord> {
  const order = call.desk.world.state.orders.get(id);
  return order === undefined || order.account !== call.login.key.account || !isListed(order)
    ? refuse(10004)
    : ok(order);
}

const edit = withLogin((call) => {
  const read = readParams(editByIdSchema, call.params);
  if (!read.ok) return read;
  const order = findOrder(call, read.value.order_id);
  if (!order.ok) return order;
  const edited = editOrder(call.desk.world, order.value, read.value);
  return edited.ok ? ok(placedObject(call.desk.world, edited.value)) : edited;
});

const editByLabel = withLogin((call) => {
  const read = readParams(editByLabelSchema, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const named = [...world.state.orders.values()].filter(
    (order) =>
      order.account === call.login.key.account &&
      order.label === read.value.label &&
      order.instrument === read.value.instrument_name &&
      isLive(order),
  );
  const [order, another] = named;
  if (order === undefined) return refuse(10004);
  if (another !== undefined) return refuse(13032);
  const edited = editOrder(world, order, read.value);
  return edited.ok ? ok(placedObject(world, edited.value)) : edited;
});

const cancelParams = z.object({ order_id: text });
const cancel = withLogin((call) => {
  const read = readParams(cancelParams, call.params);
  if (!read.ok) return read;
  const order = findOrder(call, read.value.order_id);
  if (!order.ok) return order;
  const waited = order.value.state === 'untriggered';
  const cancelled = cancelByUser(call.desk.world, order.value);
  if (!cancelled.ok) return cancelled;
  const told = orderObject(call.desk.world, cancelled.value);
  const stale = waited && call.desk.options.cancelledTrigger === 'untriggered';
  return ok(stale ? { ...told, order_state: 'untriggered' } : told);
});

export const cancelShape = {
  kind: oneOf([...KINDS, 'combo', 'any']).optional(),
  type: oneOf(CANCEL_FILTERS).default('all'),
  detailed: flag.default(false),
};

/** Cancels what a filter means and answers the number, or with `detailed` the orders. */
export function cancelAll(
  call: PrivateCall,
  filter: CancelFilter,
  detailed: boolean,
): Answer<WireValue> {
  const { world } = call.desk;
  const ended = cancelMatching(world, call.login.key.account, filter);
  if (!ended.ok) return ended;
  if (!detailed) return ok(ended.value.length);
  const groups = Map.groupBy(
    ended.value,
    (order) => `${order.instrument}/${order.trigger === null ? 'limit' : 'trigger'}`,
  );
  return ok(
    [...groups.values()].map((orders) => ({
      currency: world.specs.get(orders[0]?.instrument ?? '')?.settlement ?? '',
      type: orders[0]?.trigger === null ? 'limit' : 'trigger',
      instrument_name: orders[0]?.instrument ?? '',
      result: orders.map((order) => orderObject(world, order)),
    })),
  );
}

const cancelByLabelParams = z.object({ label: text, currency: oneOf(CURRENCIES).optional() });
const cancelAllParams = z.object({ detailed: cancelShape.detailed });
const cancelAllByCurrencyParams = z.object({ ...cancelShape, currency: oneOf(CURRENCIES) });
const cancelAllByInstrumentParams = z.object({ ...cancelShape, instrument_name: text });
export const ORDER_METHODS = {
  'private/buy': place('buy'),
  'private/sell': place('sell'),
  'private/edit': edit,
  'private/edit_by_label': editByLabel,
  'private/cancel': cancel,
  'private/close_position': closePosition,
  'private/cancel_by_label': withLogin((call) => {
    const read = readParams(cancelByLabelParams, call.params);
    if (!read.ok) return read;
    const { label, currency } = read.value;
    return cancelAll(
      call,
      { label, ...(currency === undefined ? {} : { currencies: [currency] }) },
      false,
    );
  }),
  'private/cancel_all': withLogin((call) => {
    const read = readParams(cancelAllParams, call.params);
    return read.ok ? cancelAll(call, {}, read.value.detailed) : read;
  }),
  'private/cancel_all_by_currency': withLogin((call) => {
    const read = readParams(cancelAllByCurrencyParams, call.params);
    if (!read.ok) return read;
    const { currency, type, kind, detailed } = read.value;
    return cancelAll(call, { currencies: [currency], kind, type }, detailed);
  }),
  'private/cancel_all_by_kind_or_type': withLogin((call) => {
    const one = oneOf([...CURRENCIES, 'any']);
    const read = readParams(
      z.object({ ...cancelShape, currency: z.union([one, z.array(one)]) }),
      call.params,
    );
    if (!read.ok) return read;
    const { currency, type, kind, detailed } = read.value;
    const currencies: readonly string[] = Array.isArray(currency) ? currency : [currency];
    const filter = { kind, type };
    return cancelAll(
      call,
      currencies.includes('any') ? filter : { ...filter, currencies },
      detailed,
    );
  }),
  'private/cancel_all_by_instrument': withLogin((call) => {
    const read = readParams(cancelAllByInstrumentParams, call.params);
    if (!read.ok) return read;
    const spec = findSpec(call.desk, read.value.instrument_name);
    return spec.ok
      ? cancelAll(call, { instrument: spec.value.name, type: read.value.type }, read.value.detailed)
      : spec;
  }),
} as const satisfies Readonly<Record<string, Handler>>;
