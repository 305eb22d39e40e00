/** The engine lives through every reading of what the exchange's documents leave open, and through each network fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../auditor/audit.ts';
import { createWatch } from '../auditor/watch.ts';
import { createWorld, PERPETUAL, type World } from './world.ts';

/** Every reading that is not the usual one, and where a reading only shows in trouble, the trouble. */
const READINGS: readonly {
  readonly option: Readonly<Record<string, unknown>>;
  readonly fault?: Readonly<Record<string, unknown>>;
}[] = [
  { option: { rateLimitCloses: true }, fault: { kind: 'X1', method: 'private/get_open_orders' } },
  { option: { rateLimitCloses: false }, fault: { kind: 'X1', method: 'private/get_open_orders' } },
  { option: { rateLimitWait: true }, fault: { kind: 'X1', method: 'private/get_open_orders' } },
  { option: { priceOutsideBand: 'clamp' } },
  { option: { ownOrderMet: 'refuse' } },
  { option: { marketRemainder: 'cancelled' } },
  { option: { remainderRestsMs: 5_000 } },
  { option: { unfillable: 'error' } },
  { option: { cancelledTrigger: 'untriggered' } },
  { option: { dayEndReason: 'absent' } },
  { option: { labelRetentionMs: 0 } },
  { option: { indexingDelayMs: 0 } },
  { option: { indexingDelayMs: 86_400_000 } },
  { option: { codTakesTriggers: false } },
  { option: { idleCloseMs: 600_000 } },
  { option: { tokenSeconds: 60 } },
  { option: { tokenSeconds: 315_360_000 } },
  { option: { linearSizeCurrency: 'value' } },
  { option: { sizeNoise: true } },
  { option: { feeRounding: 'half_up' } },
  { option: { feeRounding: 'up' } },
  { option: { stamps: false } },
  { option: { spelling: 'mixed' } },
  { option: { overtaking: true } },
  { option: { requestWithoutId: 'refused' } },
  { option: { lockedAs: 'flag' }, fault: { kind: 'lock_platform', ms: 5_000 } },
  { option: { flatDirection: 'buy' } },
  { option: { extendedAs: 'text', agg2Ms: 2_000 } },
  { option: { instrumentsRate: 'ten_seconds', sessionsMost: 4 } },
];

/** A trade that is opened, checked, closed by a hand and booked, after a start under the reading. */
async function shortLife(world: World, fault: Readonly<Record<string, unknown>> | undefined) {
  await world.restart();
  const { id } = await world.enter();
  if (fault !== undefined) world.fault(fault);
  await world.run(40_000);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.until('the close', () => world.trade(id).closedAt !== null, 90_000);
  await world.run(40_000);
  audit(world);
}

for (const { option, fault } of READINGS) {
  const name = Object.entries(option).flat().join(' = ');
  test(`a short life where ${name}`, async () => {
    const world = await createWorld({ watch: createWatch(), instruments: [PERPETUAL] });
    world.control('POST', 'options', option);
    await shortLife(world, fault);
    assert.equal(world.position(), '0');
  });
}

/** Faults that the engine meets while a trade is open; each is over, by itself or taken back, after half a minute. */
const MISFORTUNES: readonly Readonly<Record<string, unknown>>[] = [
  { kind: 'X1' },
  { kind: 'X2', how: 'error', method: 'private/get_open_orders' },
  { kind: 'X3', method: 'private/get_open_orders' },
  { kind: 'X5' },
  { kind: 'X6' },
  { kind: 'X7' },
  { kind: 'X8' },
  { kind: 'X10' },
  { kind: 'X11' },
  { kind: 'X14', how: 'settlement' },
  { kind: 'X15', how: 'state', ms: 10_000 },
  { kind: 'X16', percent: -0.1 },
  { kind: 'X17', fires: true },
  { kind: 'X18', how: 'expire' },
  { kind: 'X18', how: 'disable', ms: 10_000 },
  { kind: 'X18', how: 'scope', ms: 10_000 },
  { kind: 'X20', how: 'malformed' },
  { kind: 'X20', how: 'unknown_fields', count: 20 },
  { kind: 'X20', how: 'text_numbers', method: 'private/get_positions' },
  { kind: 'X20', how: 'id_reuse' },
  { kind: 'X20', how: 'enormous' },
  { kind: 'X21', offsetMs: 2_000 },
  { kind: 'X21', offsetMs: -2_000 },
  { kind: 'X23' },
  { kind: 'X24' },
  { kind: 'W1', lost: 'request' },
  { kind: 'W2' },
  { kind: 'W3', latencyMs: 2_000, ms: 15_000 },
  { kind: 'W4', way: 'down' },
  { kind: 'W4', way: 'up' },
  { kind: 'W5', how: 'upgrade', ms: 15_000 },
  { kind: 'W5', how: 'refused', ms: 15_000 },
  { kind: 'W6', ms: 15_000 },
  { kind: 'W7' },
  { kind: 'W8', idleMs: 5_000 },
  { kind: 'W9', count: 3 },
  { kind: 'W9', on: 'notifications', count: 3 },
];

for (const fault of MISFORTUNES)
  test(`a short life with ${JSON.stringify(fault)}`, async () => {
    const world = await createWorld({ watch: createWatch(), instruments: [PERPETUAL] });
    await world.enter();
    const id = world.fault(fault);
    await world.run(30_000);
    world.control('DELETE', `fault/${id}`);
    await world.run(60_000);
    if (world.position() !== '0') world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('flat books', () => world.openTrade() === undefined, 120_000);
    await world.run(40_000);
    audit(world);
  });
