/** Public methods with figures of whole markets: summaries, trades by currency, indices, volumes, volatility. */
import * as z from 'zod';
import {
  add,
  div,
  type Decimal,
  dec,
  gt,
  isZero,
  lt,
  max,
  min,
  mul,
  roundTo,
  ZERO,
} from '../../../base/decimal.ts';
import { must } from '../../../base/assert.ts';
import { ok } from '../../../base/result.ts';
import { DAY, HOUR, MINUTE } from '../../../base/time.ts';
import { CURRENCIES, KINDS, SORTINGS } from '../../protocol/values.ts';
import { findSpec, type Handler } from '../wire/call.ts';
import type { Desk } from '../desk.ts';
import { expiryText } from '../products/expiries.ts';
import { type InstrumentSpec, isOption } from '../products/instruments.ts';
import { marksOf } from '../products/option-ticker.ts';
import { bookDepth } from './methods-market.ts';
import { publicTradeObject } from '../wire/objects.ts';
import { flag, integer, oneOf, readParams, text } from '../wire/params.ts';
import { type Answer, refuse, refuseParam } from '../wire/refusal.ts';
import { bookObject, candlesOf, tickerObject } from '../market/ticker.ts';
import { getTradeVolumes } from '../market/volumes.ts';
import { speakerFor, volatilityHours } from '../market/volatility.ts';
import type { PublicTradeRecord } from '../world.ts';
import { marketOf } from '../world.ts';
import { num, type WireValue } from '../wire/wire-json.ts';

const currency = oneOf(CURRENCIES);
const anyKind = oneOf([...KINDS, 'combo', 'any']).optional();

const specsOf = (desk: Desk, of: { readonly currency?: string; readonly kind?: string }) =>
  [...desk.world.specs.values()].filter(
    (spec) =>
      (of.currency === undefined || of.currency === 'any' || spec.settlement === of.currency) &&
      (of.kind === undefined || of.kind === 'any' || spec.kind === of.kind),
  );

/** The names of all indices, in the order of the instruments. */
export const indexNames = (desk: Desk): readonly string[] => [
  ...new Set([...desk.world.specs.values()].map((spec) => spec.index)),
];

function summaryOf(desk: Desk, spec: InstrumentSpec): WireValue {
  const ticker = tickerObject(desk.world, spec);
  const { best_bid_price: bid, best_ask_price: ask, stats } = ticker;
  const middle = bid === null || ask === null ? null : div(add(bid.num, ask.num), dec(2), 8);
  return {
    instrument_name: spec.name,
    base_currency: spec.base,
    quote_currency: spec.quote,
    creation_timestamp: desk.world.now,
    high: stats.high,
    low: stats.low,
    last: ticker.last_price,
    bid_price: bid,
    ask_price: ask,
    mid_price: middle === null ? null : num(middle),
    mark_price: ticker.mark_price,
    open_interest: ticker.open_interest,
    volume: stats.volume,
    volume_usd: stats.volume_usd,
    volume_notional: stats.volume_notional,
    price_change: stats.price_change,
    estimated_delivery_price: ticker.estimated_delivery_price,
    current_funding: ticker.current_funding,
    funding_8h: ticker.funding_8h,
    underlying_price: ticker.underlying_price,
    underlying_index: ticker.underlying_index,
    interest_rate: ticker.interest_rate,
    mark_iv: ticker.mark_iv,
  };
}

const tradesShape = {
  currency,
  kind: anyKind,
  start_id: z.union([text, z.number().int().transform(String)]).optional(),
  end_id: z.union([text, z.number().int().transform(String)]).optional(),
  start_timestamp: integer.optional(),
  end_timestamp: integer.optional(),
  count: integer.pipe(z.number().min(1).max(1_000)).default(10),
  sorting: oneOf(SORTINGS).default('default'),
};
const tradesSchema = z.object(tradesShape);

const numberOf = (id: string | undefined, otherwise: number): number =>
  id === undefined ? otherwise : Number(id.slice(id.lastIndexOf('-') + 1));

/** The latest trades of all instruments of a currency; with a begin and no order asked for, the earliest come first. */
function lastTrades(desk: Desk, asked: z.output<typeof tradesSchema>): Answer<WireValue> {
  const [from, to] = [numberOf(asked.start_id, 0), numberOf(asked.end_id, Infinity)];
  const isMeant = (trade: PublicTradeRecord): boolean =>
    numberOf(trade.id, 0) >= from &&
    numberOf(trade.id, 0) <= to &&
    trade.at >= (asked.start_timestamp ?? 0) &&
    trade.at <= (asked.end_timestamp ?? Infinity);
  const found = specsOf(desk, { currency: asked.currency, kind: asked.kind ?? 'any' })
    .flatMap((spec) => (desk.world.publicTrades.get(spec.name) ?? []).filter(isMeant))
    .sort((a, b) => numberOf(a.id, 0) - numberOf(b.id, 0));
  const begins = asked.start_timestamp !== undefined || asked.start_id !== undefined;
  const ascending = asked.sorting === 'asc' || (asked.sorting === 'default' && begins);
  const page = (ascending ? found : found.toReversed()).slice(0, asked.count);
  return ok({
    trades: page.map((trade) => publicTradeObject(desk.world, trade)),
    has_more: found.length > page.length,
  });
}

const tradesOf =
  (schema: typeof tradesSchema): Handler =>
  ({ desk, params }) => {
    const read = readParams(schema, params);
    return read.ok ? lastTrades(desk, read.value) : read;
  };

const getHistoricalVolatilityParams = z.object({ currency });
const getHistoricalVolatility: Handler = ({ desk, params }) => {
  const read = readParams(getHistoricalVolatilityParams, params);
  if (!read.ok) return read;
  const spec = speakerFor(desk.world, read.value.currency);
  return ok(
    spec === undefined
      ? []
      : volatilityHours(desk.world, spec).map(({ at, value }) => [at, num(value)]),
  );
};

const RESOLUTIONS = { '1': MINUTE, '60': MINUTE, '3600': HOUR, '43200': 12 * HOUR, '1D': DAY };

const getVolatilityIndexParams = z.object({
  currency,
  start_timestamp: integer,
  end_timestamp: integer,
  resolution: z.coerce.string().pipe(oneOf(['1', '60', '3600', '43200', '1D'])),
});
/** Open, highest, lowest and last value of the volatility index in each stretch of time. */
const getVolatilityIndex: Handler = ({ desk, params }) => {
  const read = readParams(getVolatilityIndexParams, params);
  if (!read.ok) return read;
  const spec = speakerFor(desk.world, read.value.currency);
  if (spec === undefined) return ok({ data: [], continuation: null });
  const width = Math.max(HOUR, RESOLUTIONS[read.value.resolution]);
  const values = volatilityHours(desk.world, spec).filter(
    ({ at }) => at >= read.value.start_timestamp && at <= read.value.end_timestamp,
  );
  const groups = Map.groupBy(values, ({ at }) => at - (at % width));
  const data = [...groups].map(([at, group]) => {
    const all = group.map(({ value }) => value);
    const first = must(all[0], 'a value');
    return [
      at,
      num(first),
      num(all.reduce(max, first)),
      num(all.reduce(min, first)),
      num(must(all.at(-1), 'a value')),
    ];
  });
  return ok({ data, continuation: null });
};

/** How far each range of an index chart goes back, and how many minutes apart its points are. */
const RANGES = {
  '1h': [HOUR, 1],
  '1d': [DAY, 5],
  '2d': [2 * DAY, 10],
  '1m': [30 * DAY, 60],
  '1y': [365 * DAY, 720],
  all: [365 * DAY, 1_440],
} as const;

const getIndexChartParams = z.object({
  index_name: text,
  range: oneOf(['1h', '1d', '2d', '1m', '1y', 'all']),
});
const getIndexChart: Handler = ({ desk, params }) => {
  const read = readParams(getIndexChartParams, params);
  if (!read.ok) return read;
  const spec = [...desk.world.specs.values()].find((one) => one.index === read.value.index_name);
  if (spec === undefined) return refuseParam('index_name', 'wrong format');
  const [length, minutes] = RANGES[read.value.range];
  const { now } = desk.world;
  return ok(
    candlesOf(desk.world, spec, { from: now - length, to: now, minutes }).map((candle) => [
      candle.at,
      num(candle.close),
    ]),
  );
};

/** High, low and change of an index in the last day, as its candles show them. */
export function indexStatistics(
  desk: Desk,
  spec: InstrumentSpec,
): { readonly high: Decimal; readonly low: Decimal; readonly change: Decimal } {
  const { now } = desk.world;
  const candles = candlesOf(desk.world, spec, { from: now - DAY, to: now, minutes: 60 });
  const { index } = marketOf(desk.world, spec.name);
  const open = candles[0]?.open ?? index;
  return {
    high: candles.reduce((most, one) => (gt(one.high, most) ? one.high : most), index),
    low: candles.reduce((least, one) => (lt(one.low, least) ? one.low : least), index),
    change: isZero(open)
      ? ZERO
      : roundTo(div(mul(add(index, dec(`-${open}`)), dec(100)), open, 8), 4),
  };
}

const bookByIdParams = z.object({ instrument_id: integer, depth: bookDepth });
const bookById: Handler = ({ desk, params }) => {
  const read = readParams(bookByIdParams, params);
  if (!read.ok) return read;
  const spec = [...desk.world.specs.values()].find((one) => one.id === read.value.instrument_id);
  return spec === undefined ? refuse(13020) : ok(bookObject(desk.world, spec, read.value.depth));
};

const getExpirationsParams = z.object({
  currency: oneOf([...CURRENCIES, 'any', 'grouped']),
  kind: oneOf(['future', 'option', 'any']),
  currency_pair: text.optional(),
});
/** The ends of what is listed, soonest first; of one currency, of all together, or `grouped` by currency. */
const getExpirations: Handler = ({ desk, params }) => {
  const read = readParams(getExpirationsParams, params);
  if (!read.ok) return read;
  const { currency: asked, kind, currency_pair: pair } = read.value;
  const listed = (currency: string): readonly InstrumentSpec[] =>
    specsOf(desk, { currency }).filter(
      ({ name, index }) =>
        (pair === undefined || pair === index) &&
        marketOf(desk.world, name).dated?.delivery === undefined,
    );
  const endsOf = (currency: string) => {
    const ends = expirationsOf(listed(currency));
    return kind === 'any' ? ends : { [kind]: ends[kind] };
  };
  if (asked === 'any') return ok(endsOf(asked));
  const groups = asked === 'grouped' ? CURRENCIES : [asked];
  return ok(Object.fromEntries(groups.map((one) => [one.toLowerCase(), endsOf(one)])));
};

function expirationsOf(specs: readonly InstrumentSpec[]) {
  const ends = (kind: InstrumentSpec['kind']): readonly string[] => {
    const dates = specs.flatMap((spec) =>
      spec.kind !== kind || spec.term.kind === 'perpetual' ? [] : [spec.term.expiry],
    );
    return [...new Set(dates)].sort((a, b) => a - b).map(expiryText);
  };
  const lasting = specs.some(({ term }) => term.kind === 'perpetual') ? ['PERPETUAL'] : [];
  return { future: [...ends('future'), ...lasting], option: ends('option') };
}

const ofCurrencyParams = z.object({ currency: oneOf([...CURRENCIES, 'any']) });
const ofCurrency =
  (answer: (desk: Desk, currency: string) => Answer<WireValue>): Handler =>
  ({ desk, params }) => {
    const read = readParams(ofCurrencyParams, params);
    return read.ok ? answer(desk, read.value.currency) : read;
  };

const getBookSummaryByCurrencyParams = z.object({ currency, kind: oneOf(KINDS).optional() });
const getBookSummaryByInstrumentParams = z.object({ instrument_name: text });
const getIndexPriceNamesParams = z.object({ extended: flag.default(false) });
const getSupportedIndexNamesParams = z.object({
  type: oneOf(['all', 'spot', 'derivative']).default('all'),
});
const getMarkPriceHistoryParams = z.object({
  instrument_name: text,
  start_timestamp: integer,
  end_timestamp: integer,
});
const getComboDetailsParams = z.object({ combo_id: text });
const getAprHistoryParams = z.object({ currency: oneOf(['usde', 'steth', 'usdc', 'build']) });
export const FIGURE_METHODS = {
  'public/get_book_summary_by_currency': ({ desk, params }) => {
    const read = readParams(getBookSummaryByCurrencyParams, params);
    if (!read.ok) return read;
    const { currency: asked, kind } = read.value;
    return ok(
      specsOf(desk, { currency: asked, kind: kind ?? 'any' }).map((spec) => summaryOf(desk, spec)),
    );
  },
  'public/get_book_summary_by_instrument': ({ desk, params }) => {
    const read = readParams(getBookSummaryByInstrumentParams, params);
    if (!read.ok) return read;
    const spec = findSpec(desk, read.value.instrument_name);
    return spec.ok ? ok([summaryOf(desk, spec.value)]) : spec;
  },
  'public/get_last_trades_by_currency': tradesOf(tradesSchema),
  'public/get_last_trades_by_currency_and_time': tradesOf(
    z.object({
      ...tradesShape,
      start_timestamp: integer,
      end_timestamp: integer,
    }) as unknown as typeof tradesSchema,
  ),
  'public/get_index_price_names': ({ desk, params }) => {
    const read = readParams(getIndexPriceNamesParams, params);
    if (!read.ok) return read;
    const names = indexNames(desk);
    return ok(
      read.value.extended
        ? names.map((name) => ({
            name,
            future_combo_creation_enabled: false,
            option_combo_creation_enabled: false,
          }))
        : names,
    );
  },
  'public/get_supported_index_names': ({ desk, params }) => {
    const read = readParams(getSupportedIndexNamesParams, params);
    return read.ok ? ok(read.value.type === 'spot' ? [] : indexNames(desk)) : read;
  },
  'public/get_index_chart_data': getIndexChart,
  'public/get_order_book_by_instrument_id': bookById,
  'public/get_expirations': getExpirations,
  'public/get_trade_volumes': getTradeVolumes,
  'public/get_historical_volatility': getHistoricalVolatility,
  'public/get_volatility_index_data': getVolatilityIndex,
  // Only options have one, a mark for each five minutes.
  'public/get_mark_price_history': ({ desk, params }) => {
    const read = readParams(getMarkPriceHistoryParams, params);
    if (!read.ok) return read;
    const spec = findSpec(desk, read.value.instrument_name);
    if (!spec.ok) return spec;
    const { start_timestamp: from, end_timestamp: end } = read.value;
    const to = Math.min(end, desk.world.now);
    return ok(isOption(spec.value) ? marksOf(desk.world, spec.value, { from, to }) : []);
  },
  'public/get_combos': ofCurrency(() => ok([])),
  'public/get_combo_ids': ofCurrency(() => ok([])),
  'public/get_combo_details': ({ params }) => {
    const read = readParams(getComboDetailsParams, params);
    return read.ok ? refuse(13020) : read;
  },
  'public/get_block_rfq_trades': ofCurrency(() => ok({ block_rfqs: [], continuation: null })),
  'public/get_apr_history': ({ params }) => {
    const read = readParams(getAprHistoryParams, params);
    return read.ok ? ok({ data: [], continuation: null }) : read;
  },
} as const satisfies Readonly<Record<string, Handler>>;
