/**
 * Margins of options by the standard model. Who holds one has paid its premium and needs none. Who is short needs, for each
 * coin, the mark and a share of the index that is smaller the further the option is out of the money. The shares are those
 * that the venue published for short calls; its documents give none for its model of today, and puts are treated alike.
 */
import {
  type Decimal,
  abs,
  add,
  dec,
  gt,
  max,
  mul,
  neg,
  sign,
  sub,
  ZERO,
} from '../../../base/decimal.ts';
import type { OptionSpec } from '../products/instruments.ts';

/** Shares of the index. */
const INITIAL = dec('0.15');
const INITIAL_LEAST = dec('0.1');
const MAINTENANCE = dec('0.075');

export type OptionPrices = { readonly mark: Decimal; readonly index: Decimal };

/** How far an option is out of the money; 0 when it is in it. */
function outOfMoney({ term }: OptionSpec, index: Decimal): Decimal {
  const away = term.side === 'call' ? sub(term.strike, index) : sub(index, term.strike);
  return max(ZERO, away);
}

/** Margin of a size (short < 0) in the settlement currency, unrounded. */
export function optionMargin(
  spec: OptionSpec,
  level: 'initial' | 'maintenance',
  size: Decimal,
  { mark, index }: OptionPrices,
): Decimal {
  if (sign(size) >= 0) return ZERO;
  const share =
    level === 'maintenance'
      ? mul(MAINTENANCE, index)
      : max(sub(mul(INITIAL, index), outOfMoney(spec, index)), mul(INITIAL_LEAST, index));
  return mul(abs(size), add(mark, share));
}

/** Signed sizes that an instrument could reach: as it is, with all resting buys, with all resting sells filled. */
type Exposure = { readonly size: Decimal; readonly buys: Decimal; readonly sells: Decimal };

/** What a position with its resting orders needs: the margin of all sells filled, and the premium of all buys, at the mark. */
export const optionReserve = (
  spec: OptionSpec,
  { size, buys, sells }: Exposure,
  prices: OptionPrices,
): Decimal => add(optionMargin(spec, 'initial', sub(size, sells), prices), mul(buys, prices.mark));

/** Margin of an order by itself: a buy costs its premium, a sell is a short position. */
export const optionOrderMargin = (
  spec: OptionSpec,
  order: {
    readonly direction: 'buy' | 'sell';
    readonly amount: Decimal;
    readonly price: Decimal;
  },
  index: Decimal,
): Decimal =>
  order.direction === 'buy'
    ? mul(order.amount, order.price)
    : optionMargin(spec, 'initial', neg(order.amount), { mark: order.price, index });

/**
 * What one more order needs: a buy its premium at the price that it may pay, as far as it does not close what is short; a
 * sell the margin by which the short position grows.
 */
export function optionOrderNeed(
  spec: OptionSpec,
  exposure: Exposure,
  order: {
    readonly direction: 'buy' | 'sell';
    readonly amount: Decimal;
    readonly price: Decimal;
  },
  prices: OptionPrices,
): Decimal {
  const { size, buys, sells } = exposure;
  if (order.direction === 'buy') {
    const opened = add(size, add(buys, order.amount));
    const growth = gt(opened, ZERO) ? (gt(opened, order.amount) ? order.amount : opened) : ZERO;
    return mul(growth, order.price);
  }
  const margin = (sold: Decimal): Decimal => optionMargin(spec, 'initial', sub(size, sold), prices);
  return sub(margin(add(sells, order.amount)), margin(sells));
}
