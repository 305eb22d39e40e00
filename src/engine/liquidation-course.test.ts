/** The exchange liquidates in its course, step by step, down to bankruptcy: the books follow every step and every row of cash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { presentTrade } from '../domain/present.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const shown = (world: World, id: string) => presentTrade(world.books(), world.trade(id));
/** Orders that the engine placed after the entry, and whether the exchange took them. */
const afterEntry = (world: World) =>
  world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose !== 'entry');

test('[N5][I19] liquidated in steps of a second: one close in the end, nothing tried while the account is locked', async () => {
  const world = await createWorld();
  const { id } = await world.enter({ sizeUsd: dec('400') });
  world.control('POST', 'liquidate', { instrument: PERPETUAL, course: true });
  await world.run(2_500);
  const left = Number(world.trade(id).open);
  assert.ok(left > 0 && left < 0.0039, `${left} are left`);
  await world.until('the close', () => world.trade(id).closedAt !== null, 60_000);
  const exits = world.exchange().trades.filter(({ liquidation }) => liquidation === 'T');
  assert.ok(exits.length >= 15, `${exits.length} steps`);
  const trade = shown(world, id);
  assert.deepEqual(
    [trade.exitReason, trade.closedBy, trade.pnlSource, trade.breaks],
    ['liquidation', 'liquidation', 'fills', []],
  );
  await world.run(90_000);
  assert.deepEqual(afterEntry(world), [], 'no stop, no close of ours');
  assert.equal(world.of('TRADE_CLOSED').length, 1);
  assert.equal(world.of('BREAK_OPENED').length, 0, world.trace());
  audit(world);
});

test('[I13] a bankrupt account: the books hold every row of cash, and agree at zero', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.control('POST', 'fault', { kind: 'X14', how: 'bankruptcy', instrument: PERPETUAL });
  await world.until('the close', () => world.trade(id).closedAt !== null, 30_000);
  await world.run(120_000);
  assert.deepEqual(
    [shown(world, id).exitReason, world.exchange().accounts[0]?.cash['USDC']],
    ['liquidation', '0'],
  );
  assert.equal(world.books().cash.get('USDC')?.balance, '0', world.trace());
  audit(world);
});
