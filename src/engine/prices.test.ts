/** Prices on which nothing hangs reach the engine and decide nothing: no fact, no duty, and the timer stays as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import type { VenueEvent } from '../venue/port.ts';
import { opened, to, TRAIL } from '../../test/support/trailing.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { step } from './step.ts';

test('a book is kept with its moment, and forgotten when it is lost or the link goes down', async () => {
  const world = await createWorld();
  await world.ready();
  const { cell } = world.life().driver;
  const level = { price: dec('100000'), amount: dec('0.5') };
  const book = { instrument: PERPETUAL, changeId: 7, at: 1, bids: [level], asks: [] };
  const now = () => ({ server: world.serverNow(), mono: world.now() });
  const take = (event: VenueEvent) => step(cell, { kind: 'venue', event }, now());
  const before = { facts: world.facts().length, wakeAt: cell.live.wakeMono };
  for (const event of [
    { kind: 'book', conn: 1, book },
    { kind: 'quote', conn: 1, quote: {} as never },
  ] as const) {
    const said = take(event);
    assert.deepEqual(said, { facts: [], wishes: [], wakeAt: before.wakeAt });
  }
  assert.deepEqual(cell.live.orderBooks.get(PERPETUAL), { book, mono: world.now() });
  take({ kind: 'book_lost', conn: 1, instrument: PERPETUAL, reason: 'a gap' });
  assert.equal(cell.live.orderBooks.size, 0);
  take({ kind: 'book', conn: 1, book });
  assert.equal(world.facts().length, before.facts);
  world.crash();
  await world.restart();
  await world.ready();
  assert.equal(world.life().driver.cell.live.orderBooks.size, 0);
});

/** A bot that enters again and again while prices move and a hand trades; with duties after every ticker, or as it is. */
async function live(seed: number, watch: (world: World) => void): Promise<readonly unknown[]> {
  const world = await createWorld({ seed, watch, flatPrice: null, speed: 20 });
  await world.ready();
  for (let n = 0; n < 6; n++) {
    const direction = (seed + n) % 2 === 0 ? 'long' : 'short';
    const [stopLossPercent, takeProfitPercent] = [dec('0.1'), dec('0.2')];
    world.signal({ direction, stopLossPercent, takeProfitPercent }, { sticky: true });
    await world.run(9_000 + seed * 300);
    if (n === 2) world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
    if (n === 3) world.tell({ verb: 'resume', strategy: 'bot', reason: 'again' });
    const price = n % 2 === 0 ? '100300' : '99700';
    world.control('POST', 'price', { instrument: PERPETUAL, price });
  }
  return world.facts();
}

test('a ticker that no duty waits for changes nothing: the facts are those of duties after every ticker', async () => {
  const everyTime = await live(2, (world) => {
    world.life().driver.cell.live.priced.add(PERPETUAL);
  });
  const asItIs = await live(2, () => undefined);
  assert.ok(asItIs.length > 60, `only ${asItIs.length} facts`);
  assert.deepEqual(asItIs, everyTime);
});

test('a ticker that a duty waits for is followed by it at once, as by a stop that trails', async () => {
  const { world } = await opened(TRAIL);
  await to(world, '101000');
  await to(world, '102000');
  const causes = world.of('CHANGE_INTENDED').map(({ cause }) => cause);
  assert.ok(
    causes.some((cause) => cause.startsWith('ticker')),
    `moves came of: ${causes.join(', ')}`,
  );
});
