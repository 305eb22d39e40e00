/** The methods that read orders and trades. */
import * as z from 'zod';
import { isZero } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { CURRENCIES, KINDS, OPEN_ORDER_FILTERS, SORTINGS } from '../../protocol/values.ts';
import { type Handler, type PrivateCall, withLogin } from '../wire/call.ts';
import { orderObject, userTradeObject } from '../wire/objects.ts';
import { flag, integer, oneOf, readParams, text } from '../wire/params.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { isListed, isLive, type OrderRecord, type TradeRecord } from '../state.ts';
import { closedVisible, labelVisible, orderVisible, tradeVisible } from '../wire/windows.ts';
import { orderOf, specOf } from '../world.ts';
import type { WireValue } from '../wire/wire-json.ts';

const currency = oneOf(CURRENCIES);
const kind = oneOf([...KINDS, 'combo', 'any']).optional();
const anyId = z.union([text, z.number().int().transform(String)]);

type OpenFilter = (typeof OPEN_ORDER_FILTERS)[number];
const OPEN_FILTERS: Readonly<Record<OpenFilter, (order: OrderRecord) => boolean>> = {
  all: () => true,
  limit: (order) => order.trigger === null,
  trigger_all: (order) => order.trigger !== null,
  stop_all: (order) => order.type.startsWith('stop'),
  stop_limit: (order) => order.type === 'stop_limit',
  stop_market: (order) => order.type === 'stop_market',
  take_all: (order) => order.type.startsWith('take'),
  take_limit: (order) => order.type === 'take_limit',
  take_market: (order) => order.type === 'take_market',
  trailing_all: (order) => order.type === 'trailing_stop',
  trailing_stop: (order) => order.type === 'trailing_stop',
};

/** What a query is about; members left out mean all. */
type About = {
  readonly currency?: string | undefined;
  readonly instrument?: string | undefined;
  readonly kind?: string | undefined;
  readonly label?: string | undefined;
};

/** Orders and trades alike name account, instrument and label. */
type Named = { readonly account: string; readonly instrument: string; readonly label: string };

const isAbout = (call: PrivateCall, about: About, one: Named): boolean => {
  const spec = specOf(call.desk.world, one.instrument);
  return (
    one.account === call.login.key.account &&
    (about.currency === undefined || about.currency === spec.settlement) &&
    (about.instrument === undefined || about.instrument === one.instrument) &&
    (about.kind === undefined || about.kind === 'any' || about.kind === spec.kind) &&
    (about.label === undefined || about.label === one.label)
  );
};

function openOrders(call: PrivateCall, about: About, type: OpenFilter): Answer<WireValue> {
  const { world } = call.desk;
  const orders = [...world.state.live]
    .map((id) => orderOf(world, id))
    .filter((order) => isListed(order) && isAbout(call, about, order) && OPEN_FILTERS[type](order));
  return ok(orders.map((order) => orderObject(world, order)));
}

const openType = oneOf(OPEN_ORDER_FILTERS).default('all');

const getOrderStateParams = z.object({ order_id: text });
const getOrderState = withLogin((call) => {
  const read = readParams(getOrderStateParams, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const order = world.state.orders.get(read.value.order_id);
  if (
    order === undefined ||
    order.account !== call.login.key.account ||
    !orderVisible(call.desk, order)
  )
    return refuse(10004);
  return ok(orderObject(world, order));
});

const getOrderStateByLabelParams = z.object({ currency, label: text });
const getOrderStateByLabel = withLogin((call) => {
  const read = readParams(getOrderStateByLabelParams, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const orders = [...world.state.orders.values()].filter(
    (order) => isAbout(call, read.value, order) && labelVisible(call.desk, order),
  );
  return ok(orders.map((order) => orderObject(world, order)));
});

const historyShape = {
  count: integer.pipe(z.number().min(1).max(1_000)).default(20),
  offset: integer.pipe(z.number().min(0)).default(0),
  include_old: flag.default(false),
  include_unfilled: flag.default(false),
  with_continuation: flag.default(false),
  continuation: text.optional(),
  historical: flag.default(false),
};
type HistoryParams = z.output<z.ZodObject<typeof historyShape>>;

/** Closed orders, newest first; those that never filled only when asked for. */
function orderHistory(call: PrivateCall, about: About, asked: HistoryParams): Answer<WireValue> {
  const { world } = call.desk;
  const closed = [...world.state.orders.values()].filter(
    (order) =>
      !isLive(order) &&
      isAbout(call, about, order) &&
      closedVisible(call.desk, order, asked.historical) &&
      (asked.include_unfilled || !isZero(order.filled)),
  );
  const from =
    asked.continuation === undefined ? asked.offset : Number.parseInt(asked.continuation, 10) || 0;
  const page = closed.toReversed().slice(from, from + asked.count);
  const orders = page.map((order) => orderObject(world, order));
  if (!asked.with_continuation) return ok(orders);
  const more = closed.length > from + page.length;
  return ok({ orders, continuation: more ? String(from + page.length) : null });
}

const tradeShape = {
  count: integer.pipe(z.number().min(1).max(1_000)).default(10),
  sorting: oneOf(SORTINGS).default('default'),
  historical: flag.default(false),
  start_timestamp: integer.optional(),
  end_timestamp: integer.optional(),
};
const byCurrency = z.object({
  ...tradeShape,
  currency,
  kind,
  start_id: anyId.optional(),
  end_id: anyId.optional(),
});
const byInstrument = z.object({
  ...tradeShape,
  instrument_name: text,
  start_seq: integer.optional(),
  end_seq: integer.optional(),
});
/** The end is said to be required; widely used clients leave it out, and get everything up to now. */
const timeBounds = { start_timestamp: integer, end_timestamp: integer.optional() };

const numberOf = (id: string | undefined, otherwise: number): number =>
  id === undefined ? otherwise : Number(id.slice(id.lastIndexOf('-') + 1));
const MOST = Number.POSITIVE_INFINITY;

type TradeQuery = z.output<z.ZodObject<typeof tradeShape>> & {
  readonly about: About;
  readonly ids?: readonly [number, number];
  readonly seqs?: readonly [number, number];
};

/** One page of own trades; times, ids and numbers are inclusive. With a begin and no order asked for, the earliest come first. */
function trades(
  call: PrivateCall,
  query: TradeQuery,
): { readonly page: readonly TradeRecord[]; readonly more: boolean } {
  const [firstId, lastId] = query.ids ?? [0, MOST];
  const [firstSeq, lastSeq] = query.seqs ?? [0, MOST];
  const fits = call.desk.world.state.trades.filter(
    (trade) =>
      isAbout(call, query.about, trade) &&
      tradeVisible(call.desk, trade, query.historical) &&
      trade.at >= (query.start_timestamp ?? 0) &&
      trade.at <= (query.end_timestamp ?? MOST) &&
      numberOf(trade.id, 0) >= firstId &&
      numberOf(trade.id, 0) <= lastId &&
      trade.seq >= firstSeq &&
      trade.seq <= lastSeq,
  );
  const begins = query.start_timestamp !== undefined || firstId > 0 || firstSeq > 0;
  const ascending = query.sorting === 'asc' || (query.sorting === 'default' && begins);
  const page = (ascending ? fits : fits.toReversed()).slice(0, query.count);
  return { page, more: fits.length > page.length };
}

function tradesPage(call: PrivateCall, query: TradeQuery): Answer<WireValue> {
  const { page, more } = trades(call, query);
  return ok({
    trades: page.map((trade) => userTradeObject(call.desk.world, trade)),
    has_more: more,
  });
}

const tradesByCurrency = (schema: typeof byCurrency): Handler =>
  withLogin((call) => {
    const read = readParams(schema, call.params);
    if (!read.ok) return read;
    const asked = read.value;
    return tradesPage(call, {
      ...asked,
      about: { currency: asked.currency, kind: asked.kind },
      ids: [numberOf(asked.start_id, 0), numberOf(asked.end_id, MOST)],
    });
  });

const tradesByInstrument = (schema: typeof byInstrument): Handler =>
  withLogin((call) => {
    const read = readParams(schema, call.params);
    if (!read.ok) return read;
    const asked = read.value;
    if (!call.desk.world.specs.has(asked.instrument_name)) return refuse(13020);
    return tradesPage(call, {
      ...asked,
      about: { instrument: asked.instrument_name },
      seqs: [asked.start_seq ?? 0, asked.end_seq ?? MOST],
    });
  });

const tradesByOrderParams = z.object({
  order_id: text,
  sorting: tradeShape.sorting,
  historical: tradeShape.historical,
});
const tradesByOrder = withLogin((call) => {
  const read = readParams(tradesByOrderParams, call.params);
  if (!read.ok) return read;
  const { order_id: id, sorting, historical } = read.value;
  const own = call.desk.world.state.trades.filter(
    (trade) =>
      trade.order === id &&
      trade.account === call.login.key.account &&
      tradeVisible(call.desk, trade, historical),
  );
  return ok(
    (sorting === 'desc' ? own.toReversed() : own).map((trade) =>
      userTradeObject(call.desk.world, trade),
    ),
  );
});

const getOpenOrdersParams = z.object({ kind, type: openType });
const getOpenOrdersByCurrencyParams = z.object({ currency, kind, type: openType });
const getOpenOrdersByInstrumentParams = z.object({ instrument_name: text, type: openType });
const getOpenOrdersByLabelParams = z.object({ currency, label: text.optional() });
const getOrderHistoryByCurrencyParams = z.object({ ...historyShape, currency, kind });
const getOrderHistoryByInstrumentParams = z.object({ ...historyShape, instrument_name: text });
export const QUERY_METHODS = {
  'private/get_open_orders': withLogin((call) => {
    const read = readParams(getOpenOrdersParams, call.params);
    return read.ok ? openOrders(call, { kind: read.value.kind }, read.value.type) : read;
  }),
  'private/get_open_orders_by_currency': withLogin((call) => {
    const read = readParams(getOpenOrdersByCurrencyParams, call.params);
    return read.ok ? openOrders(call, read.value, read.value.type) : read;
  }),
  'private/get_open_orders_by_instrument': withLogin((call) => {
    const read = readParams(getOpenOrdersByInstrumentParams, call.params);
    if (!read.ok) return read;
    const instrument = read.value.instrument_name;
    return call.desk.world.specs.has(instrument)
      ? openOrders(call, { instrument }, read.value.type)
      : refuse(13020);
  }),
  'private/get_open_orders_by_label': withLogin((call) => {
    const read = readParams(getOpenOrdersByLabelParams, call.params);
    return read.ok ? openOrders(call, read.value, 'all') : read;
  }),
  'private/get_order_state': getOrderState,
  'private/get_order_state_by_label': getOrderStateByLabel,
  'private/get_order_history_by_currency': withLogin((call) => {
    const read = readParams(getOrderHistoryByCurrencyParams, call.params);
    return read.ok
      ? orderHistory(call, { currency: read.value.currency, kind: read.value.kind }, read.value)
      : read;
  }),
  'private/get_order_history_by_instrument': withLogin((call) => {
    const read = readParams(getOrderHistoryByInstrumentParams, call.params);
    if (!read.ok) return read;
    const instrument = read.value.instrument_name;
    return call.desk.world.specs.has(instrument)
      ? orderHistory(call, { instrument }, read.value)
      : refuse(13020);
  }),
  'private/get_user_trades_by_currency': tradesByCurrency(byCurrency),
  'private/get_user_trades_by_currency_and_time': tradesByCurrency(
    byCurrency.extend(timeBounds) as unknown as typeof byCurrency,
  ),
  'private/get_user_trades_by_instrument': tradesByInstrument(byInstrument),
  'private/get_user_trades_by_instrument_and_time': tradesByInstrument(
    byInstrument.extend(timeBounds) as unknown as typeof byInstrument,
  ),
  'private/get_user_trades_by_order': tradesByOrder,
} as const satisfies Readonly<Record<string, Handler>>;
