/** Prices of an instrument as its ticker, order book and candles show them. */
import {
  type Decimal,
  add,
  div,
  gt,
  isZero,
  lt,
  mul,
  roundTo,
  sub,
  sum,
  ZERO,
  abs,
  dec,
} from '../../../base/decimal.ts';
import { must } from '../../../base/assert.ts';
import { DAY, MINUTE, type Millis } from '../../../base/time.ts';
import type {
  ChartCandle,
  ChartData,
  OrderBook,
  Ticker,
  TickerStats,
} from '../../protocol/objects.ts';
import { levelsOf, offersOn } from './book.ts';
import { chartRange } from './candles.ts';
import { datedCandles } from '../products/dated-candles.ts';
import { coinsOf, type InstrumentSpec, isOption, priceBand } from '../products/instruments.ts';
import { optionFigures } from '../products/option-ticker.ts';
import type { PriceCandle } from '../ports.ts';
import { estimatedDelivery } from './prices.ts';
import type { MarketRecord } from '../state.ts';
import { marketOf, type World } from '../world.ts';
import { num, type WireNumber } from '../wire/wire-json.ts';

const RATE_DIGITS = 8;
const COST_DIGITS = 8;
const PERCENT_DIGITS = 4;

export function tickerObject(world: World, spec: InstrumentSpec): Ticker<WireNumber> {
  const market = marketOf(world, spec.name);
  const band = priceBand(spec, market.mark);
  const [bid] = levelsOf(offersOn(world, spec, 'bid'), 1);
  const [ask] = levelsOf(offersOn(world, spec, 'ask'), 1);
  const trading = market.state === 'open';
  const delivery = market.dated?.delivery;
  return {
    instrument_name: spec.name,
    timestamp: world.now,
    state: market.state,
    stats: statsOf(world, spec),
    index_price: num(market.index),
    mark_price: num(market.mark),
    last_price: market.dated !== undefined && market.tradeSeq === 0 ? null : num(market.last),
    ...(delivery === undefined
      ? { settlement_price: num(market.settlementPrice) }
      : { delivery_price: num(delivery.price) }),
    min_price: num(band.min),
    max_price: num(band.max),
    best_bid_price: bid === undefined || !trading ? null : num(bid.price),
    best_bid_amount: bid === undefined || !trading ? num(ZERO) : num(bid.amount),
    best_ask_price: ask === undefined || !trading ? null : num(ask.price),
    best_ask_amount: ask === undefined || !trading ? num(ZERO) : num(ask.amount),
    open_interest: num(openInterest(world, spec)),
    estimated_delivery_price: num(
      delivery?.price ?? estimatedDelivery(world.state.prices, spec.index, world.now).price,
    ),
    ...(spec.term.kind === 'perpetual' ? fundingFields(market) : {}),
    ...(isOption(spec)
      ? optionFigures(world, spec, {
          bid: trading ? bid?.price : undefined,
          ask: trading ? ask?.price : undefined,
        })
      : {}),
  };
}

const fundingFields = (market: MarketRecord) => ({
  current_funding: num(roundTo(market.rate, RATE_DIGITS)),
  funding_8h: num(roundTo(market.meanRate, RATE_DIGITS)),
  interest_value: num(roundTo(market.interest, RATE_DIGITS)),
});

/** What the users hold, half of it being the other side of the market maker. */
const openInterest = (world: World, spec: InstrumentSpec): Decimal =>
  sum(
    [...world.state.accounts.values()].map((account) =>
      abs(account.positions[spec.name]?.size ?? ZERO),
    ),
  );

/** Statistics of 24 hours are looked up again each quarter of an hour of server time; they are for display. */
const STATS_EVERY = 15 * MINUTE;
const cache = new WeakMap<
  World,
  Map<string, { readonly at: Millis; readonly stats: TickerStats<WireNumber> }>
>();

function statsOf(world: World, spec: InstrumentSpec): TickerStats<WireNumber> {
  if (spec.term.kind !== 'perpetual') return dayStats(tradedToday(world, spec));
  const at = world.now - (world.now % STATS_EVERY);
  const known =
    cache.get(world) ?? new Map<string, { at: Millis; stats: TickerStats<WireNumber> }>();
  cache.set(world, known);
  const hit = known.get(spec.name);
  if (hit !== undefined && hit.at === at) return hit.stats;
  const stats = dayStats(
    candlesOf(world, spec, { from: world.now - DAY, to: world.now, minutes: 1 }),
  );
  known.set(spec.name, { at, stats });
  return stats;
}

/** The trades of the last day, each as a candle of its own; what ends has no other past. */
const tradedToday = (world: World, spec: InstrumentSpec): readonly PriceCandle[] =>
  (world.publicTrades.get(spec.name) ?? [])
    .filter(({ at }) => at > world.now - DAY)
    .map(({ at, price, amount }) => ({
      at,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: coinsOf(spec, amount, price),
    }));

function dayStats(candles: readonly PriceCandle[]): TickerStats<WireNumber> {
  const [first, last] = [candles[0], candles.at(-1)];
  if (first === undefined || last === undefined)
    return { high: null, low: null, price_change: null, volume: num(ZERO), volume_usd: num(ZERO) };
  const high = candles.reduce(
    (most, candle) => (gt(candle.high, most) ? candle.high : most),
    first.high,
  );
  const low = candles.reduce(
    (least, candle) => (lt(candle.low, least) ? candle.low : least),
    first.low,
  );
  const volume = sum(candles.map((candle) => candle.volume));
  const turnover = sum(candles.map((candle) => mul(candle.volume, candle.close)));
  return {
    high: num(high),
    low: num(low),
    price_change: num(div(mul(sub(last.close, first.open), dec(100)), first.open, PERCENT_DIGITS)),
    volume: num(volume),
    volume_usd: num(roundTo(turnover, 2)),
    volume_notional: num(roundTo(turnover, 2)),
  };
}

export function bookObject(
  world: World,
  spec: InstrumentSpec,
  depth: number,
): OrderBook<WireNumber> {
  const market = marketOf(world, spec.name);
  const side = (name: 'bid' | 'ask') =>
    market.state !== 'open'
      ? []
      : levelsOf(offersOn(world, spec, name), depth).map(
          ({ price, amount }) => [num(price), num(amount)] as const,
        );
  return {
    ...tickerObject(world, spec),
    bids: side('bid'),
    asks: side('ask'),
    change_id: world.state.counters.trade,
  };
}

/** Candles of a width that share an instant with [from, to], ascending, the running one included. */
export const candlesOf = (
  world: World,
  spec: InstrumentSpec,
  range: { readonly from: Millis; readonly to: Millis; readonly minutes: number },
): PriceCandle[] =>
  spec.term.kind === 'perpetual'
    ? chartRange(
        must(world.state.charts.get(spec.name), 'a chart'),
        range.from,
        range.to,
        range.minutes,
      )
    : datedCandles(world, spec, range);

const costOf = (candle: PriceCandle): Decimal =>
  isZero(candle.volume)
    ? ZERO
    : roundTo(
        mul(candle.volume, div(add(candle.open, candle.close), '2' as Decimal, 2)),
        COST_DIGITS,
      );

export const candleObject = (candle: PriceCandle): ChartCandle<WireNumber> => ({
  tick: candle.at,
  open: num(candle.open),
  high: num(candle.high),
  low: num(candle.low),
  close: num(candle.close),
  volume: num(candle.volume),
  cost: num(costOf(candle)),
});

export function chartObject(candles: readonly PriceCandle[]): ChartData<WireNumber> {
  const column = (read: (candle: PriceCandle) => Decimal): WireNumber[] =>
    candles.map((candle) => num(read(candle)));
  return {
    status: candles.length === 0 ? 'no_data' : 'ok',
    ticks: candles.map((candle) => candle.at),
    open: column((candle) => candle.open),
    high: column((candle) => candle.high),
    low: column((candle) => candle.low),
    close: column((candle) => candle.close),
    volume: column((candle) => candle.volume),
    cost: column(costOf),
  };
}
