/** The drop copy: what one private stream loses and the other brings, and that losing the copy itself stops nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWatch } from '../../sim/auditor/watch.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World, type WorldOptions } from '../../sim/world/world.ts';
import { LAG } from './limits.ts';

const READER = 'practice-reader';
const copied = (options: WorldOptions = {}): Promise<World> =>
  createWorld({ dropCopy: READER, watch: createWatch(), ...options });
const linkChanges = (world: World, link: string, up: boolean) =>
  world.of('LINK_CHANGED').filter(({ data }) => data.link === link && data.up === up);
const breaks = (world: World) => world.of('BREAK_OPENED').map(({ data }) => data.break.kind);
const close = (world: World, { open }: { readonly open: string }): void => {
  world.control('POST', 'order', {
    instrument: PERPETUAL,
    direction: 'sell',
    amount: open,
    as: 'web',
  });
};

test('[I56] with a drop copy nothing is different while both streams bring all', async () => {
  const told = async (dropCopy: boolean): Promise<readonly string[]> => {
    const world = await createWorld(dropCopy ? { dropCopy: READER } : {});
    const { id } = await world.enter();
    await world.run(10_000);
    close(world, world.trade(id));
    await world.until('the close', () => world.trade(id).closedAt !== null, 5_000);
    await world.run(40_000);
    audit(world);
    return world
      .facts()
      .flatMap(({ type, data }) =>
        type === 'LINK_CHANGED' ? [] : [`${type} ${type === 'FILL_BOOKED' ? data.source : ''}`],
      );
  };
  assert.deepEqual(await told(true), await told(false));
});

test('[I56][N5] a close by a hand that the trading stream loses is booked within LAG and a second, and that stream is made anew', async () => {
  const world = await copied();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 500 });
  close(world, world.trade(id));
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 35_000);
  assert.ok(took < LAG + 1_000, `took ${took} ms`);
  assert.deepEqual(world.trade(id).exit, { reason: 'external_close', by: 'web' });
  await world.run(10_000);
  const [down, ...more] = linkChanges(world, 'trading', false);
  assert.equal(more.length, 0);
  assert.match(down?.data.reason ?? '', /did not bring 1 fill/);
  const [missed] = world.of('BREAK_OPENED').map(({ data }) => data.break);
  assert.equal(missed?.kind, 'missed_fill');
  assert.match(missed.evidence[0]?.text ?? '', /brought by the drop copy, not by the stream/);
  assert.deepEqual(
    [...world.books().breaks.values()],
    [],
    'ended by the check on the new connection',
  );
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  assert.deepEqual(linkChanges(world, 'drop_copy', false), []);
  assert.equal(world.of('FILL_BOOKED').length, 2, '[I11] each once');
  audit(world);
});

test('[I56] a stop that was hit while the trading stream was deaf is booked from the copy itself', async () => {
  const world = await copied();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 2_000 });
  world.fault({ kind: 'refuse_connections', ms: 20_000 });
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 35_000);
  assert.ok(took < LAG + 1_000, `took ${took} ms`);
  assert.equal(world.trade(id).exit?.reason, 'sl_hit');
  assert.equal(world.of('FILL_BOOKED').at(-1)?.data.source, 'push');
  await world.run(60_000);
  assert.deepEqual(breaks(world), ['missed_fill']);
  assert.deepEqual([...world.books().breaks.values()], []);
  audit(world);
});

test('[I56] a hand’s fill that only the copy knows is booked even if no check comes to say whose it was', async () => {
  const world = await copied();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 500 });
  world.fault({ kind: 'refuse_connections', ms: 60_000 });
  close(world, world.trade(id));
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 35_000);
  assert.ok(took < 9_000, `took ${took} ms`);
  assert.equal(world.trade(id).exit?.reason, 'external_close');
  const heard = world.life().driver.cell.live.heard.positions.get(PERPETUAL);
  assert.equal(heard?.size, '0', '[N9] a read of the old position is known as stale');
  await world.run(90_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  audit(world);
});

test('[I56] while the trading link is down, own fills of the copy are booked at once', async () => {
  const world = await copied();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({
    kind: 'error',
    method: 'private/get_cancel_on_disconnect',
    code: 11051,
    ms: 15_000,
  });
  world.fault({ kind: 'drop_link', method: 'private/get_positions' });
  world.tell({ verb: 'reconcile' });
  await world.until('the loss', () => linkChanges(world, 'trading', false).length > 0, 5_000);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 10_000);
  assert.ok(took < 1_000, `took ${took} ms`);
  assert.equal(world.trade(id).exit?.reason, 'sl_hit');
  await world.run(60_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  audit(world);
});

test('[I56] a fill that the copy loses costs the copy its connection, and nothing else', async () => {
  const world = await copied();
  await world.ready();
  await world.run(3_000);
  world.fault({ kind: 'drop_notification', channel: 'user.trades' });
  const { id } = await world.enter();
  await world.until(
    'the renewal',
    () => linkChanges(world, 'drop_copy', false).length > 0,
    LAG + 1_000,
  );
  assert.match(
    linkChanges(world, 'drop_copy', false)[0]?.data.reason ?? '',
    /drop copy did not bring 1 fill/,
  );
  await world.run(40_000);
  assert.equal(linkChanges(world, 'drop_copy', true).length, 2);
  assert.deepEqual([breaks(world), linkChanges(world, 'trading', false)], [[], []]);
  assert.equal(world.trade(id).closedAt, null);
  audit(world);
});

test('[I56] fills that come twice break no stream', async () => {
  const world = await copied();
  await world.ready();
  await world.run(3_000);
  world.fault({ kind: 'duplicate_notification', channel: 'user.', ms: 600_000 });
  await world.enter();
  await world.run(20_000);
  assert.equal(world.of('LINK_CHANGED').filter(({ data }) => !data.up).length, 0);
  assert.equal(world.of('FILL_BOOKED').length, 1);
  audit(world);
});

test('[I56] a copy that was cut is not blamed for what was filled meanwhile, and neither is the trading stream', async () => {
  const world = await copied();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({ kind: 'drop_notification', channel: 'user.trades', ms: 300 });
  close(world, world.trade(id));
  await world.run(200);
  world.fault({ kind: 'drop_link' });
  await world.run(20_000);
  assert.deepEqual(
    [linkChanges(world, 'trading', false).length, linkChanges(world, 'drop_copy', false).length],
    [1, 1],
  );
  assert.deepEqual(breaks(world), []);
  audit(world);
});

test('[I56] without its drop copy the engine trades on, and a person is told', async () => {
  const world = await copied();
  await world.ready();
  await world.run(3_000);
  world.fault({ kind: 'error', method: 'private/subscribe', code: 11051, ms: 120_000 });
  world.fault({ kind: 'drop_notification', channel: 'user.trades' });
  const first = await world.enter();
  close(world, first);
  await world.until('the close', () => world.trade(first.id).closedAt !== null, 5_000);
  await world.run(30_000);
  const alert = world.of('ALERT_RAISED').map(({ data }) => data.alert);
  assert.deepEqual(
    alert.map(({ rule, severity, subject }) => [rule, severity, subject.id]),
    [['blind', 'warning', 'drop_copy']],
  );
  const { id } = await world.enter();
  close(world, world.trade(id));
  await world.until('the close', () => world.trade(id).closedAt !== null, 2_000);
  await world.run(120_000);
  assert.equal(world.of('ALERT_CLEARED').length, 1);
  audit(world);
});

test('[I49][I56] the key of a drop copy that can trade is refused in words', async () => {
  await assert.rejects(async () => {
    const world = await createWorld({ dropCopy: 'practice-web' });
    await world.run(2_000);
  }, /scope_too_wide the API key of the drop copy allows .*trade:read_write/);
});

test('[I56] a drop copy of another account is refused, whichever link is up first', async () => {
  const up = { kind: 'link_up', link: 'drop_copy', conn: 9, cancelOnDisconnect: null } as const;
  const account = { id: '9999', testnet: true };
  for (const first of ['trading', 'drop_copy']) {
    const world = await createWorld();
    if (first === 'trading') await world.ready();
    world.life().input({ kind: 'venue', event: { ...up, account } });
    await assert.rejects(
      () => world.run(1_000),
      /other_account the drop copy's key belongs to account 9999, what is traded to account 1001/,
    );
  }
});

test('[I56] a key that the exchange takes back later costs the copy, not the engine', async () => {
  const world = await copied();
  await world.ready();
  const message = 'the exchange refuses the API key of the drop copy';
  const refused = { kind: 'link_refused', link: 'drop_copy', conn: 1, message } as const;
  world.life().input({ kind: 'venue', event: { ...refused, code: 'wrong_credentials' } });
  await world.run(1_000);
  assert.equal(linkChanges(world, 'drop_copy', false)[0]?.data.reason, message);
  await world.enter();
  audit(world);
});

test('[I56] what both streams brought is forgotten in time', async () => {
  const world = await copied();
  const { id } = await world.enter();
  close(world, world.trade(id));
  await world.run(10_000);
  const { copy } = world.life().driver.cell.live;
  assert.deepEqual([copy.fills.size, copy.settled.size], [0, 2]);
  await world.run(620_000);
  assert.deepEqual([copy.fills.size, copy.settled.size], [0, 0]);
});

test('[I56] a fill that the stream need not have brought breaks nothing: a check is made, which finds it', async () => {
  const world = await copied();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({ kind: 'drop_link' });
  await world.until('both back', () => linkChanges(world, 'drop_copy', true).length === 2, 5_000);
  await world.until(
    'the trading link',
    () => linkChanges(world, 'trading', true).length === 2,
    5_000,
  );
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 500 });
  await world.run(300);
  close(world, world.trade(id));
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 35_000);
  assert.ok(took < LAG + 1_000, `took ${took} ms`);
  assert.deepEqual(world.trade(id).exit, { reason: 'external_close', by: 'web' });
  await world.run(10_000);
  assert.deepEqual([linkChanges(world, 'trading', false).length, breaks(world)], [1, []]);
  audit(world);
});
