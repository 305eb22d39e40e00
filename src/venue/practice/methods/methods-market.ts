/** The public methods about the market: time, instruments, prices, candles, public trades. */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { CHART_RESOLUTIONS, CURRENCIES, KINDS, SORTINGS } from '../../protocol/values.ts';
import { findSpec, type Handler } from '../wire/call.ts';
import { resolutionMinutes } from '../wire/channels.ts';
import { isPlatformLocked } from '../faults/faults.ts';
import { CURRENCY_DECIMALS } from '../products/instruments.ts';
import { instrumentObject } from '../products/instrument-object.ts';
import { publicTradeObject } from '../wire/objects.ts';
import { flag, integer, oneOf, readParams, text } from '../wire/params.ts';
import { estimatedDelivery } from '../market/prices.ts';
import { type Answer, refuse, refuseParam } from '../wire/refusal.ts';
import { bookObject, candlesOf, chartObject, tickerObject } from '../market/ticker.ts';
import { toldTime } from '../wire/told-time.ts';
import { marketOf } from '../world.ts';
import { priorityValue, WITHDRAWAL_FEE } from '../money/wallet.ts';
import { WITHDRAWAL_PRIORITIES } from '../../protocol/values.ts';
import { num, type WireValue } from '../wire/wire-json.ts';
import { dec } from '../../../base/decimal.ts';

/** Version that hello and test answer. */
const API_VERSION = '1.2.26';
/** Most candles in one answer. */
const CHART_MOST = 5_000;
const BOOK_DEPTHS = [1, 5, 10, 20, 50, 100, 1_000, 10_000];
/** How many levels of a book are asked for. */
export const bookDepth = integer.refine((depth) => BOOK_DEPTHS.includes(depth)).default(5);

const byName = z.object({ instrument_name: text });

const getInstrumentsParams = z.object({
  // Said to be required; widely used clients leave it out, and get everything.
  currency: oneOf([...CURRENCIES, 'any']).default('any'),
  kind: oneOf(KINDS).optional(),
  expired: flag.default(false),
});
const getInstruments: Handler = ({ desk, params }) => {
  const read = readParams(getInstrumentsParams, params);
  if (!read.ok) return read;
  const { currency, kind, expired } = read.value;
  const specs = [...desk.world.specs.values()].filter(
    (spec) =>
      (marketOf(desk.world, spec.name).dated?.delivery !== undefined) === expired &&
      (currency === 'any' || spec.settlement === currency) &&
      (kind === undefined || spec.kind === kind),
  );
  return ok(
    specs.map((spec) => instrumentObject(spec, marketOf(desk.world, spec.name), desk.options)),
  );
};

/** A method about one instrument. */
const aboutInstrument =
  (
    answer: (
      call: Parameters<Handler>[0],
      spec: Parameters<typeof instrumentObject>[0],
    ) => Answer<WireValue>,
  ): Handler =>
  (call) => {
    const read = readParams(byName, call.params);
    if (!read.ok) return read;
    const spec = findSpec(call.desk, read.value.instrument_name);
    return spec.ok ? answer(call, spec.value) : spec;
  };

const getOrderBookParams = z.object({ depth: bookDepth });
const getOrderBook = aboutInstrument(({ desk, params }, spec) => {
  const read = readParams(getOrderBookParams, params);
  return read.ok ? ok(bookObject(desk.world, spec, read.value.depth)) : read;
});

const getIndexPriceParams = z.object({ index_name: text });
const getIndexPrice: Handler = ({ desk, params }) => {
  const read = readParams(getIndexPriceParams, params);
  if (!read.ok) return read;
  const spec = [...desk.world.specs.values()].find((one) => one.index === read.value.index_name);
  if (spec === undefined) return refuseParam('index_name', 'wrong format');
  const { price } = estimatedDelivery(desk.world.state.prices, spec.index, desk.world.now);
  return ok({
    index_price: num(marketOf(desk.world, spec.name).index),
    estimated_delivery_price: num(price),
  });
};

const getChart = aboutInstrument(({ desk, params }, spec) => {
  const schema = z.object({
    start_timestamp: integer,
    end_timestamp: integer,
    resolution: z.coerce.string().pipe(oneOf(CHART_RESOLUTIONS)),
  });
  const read = readParams(schema, params);
  if (!read.ok) return read;
  const { start_timestamp: from, end_timestamp: end, resolution } = read.value;
  const to = Math.min(end, desk.world.now);
  const candles =
    from > to
      ? []
      : candlesOf(desk.world, spec, { from, to, minutes: resolutionMinutes(resolution) });
  return ok(chartObject(candles.slice(-CHART_MOST)));
});

const getLastTradesParams = z.object({
  start_seq: integer.optional(),
  end_seq: integer.optional(),
  start_timestamp: integer.optional(),
  end_timestamp: integer.optional(),
  count: integer.pipe(z.number().min(1).max(1_000)).default(10),
  sorting: oneOf(SORTINGS).default('default'),
});
const getLastTrades = aboutInstrument(({ desk, params }, spec) => {
  const read = readParams(getLastTradesParams, params);
  if (!read.ok) return read;
  const asked = read.value;
  const fits = (desk.world.publicTrades.get(spec.name) ?? []).filter(
    (trade) =>
      trade.seq >= (asked.start_seq ?? 0) &&
      trade.seq <= (asked.end_seq ?? Number.POSITIVE_INFINITY) &&
      trade.at >= (asked.start_timestamp ?? 0) &&
      trade.at <= (asked.end_timestamp ?? Number.POSITIVE_INFINITY),
  );
  const ascending =
    asked.sorting === 'asc' ||
    (asked.sorting === 'default' && (asked.start_timestamp ?? asked.start_seq) !== undefined);
  const page = (ascending ? fits : fits.toReversed()).slice(0, asked.count);
  return ok({
    trades: page.map((trade) => publicTradeObject(desk.world, trade)),
    has_more: fits.length > page.length,
  });
});

const getCurrencies: Handler = () =>
  ok(
    Object.entries(CURRENCY_DECIMALS).map(([currency, decimals]) => ({
      currency,
      currency_long: currency,
      coin_type: currency === 'BTC' ? 'BITCOIN' : 'ETHER',
      decimals,
      min_confirmations: 1,
      min_withdrawal_fee: num(WITHDRAWAL_FEE),
      withdrawal_fee: num(WITHDRAWAL_FEE),
      withdrawal_priorities: WITHDRAWAL_PRIORITIES.map((name) => ({
        name,
        value: num(priorityValue(name)),
      })),
      network_currency: currency === 'BTC' ? 'BTC' : 'ETH',
      network_fee: num(dec('0.0001')),
    })),
  );

const testParams = z.object({ expected_result: text.optional() });
const test: Handler = ({ conn, params }) => {
  const read = readParams(testParams, params);
  if (!read.ok) return read;
  if (conn?.heartbeat) conn.heartbeat.askedAt = null;
  return read.value.expected_result === 'exception' ? refuse(10001) : ok({ version: API_VERSION });
};

const helloParams = z.object({ client_name: text, client_version: text });
export const MARKET_METHODS = {
  'public/test': test,
  'public/hello': ({ params }) => {
    const read = readParams(helloParams, params);
    return read.ok ? ok({ version: API_VERSION }) : read;
  },
  'public/get_time': ({ desk }) => ok(toldTime(desk)),
  'public/status': ({ desk }) => {
    const locked = isPlatformLocked(desk.faults, desk.mono);
    return ok(
      desk.options.lockedAs === 'flag'
        ? { locked, locked_currencies: [] }
        : { locked: String(locked), locked_indices: [] },
    );
  },
  'public/get_currencies': getCurrencies,
  'public/get_instruments': getInstruments,
  'public/get_instrument': aboutInstrument(({ desk }, spec) =>
    ok(instrumentObject(spec, marketOf(desk.world, spec.name), desk.options)),
  ),
  'public/get_contract_size': aboutInstrument((_call, spec) =>
    ok({ contract_size: num(spec.contractSize) }),
  ),
  'public/ticker': aboutInstrument(({ desk }, spec) => ok(tickerObject(desk.world, spec))),
  'public/get_order_book': getOrderBook,
  'public/get_index_price': getIndexPrice,
  'public/get_tradingview_chart_data': getChart,
  'public/get_last_trades_by_instrument': getLastTrades,
  'public/get_last_trades_by_instrument_and_time': getLastTrades,
} as const satisfies Readonly<Record<string, Handler>>;
