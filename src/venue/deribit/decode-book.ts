/**
 * Public market data off the wire beside tickers and candles: order books and their changes, trades of all, quotes,
 * indices, funding, the state of the platform.
 */
import { z } from 'zod';
import type { Decimal } from '../../base/decimal.ts';
import type { PublicTrade } from '../../domain/market.ts';
import { BOOK_ACTIONS, DIRECTIONS } from '../protocol/values.ts';
import {
  type Raw,
  countOf,
  decimalOf,
  idOf,
  maybeDecimalOf,
  maybeNameOf,
  momentOf,
  nameOf,
  objectOf,
  rowsOf,
  schemaOf,
  wordOf,
} from './decode-members.ts';
import { decimal, flag, maybeDecimal, millis, name, priceOrNone } from './decode-values.ts';

/** A level of a book. `amount` is what stands there from now on; zero of a deleted one. */
export type Level = { readonly price: Decimal; readonly amount: Decimal };

const changeId = z.number().int().nonnegative();
const plainLevel = z
  .tuple([decimal, decimal])
  .rest(z.unknown())
  .transform(([price, amount]): Level => ({ price, amount }));
const levelChange = z.tuple([z.enum(BOOK_ACTIONS), decimal, decimal]).transform(
  ([action, price, amount]): Level => ({
    price,
    amount: action === 'delete' ? ('0' as Decimal) : amount,
  }),
);
/** A side that is left out has nothing to tell. */
const levels = z
  .array(z.union([levelChange, plainLevel]))
  .nullish()
  .transform((rows): readonly Level[] => rows ?? []);

/**
 * Data of `book.*`, with changes or as a whole. `previous` is the `change_id` that a change follows; null of a snapshot.
 * A grouped channel sends the whole book each time and no `type`.
 */
export const bookSchema = z
  .object({
    instrument_name: name,
    timestamp: millis,
    type: z.enum(['snapshot', 'change']).nullish(),
    change_id: changeId,
    prev_change_id: changeId.nullish(),
    bids: levels,
    asks: levels,
  })
  .refine(
    (raw) => raw.type !== 'change' || typeof raw.prev_change_id === 'number',
    'a change that does not say what it follows',
  )
  .transform((raw) => ({
    instrument: raw.instrument_name,
    at: raw.timestamp,
    whole: raw.type !== 'change',
    changeId: raw.change_id,
    previous: raw.prev_change_id ?? null,
    bids: raw.bids,
    asks: raw.asks,
  }));

/** Result of `public/get_order_book`: a ticker with its book. */
export const orderBookSchema = z
  .object({
    instrument_name: name,
    timestamp: millis,
    change_id: changeId.nullish(),
    bids: z.array(plainLevel),
    asks: z.array(plainLevel),
    mark_price: maybeDecimal,
    index_price: maybeDecimal,
    last_price: priceOrNone,
  })
  .transform((raw) => ({
    instrument: raw.instrument_name,
    at: raw.timestamp,
    changeId: raw.change_id ?? null,
    bids: raw.bids,
    asks: raw.asks,
    markPrice: raw.mark_price,
    indexPrice: raw.index_price,
    lastPrice: raw.last_price,
  }));

function readPublicTrade(raw: Raw): PublicTrade {
  return {
    tradeId: idOf(raw, 'trade_id'),
    tradeSeq: countOf(raw, 'trade_seq'),
    instrument: nameOf(raw, 'instrument_name'),
    at: momentOf(raw, 'timestamp'),
    price: decimalOf(raw, 'price'),
    amount: decimalOf(raw, 'amount'),
    direction: wordOf(raw, 'direction', DIRECTIONS),
    markPrice: maybeDecimalOf(raw, 'mark_price'),
    indexPrice: maybeDecimalOf(raw, 'index_price'),
    liquidation: maybeNameOf(raw, 'liquidation'),
  };
}
/** Data of `trades.*`. */
export const readPublicTrades = (value: unknown): readonly PublicTrade[] =>
  rowsOf(value, 'trades', readPublicTrade);
export const publicTradeSchema = schemaOf((value) => readPublicTrade(objectOf(value)));
export const publicTradesSchema = schemaOf(readPublicTrades);
export const publicTradesPageSchema = z
  .object({ trades: publicTradesSchema, has_more: z.boolean().nullish() })
  .transform((raw) => ({ trades: raw.trades, hasMore: raw.has_more ?? false }));

/** Data of `quote.*`. An empty side has null or 0. */
export const quoteSchema = z
  .object({
    instrument_name: name,
    timestamp: millis,
    best_bid_price: priceOrNone,
    best_bid_amount: maybeDecimal,
    best_ask_price: priceOrNone,
    best_ask_amount: maybeDecimal,
  })
  .transform((raw) => ({
    instrument: raw.instrument_name,
    at: raw.timestamp,
    bestBid: raw.best_bid_price,
    bestBidAmount: raw.best_bid_amount,
    bestAsk: raw.best_ask_price,
    bestAskAmount: raw.best_ask_amount,
  }));

/** Data of `deribit_price_index.*`. */
export const indexSchema = z
  .object({ index_name: name, price: decimal, timestamp: millis })
  .transform((raw) => ({ index: raw.index_name, price: raw.price, at: raw.timestamp }));

/** Result of `public/get_index_price`. */
export const indexPriceSchema = z
  .object({ index_price: decimal })
  .transform((raw) => ({ price: raw.index_price }));

/** Data of `perpetual.*`: the funding of the moment. */
export const perpetualSchema = z
  .object({ timestamp: millis, interest: decimal, index_price: maybeDecimal })
  .transform((raw) => ({ at: raw.timestamp, interest: raw.interest, indexPrice: raw.index_price }));

/** Data of `platform_state` and of `platform_state.public_methods_state`: one of several shapes, each with one flag. */
export const platformSchema = z
  .object({
    price_index: name.nullish(),
    locked: flag,
    maintenance: flag,
    allow_unauthenticated_public_requests: flag,
  })
  .refine(
    (raw) =>
      raw.locked !== null ||
      raw.maintenance !== null ||
      raw.allow_unauthenticated_public_requests !== null,
    'says nothing about the platform',
  )
  .transform((raw) => ({
    index: raw.price_index ?? null,
    locked: raw.locked,
    maintenance: raw.maintenance,
    publicRequestsWithoutLogin: raw.allow_unauthenticated_public_requests,
  }));

/** Result of `public/status`: whether, and in which indices, the platform is locked. */
export const statusSchema = z
  .object({
    locked: z.union([z.boolean().transform(String), z.enum(['true', 'partial', 'false'])]),
    locked_indices: z.array(name).nullish(),
    locked_currencies: z.array(name).nullish(),
  })
  .transform((raw) => ({
    locked: raw.locked,
    indices: raw.locked_indices ?? raw.locked_currencies ?? [],
  }));
