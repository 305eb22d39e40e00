/** A disk with too little room or too little speed: what stops is opening, and nothing is sent that came too late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { createWatch } from '../../sim/auditor/watch.ts';
import { botOn, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { dec } from '../base/decimal.ts';
import type { DiskState } from '../domain/status.ts';
import { ABSENT } from './limits.ts';

const told = (world: World, disk: DiskState): void =>
  world.life().input({ kind: 'disk', disk, freeBytes: 1_000_000 });
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));
const entries = (world: World) =>
  world.of('ORDER_INTENDED').filter((fact) => fact.data.intent.purpose === 'entry');
const frames = (world: World, method: string): number =>
  world.frames().filter(({ text }) => text.includes(`"${method}"`)).length;

test('[T10] on a disk that is nearly full or full nothing is opened, through a restart too, until there is room', async () => {
  const world = await createWorld();
  await world.ready();
  await world.run(15_000);
  told(world, 'low');
  world.signal({}, { sticky: true });
  await world.run(120_000);
  assert.deepEqual(new Set(refusals(world)), new Set(['gate.disk_low']));
  told(world, 'full');
  told(world, 'full');
  await world.run(100);
  await world.restart();
  await world.ready();
  await world.run(120_000);
  assert.deepEqual(new Set(refusals(world)), new Set(['gate.disk_low', 'gate.disk_full']));
  assert.equal(entries(world).length, 0);
  told(world, 'enough');
  await world.until('an entry', () => world.openTrade() !== undefined, 120_000);
  assert.deepEqual(
    world.of('DISK_CHANGED').map((fact) => fact.data.disk),
    ['low', 'full', 'enough'],
  );
  await world.run(5_000);
  audit(world);
});

test('[T10] a full disk holds no close back: what a hand or the engine closes is booked, and its stop cancelled', async () => {
  const world = await createWorld();
  const first = await world.enter();
  told(world, 'full');
  world.control('POST', 'close', { instrument: PERPETUAL, as: 'web' });
  await world.until('the close', () => world.trade(first.id).closedAt !== null, 2_000);
  await world.run(5_000);
  assert.equal(world.exchange().orders.filter(({ state }) => state === 'untriggered').length, 0);
  told(world, 'enough');
  const second = await world.enter();
  told(world, 'full');
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'disk' });
  await world.until('the close', () => world.trade(second.id).closedAt !== null, 20_000);
  assert.equal(world.position(), '0');
  await world.run(5_000);
  audit(world);
});

test('[T10] an opening whose own commit found the disk full is never sent, and refused as that', async () => {
  const world = await createWorld({ diskMs: 500 });
  await world.ready();
  await world.run(15_000);
  world.signal();
  const intended = (): boolean =>
    [...world.books().intents.values()].some(({ intent }) => intent.purpose === 'entry');
  while (!intended()) await world.run(100);
  told(world, 'full');
  await world.run(5_000);
  const [record] = [...world.books().intents.values()];
  assert.deepEqual(record?.placement, {
    state: 'rejected',
    code: 0,
    message: 'never sent: the disk is full',
  });
  assert.equal(frames(world, 'private/buy'), 0);
  audit(world);
});

for (const diskMs of [3_500, 30_000])
  test(`[T10][I32][I36] with syncs of ${diskMs} ms no opening is sent past its validity, none twice, and nothing is shown before it is durable`, async () => {
    const ahead: string[] = [];
    const world = await createWorld({
      diskMs,
      watch: (one) => {
        const durable = one.syncedHead();
        const shown = one.published().at(-1)?.commit ?? 0;
        if (shown > durable) ahead.push(`${shown} is shown, ${durable} is durable`);
      },
    });
    await world.ready(600_000);
    world.signal({}, { sticky: true });
    await world.until('an intent', () => entries(world).length > 1, 400_000);
    await world.run(2 * diskMs + 5_000);
    assert.deepEqual(ahead, []);
    assert.equal(frames(world, 'private/buy'), 0);
    const [entry] = entries(world);
    assert.equal(
      world.of('ORDER_REJECTED').find((fact) => fact.data.label === entry?.data.intent.label)?.data
        .message,
      'never sent: it was durable only after it had ceased to be valid',
    );
    assert.equal(world.exchange().orders.length, 0);
    assert.equal(world.position(), '0');
  });

for (const syncMs of [3_500, 10_000, 30_000]) {
  test(`[I53] [I2] a kill that flattens while a sync takes ${syncMs} ms closes the position, and then its stop is cancelled`, async () => {
    const world = await createWorld({ watch: createWatch() });
    const { id } = await world.enter();
    await world.run(2_000);
    world.setDisk({ syncMs });
    world.tell({ verb: 'kill', strength: 'flatten', reason: 'fire' });
    await world.until('the close', () => world.trade(id).closedAt !== null, 8 * syncMs + 10_000);
    assert.equal(world.position(), '0');
    await world.run(8 * syncMs + 10_000);
    assert.equal(world.exchange().orders.filter(({ state }) => state === 'untriggered').length, 0);
    world.setDisk({ syncMs: 1 });
    await world.run(60_000);
    audit(world);
  });

  test(`[I53] a stop that a hand cancels while a sync takes ${syncMs} ms is placed again`, async () => {
    const world = await createWorld({ watch: createWatch() });
    const { id } = await world.enter();
    await world.run(2_000);
    world.setDisk({ syncMs });
    const stop = (): { readonly orderId: string } | undefined =>
      world
        .exchange()
        .orders.find(({ type, state }) => type === 'stop_market' && state === 'untriggered');
    world.hand('private/cancel', { order_id: stop()?.orderId });
    await world.until('a new stop', () => stop() !== undefined, 8 * syncMs + 20_000);
    assert.equal(world.trade(id).closedAt, null);
    world.setDisk({ syncMs: 1 });
    await world.run(60_000);
    audit(world);
  });
}

test('[I9] [I53] a close that waited for the disk while a hand closed its trade never leaves: it would take another trade', async () => {
  const world = await createWorld({
    strategies: [botOn(PERPETUAL, 'one'), botOn(PERPETUAL, 'two')],
    watch: createWatch(),
  });
  const { id } = await world.enter({ sizeUsd: dec('105') }, 'one');
  await world.enter({ sizeUsd: dec('205') }, 'two');
  world.setDisk({ syncMs: 10_000 });
  await world.run(120_000);
  world.tell({ verb: 'flatten', strategy: 'one', reason: 'enough' });
  await world.run(2_000);
  assert.equal(world.trade(id).open, '0.001', 'the close waits for the disk');
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.001' });
  await world.run(60_000);
  assert.deepEqual([world.openTrade('two')?.open, world.position()], ['0.002', '0.002']);
  assert.equal(
    world.of('ORDER_REJECTED').at(-1)?.data.message,
    'never sent: its trade has less open than it would close',
  );
  world.setDisk({ syncMs: 1 });
  await world.run(60_000);
  audit(world);
});

test('[I5] [I53] a close that a slow disk gave more time and whose request is lost is proved absent only after that time, and tried again', async () => {
  const world = await createWorld({ watch: createWatch() });
  const { id } = await world.enter();
  world.setDisk({ syncMs: 10_000 });
  await world.run(120_000);
  world.fault({ kind: 'lose_request', method: 'private/sell' });
  world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.until('the proof', () => world.of('ORDER_ABSENT').length > 0, 120_000);
  const [absent] = world.of('ORDER_ABSENT');
  const intended = world
    .of('ORDER_INTENDED')
    .find(({ data }) => data.intent.label === absent?.data.label);
  const intent = intended?.data.intent;
  const validMs = (intent?.validUntil ?? 0) - Date.parse(intended?.at ?? '');
  assert.ok(validMs >= 10_000, `valid for ${validMs} ms`);
  assert.ok(Date.parse(absent?.at ?? '') >= (intent?.validUntil ?? Infinity) + ABSENT);
  await world.until('the close', () => world.trade(id).closedAt !== null, 120_000);
  world.setDisk({ syncMs: 1 });
  await world.run(60_000);
  audit(world);
});

/** A trade, and a kill that wants it closed on a disk that does not answer. */
async function killedOnStalledDisk(seed: number, syncMs: number) {
  const world = await createWorld({ seed, watch: createWatch() });
  const { id } = await world.enter();
  await world.run(2_000);
  world.setDisk({ syncMs });
  world.tell({ verb: 'kill', strength: 'flatten', reason: 'fire' });
  await world.run(900);
  assert.notEqual(world.position(), '0', 'its commit has a second');
  await world.run(1_000);
  assert.deepEqual([world.position(), world.kept().length], ['0', 1]);
  return { world, id };
}

const kills = (world: World) =>
  world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose === 'kill_close');

for (const { what, end, again } of [
  { what: 'the process ends', end: (world: World) => world.crash(), again: [false] },
  {
    what: 'the machine loses its power',
    end: (world: World) => world.losePower(),
    again: [true, false],
  },
])
  test(`[I32] [I40] [I53] on a disk that does not answer Kill closes after a second; ${what}, and the next start has it booked, once, and is halted`, async () => {
    const booked = new Set<boolean>();
    for (const seed of [1, 2, 3, 4]) {
      const { world, id } = await killedOnStalledDisk(seed, 30_000);
      end(world);
      world.setDisk({ syncMs: 1 });
      for (let starts = 1; starts <= 2; starts++) {
        await world.restart();
        await world.run(40_000);
      }
      booked.add(kills(world)[0]?.data.decidedAt !== undefined);
      assert.equal(kills(world).length, 1);
      assert.deepEqual(world.trade(id).exit, { reason: 'kill_switch', by: 'kill' });
      assert.equal(world.books().strategies.get('bot')?.control.value, 'halted');
      assert.ok(world.exchange().orders.every(({ state }) => state !== 'untriggered'));
      audit(world);
    }
    assert.deepEqual(booked, new Set(again), 'what the journal had already is not booked again');
  });

test('[I32] what Kill sent early is not sent again when its commit is durable after all', async () => {
  const { world, id } = await killedOnStalledDisk(1, 5_000);
  await world.run(30_000);
  assert.equal(world.trade(id).closedAt !== null, true);
  assert.deepEqual([frames(world, 'private/sell'), kills(world).length], [1, 1]);
  world.setDisk({ syncMs: 1 });
  await world.run(30_000);
  audit(world);
});
