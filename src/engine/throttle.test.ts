/** The throttle of entries: a strategy that enters too often is off until a person looks at it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPEATED } from './limits.ts';
import { createWorld } from '../../sim/world/world.ts';

test('[I42] repeated entries turn the strategy off until a person turns it on', async () => {
  const world = await createWorld();
  await world.ready();
  const strategy = world.books().strategies.get('bot');
  assert.ok(strategy);
  for (let n = 0; n < REPEATED.count; n++) strategy.recentEntries.push(world.serverNow());
  world.signal();
  await world.run(61_000);
  assert.equal(
    world.of('STRATEGY_EVALUATED').findLast((fact) => fact.data.signal !== null)?.data.why.reason,
    'gate.repeated',
  );
  assert.equal(world.books().strategies.get('bot')?.control.value, 'paused');
  assert.equal(world.position(), '0');
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'looked at it' });
  await world.enter();
});
