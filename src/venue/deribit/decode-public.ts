/**
 * Public data beside what is traded on: summaries, histories of funding, marks and volatility, settlements of all, indices
 * and their parts, combos, currencies, announcements.
 */
import { z } from 'zod';
import { tickerSchema } from './decode-market.ts';
import { maybeText, oneOrMore, page, row } from './decode-rows.ts';
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

export const bookSummariesSchema = oneOrMore(
  row({
    instrument_name: name,
    base_currency: name,
    quote_currency: maybeText,
    creation_timestamp: millis,
    bid_price: maybeDecimal,
    ask_price: maybeDecimal,
    mid_price: maybeDecimal,
    mark_price: maybeDecimal,
    last: maybeDecimal,
    high: maybeDecimal,
    low: maybeDecimal,
    volume: decimal,
    volume_usd: maybeDecimal,
    volume_notional: maybeDecimal,
    open_interest: maybeDecimal,
    estimated_delivery_price: maybeDecimal,
    price_change: maybeDecimal,
    current_funding: maybeDecimal,
    funding_8h: maybeDecimal,
    mark_iv: maybeDecimal,
    interest_rate: maybeDecimal,
    underlying_index: maybeText,
    underlying_price: maybeDecimal,
  }),
);

export const fundingHistorySchema = listOf(
  row({
    timestamp: millis,
    index_price: decimal,
    prev_index_price: maybeDecimal,
    interest_1h: decimal,
    interest_8h: decimal,
  }),
);
export const fundingChartSchema = row({
  current_interest: decimal,
  interest_8h: decimal,
  data: listOf(row({ timestamp: millis, index_price: decimal, interest_8h: decimal })),
});
export const fundingValueSchema = decimal;

/** A moment and what was measured then. */
const pair = z.tuple([millis, decimal]).transform(([at, value]) => ({ at, value }));
export const pairsSchema = listOf(pair);
const bar = z
  .tuple([millis, decimal, decimal, decimal, decimal])
  .transform(([at, open, high, low, close]) => ({ at, open, high, low, close }));
export const volatilityBarsSchema = page('data', bar);

export const deliveryPricesSchema = row({
  records_total: z.number().int().nonnegative(),
  data: listOf(row({ date: name, delivery_price: decimal })),
});

/** Names of indices; asked for in full, each with what may be made of it. */
export const indexNamesSchema = listOf(
  z.union([
    name,
    row({ name, future_combo_creation_enabled: flag, option_combo_creation_enabled: flag }),
  ]),
);
const dates = listOf(name);
const byKind = z.record(name, dates);
/** Keyed by kind, or by currency and then by kind. */
export const expirationsSchema = z.record(name, z.union([dates, byKind]));

export const contractSizeSchema = row({ contract_size: decimal });
export const currenciesSchema = oneOrMore(
  row({
    currency: name,
    currency_long: maybeText,
    coin_type: maybeText,
    decimals: z.number().int().nonnegative().nullish(),
    min_confirmations: z.number().int().nonnegative().nullish(),
    withdrawal_fee: maybeDecimal,
    min_withdrawal_fee: maybeDecimal,
    network_currency: maybeText,
    network_fee: maybeDecimal,
    in_cross_collateral_pool: flag,
    apr: maybeDecimal,
  }),
);

const volumes = ['', '_7d', '_30d'].flatMap((span) =>
  ['calls', 'puts', 'futures', 'spot'].map((kind) => `${kind}_volume${span}`),
);
export const tradeVolumesSchema = listOf(
  row({ currency: name, ...Object.fromEntries(volumes.map((key) => [key, maybeDecimal])) }),
);

export const comboSchema = row({
  id: name,
  state: name,
  state_timestamp: millis.nullish(),
  creation_timestamp: millis.nullish(),
  instrument_id: maybeId,
  legs: listOf(row({ instrument_name: name, amount: decimal })),
});
export const combosSchema = listOf(comboSchema);
export const legPricesSchema = row({
  amount: maybeDecimal,
  legs: listOf(
    row({ instrument_name: name, direction: maybeText, ratio: maybeDecimal, price: maybeDecimal }),
  ),
});
export const aprHistorySchema = page(
  'data',
  row({ day: z.number().int().nonnegative(), apr: decimal }),
);

const text = { title: maybeText, body: maybeText, important: flag };
export const announcementsSchema = listOf(
  row({ id, publication_timestamp: millis, confirmation: flag, ...text }),
);
export const announcementSchema = row({
  id,
  action: name,
  publication_timestamp: millis.nullish(),
  ...text,
});

/** Changes name only what changed; a snapshot is a ticker. */
const tickerChange = row({
  type: z.literal('change'),
  instrument_name: name,
  timestamp: millis,
  state: maybeText,
  mark_price: maybeDecimal,
  index_price: maybeDecimal,
  last_price: maybeDecimal,
  best_bid_price: maybeDecimal,
  best_bid_amount: maybeDecimal,
  best_ask_price: maybeDecimal,
  best_ask_amount: maybeDecimal,
  min_price: maybeDecimal,
  max_price: maybeDecimal,
  open_interest: maybeDecimal,
});
const typeOf = (raw: unknown): unknown =>
  typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
const neither = z.never({ error: 'neither a snapshot nor a change' });
export const incrementalTickerSchema = chosen((raw): z.ZodType => {
  const type = typeOf(raw);
  if (type === 'change') return tickerChange;
  return type === 'snapshot' || type === undefined ? tickerSchema : neither;
});

export const statisticsSchema = row({
  index_name: name,
  high24h: decimal,
  low24h: decimal,
  change24h: maybeDecimal,
  high_volatility: flag,
});
export const rankingSchema = listOf(
  row({
    identifier: name,
    timestamp: z.number().int().nonnegative().nullish(),
    price: maybeDecimal,
    original_price: maybeDecimal,
    weight: maybeDecimal,
    enabled: flag,
  }),
);
export const volatilityIndexSchema = row({
  index_name: name,
  timestamp: millis,
  volatility: decimal,
});
export const expirationPriceSchema = row({
  price: decimal,
  seconds: z.number().int(),
  is_estimated: flag,
  left_ticks: z.number().int().nullish(),
  total_ticks: z.number().int().nullish(),
});
export const optionMarksSchema = listOf(
  row({
    instrument_name: name,
    mark_price: decimal,
    iv: maybeDecimal,
    timestamp: millis.nullish(),
  }),
);
