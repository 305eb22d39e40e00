/**
 * Results of trades, exactly. Linear: PnL = (exit - entry) x amount in the quote currency. Inverse: amounts are USD and
 * PnL = amount x (1/entry - 1/exit) in the coin, with harmonic averages (FACTS 8.5, 10.2). Only divisions round, to
 * `PLACES` digits.
 */
import { type Decimal, ZERO, add, div, isZero, mul, neg, sub, sum } from '../base/decimal.ts';
import type { Side } from './shown.ts';

/** A piece of an entry or exit. */
export type Lot = { readonly amount: Decimal; readonly price: Decimal };

type Kind = 'linear' | 'inverse';

const PLACES = 18;

/** Sum of the amounts. */
export const totalAmount = (lots: readonly Lot[]): Decimal => sum(lots.map((lot) => lot.amount));

/** Value of lots in the PnL currency: amount x price (linear) or amount / price (inverse). */
function value(kind: Kind, lots: readonly Lot[]): Decimal {
  return sum(
    lots.map(({ amount, price }) =>
      kind === 'linear' ? mul(amount, price) : div(amount, price, PLACES),
    ),
  );
}

/** Average price of lots: arithmetic by amount (linear), harmonic (inverse); null without an amount. At most 10 digits. */
export function averagePrice(kind: Kind, lots: readonly Lot[]): Decimal | null {
  const amount = totalAmount(lots);
  if (isZero(amount)) return null;
  return kind === 'linear'
    ? div(value(kind, lots), amount, 10)
    : div(amount, value(kind, lots), 10);
}

/** Realised result before fees of the closed part; exits may be fewer than entries. Linear results without rest are exact. */
export function grossPnl(
  kind: Kind,
  side: Side,
  entries: readonly Lot[],
  exits: readonly Lot[],
): Decimal {
  const opened = totalAmount(entries);
  const closed = totalAmount(exits);
  if (isZero(opened) || isZero(closed)) return ZERO;
  const entryValue = value(kind, entries);
  const share = opened === closed ? entryValue : div(mul(entryValue, closed), opened, PLACES);
  const gain = sub(value(kind, exits), share);
  const long = kind === 'linear' ? gain : neg(gain);
  return side === 'long' ? long : neg(long);
}

/** Unrealised result of an open lot at a mark price. */
export function unrealisedPnl(kind: Kind, side: Side, open: Lot, mark: Decimal): Decimal {
  if (isZero(open.amount)) return ZERO;
  return grossPnl(kind, side, [open], [{ amount: open.amount, price: mark }]);
}

/** What an amount is worth in its PnL currency at `price`. */
export const notional = (kind: Kind, amount: Decimal, price: Decimal): Decimal =>
  value(kind, [{ amount, price }]);

/** Splits `total` over weights so that the shares sum to it exactly; the rest of the division goes to the first. */
export function split(total: Decimal, weights: readonly Decimal[], places = 8): readonly Decimal[] {
  const whole = sum(weights);
  if (weights.length === 0) return [];
  if (weights.length === 1) return [total];
  const shares = weights.map((weight) =>
    isZero(whole) ? ZERO : div(mul(total, weight), whole, places, 'down'),
  );
  const rest = sub(total, sum(shares));
  return shares.map((share, index) => (index === 0 ? add(share, rest) : share));
}

/** The amount with the sign of the side. */
export const signed = (side: Side, amount: Decimal): Decimal =>
  side === 'long' ? amount : neg(amount);
