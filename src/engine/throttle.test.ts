/** The throttle of entries: a strategy that enters too often is off until a person looks at it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPEATED } from './limits.ts';
import { createWorld, PERPETUAL } from '../../sim/world/world.ts';

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

test('[I42] each entry counts once, when it was decided, also after a restart; a person who resumes begins anew', async () => {
  const world = await createWorld();
  const entered = (): number[] =>
    world
      .of('ORDER_INTENDED')
      .filter(({ data }) => data.intent.purpose === 'entry')
      .map(({ at }) => Date.parse(at));
  const counted = (): readonly number[] => world.books().strategies.get('bot')?.recentEntries ?? [];
  for (let n = 1; n <= 3; n++) {
    await world.enter();
    world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('the close', () => world.openTrade() === undefined, 5_000);
    if (n === 2) await world.restart();
    assert.deepEqual([counted(), counted().length], [entered(), n]);
  }
  await world.command({ verb: 'pause', strategy: 'bot', reason: 'lunch' });
  assert.equal(counted().length, 3);
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'back' });
  assert.deepEqual(counted(), []);
});
