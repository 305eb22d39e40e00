/** A locked exchange and one in maintenance: nothing is opened there, what reduces goes on, and it ends with a clean check. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlatformPart } from '../venue/port.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { isPlatformClosed } from './platform.ts';
import { openTurn } from './turn.ts';

const changes = (world: World) =>
  world.of('PLATFORM_CHANGED').map(({ data }) => `${data.part} ${data.closed ? 'closed' : 'open'}`);
const refusals = (world: World) =>
  world
    .of('STRATEGY_EVALUATED')
    .filter(({ data }) => data.signal !== null)
    .map(({ data }) => data.why.reason);
const say = (
  world: World,
  part: PlatformPart,
  closed: boolean,
  link: 'market' | 'trading' = 'market',
) =>
  world.life().input({ kind: 'venue', event: { kind: 'platform', link, conn: 1, part, closed } });
const isClosed = (world: World): boolean => {
  const { cell } = world.life().driver;
  const now = { server: world.serverNow(), mono: world.now() };
  return isPlatformClosed(openTurn(cell, now, 'test'), PERPETUAL);
};

test('[I57] while the exchange is locked nothing is opened; afterwards a clean check comes first', async () => {
  const world = await createWorld();
  await world.ready();
  const fault = world.fault({ kind: 'lock_platform' });
  await world.until('the lock', () => changes(world).includes('index btc_usdc closed'));
  world.signal({}, { sticky: true });
  await world.run(130_000);
  assert.ok(refusals(world).length > 0);
  assert.deepEqual(new Set(refusals(world)), new Set(['gate.platform_closed']));
  assert.equal(world.exchange().orders.length, 0);
  world.control('DELETE', `fault/${fault}`);
  await world.until('the end', () => changes(world).includes('index btc_usdc open'));
  const opened = world.facts().findIndex(({ type, data }) => {
    return type === 'PLATFORM_CHANGED' && !(data as { closed: boolean }).closed;
  });
  await world.until('an entry', () => world.openTrade() !== undefined, 130_000);
  const after = world.facts().slice(opened);
  const entry = after.findIndex(({ type }) => type === 'ORDER_INTENDED');
  assert.ok(after.slice(0, entry).some(({ type }) => type === 'RECONCILIATION_COMPLETED'));
  assert.deepEqual(changes(world), ['index btc_usdc closed', 'index btc_usdc open']);
  audit(world);
});

test('[I57] what reduces is not held back by us: it leaves, and comes through when the lock ends', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  const fault = world.fault({ kind: 'lock_platform' });
  await world.until('the lock', () => isClosed(world));
  world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(5_000);
  const sent = world.of('ORDER_INTENDED').filter(({ data }) => data.intent.reduceOnly);
  assert.ok(sent.length > 0, 'a close was tried');
  world.control('DELETE', `fault/${fault}`);
  await world.until('the close', () => world.trade(id).closedAt !== null);
  await world.run(5_000);
  audit(world);
});

test('[I57] a lock that the link finds when it comes up counts from the start', async () => {
  const world = await createWorld();
  await world.ready();
  const fault = world.fault({ kind: 'lock_platform' });
  world.crash();
  await world.restart();
  await world.until('the lock', () => isClosed(world));
  world.control('DELETE', `fault/${fault}`);
  await world.until('its end', () => !isClosed(world));
  await world.ready();
});

test('which part concerns an instrument', async () => {
  const world = await createWorld();
  await world.ready();
  const cases: readonly (readonly [PlatformPart, boolean])[] = [
    [{ kind: 'everything' }, true],
    [{ kind: 'maintenance' }, true],
    [{ kind: 'public_requests' }, false],
    [{ kind: 'index', name: 'btc_usdc' }, true],
    [{ kind: 'index', name: 'USDC' }, true],
    [{ kind: 'index', name: 'eth_usdc' }, false],
    [{ kind: 'index', name: 'btc_usd' }, false],
    [{ kind: 'account', name: 'ALL' }, true],
    [{ kind: 'account', name: 'USDC' }, true],
    [{ kind: 'account', name: 'BTC' }, false],
  ];
  for (const [part, concerns] of cases) {
    say(world, part, true);
    say(world, part, true);
    assert.equal(isClosed(world), concerns, JSON.stringify(part));
    say(world, part, false);
    assert.equal(isClosed(world), false);
  }
  await world.run(100);
  assert.equal(changes(world).filter((one) => one === 'everything closed').length, 1);
  assert.ok(!changes(world).some((one) => one.startsWith('index eth_usdc')), 'not ours');
});

test('a lock of the account ends with the connection on which it was told', async () => {
  const world = await createWorld();
  await world.ready();
  say(world, { kind: 'account', name: 'ALL' }, true, 'trading');
  assert.ok(isClosed(world));
  world.cut({ toExchange: true, toEngine: true } as never);
  await world.run(5_000);
  await world.ready();
  assert.ok(!isClosed(world));
  assert.deepEqual(changes(world), ['account ALL closed', 'account ALL open']);
});
