/** Whether an order that fills at once or not at all would meet anybody. */
import { isZero, lt } from '../../../base/decimal.ts';
import type { NewOrder } from './entering.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { available } from './matching.ts';
import type { World } from '../world.ts';

/** Whether an order that may not rest would end without any fill. */
export function fillsNothing(world: World, spec: InstrumentSpec, order: NewOrder): boolean {
  const { timeInForce, price, direction, account, amount } = order;
  if (timeInForce !== 'immediate_or_cancel' && timeInForce !== 'fill_or_kill') return false;
  if (price === null || order.trigger !== null) return false;
  const offered = available(world, { instrument: spec.name, direction, account }, price);
  return timeInForce === 'fill_or_kill' ? lt(offered, amount) : isZero(offered);
}
