/** Public methods about what perpetuals cost their holders, and about settlements of all accounts. */
import * as z from 'zod';
import { add, sum } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { DAY, dayOf, HOUR, type Millis } from '../../../base/time.ts';
import { CURRENCIES } from '../../protocol/values.ts';
import { findSpec, type Handler } from '../wire/call.ts';
import type { Desk } from '../desk.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { bankruptcyFields } from '../wire/objects.ts';
import { hoursOf, runningRate, type SettlementRecord } from '../market/past.ts';
import { integer, oneOf, readParams, text } from '../wire/params.ts';
import { type Answer, refuse, refuseParam } from '../wire/refusal.ts';
import { marketOf, specOf } from '../world.ts';
import { num, type WireValue } from '../wire/wire-json.ts';

/** Most hours in one answer. */
const HOURS_MOST = 744;

const rangeSchema = z.object({
  instrument_name: text,
  start_timestamp: integer,
  end_timestamp: integer,
});
type Range = { readonly from: Millis; readonly to: Millis };

const overRange =
  (answer: (desk: Desk, spec: InstrumentSpec, range: Range) => Answer<WireValue>): Handler =>
  ({ desk, params }) => {
    const read = readParams(rangeSchema, params);
    if (!read.ok) return read;
    const spec = findSpec(desk, read.value.instrument_name);
    if (!spec.ok) return spec;
    return answer(desk, spec.value, {
      from: read.value.start_timestamp,
      to: read.value.end_timestamp,
    });
  };

const history = overRange((desk, spec, range) =>
  ok(
    hoursOf(desk.world.state, spec.name, range)
      .slice(-HOURS_MOST)
      .map((hour) => ({
        timestamp: hour.at,
        index_price: num(hour.index),
        prev_index_price: num(hour.previous),
        interest_1h: num(hour.rate1h),
        interest_8h: num(hour.rate8h),
      })),
  ),
);

/** What a long paid over a period, as a fraction: its full hours, and the running one where the period reaches it. */
const value = overRange((desk, spec, range) => {
  const { state, now } = desk.world;
  const full = sum(
    hoursOf(state, spec.name, { from: range.from + 1, to: range.to }).map(({ rate1h }) => rate1h),
  );
  const running = range.to >= now ? runningRate(marketOf(desk.world, spec.name)) : null;
  return ok(num(running === null ? full : add(full, running)));
});

const LENGTHS = { '8h': 8 * HOUR, '24h': DAY, '1m': 30 * DAY } as const;

const chartParams = z.object({ instrument_name: text, length: oneOf(['8h', '24h', '12h', '1m']) });
const chart: Handler = ({ desk, params }) => {
  const read = readParams(chartParams, params);
  if (!read.ok) return read;
  const spec = findSpec(desk, read.value.instrument_name);
  if (!spec.ok) return spec;
  const { length } = read.value;
  const { now, state } = desk.world;
  const market = marketOf(desk.world, spec.value.name);
  const from = now - (length === '12h' ? 12 * HOUR : LENGTHS[length]);
  return ok({
    current_interest: num(market.rate),
    interest_8h: num(market.meanRate),
    data: hoursOf(state, spec.value.name, { from, to: now }).map((hour) => ({
      timestamp: hour.at,
      index_price: num(hour.index),
      interest_8h: num(hour.rate8h),
    })),
  });
};

const typeOf = ({ bankruptcy, type }: SettlementRecord) =>
  bankruptcy === undefined ? (type ?? 'settlement') : 'bankruptcy';

const settlementObject = (one: SettlementRecord): WireValue => ({
  type: typeOf(one),
  timestamp: one.at,
  instrument_name: one.instrument,
  position: num(one.position),
  mark_price: num(one.mark),
  index_price: num(one.index),
  session_profit_loss: num(one.profit),
  ...(one.type === 'delivery' ? {} : { funding: num(one.funding) }),
  ...(one.bankruptcy === undefined ? {} : bankruptcyFields(one.bankruptcy)),
});

const settlementShape = {
  type: oneOf(['settlement', 'delivery', 'bankruptcy']).optional(),
  count: integer.pipe(z.number().min(1).max(1_000)).default(20),
  continuation: text.optional(),
  search_start_timestamp: integer.optional(),
};
const settlementSchema = z.object(settlementShape);

/** A page of settlements, newest first; the continuation is the number of those already shown. */
function settlements(
  desk: Desk,
  asked: z.output<typeof settlementSchema>,
  isMeant: (one: SettlementRecord) => boolean,
): Answer<WireValue> {
  const latest = asked.search_start_timestamp ?? Infinity;
  const found = desk.world.state.settlements
    .filter(
      (one) =>
        isMeant(one) &&
        one.at <= latest &&
        (asked.type === undefined || asked.type === typeOf(one)),
    )
    .toReversed();
  const from = Number.parseInt(asked.continuation ?? '0', 10) || 0;
  const page = found.slice(from, from + asked.count);
  const more = found.length > from + page.length;
  return ok({
    settlements: page.map(settlementObject),
    continuation: more ? String(from + page.length) : null,
  });
}

const deliveryPricesParams = z.object({
  index_name: text,
  offset: integer.pipe(z.number().min(0)).default(0),
  count: integer.pipe(z.number().min(1).max(1_000)).default(10),
});
/** What was, or would have been, delivered at on each day, newest first. */
const deliveryPrices: Handler = ({ desk, params }) => {
  const read = readParams(deliveryPricesParams, params);
  if (!read.ok) return read;
  const { index_name: index, offset, count } = read.value;
  const known = [...desk.world.specs.values()].some((spec) => spec.index === index);
  if (!known) return refuseParam('index_name', 'wrong format');
  const days = new Map<string, WireValue>();
  for (const one of desk.world.state.settlements.toReversed()) {
    if (one.bankruptcy !== undefined) continue;
    if (specOf(desk.world, one.instrument).index !== index) continue;
    const date = dayOf(one.at);
    if (!days.has(date)) days.set(date, { date, delivery_price: num(one.delivery ?? one.index) });
  }
  const data = [...days.values()];
  return ok({ records_total: data.length, data: data.slice(offset, offset + count) });
};

const getLastSettlementsByCurrencyParams = z.object({
  ...settlementShape,
  currency: oneOf(CURRENCIES),
});
const getLastSettlementsByInstrumentParams = z.object({
  ...settlementShape,
  instrument_name: text,
});
export const FUNDING_METHODS = {
  'public/get_funding_rate_history': history,
  'public/get_funding_rate_value': value,
  'public/get_funding_chart_data': chart,
  'public/get_delivery_prices': deliveryPrices,
  'public/get_last_settlements_by_currency': ({ desk, params }) => {
    const read = readParams(getLastSettlementsByCurrencyParams, params);
    if (!read.ok) return read;
    const { currency } = read.value;
    return settlements(
      desk,
      read.value,
      (one) => specOf(desk.world, one.instrument).settlement === currency,
    );
  },
  'public/get_last_settlements_by_instrument': ({ desk, params }) => {
    const read = readParams(getLastSettlementsByInstrumentParams, params);
    if (!read.ok) return read;
    const name = read.value.instrument_name;
    return desk.world.specs.has(name)
      ? settlements(desk, read.value, (one) => one.instrument === name)
      : refuse(13020);
  },
} as const satisfies Readonly<Record<string, Handler>>;
