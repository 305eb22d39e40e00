/**
 * Orders of one owner never trade with each other. An account decides what happens when an order of its would take an
 * own one: `cancel_maker` ends the resting one, `reject_taker` the arriving one. Extended to subaccounts, all accounts of
 * the exchange count as one owner's; the rule that holds is that of the arriving order's account (our choice).
 */
import { type Decimal, lte, sub, ZERO } from '../../../base/decimal.ts';
import type { Direction } from '../../protocol/values.ts';
import { crosses, offersOn, oppositeSide } from '../market/book.ts';
import type { OrderRecord, SelfTrading } from '../state.ts';
import { accountOf, specOf, type World } from '../world.ts';

const USUAL: SelfTrading = { mode: 'cancel_maker', extended: false };

/** What an account has chosen. */
export const selfTradingOf = (world: World, account: string): SelfTrading =>
  accountOf(world, account).selfTrading ?? USUAL;

/**
 * Whether a resting order counts as an own one for an order of that account. What an account has chosen beyond its own
 * orders does not stand in the way of its liquidation.
 */
export const isOwn = (world: World, account: string, maker: OrderRecord | null): boolean =>
  maker !== null &&
  (maker.account === account ||
    (selfTradingOf(world, account).extended &&
      accountOf(world, account).liquidations === undefined));

/** Whether an order that arrives would have to take one of its owner's to get its amount within its limit. */
export function meetsOwn(
  world: World,
  order: {
    readonly account: string;
    readonly instrument: string;
    readonly direction: Direction;
    /** What it still wants. */
    readonly wanted: Decimal;
  },
  limit: Decimal,
): boolean {
  let left = order.wanted;
  const side = oppositeSide(order.direction);
  for (const offer of offersOn(world, specOf(world, order.instrument), side)) {
    if (!crosses(order.direction, limit, offer.price) || lte(left, ZERO)) return false;
    if (isOwn(world, order.account, offer.order)) return true;
    left = sub(left, offer.amount);
  }
  return false;
}
