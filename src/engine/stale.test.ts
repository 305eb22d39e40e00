/**
 * Reads that are older than what the exchange itself has told: they take nothing back, and are not believed for a while.
 * And notifications that come twice or too late: each thing is booked once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const stops = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) => order.type === 'stop_market' && order.state === 'untriggered' && !order.dormant,
    );
const placedStops = (world: World): number =>
  world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose === 'stop').length;
const problems = (world: World): string[] =>
  world.of('RECONCILIATION_COMPLETED').flatMap(({ data }) => data.report.problem ?? []);

/** A trade whose stop a person has cancelled and the engine has placed anew, while every read shows how it was before. */
async function withNewStop(): Promise<{ readonly world: World; readonly fault: number }> {
  const world = await createWorld();
  await world.enter({ sizeUsd: dec('400') });
  await world.run(1_000);
  const fault = world.fault({ kind: 'stale_reads', ms: 600_000 });
  const [first] = stops(world);
  world.hand('private/cancel', { order_id: first?.orderId });
  await world.until(
    'a new stop',
    () => stops(world).some(({ orderId }) => orderId !== first?.orderId),
    15_000,
  );
  await world.run(1_000);
  return { world, fault };
}

test('[N9] an order that reads do not know although the exchange has just shown it live is not taken for ended', async () => {
  const { world, fault } = await withNewStop();
  const [stop] = stops(world);
  await world.run(100_000);
  assert.deepEqual(
    [placedStops(world), stops(world).map(({ orderId }) => orderId)],
    [1, [stop?.orderId]],
    world.trace(),
  );
  assert.equal(world.books().orders.get(stop?.orderId ?? '')?.order.state, 'untriggered');
  assert.deepEqual(
    new Set(problems(world)),
    new Set([`stale: order ${stop?.orderId} is not known, which the exchange has shown live`]),
  );
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'unverified');
  world.control('DELETE', `fault/${fault}`);
  await world.until(
    'verified',
    () => world.books().assurance.get(PERPETUAL)?.value === 'verified',
    15_000,
  );
  await world.run(35_000);
  assert.equal(placedStops(world), 1);
  assert.equal(world.books().breaks.size, 0);
  audit(world);
});

test('[N9] nor after an edit without an answer: the look that does not know it is repeated, the edit goes on', async () => {
  const { world, fault } = await withNewStop();
  world.fault({ kind: 'lose_request', method: 'private/edit' });
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.0009' });
  await world.until('the edit', () => stops(world)[0]?.amount === '0.003', 30_000);
  await world.run(30_000);
  assert.deepEqual([placedStops(world), stops(world).length], [1, 1], world.trace());
  world.control('DELETE', `fault/${fault}`);
  await world.run(35_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  assert.deepEqual([placedStops(world), stops(world).length, world.books().breaks.size], [1, 1, 0]);
  audit(world);
});

test('[N9][L2] reads that lag by seconds while much happens: every check that is believed agrees, nothing is done twice', async () => {
  const world = await createWorld();
  world.fault({ kind: 'stale_reads' });
  for (let round = 0; round < 4; round++) {
    const { id } = await world.enter();
    await world.run(1_500);
    world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('the close', () => world.trade(id).closedAt !== null, 1_000);
    await world.run(12_000);
  }
  assert.equal(world.of('TRADE_OPENED').length, 4);
  assert.equal(world.of('TRADE_CLOSED').length, 4);
  assert.equal(world.of('BREAK_OPENED').length, 0, world.trace());
  assert.equal(placedStops(world), 0);
  await world.run(40_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  audit(world);
});

for (const fault of [
  { kind: 'duplicate_notification', channel: 'user.changes', count: 200 },
  { kind: 'reorder_notifications', channel: 'user.changes', count: 200 },
  { kind: 'reorder_notifications', channel: 'user.changes', count: 200, ms: 3_000 },
] as const) {
  test(`[I11][I18][I21] ${fault.kind}${'ms' in fault ? ' by seconds' : ''}: two trades, one closed by a hand, one by its stop, all booked once`, async () => {
    const world = await createWorld();
    await world.ready();
    world.fault(fault);
    const first = await world.enter();
    world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('the close', () => world.trade(first.id).closedAt !== null, 35_000);
    await world.run(10_000);
    const second = await world.enter();
    world.control('POST', 'price', { instrument: PERPETUAL, price: '99400' });
    await world.until('the stop', () => world.trade(second.id).closedAt !== null, 35_000);
    await world.run(40_000);
    assert.deepEqual(
      [world.trade(first.id).exit?.by, world.trade(second.id).exit?.reason],
      ['web', 'sl_hit'],
    );
    assert.deepEqual(
      [world.of('FILL_BOOKED').length, world.of('TRADE_CLOSED').length],
      [world.exchange().trades.length, 2],
    );
    assert.equal(world.books().breaks.size, 0, world.trace());
    assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
    audit(world);
  });
}
