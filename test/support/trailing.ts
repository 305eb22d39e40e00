/** Worlds in which stops follow the price, watched at every single thing that happens; what tests of them ask and do. */
import assert from 'node:assert/strict';
import { dec } from '../../src/base/decimal.ts';
import type { Signal } from '../../src/strategy/strategy.ts';
import { audit, auditCover } from '../../sim/auditor/audit.ts';
import {
  BOT,
  createWorld,
  PERPETUAL,
  type World,
  type WorldOptions,
} from '../../sim/world/world.ts';

const moving = (settings: Readonly<Record<string, string>>) => ({
  ...BOT,
  settings: { ...BOT.settings, take_profit_percent: '5', ...settings },
});
export const EVEN = moving({ break_even_percent: '0.3' });
export const TRAIL = moving({ trailing_percent: '0.4', trailing_step_percent: '0.05' });
export const FAR: Partial<Signal> = { stopLossPercent: dec('0.4'), takeProfitPercent: dec('5') };

export const liveStops = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) => order.type === 'stop_market' && order.state === 'untriggered' && !order.dormant,
    );
export const triggers = (world: World) => liveStops(world).map((order) => order.triggerPrice);
export const moved = (world: World) =>
  world.of('STOP_MOVED').map(({ data }) => `${data.reason} ${data.stopLoss}`);
export const shownStops = (world: World) =>
  world.of('TRADE_UPDATED').map(({ data }) => data.trade.stopLoss);
export const edits = (world: World) =>
  world.frames().filter(({ text }) => text.includes('"private/edit"'));
export const price = (world: World, to: string) =>
  world.control('POST', 'price', { instrument: PERPETUAL, price: to });

/** A world of one strategy with an open trade, watched: no moment without a stop for all that is held. */
export async function opened(
  strategy: typeof BOT,
  signal: Partial<Signal> = FAR,
  options: WorldOptions = {},
): Promise<{
  readonly world: World;
  readonly id: string;
  readonly entry: string;
  readonly first: string;
  readonly order: string;
}> {
  const world = await createWorld({ strategies: [strategy], watch: auditCover, ...options });
  const { id, stopLoss, entries } = await world.enter(signal);
  await world.run(15_000);
  return {
    world,
    id,
    entry: String(entries[0]?.price),
    first: String(stopLoss),
    order: String(liveStops(world)[0]?.orderId),
  };
}

/** Moves the price and lets it stand for a while. */
export async function to(world: World, next: string, ms = 8_000): Promise<void> {
  price(world, next);
  await world.run(ms);
}

export async function stopsOut(world: World, id: string, at: string): Promise<void> {
  price(world, at);
  await world.until('the close', () => world.trade(id).closedAt !== null, 20_000);
  await world.run(5_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.equal(world.position(), '0');
  audit(world);
}

/** The one trigger that stands is this, give or take what the mark lags behind the price. */
export function stands(world: World, wanted: number): void {
  const [trigger, ...more] = triggers(world);
  assert.deepEqual(more, []);
  assert.ok(
    Math.abs(Number(trigger) - wanted) < 3,
    `the stop stands at ${trigger}, wanted ${wanted}\n${world.trace()}`,
  );
}
