/**
 * Icebergs: orders that show the book only a part of what they want (FACTS, sections 9.1, 13.1 and 18). At a price all that
 * is shown trades before anything hidden. Once an arriving order has its fill, an iceberg whose shown part it used up shows
 * a new one, at the end of the queue. A hidden part that rests and is taken pays the taker's fee. Where the documents are
 * silent we chose: only orders that rest at a limit may be icebergs; an edit without `display_amount` keeps it, a greater
 * one costs the place in the queue.
 */
import {
  type Decimal,
  dec,
  gte,
  isMultiple,
  lt,
  min,
  mul,
  sub,
  ZERO,
} from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { type Iceberg, type OrderRecord, remainingOf } from '../state.ts';

/** Least shown part in least amounts, and the bound of what is hidden in shown parts. */
const LEAST = dec(100);
const MOST_HIDDEN = dec(100);

type Sized = Pick<OrderRecord, 'amount' | 'filled' | 'iceberg'>;

/** What of a resting order the book shows, and what it does not. */
export const shownOf = (order: Sized): Decimal => order.iceberg?.shown ?? remainingOf(order);
export const hiddenOf = (order: Sized): Decimal =>
  order.iceberg === undefined ? ZERO : sub(remainingOf(order), order.iceberg.shown);

/** An iceberg that shows as much as it may of what is left. */
export const surfaced = (refresh: Decimal, left: Decimal): Iceberg => ({
  refresh,
  shown: min(refresh, left),
});

/** The same after `amount` of its shown part has traded. */
export const shownLess = ({ refresh, shown }: Iceberg, amount: Decimal): Iceberg => ({
  refresh,
  shown: sub(shown, amount),
});

/** The same, showing no more than `most`. */
export const shownAtMost = ({ refresh, shown }: Iceberg, most: Decimal): Iceberg => ({
  refresh,
  shown: min(shown, most),
});

/** What an order shows is never more than what is left of it. */
export function fitShown(order: Sized & { iceberg?: Iceberg }): void {
  const { iceberg } = order;
  const left = remainingOf(order);
  if (iceberg !== undefined && lt(left, iceberg.shown)) order.iceberg = shownAtMost(iceberg, left);
}

/** Checks the shown part of an order of which so much is left; 10036 when it is too small, no whole amount, or hides too much. */
export function checkDisplay(
  spec: InstrumentSpec,
  display: Decimal,
  left: Decimal,
): Answer<Iceberg> {
  const fits =
    gte(display, mul(spec.minAmount, LEAST)) &&
    isMultiple(display, spec.contractSize) &&
    lt(sub(left, display), mul(display, MOST_HIDDEN));
  return fits ? ok(surfaced(display, left)) : refuse(10036);
}
