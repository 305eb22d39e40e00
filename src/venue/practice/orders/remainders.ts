/** What market orders leave inside the band rests; where that is for so long only, it ends here (FACTS, section 23, point 5). */
import { settleLinks } from './linked.ts';
import { cancelOrder } from './matching.ts';
import { orderOf, type World } from '../world.ts';

/** Ends the remainders of market orders that have rested long enough, if the options give them an end. */
export function endRemainders(world: World): void {
  const { remainderRestsMs } = world.options;
  if (remainderRestsMs === 0) return;
  const due = [...world.state.live]
    .map((id) => orderOf(world, id))
    .filter(
      ({ original, state, createdAt }) =>
        original === 'market' && state === 'open' && world.now - createdAt >= remainderRestsMs,
    );
  for (const order of due) cancelOrder(world, order, null);
  if (due.length > 0) settleLinks(world, due);
}
