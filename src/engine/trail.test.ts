/** [I55] Stops that follow: moved by edits, towards the price only, with a live stop of the full size at every single moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, auditCover } from '../../test/support/world-audit.ts';
import { BOT, createWorld, PERPETUAL, type World, type WorldOptions } from '../../test/support/world.ts';
import type { Signal } from '../strategy/strategy.ts';

const moving = (settings: Readonly<Record<string, string>>) => ({ ...BOT, settings: { ...BOT.settings, take_profit_percent: '5', ...settings } });
const EVEN = moving({ break_even_percent: '0.3' });
const TRAIL = moving({ trailing_percent: '0.4', trailing_step_percent: '0.05' });
const FAR: Partial<Signal> = { takeProfitPercent: '5' as Signal['takeProfitPercent'] };

const liveStops = (world: World) => world.exchange().orders.filter((order) => order.type === 'stop_market' && order.state === 'untriggered' && !order.dormant);
const triggers = (world: World) => liveStops(world).map((order) => order.triggerPrice);
const moved = (world: World) => world.of('STOP_MOVED').map(({ data }) => `${data.reason} ${data.stopLoss}`);
const shownStops = (world: World) => world.of('TRADE_UPDATED').map(({ data }) => data.trade.stopLoss);
const edits = (world: World) => world.frames().filter(({ text }) => text.includes('"private/edit"'));
const price = (world: World, to: string) => world.control('POST', 'price', { instrument: PERPETUAL, price: to });

/** A world of one strategy with an open trade, watched: no moment without a stop for all that is held. */
async function opened(strategy: typeof BOT, signal: Partial<Signal> = FAR, options: WorldOptions = {}): Promise<{ readonly world: World; readonly id: string; readonly entry: string; readonly first: string; readonly order: string }> {
  const world = await createWorld({ strategies: [strategy], watch: auditCover, ...options });
  const { id, stopLoss, entries } = await world.enter(signal);
  await world.run(15_000);
  return { world, id, entry: String(entries[0]?.price), first: String(stopLoss), order: String(liveStops(world)[0]?.orderId) };
}

/** Moves the price and lets it stand for a while. */
async function to(world: World, next: string, ms = 8_000): Promise<void> {
  price(world, next);
  await world.run(ms);
}

async function stopsOut(world: World, id: string, at: string): Promise<void> {
  price(world, at);
  await world.until('the close', () => world.trade(id).closedAt !== null, 20_000);
  await world.run(5_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.equal(world.position(), '0');
  audit(world);
}

test('[I55] break-even: once the gain is reached the stop moves to entry plus fees, once, and the trade ends without a loss', async () => {
  const { world, id, first, order } = await opened(EVEN);
  await to(world, '100250');
  assert.deepEqual([moved(world), triggers(world)], [[], [first]], 'not before its gain');
  await to(world, '100400');
  assert.equal(moved(world).length, 1, world.trace());
  assert.match(String(moved(world)[0]), /^break_even 1001\d\d(\.\d)?$/);
  assert.deepEqual(triggers(world), [world.trade(id).stopLoss]);
  assert.equal(liveStops(world)[0]?.orderId, order, 'the same order, edited');
  assert.equal(shownStops(world).at(-1), world.trade(id).stopLoss);
  for (const next of ['101000', '100500', '102000', '100300']) await to(world, next);
  assert.deepEqual([moved(world).length, edits(world).length], [1, 1]);
  audit(world);
  await stopsOut(world, id, String(world.trade(id).stopLoss));
  const closed = world.of('TRADE_CLOSED').at(-1)?.data.trade;
  assert.equal(closed?.exitReason, 'sl_hit');
  assert.ok(Number(closed?.grossPnl) > 0);
});

test('[I55] trailing: the stop follows the best price in steps, at most every 5 s, and never goes back', async () => {
  const { world, id } = await opened(TRAIL);
  const seen: number[] = [];
  for (const next of ['100200', '100210', '100600', '100300', '101000', '100800', '100700']) {
    await to(world, next);
    seen.push(Number(triggers(world)[0]));
  }
  assert.deepEqual(seen, [99799, 99799, 100197, 100197, 100596, 100596, 100596]);
  assert.deepEqual(moved(world).slice(-3), ['trailing 99799', 'trailing 100197.5', 'trailing 100596'].map((text) => text.replace('100197.5', String(100197))));
  const times = edits(world).map(({ at }) => at);
  for (const [n, at] of times.entries()) assert.ok(n === 0 || at - Number(times[n - 1]) >= 5_000, `moves at ${times.join(', ')}`);
  audit(world);
  await stopsOut(world, id, '100590');
});

test('[I55] a short follows downwards', async () => {
  const { world, id } = await opened(TRAIL, { ...FAR, direction: 'short' });
  await to(world, '99000');
  assert.deepEqual([triggers(world), world.trade(id).stopLoss], [['99396'], '99396']);
  await to(world, '99300');
  assert.deepEqual(triggers(world), ['99396']);
  audit(world);
  await stopsOut(world, id, '99400');
});

test('[I55] without the settings a stop stays where it is', async () => {
  const { world, id, first } = await opened(BOT);
  await to(world, '102000', 30_000);
  assert.deepEqual([triggers(world), moved(world), edits(world).length, world.trade(id).stopLoss], [[first], [], 0, first]);
  audit(world);
});
