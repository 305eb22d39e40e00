/** The commits of a real engine on a busy day: trades by target, stop, hand and command, pauses and differences, one after another. */
import assert from 'node:assert/strict';
import { createWorld, PERPETUAL } from '../../sim/world/world.ts';
import type { Fact } from '../../src/domain/fact.ts';

const PRICES = ['101100', '100000', '99300', '100000', '100700'] as const;

/** Commits with at least so many facts in all; the same ones every time. */
export async function busyDay(facts: number): Promise<readonly (readonly Fact[])[]> {
  const world = await createWorld({
    speed: 20,
    seed: 7,
    risk: { maxDailyLossUsd: '100000' as never },
  });
  for (let round = 0; world.facts().length < facts; round++) {
    assert.ok(round < 1_000, 'the day has no end');
    const strategy = world.books().strategies.get('bot');
    if (strategy?.control.value !== 'running')
      await world.command({ verb: 'resume', strategy: 'bot', reason: 'go on' });
    await world.enter({ direction: round % 3 === 0 ? 'short' : 'long' });
    const price = PRICES[round % PRICES.length] ?? '100000';
    world.control('POST', 'price', { instrument: PERPETUAL, price });
    await world.run(300);
    if (round % 7 === 3) await world.command({ verb: 'pause', strategy: 'bot', reason: 'lunch' });
    if (world.openTrade() !== undefined)
      world.control('POST', 'close', {
        instrument: PERPETUAL,
        as: round % 2 === 0 ? 'web' : 'mobile',
      });
    await world.until('the close', () => world.openTrade() === undefined, 3_000);
  }
  return world.disk().commits;
}
