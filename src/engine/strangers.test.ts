/** Orders of others where we trade: what may change what is ours stands and blocks; the rest is told, from the exchange's own flags. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, ETHER, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };
type Hand = 'buy' | 'sell';
const rest = (world: World, direction: Hand, more: Readonly<Record<string, unknown>> = {}) =>
  (
    world.hand(`private/${direction}`, {
      instrument_name: PERPETUAL,
      amount: 0.001,
      type: 'limit',
      price: direction === 'buy' ? 95_000 : 105_000,
      ...more,
    }) as { readonly order: { readonly order_id: string } }
  ).order.order_id;
const stop = (world: World, direction: Hand, amount: number, reduce = true) =>
  rest(world, direction, {
    type: 'stop_market',
    price: undefined,
    trigger: 'mark_price',
    trigger_price: direction === 'sell' ? 95_000 : 105_000,
    reduce_only: reduce,
    amount,
  });
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const told = (world: World) =>
  world.of('FOREIGN_SEEN').map(({ data }) => [data.what, data.who, data.trade]);
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));
const decide = async (world: World, action: 'accept' | 'by_hand') => {
  for (const breakId of world.books().breaks.keys())
    await world.command({
      verb: 'resolve',
      breakId,
      action,
      strategy: null,
      exitPrice: null,
      fees: null,
      reason: 'mine',
    });
};

test('[I29] an order of a hand that may change the position: nothing is opened beside it until it is gone, and who has it is said', async () => {
  const world = await createWorld();
  await world.ready();
  const orderId = rest(world, 'buy');
  await world.run(1_000);
  const [held] = world.books().breaks.values();
  const { kind, life, who, books, exchange, difference, evidence } = held?.break ?? {};
  assert.deepEqual(
    [kind, life, who, books, exchange],
    ['foreign_activity', 'needs_you', 'web', 'no order of ours', 'buy 0.001 limit at 95000'],
  );
  assert.deepEqual([difference?.amount, difference?.currency], ['0.001', 'USD']);
  assert.deepEqual(
    evidence?.map(({ id, flags }) => [id, flags['web'], flags['api']]),
    [[orderId, true, false]],
  );
  assert.deepEqual(told(world), [['placed', 'web', null]]);
  world.signal({}, { sticky: true });
  await world.run(61_000);
  assert.ok(refusals(world).includes('gate.open_break'));
  assert.equal(world.openTrade(), undefined);
  world.hand('private/cancel', { order_id: orderId });
  await world.until('a trade', () => world.openTrade() !== undefined, 120_000);
  assert.deepEqual(breaksOf(world), []);
  assert.deepEqual(told(world).slice(1), [['cancelled', 'somebody', null]]);
  audit(world);
});

test('[I27] accepted as it is, openings go on, also after a restart; made larger it comes back', async () => {
  const world = await createWorld();
  await world.ready();
  const orderId = rest(world, 'buy');
  await world.run(1_000);
  await decide(world, 'accept');
  await world.run(70_000);
  await world.restart();
  await world.enter();
  assert.deepEqual(breaksOf(world), []);
  world.hand('private/edit', { order_id: orderId, amount: 0.002, price: 95_000 });
  await world.run(2_000);
  assert.deepEqual(breaksOf(world), ['foreign_activity regressed']);
  assert.deepEqual(told(world).at(-1), ['changed', 'somebody', null]);
  const facts = world.facts().length;
  await world.run(20_000);
  assert.ok(world.facts().length - facts < 8, 'it is not told over and over');
  audit(world);
});

test('a program that places orders by the dozen is told once, and once more when it has more of them than were accepted', async () => {
  const world = await createWorld();
  await world.ready();
  const alerts = () => world.of('ALERT_RAISED').length;
  const ids = Array.from({ length: 12 }, (_, n) => rest(world, 'buy', { price: 95_000 - n }));
  await world.run(2_000);
  const [held] = world.books().breaks.values();
  assert.deepEqual(
    [world.books().breaks.size, held?.break.exchange, held?.break.evidence.length, alerts()],
    [1, '12 orders for 0.012 in all', 5, 1],
  );
  await decide(world, 'accept');
  for (const id of ids.slice(0, 6)) world.hand('private/cancel', { order_id: id });
  for (let n = 0; n < 6; n++) rest(world, 'buy', { price: 94_000 - n });
  await world.run(35_000);
  assert.deepEqual([breaksOf(world), alerts()], [[], 1], 'not more than was accepted');
  rest(world, 'buy');
  await world.run(2_000);
  assert.deepEqual([breaksOf(world), alerts()], [['foreign_activity regressed'], 2]);
  world.hand('private/cancel_all', {});
  await world.run(2_000);
  assert.deepEqual(breaksOf(world), []);
  audit(world);
});

test('[I27] accepted, gone, and there again: it comes back', async () => {
  const world = await createWorld();
  await world.ready();
  const first = rest(world, 'buy');
  await world.run(1_000);
  await decide(world, 'accept');
  world.hand('private/cancel', { order_id: first });
  await world.run(5_000);
  assert.equal(world.of('ACCEPTANCE_ENDED').length, 1);
  rest(world, 'buy');
  await world.run(1_000);
  assert.deepEqual(breaksOf(world), ['foreign_activity regressed']);
  audit(world);
});

test('[I23] what can only end what is foreign is told and blocks nothing; what goes beyond it stands', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.002' });
  await world.until('the question', () => breaksOf(world).length > 0, 40_000);
  await decide(world, 'by_hand');
  const guard = stop(world, 'sell', 0.002);
  await world.run(2_000);
  assert.deepEqual(breaksOf(world), []);
  assert.deepEqual(told(world).at(-1), ['placed', 'web', null]);
  const second = stop(world, 'sell', 0.001);
  await world.run(2_000);
  assert.deepEqual(breaksOf(world), [], 'reduce-only, and nothing of ours to reduce');
  await world.enter();
  assert.deepEqual(breaksOf(world), ['foreign_activity needs_you'], 'now it may close ours');
  assert.deepEqual(
    [...world.books().breaks.values()].map(({ break: { evidence } }) => evidence[0]?.id),
    [second],
  );
  world.hand('private/cancel', { order_id: guard });
  await world.run(2_000);
  assert.deepEqual(breaksOf(world), [], 'the other ends what is foreign first');
  audit(world);
});

test('[N5] a close of a hand that rests stands beside our trade; its fill is the end, and the difference goes with it', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  rest(world, 'sell', { price: 100_400, amount: 0.0009, reduce_only: true });
  await world.run(1_000);
  assert.deepEqual(breaksOf(world), ['foreign_activity needs_you']);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '100500' });
  await world.run(3_000);
  assert.deepEqual([world.trade(id).exit?.by, breaksOf(world)], ['web', []]);
  audit(world);
});

test('orders of others where we do not trade are nobody’s business', async () => {
  const world = await createWorld({ instruments: [PERPETUAL, ETHER] });
  await world.ready();
  rest(world, 'buy', { instrument_name: ETHER, price: 2_000, amount: 0.1 });
  await world.run(40_000);
  assert.deepEqual([breaksOf(world), told(world)], [[], []]);
});

test('[N5] what somebody else does to an order of ours is told once; what we do, or the exchange, is not', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  assert.deepEqual(told(world), []);
  const ours = (type: string) =>
    world
      .exchange()
      .orders.find(
        (order) =>
          order.type === type && order.label.startsWith('ls:') && order.state === 'untriggered',
      );
  const target = ours('take_market');
  assert.ok(target);
  world.hand('private/edit', {
    order_id: target.orderId,
    amount: 0.0004,
    trigger_price: Number(target.triggerPrice),
    reduce_only: true,
  });
  await world.run(2_000);
  assert.deepEqual(told(world), [['changed', 'somebody', id]]);
  world.hand('private/cancel', { order_id: target.orderId });
  await world.run(20_000);
  assert.deepEqual(
    told(world).slice(1),
    [['cancelled', 'somebody', id]],
    'the linked stop ended by itself',
  );
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'out' });
  await world.run(20_000);
  assert.equal(told(world).length, 2, 'the stop that we cancelled');
  audit(world);
});

test('[I53] a kill cancels our orders, which is told of nobody', async () => {
  const world = await createWorld();
  await world.enter();
  await world.command({ verb: 'kill', strength: 'flatten', reason: 'out' });
  await world.run(30_000);
  assert.deepEqual(told(world), []);
});
