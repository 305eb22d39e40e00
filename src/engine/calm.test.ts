/** What is left alone as calm is owed nothing: a story is the same, fact by fact, when every duty looks at everything each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type World, PERPETUAL, createWorld } from '../../sim/world/world.ts';
import { finderOf } from '../domain/finder.ts';

/** From here on nothing becomes calm. */
function neverCalm(world: World): void {
  const { restlessTrades, restlessOrders } = finderOf(world.books());
  for (const [id, { closedAt }] of world.books().trades)
    if (closedAt === null) restlessTrades.add(id);
  for (const id of world.books().orders.keys()) restlessOrders.add(id);
  restlessTrades.delete = () => false;
  restlessOrders.delete = () => false;
}

/** Entries, a close by a hand, a stop that is hit, a restart, protection that a hand cancels and that is placed again. */
async function story(touch: (world: World) => void): Promise<readonly string[]> {
  const world = await createWorld();
  touch(world);
  await world.ready();
  const first = await world.enter();
  world.control('POST', 'close', { instrument: PERPETUAL, amount: first.open });
  await world.until('the first trade is closed', () => world.openTrade() === undefined);
  await world.ready();
  await world.enter();
  const stop = world
    .exchange()
    .orders.find(({ state, type }) => state === 'untriggered' && type === 'stop_market');
  world.hand('private/cancel', { order_id: stop?.orderId });
  await world.run(20_000);
  await world.restart();
  touch(world);
  await world.run(60_000);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '98000' });
  await world.run(60_000);
  return world.facts().map((fact) => JSON.stringify(fact));
}

test('[I51] looking only at what is restless finds all that is owed', async () => {
  const lazy = await story(() => {});
  const thorough = await story(neverCalm);
  assert.ok(
    lazy.some((fact) => fact.includes('"missing_stop"')),
    'the story has something to repair',
  );
  assert.ok(
    lazy.filter((fact) => fact.includes('"TRADE_CLOSED"')).length >= 2,
    'the story has two closed trades',
  );
  assert.deepEqual(lazy, thorough);
});

test('a protected trade and its orders are calm, and only they', async () => {
  const world = await createWorld();
  await world.ready();
  const trade = await world.enter();
  await world.run(40_000);
  const { restlessTrades, restlessOrders } = finderOf(world.books());
  assert.equal(world.openTrade()?.id, trade.id);
  assert.deepEqual([...restlessTrades], []);
  assert.deepEqual([...restlessOrders], []);
});
