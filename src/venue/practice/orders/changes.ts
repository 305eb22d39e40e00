/** Turns what one event has changed into the one frame per account and instrument that `user.changes` carries. */
import { orderObject, positionObject, userTradeObject } from '../wire/objects.ts';
import { isListed } from '../state.ts';
import { accountOf, orderOf, specOf, type World } from '../world.ts';

/** Ends an event: everything noted since the last one becomes news, orders and position as they stand now. */
export function flushChanges(world: World): void {
  if (world.pending.size === 0) return;
  for (const { account, instrument, orders, trades } of world.pending.values()) {
    const listed = [...orders].map((id) => orderOf(world, id)).filter(isListed);
    const isShown = orders.size === 0 || listed.length > 0 || trades.length > 0;
    world.news.push({
      kind: 'changes',
      account,
      instrument,
      about: { orders: [...orders], trades },
      shown:
        isShown && world.heard.has(account)
          ? {
              orders: listed.map((order) => orderObject(world, order)),
              trades: trades.map((trade) => userTradeObject(world, trade)),
              position: positionObject(world, accountOf(world, account), specOf(world, instrument)),
            }
          : null,
    });
  }
  world.pending.clear();
}
