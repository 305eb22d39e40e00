/** The disk of the virtual world: what a crash and a loss of power leave, and how trouble is answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../auditor/audit.ts';
import { createWorld } from './world.ts';

test('[I32] the end of a process leaves what is written, a loss of power what is synced', async () => {
  for (const [power, expected] of [
    [false, 1],
    [true, 0],
  ] as const) {
    const world = await createWorld({ seed: 1, diskMs: 2 });
    await world.ready();
    world.setDisk({ syncMs: 5_000 });
    const before = world.syncedHead();
    world.signal();
    await world.until('an intent that is written', () => world.of('ORDER_INTENDED').length > 0);
    assert.equal(world.exchange().orders.length, 0, '[I2] nothing is sent before its sync');
    assert.ok(world.facts().length > before);
    if (power) world.losePower();
    else world.crash();
    assert.equal(world.of('ORDER_INTENDED').length, expected, `power ${power}`);
    assert.ok(world.facts().length >= before);
    world.setDisk({ syncMs: 2 });
    await world.restart();
    await world.ready();
    await world.run(35_000);
    audit(world);
  }
});

test('[I32] of what was not synced a loss of power leaves none, some or all, in whole commits and in order', async () => {
  const left = new Set<number>();
  for (let seed = 1; seed <= 6; seed++) {
    const world = await createWorld({ seed });
    await world.run(1_000);
    world.setDisk({ syncMs: 60_000 });
    const synced = world.disk().commits.length;
    world.tell({ verb: 'pause', strategy: 'bot', reason: 'one' });
    await world.run(10);
    world.tell({ verb: 'resume', strategy: 'bot', reason: 'two' });
    await world.run(10);
    const all = [...world.disk().commits];
    world.losePower();
    const kept = world.disk().commits;
    left.add(kept.length - synced);
    assert.ok(kept.length >= synced && kept.length <= all.length);
    assert.deepEqual(kept, all.slice(0, kept.length));
    assert.equal(world.syncedHead(), world.facts().length);
    world.setDisk({ syncMs: 2 });
    await world.restart();
    await world.ready();
  }
  assert.ok(left.size > 1, `always ${[...left].join()}`);
});

for (const trouble of ['full', 'failed', 'sync_failed'] as const)
  test(`[I32][I2] an append that meets ${trouble} is followed by nothing, and what was acknowledged is there afterwards`, async () => {
    const world = await createWorld();
    await world.ready();
    const synced = world.syncedHead();
    world.setDisk({ trouble });
    world.signal({}, { sticky: true });
    await world.run(60_000);
    assert.equal(world.exchange().orders.length, 0);
    assert.equal(world.syncedHead(), synced, 'nothing was acknowledged since');
    world.forget();
    world.setDisk({ trouble: null });
    await world.restart();
    await world.ready();
    await world.run(35_000);
    audit(world);
  });

test('an append waits for a slow sync, and what rests on it waits with it', async () => {
  const world = await createWorld();
  await world.ready();
  world.setDisk({ syncMs: 9_000 });
  world.tell({ verb: 'pause', strategy: 'bot', reason: 'slow' });
  await world.run(8_900);
  assert.equal(
    world
      .published()
      .at(-1)
      ?.facts.some((fact) => fact.type === 'COMMAND_TAKEN'),
    false,
  );
  await world.run(200);
  assert.equal(world.books().strategies.get('bot')?.control.value, 'paused');
  assert.ok(
    world.published().some((group) => group.facts.some((fact) => fact.type === 'COMMAND_TAKEN')),
  );
});
