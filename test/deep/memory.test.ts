/**
 * Nine days of market with a trade every twenty minutes, in which links drop and the account is read: what the engine holds
 * after the second day is what it holds seven days later. Measured is all of the cell but its strategies, written out; the
 * journal and the exchange, which the world keeps in the same memory, grow as they have to.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'node:v8';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { DAY, MINUTE } from '../../src/base/time.ts';

const SPEED = 60;
const DAYS = 9;
/** Traces of what is over are kept for 30 market hours at this speed. */
const SETTLED_AFTER = 2;
/** Numbers grow by a digit now and then. */
const MOST_GROWTH = 1.03;

/** What the cell holds, in bytes. */
function heldBy(world: World): number {
  const { books, live, shown } = world.life().driver.cell;
  const { runners: _strategies, ...known } = live;
  return serialize([books, known, shown]).length;
}

async function liveADay(world: World): Promise<void> {
  const end = world.now() + DAY / SPEED;
  for (let n = 0; world.now() < end; n++) {
    await world.run((20 * MINUTE) / SPEED);
    if (world.openTrade() !== undefined) world.control('POST', 'close', { instrument: PERPETUAL });
    if (n % 20 === 0) world.cut({ up: true, down: true });
  }
  await world.run(2 * MINUTE);
}

test('[L6] the engine holds no more after nine days of trading than after two', async (t) => {
  const world = await createWorld({ speed: SPEED, keep: 50, instruments: [PERPETUAL] });
  await world.ready();
  world.signal({}, { sticky: true });
  const held: number[] = [];
  for (let day = 1; day <= DAYS; day++) {
    await liveADay(world);
    held.push(heldBy(world));
  }
  t.diagnostic(`bytes after each day: ${held.join(', ')}`);
  const settled = Math.max(...held.slice(0, SETTLED_AFTER));
  const last = held.at(-1) ?? NaN;
  assert.ok(last <= settled * MOST_GROWTH, `${settled} bytes after two days, ${last} at the end`);
  const closed = world.of('TRADE_CLOSED').length;
  assert.ok(closed > 40 * DAYS, `${closed} trades`);
  world.forget();
  await world.run(35_000);
  audit(world);
});
