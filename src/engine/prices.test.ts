/** Order books reach the engine and decide nothing: no fact, no duty, and the timer stays as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import type { VenueEvent } from '../venue/port.ts';
import { createWorld, PERPETUAL } from '../../sim/world/world.ts';
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
