/**
 * Where Razor wants the stop of an open trade: at break-even once the price has gone far enough, then behind the best
 * price. Only ever nearer than it stands, on the price grid, in steps of at least a tick.
 */
import {
  add,
  type Decimal,
  div,
  gte,
  isZero,
  lte,
  max,
  mul,
  ONE,
  sub,
} from '../../base/decimal.ts';
import { onTick, tickAt } from '../../domain/instrument.ts';
import type { ManagedTrade, StopWish } from '../strategy.ts';
import type { RazorSettings } from './settings.ts';

export type TrailSettings = Pick<
  RazorSettings,
  'break_even_percent' | 'trailing_percent' | 'trailing_step_percent'
>;

/** Whether anything may move a stop at all. */
export const movesStops = ({ break_even_percent, trailing_percent }: TrailSettings): boolean =>
  !isZero(break_even_percent) || !isZero(trailing_percent);

const percentOf = (price: Decimal, percent: Decimal): Decimal =>
  div(mul(price, percent), '100' as Decimal, 10);

/** How much nearer to the price of its side `price` is than the stop that stands; negative when further away. */
const gain = ({ direction, stop }: ManagedTrade, price: Decimal): Decimal =>
  direction === 'long' ? sub(price, stop) : sub(stop, price);

/**
 * The price at which a trade that entered and leaves as a taker ends with nothing, rounded to its own side. From
 * (p - e) = f (p + e) for a long, so p = e (1 + f) / (1 - f); for a short the inverse. The same holds for inverse
 * contracts, where both sides are divided by p e.
 */
export function breakEvenPrice(trade: Omit<ManagedTrade, 'stop' | 'best'>): Decimal {
  const { direction, entryPrice, instrument } = trade;
  const [more, less] = [add(ONE, instrument.takerFee), sub(ONE, instrument.takerFee)];
  const price =
    direction === 'long'
      ? div(mul(entryPrice, more), less, 10, 'ceil')
      : div(mul(entryPrice, less), more, 10, 'floor');
  return onTick(instrument, price, direction === 'long' ? 'ceil' : 'floor');
}

function breakEven(settings: TrailSettings, trade: ManagedTrade): StopWish | null {
  const { direction, entryPrice, best, instrument } = trade;
  if (isZero(settings.break_even_percent)) return null;
  const far = percentOf(entryPrice, settings.break_even_percent);
  const reached =
    direction === 'long' ? gte(best, add(entryPrice, far)) : lte(best, sub(entryPrice, far));
  const price = breakEvenPrice(trade);
  const isNearer = gte(gain(trade, price), tickAt(instrument, price));
  return reached && isNearer ? { price, reason: 'break_even' } : null;
}

function trailing(settings: TrailSettings, trade: ManagedTrade): StopWish | null {
  const { direction, entryPrice, best, instrument } = trade;
  if (isZero(settings.trailing_percent)) return null;
  const distance = percentOf(best, settings.trailing_percent);
  const price =
    direction === 'long'
      ? onTick(instrument, sub(best, distance), 'floor')
      : onTick(instrument, add(best, distance), 'ceil');
  const step = percentOf(entryPrice, settings.trailing_step_percent);
  return gte(gain(trade, price), max(step, tickAt(instrument, price)))
    ? { price, reason: 'trailing' }
    : null;
}

/** The better stop of the two rules; null as long as neither wants it nearer than it stands. */
export function wantedStop(settings: TrailSettings, trade: ManagedTrade): StopWish | null {
  const even = breakEven(settings, trade);
  const follows = trailing(settings, trade);
  if (even === null || follows === null) return even ?? follows;
  return gte(gain(trade, even.price), gain(trade, follows.price)) ? even : follows;
}
