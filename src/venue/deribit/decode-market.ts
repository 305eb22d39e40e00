/** Instruments, tickers and candles off the wire. */
import { z } from 'zod';
import type { Instrument, InstrumentState } from '../../domain/instrument.ts';
import type { Candle, Ticker } from '../../domain/market.ts';
import { CHART_STATES, INSTRUMENT_TYPES } from '../protocol/values.ts';
import {
  decimalOf,
  maybeDecimalOf,
  momentOf,
  nameOf,
  objectOf,
  priceOrNoneOf,
  schemaOf,
  textOf,
} from './decode-members.ts';
import { decimal, millis, name } from './decode-values.ts';

/** A word that we do not know, and `archivized`, are `unknown`: only `open` is ever traded in. */
const STATES: ReadonlyMap<string, InstrumentState> = new Map(
  (['open', 'locked', 'settlement', 'delivered', 'inactive', 'halted'] as const).map((state) => [
    state,
    state,
  ]),
);

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

/** A state by its word. */
export const stateOf = (word: string): InstrumentState => STATES.get(word) ?? 'unknown';

/** `Ticker` of the API, as method and channel give it. An empty side has null or 0. */
export function readTicker(value: unknown): Ticker {
  const raw = objectOf(value);
  return {
    instrument: nameOf(raw, 'instrument_name'),
    at: momentOf(raw, 'timestamp'),
    markPrice: decimalOf(raw, 'mark_price'),
    indexPrice: maybeDecimalOf(raw, 'index_price'),
    lastPrice: priceOrNoneOf(raw, 'last_price'),
    bestBid: priceOrNoneOf(raw, 'best_bid_price'),
    bestAsk: priceOrNoneOf(raw, 'best_ask_price'),
    minPrice: decimalOf(raw, 'min_price'),
    maxPrice: decimalOf(raw, 'max_price'),
    state: stateOf(textOf(raw, 'state')),
  };
}
export const tickerSchema = schemaOf(readTicker);

/** Data of `chart.trades`: the running candle, sent again and again until one with a later `tick` follows. */
export function readCandle(value: unknown): Candle {
  const raw = objectOf(value);
  return {
    at: momentOf(raw, 'tick'),
    open: decimalOf(raw, 'open'),
    high: decimalOf(raw, 'high'),
    low: decimalOf(raw, 'low'),
    close: decimalOf(raw, 'close'),
    volume: decimalOf(raw, 'volume'),
  };
}
export const candleSchema = schemaOf(readCandle);

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
