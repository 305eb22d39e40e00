/** Instruments, tickers and candles off the wire. */
import { z } from 'zod';
import type { Instrument, InstrumentState } from '../../domain/instrument.ts';
import type { Candle, Ticker } from '../../domain/market.ts';
import { CHART_STATES, INSTRUMENT_TYPES } from '../protocol/values.ts';
import { decimal, maybeDecimal, millis, name, priceOrNone } from './decode-values.ts';

const STATES: ReadonlyMap<string, InstrumentState> = new Map(
  (['open', 'locked', 'settlement', 'delivered', 'inactive', 'halted'] as const).map((state) => [
    state,
    state,
  ]),
);

/** A word that we do not know, and `archivized`, are `unknown`: only `open` is ever traded in. */
const state = z
  .string()
  .nullish()
  .transform((word): InstrumentState => STATES.get(word ?? '') ?? 'unknown');

/**
 * `Instrument` of the API; futures and perpetuals only, since amounts of the other kinds mean something else. Messages
 * from before `state` existed have `is_active` alone.
 */
export const instrumentSchema = z
  .object({
    instrument_name: name,
    kind: z.literal('future'),
    instrument_type: z.enum(INSTRUMENT_TYPES).nullish(),
    future_type: z.enum(INSTRUMENT_TYPES).nullish(),
    base_currency: name,
    quote_currency: name,
    settlement_currency: name,
    contract_size: decimal,
    min_trade_amount: decimal,
    tick_size: decimal,
    tick_size_steps: z.array(z.object({ above_price: decimal, tick_size: decimal })).nullish(),
    taker_commission: decimal,
    maker_commission: decimal,
    is_active: z.boolean(),
    state: z.string().nullish(),
  })
  .refine(
    (raw) => (raw.instrument_type ?? raw.future_type ?? null) !== null,
    'neither instrument_type nor future_type',
  )
  .refine(
    (raw) => [raw.contract_size, raw.min_trade_amount, raw.tick_size].every(isPositive),
    'a step that is not above zero',
  )
  .transform(
    (raw): Instrument => ({
      name: raw.instrument_name,
      kind: (raw.instrument_type ?? raw.future_type) === 'linear' ? 'linear' : 'inverse',
      baseCurrency: raw.base_currency,
      quoteCurrency: raw.quote_currency,
      settlementCurrency: raw.settlement_currency,
      contractSize: raw.contract_size,
      minAmount: raw.min_trade_amount,
      tickSize: raw.tick_size,
      tickSteps: (raw.tick_size_steps ?? []).map((step) => ({
        above: step.above_price,
        tick: step.tick_size,
      })),
      takerFee: raw.taker_commission,
      makerFee: raw.maker_commission,
      state:
        !raw.is_active && (raw.state ?? 'open') === 'open'
          ? 'inactive'
          : (STATES.get(raw.state ?? 'open') ?? 'unknown'),
    }),
  );

const isPositive = (value: string): boolean => value !== '0' && !value.startsWith('-');

/** `Ticker` of the API, as method and channel give it. An empty side has null or 0. */
export const tickerSchema = z
  .object({
    instrument_name: name,
    timestamp: millis,
    mark_price: decimal,
    index_price: maybeDecimal,
    last_price: priceOrNone,
    best_bid_price: priceOrNone,
    best_ask_price: priceOrNone,
    min_price: decimal,
    max_price: decimal,
    state,
  })
  .transform(
    (raw): Ticker => ({
      instrument: raw.instrument_name,
      at: raw.timestamp,
      markPrice: raw.mark_price,
      indexPrice: raw.index_price,
      lastPrice: raw.last_price,
      bestBid: raw.best_bid_price,
      bestAsk: raw.best_ask_price,
      minPrice: raw.min_price,
      maxPrice: raw.max_price,
      state: raw.state,
    }),
  );

/** Data of `chart.trades`: the running candle, sent again and again until one with a later `tick` follows. */
export const candleSchema = z
  .object({
    tick: millis,
    open: decimal,
    high: decimal,
    low: decimal,
    close: decimal,
    volume: decimal,
  })
  .transform(({ tick, ...rest }): Candle => ({ at: tick, ...rest }));

const column = z.array(decimal);

/** Chart data: columns of equal length, `tick` ascending. */
export const chartSchema = z
  .object({
    status: z.enum(CHART_STATES),
    ticks: z.array(millis),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
  })
  .refine(
    (raw) =>
      [raw.open, raw.high, raw.low, raw.close, raw.volume].every(
        (values) => values.length === raw.ticks.length,
      ),
    'columns of unequal length',
  )
  .refine(
    (raw) => raw.ticks.every((tick, i) => i === 0 || tick > (raw.ticks[i - 1] ?? tick)),
    'ticks that do not ascend',
  )
  .transform((raw): readonly Candle[] =>
    raw.ticks.flatMap((at, i) => {
      const [open, high, low, close, volume] = [
        raw.open[i],
        raw.high[i],
        raw.low[i],
        raw.close[i],
        raw.volume[i],
      ];
      if (
        open === undefined ||
        high === undefined ||
        low === undefined ||
        close === undefined ||
        volume === undefined
      )
        return [];
      return [{ at, open, high, low, close, volume }];
    }),
  );

/** Data of `instrument.state`; `known` says whether the word of the state is one of ours. */
export const instrumentStateSchema = z
  .object({ instrument_name: name, state: z.string(), timestamp: millis })
  .transform((raw) => ({
    instrument: raw.instrument_name,
    state: STATES.get(raw.state) ?? ('unknown' as const),
    at: raw.timestamp,
    known: STATES.has(raw.state) || raw.state === 'archivized',
  }));
