/**
 * Candles of products that end. Nobody keeps them: they are the marks that follow from the chart of the index, with the trades of others and users that are still known.
 */
import { type Decimal, add, max, min, ZERO } from '../../../base/decimal.ts';
import { MINUTE, type Millis } from '../../../base/time.ts';
import { type Chart, chartRange } from '../market/candles.ts';
import { coinsOf, type InstrumentSpec, toTick } from './instruments.ts';
import type { PriceCandle } from '../ports.ts';
import { modelPrice } from './quiet.ts';
import type { World } from '../world.ts';

/** Those of a width that share an instant with [from, to] and lie in the product's life, ascending, the running one included. */
export function datedCandles(
  world: World,
  spec: InstrumentSpec,
  range: { readonly from: Millis; readonly to: Millis; readonly minutes: number },
): PriceCandle[] {
  const index: Chart | undefined = world.state.charts.get(spec.index);
  const end = world.state.markets.get(spec.name)?.dated?.delivery?.at ?? Number.POSITIVE_INFINITY;
  const from = Math.max(range.from, spec.createdAt);
  const to = Math.min(range.to, end - 1);
  if (index === undefined || from > to) return [];
  const width = range.minutes * MINUTE;
  const traded = Map.groupBy(
    (world.publicTrades.get(spec.name) ?? []).filter((trade) => trade.at >= from - (from % width)),
    (trade) => trade.at - (trade.at % width),
  );
  return chartRange(index, from, to, range.minutes).map((candle) =>
    withTrades(markCandle(world, spec, candle), spec, traded.get(candle.at) ?? []),
  );
}

/** The marks of a stretch of the index: the highest may belong to its lowest price. */
function markCandle(world: World, spec: InstrumentSpec, candle: PriceCandle): PriceCandle {
  const at = (price: Decimal): Decimal =>
    toTick(spec, modelPrice(world.state.seed, spec, candle.at, price), 'half_up');
  const [one, other] = [at(candle.high), at(candle.low)];
  return {
    at: candle.at,
    open: at(candle.open),
    high: max(one, other),
    low: min(one, other),
    close: at(candle.close),
    volume: ZERO,
  };
}

const withTrades = (
  candle: PriceCandle,
  spec: InstrumentSpec,
  trades: readonly { readonly price: Decimal; readonly amount: Decimal }[],
): PriceCandle =>
  trades.reduce(
    (sum, { price, amount }) => ({
      ...sum,
      high: max(sum.high, price),
      low: min(sum.low, price),
      volume: add(sum.volume, coinsOf(spec, amount, price)),
    }),
    candle,
  );
