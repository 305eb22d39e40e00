/** The methods that read what became of trigger orders, and settlements. Both begin with the newest row. */
import * as z from 'zod';
import { add, ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { CURRENCIES } from '../../protocol/values.ts';
import { type Handler, type PrivateCall, withLogin } from '../wire/call.ts';
import { bankruptcyFields } from '../wire/objects.ts';
import { integer, oneOf, readParams, text } from '../wire/params.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { isLive, type OrderRecord, type RowRecord } from '../state.ts';
import { num, type WireValue } from '../wire/wire-json.ts';
import { specOf } from '../world.ts';

const currency = oneOf(CURRENCIES);
const pageShape = {
  count: integer.pipe(z.number().min(1).max(1_000)).default(20),
  continuation: text.optional(),
};

/** What comes after a mark, and the mark of what comes after that; null at the end. */
function pageOf<Row>(
  rows: readonly Row[],
  asked: { readonly count: number; readonly continuation?: string | undefined },
  markOf: (row: Row) => string,
): { readonly page: readonly Row[]; readonly continuation: string | null } {
  const { continuation } = asked;
  const from =
    continuation === undefined ? 0 : rows.findIndex((row) => markOf(row) === continuation) + 1;
  const page = rows.slice(from, from + asked.count);
  const last = page.at(-1);
  const more = last !== undefined && rows.length > from + page.length;
  return { page, continuation: more ? markOf(last) : null };
}

/** The order that a fired one became. */
const born = (call: PrivateCall, order: OrderRecord): OrderRecord | undefined =>
  order.state === 'triggered'
    ? [...call.desk.world.state.orders.values()].find((other) => other.bornFrom === order.id)
    : undefined;

function triggerEntry(call: PrivateCall, order: OrderRecord): WireValue {
  const next = born(call, order);
  const rejected = order.state === 'rejected';
  return {
    trigger_order_id: order.id,
    ...(next === undefined ? {} : { order_id: next.id }),
    timestamp: order.updatedAt,
    last_update_timestamp: order.updatedAt,
    instrument_name: order.instrument,
    direction: order.direction,
    order_type: next?.type === 'limit' || order.type.endsWith('limit') ? 'limit' : 'market',
    order_state: rejected ? 'rejected:reduce_direction' : order.state,
    request: order.state === 'cancelled' ? 'cancel' : 'trigger:order',
    amount: num(order.amount),
    price: order.price === null ? 'market_price' : num(order.price),
    ...(order.trigger === null
      ? {}
      : { trigger: order.trigger.on, trigger_price: num(order.trigger.price) }),
    ...(order.trigger?.offset === undefined ? {} : { trigger_offset: num(order.trigger.offset) }),
    label: order.label,
    post_only: order.postOnly,
    reduce_only: order.reduceOnly,
    source: order.source,
    ...(order.link?.role === 'leg' && order.link.ocoRef !== null
      ? { oco_ref: order.link.ocoRef }
      : {}),
  };
}

const triggerHistoryParams = z.object({ ...pageShape, currency, instrument_name: text.optional() });
const triggerHistory = withLogin((call) => {
  const read = readParams(triggerHistoryParams, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const { instrument_name: instrument } = read.value;
  const ended = [...world.state.orders.values()]
    .filter(
      (order) =>
        order.trigger !== null &&
        !isLive(order) &&
        order.account === call.login.key.account &&
        specOf(world, order.instrument).settlement === read.value.currency &&
        (instrument === undefined || order.instrument === instrument),
    )
    .sort((a, b) => b.updatedAt - a.updatedAt);
  const { page, continuation } = pageOf(
    ended,
    read.value,
    (order) => `${order.updatedAt}.${order.id}`,
  );
  return ok({ entries: page.map((order) => triggerEntry(call, order)), continuation });
});

type SettlementQuery = {
  readonly count: number;
  readonly continuation?: string | undefined;
  readonly type?: string | undefined;
  readonly search_start_timestamp?: number | undefined;
};

const settlementShape = {
  ...pageShape,
  type: oneOf(['settlement', 'delivery', 'bankruptcy']).optional(),
  /** The latest moment of interest: the rows go back from there. */
  search_start_timestamp: integer.optional(),
};

function settlementEntry(row: RowRecord): WireValue {
  const { session } = row;
  const sum = session === null ? ZERO : add(session.rpl, session.upl);
  return {
    type: row.bankruptcy === undefined ? row.type : 'bankruptcy',
    timestamp: row.at,
    instrument_name: row.instrument,
    position: num(row.position ?? ZERO),
    mark_price: num(row.mark ?? ZERO),
    index_price: num(row.index ?? ZERO),
    profit_loss: num(session?.total ?? sum),
    session_profit_loss: num(sum),
    ...(row.type === 'delivery' ? {} : { funding: num(session?.funding ?? ZERO) }),
    ...(row.bankruptcy === undefined ? {} : bankruptcyFields(row.bankruptcy)),
  };
}

function settlements(
  call: PrivateCall,
  asked: SettlementQuery,
  isMeant: (row: RowRecord) => boolean,
): Answer<WireValue> {
  const rows = call.desk.world.state.rows
    .filter(
      (row) =>
        row.account === call.login.key.account &&
        (row.bankruptcy === undefined
          ? (row.type === 'settlement' || row.type === 'delivery') &&
            (asked.type ?? row.type) === row.type
          : (asked.type ?? 'bankruptcy') === 'bankruptcy') &&
        row.at <= (asked.search_start_timestamp ?? Number.POSITIVE_INFINITY) &&
        isMeant(row),
    )
    .toReversed();
  const { page, continuation } = pageOf(rows, asked, (row) => `s${row.id}`);
  return ok({ settlements: page.map(settlementEntry), continuation });
}

const getSettlementHistoryByCurrencyParams = z.object({ ...settlementShape, currency });
const getSettlementHistoryByInstrumentParams = z.object({
  ...settlementShape,
  instrument_name: text,
});
export const PAST_METHODS = {
  'private/get_trigger_order_history': triggerHistory,
  'private/get_settlement_history_by_currency': withLogin((call) => {
    const read = readParams(getSettlementHistoryByCurrencyParams, call.params);
    return read.ok
      ? settlements(call, read.value, (row) => row.currency === read.value.currency)
      : read;
  }),
  'private/get_settlement_history_by_instrument': withLogin((call) => {
    const read = readParams(getSettlementHistoryByInstrumentParams, call.params);
    if (!read.ok) return read;
    const name = read.value.instrument_name;
    return call.desk.world.specs.has(name)
      ? settlements(call, read.value, (row) => row.instrument === name)
      : refuse(13020);
  }),
} as const satisfies Readonly<Record<string, Handler>>;
