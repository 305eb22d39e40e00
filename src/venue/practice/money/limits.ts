/** Refuses an order that would bring its account above one of the limits of `rules.ts`; edits are not counted again. */
import { type Decimal, add, gt, neg, sub, ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import type { NewOrder } from '../orders/entering.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { reservedIn } from '../orders/resting.ts';
import { isDormant, type OrderRecord } from '../state.ts';
import { accountOf, orderOf, type World } from '../world.ts';

const above = (most: number | null, count: number): boolean => most !== null && count > most;
const tooBig = (most: Decimal | null, size: () => Decimal): boolean =>
  most !== null && gt(size(), most);

/** Checks an order that is about to be placed together with its secondaries. */
export function withinLimits(world: World, order: NewOrder, secondaries: number): Answer<null> {
  const { limits } = world;
  const counted = [limits.orders, limits.futureOrders, limits.triggers, limits.secondaries];
  if (counted.some((most) => most !== null)) {
    const live = [...world.state.live]
      .map((id) => orderOf(world, id))
      .filter(({ account }) => account === order.account);
    const count = (means: (one: OrderRecord) => boolean): number => live.filter(means).length;
    const waits = order.trigger !== null;
    if (above(limits.orders, live.length + 1 + secondaries)) return refuse(10013);
    if (!waits && above(limits.futureOrders, count(({ state }) => state === 'open') + 1))
      return refuse(10014);
    if (
      waits &&
      above(limits.triggers, count((one) => one.trigger !== null && !isDormant(one)) + 1)
    )
      return refuse(11035, { bound: String(limits.triggers) });
    if (secondaries > 0 && above(limits.secondaries, count(isDormant) + secondaries))
      return refuse(13901);
  }
  if (order.trigger !== null || order.reduceOnly) return ok(null);
  const { buy, sell } = reservedIn(world.resting, order.instrument, order.account);
  if (tooBig(limits.futureOrdersSize, () => add(add(buy, sell), order.amount)))
    return refuse(10016);
  const size = accountOf(world, order.account).positions[order.instrument]?.size ?? ZERO;
  const grown = (): Decimal =>
    order.direction === 'buy'
      ? add(size, add(buy, order.amount))
      : neg(sub(size, add(sell, order.amount)));
  return tooBig(limits.futurePositionSize, grown) ? refuse(10018) : ok(null);
}
