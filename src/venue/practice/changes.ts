/** Turns what one event has changed into the one frame per account and instrument that `user.changes` carries. */
import { orderObject, positionObject, userTradeObject } from './objects.ts';
import { accountOf, orderOf, specOf, type World } from './world.ts';

/** Ends an event: everything noted since the last one becomes news, orders and position as they stand now. */
export function flushChanges(world: World): void {
  if (world.pending.size === 0) return;
  for (const { account, instrument, orders, trades } of world.pending.values()) {
    world.news.push({
      kind: 'changes',
      account,
      instrument,
      about: { orders: [...orders], trades },
      shown: world.heard.has(account)
        ? {
            orders: [...orders].map((id) => orderObject(world, orderOf(world, id))),
            trades: trades.map((trade) => userTradeObject(world, trade)),
            position: positionObject(world, accountOf(world, account), specOf(world, instrument)),
          }
        : null,
    });
  }
  world.pending.clear();
}
