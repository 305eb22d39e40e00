/** What happens in more than one accident: signals, hands, prices, and what was seen of them. */
import { isDormant, isLive, type OrderRecord } from '../../src/venue/practice/state.ts';
import { PERPETUAL, type World } from '../../sim/world/world.ts';

/** A hand on the website, or as told, closes the position or a part of it. */
export const close = (world: World, more: Readonly<Record<string, string>> = {}): unknown =>
  world.control('POST', 'close', { instrument: PERPETUAL, ...more });

export const trade = (world: World, direction: 'buy' | 'sell', amount: string): unknown =>
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });

export const price = (world: World, to: string): unknown =>
  world.control('POST', 'price', { instrument: PERPETUAL, price: to });

/** Live stops of ours that are not asleep. */
export const stops = (world: World): readonly OrderRecord[] =>
  [...world.truth().orders.values()].filter(
    (order) =>
      order.label.startsWith('ls:') &&
      order.type === 'stop_market' &&
      isLive(order) &&
      !isDormant(order),
  );

/** A hand cancels our stop; the target, which is linked to it, goes with it. */
export const cancelStop = (world: World): unknown =>
  world.hand('private/cancel', { order_id: stops(world)[0]?.id });

/** Frames of the engine that ask for this method. */
export const sent = (world: World, method: string, since = 0): number =>
  world.frames().filter(({ at, text }) => at >= since && text.includes(`"private/${method}"`))
    .length;

/** Frames of the engine that would change something at the exchange. */
export const orderFrames = (world: World, since = 0): readonly string[] =>
  world
    .frames()
    .filter(
      ({ at, text }) => at >= since && /"private\/(?:buy|sell|edit|cancel)[a-z_]*"/.test(text),
    )
    .map(({ text }) => text);

/** How the intent of the first entry stands. */
export const placement = (world: World): string | undefined => {
  const [first] = world.books().intents.values();
  return first?.placement.state;
};

/** Verified and warm, the last check a while ago, and then a signal under the fault. Answers when it was intended. */
export async function entering(
  world: World,
  ...faults: readonly Readonly<Record<string, unknown>>[]
): Promise<number> {
  await world.ready();
  await world.run(15_000);
  for (const fault of faults) world.fault(fault);
  world.signal();
  await world.until('an intent', () => world.of('ORDER_INTENDED').length > 0, 70_000);
  return world.now();
}

export const isClosed = (world: World, id: string): boolean => world.trade(id).closedAt !== null;
