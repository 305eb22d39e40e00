/** How fast, once faults stop: back after a crash, in step with the exchange after a connect, and nothing left that waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { auditQueues } from '../../sim/auditor/queues.ts';
import type { CrashPoint } from '../../sim/world/engine.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

/** A slow way: up to a fifth of a second for a frame. */
const SLOW = { latencyMs: 50, jitterMs: 150 } as const;

const isVerified = (world: World): boolean =>
  world.books().assurance.get(PERPETUAL)?.value === 'verified';

/** Real time from the start of the process until it is back. */
async function back(world: World): Promise<number> {
  const began = world.now();
  await world.restart({ waitMs: 0 });
  await world.until('it is back', () => isVerified(world), 60_000);
  return world.now() - began;
}

const ENDS: readonly {
  readonly when: string;
  readonly act: (world: World) => Promise<void>;
}[] = [
  {
    when: 'idle',
    act: async (world) => {
      await world.ready();
      await world.run(15_000);
      world.crash();
    },
  },
  {
    when: 'with an open trade',
    act: async (world) => {
      await world.enter();
      await world.run(10_000);
      world.losePower();
    },
  },
  ...(
    [
      {
        at: 'append',
        durable: true,
        when: (facts) => facts.some(({ type }) => type === 'ORDER_INTENDED'),
      },
      { at: 'send', handed: true, when: (frame) => frame.includes('"private/buy"') },
      {
        at: 'append',
        durable: false,
        when: (facts) => facts.some(({ type }) => type === 'FILL_BOOKED'),
      },
    ] satisfies readonly CrashPoint[]
  ).map((point: CrashPoint) => ({
    when: `at an entry: ${point.at}`,
    act: async (world: World) => {
      await world.ready();
      await world.run(15_000);
      world.crashAt(point);
      world.signal();
      await world.crashed();
    },
  })),
  {
    when: 'while it closes',
    act: async (world) => {
      await world.enter();
      world.crashAt({
        at: 'send',
        handed: true,
        when: (frame) => frame.includes('"private/sell"'),
      });
      world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
      await world.crashed();
    },
  },
];

for (const { when, act } of ENDS)
  test(`[L1] ended ${when}: back and reconciled within 5 s of the start, orders without an answer within 15 s`, async () => {
    const world = await createWorld(SLOW);
    await act(world);
    const took = await back(world);
    assert.ok(took <= 5_000, `[L1] took ${took} ms`);
    await world.run(15_000);
    const open = [...world.books().intents.values()].filter(
      ({ placement: { state } }) => state === 'pending' || state === 'unknown',
    );
    assert.deepEqual(open, [], '[L3]');
    await world.run(35_000);
    auditQueues(world);
    audit(world);
  });

for (const { what, meanwhile, most } of [
  { what: 'nothing differs', meanwhile: () => undefined, most: 5_000 },
  {
    what: 'a hand closed the trade meanwhile',
    meanwhile: (world: World) => world.control('POST', 'close', { instrument: PERPETUAL }),
    most: 15_000,
  },
])
  test(`[L2] the links come back and ${what}: in step with the exchange within ${most / 1_000} s`, async () => {
    const world = await createWorld(SLOW);
    await world.enter();
    await world.run(10_000);
    const refusing = world.fault({ kind: 'refuse_connections' });
    world.cut({ up: true, down: true });
    await world.run(4_000);
    meanwhile(world);
    await world.run(4_000);
    world.control('DELETE', `fault/${refusing}`);
    const isUp = (): boolean => world.life().driver.cell.live.links.trading.up;
    await world.until('the link', isUp, 30_000);
    const began = world.now();
    await world.until('in step', () => isVerified(world), 60_000);
    assert.ok(world.now() - began <= most, `[L2] took ${world.now() - began} ms`);
    assert.equal(world.position(), world.openTrade()?.open ?? '0');
    await world.run(35_000);
    audit(world);
  });

test('[L5] whatever piled up while everything went wrong: half a minute after the last fault nothing waits any more', async () => {
  const world = await createWorld({ ...SLOW, risk: { maxOpenOrders: 60 } });
  await world.enter();
  for (const method of ['private/buy', 'private/sell', 'private/edit', 'private/cancel'])
    world.fault({ kind: 'lose_answer', method, count: 4 });
  world.fault({ kind: 'error', method: 'private/get_*', code: 11_094, ms: 40_000 });
  world.fault({ kind: 'stale_reads', ms: 2_500, count: 30 });
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.0004' });
  world.tell({ verb: 'reconcile' });
  world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  let busy = 0;
  for (let second = 0; second < 40; second++) {
    await world.run(1_000);
    if (second === 20) world.cut({ up: true, down: false });
    try {
      auditQueues(world);
    } catch {
      busy += 1;
    }
  }
  assert.ok(busy >= 5, `something waited in ${busy} of 40 seconds`);
  for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
  await world.run(30_000);
  auditQueues(world);
  assert.equal(world.openTrade(), undefined);
  await world.run(35_000);
  audit(world);
});
