/**
 * What a kill without an engine does next, from what the exchange shows (I40). Ours is what carries our labels; an instrument
 * is ours when it is configured or one of our orders protects something there. A stop goes last: only where nothing is
 * open and nothing of ours could still open it.
 */
import { isZero } from '../base/decimal.ts';
import { parseLabel } from '../domain/label.ts';
import type { VenueOrder } from '../domain/order.ts';
import { type VenuePosition, withoutNoise } from '../domain/account.ts';
import type { KillOptions } from './options.ts';

type Shown = {
  /** Open orders, read before the positions, so that an order that fills in between is seen as its position. */
  readonly orders: readonly VenueOrder[];
  readonly positions: readonly Pick<VenuePosition, 'instrument' | 'size'>[];
};

export type KillPlan = {
  readonly cancel: readonly VenueOrder[];
  /** Positions to close whole. */
  readonly close: readonly Shown['positions'][number][];
};

const isOurs = (order: VenueOrder): boolean => parseLabel(order.label) !== undefined;

/** Instruments on which one of our orders protects, or would close, a position. */
export const protectedBy = (orders: readonly VenueOrder[]): readonly string[] =>
  orders.filter((order) => isOurs(order) && order.reduceOnly).map(({ instrument }) => instrument);

/** What is left to do; nothing of both when the exchange shows that it is done. */
export function planKill(
  { orders, positions }: Shown,
  { strength, instruments }: Pick<KillOptions, 'strength' | 'instruments'>,
): KillPlan {
  if (strength === 'stop') return { cancel: [], close: [] };
  const ours = orders.filter(isOurs);
  const open = positions
    .map(withoutNoise)
    .filter(({ instrument, size }) => instruments.includes(instrument) && !isZero(size));
  const mayBeOpen = new Set([
    ...open.map(({ instrument }) => instrument),
    ...ours.filter((order) => !order.reduceOnly).map(({ instrument }) => instrument),
  ]);
  const goes = (order: VenueOrder): boolean => {
    if (!order.reduceOnly) return true;
    if (strength === 'flatten' && !mayBeOpen.has(order.instrument)) return true;
    // A target that is linked to a stop would take it along.
    return strength !== 'reduce' && order.type.startsWith('take') && !order.ocoRef;
  };
  return { cancel: ours.filter(goes), close: strength === 'flatten' ? open : [] };
}
