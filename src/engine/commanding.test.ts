/** What people ask: pause, resume, drain, flatten, kill, reconcile. Each once, as a fact with its author, and it survives a restart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { audit, auditCommits, auditFold, auditPosition } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const OTHER = { ...BOT, id: 'other', settings: { ...BOT.settings, script: 'other' } };
const control = (world: World, id = 'bot') => world.books().strategies.get(id)?.control;
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));
const live = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) => (order.state === 'open' || order.state === 'untriggered') && !order.dormant,
    )
    .map((order) => order.type);
const status = (world: World, id = 'bot') =>
  world.of('STRATEGY_STATUS_CHANGED').findLast((fact) => fact.data.strategy === id)?.data;

test('[I22] paused: no entries, stops keep working, shown as paused, also after a restart; resumed by a person', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  const outcome = await world.command({ verb: 'pause', strategy: 'bot', reason: 'lunch' });
  assert.deepEqual(outcome.ok && [outcome.state, outcome.plan.map((step) => step.action)], [
    'done',
    ['pause'],
  ]);
  const taken = world.of('COMMAND_TAKEN')[0];
  const changed = world.of('CONTROL_CHANGED')[0];
  assert.deepEqual(
    [taken?.actor, changed?.actor, changed?.data.reason],
    [{ kind: 'person', id: 'ada' }, { kind: 'person', id: 'ada' }, 'lunch'],
  );
  assert.deepEqual(
    [status(world)?.status, status(world)?.shown.label, status(world)?.activity],
    ['paused', 'paused · position_open', 'position_open'],
  );
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
  await world.run(3_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  await world.restart();
  await world.ready();
  world.signal({}, { sticky: true });
  await world.run(61_000);
  assert.deepEqual(refusals(world), ['gate.paused']);
  assert.equal(control(world)?.by, 'ada');
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'back' });
  await world.until('an entry', () => world.openTrade() !== undefined, 61_000);
  await world.run(3_000);
  audit(world);
});

test('[I38] the same command twice is carried out once, and refused the second time, also after a restart', async () => {
  const world = await createWorld();
  await world.ready();
  const pause = { verb: 'pause', strategy: 'bot', reason: 'once' } as const;
  assert.equal((await world.command(pause, { id: 'same' })).ok, true);
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'again' });
  for (const restart of [false, true]) {
    if (restart) await world.restart();
    const outcome = await world.command(pause, { id: 'same' });
    assert.deepEqual([outcome.ok, !outcome.ok && outcome.code], [false, 'repeated']);
  }
  assert.equal(control(world)?.value, 'running');
  assert.equal(world.of('COMMAND_TAKEN').length, 2);
});

test('a dry run answers the plan and changes nothing', async () => {
  const world = await createWorld();
  const { open } = await world.enter();
  const before = world.facts().length;
  const flatten = await world.command(
    { verb: 'flatten', strategy: 'bot', reason: 'what if' },
    { dryRun: true },
  );
  assert.deepEqual(flatten.ok && flatten.plan.map((step) => step.action), ['pause', 'close']);
  assert.ok(flatten.ok && flatten.plan[1]?.text.includes(`sell ${open} ${PERPETUAL}`));
  const kill = await world.command(
    { verb: 'kill', strength: 'flatten', reason: 'what if' },
    { dryRun: true },
  );
  assert.deepEqual(kill.ok && kill.plan.map((step) => step.action), ['halt', 'close']);
  assert.equal(world.facts().length, before);
});

test('an unknown strategy is refused with the names that are known', async () => {
  const world = await createWorld();
  const outcome = await world.command({ verb: 'pause', strategy: 'nobody', reason: '' });
  assert.deepEqual(
    outcome.ok ? {} : { code: outcome.code, field: outcome.field, accepted: outcome.accepted },
    { code: 'unknown_strategy', field: 'strategy', accepted: 'bot' },
  );
});

test('drained: keeps its trade until its end, then it is stopped and stays so', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  await world.command({ verb: 'drain', strategy: 'bot', reason: 'end of day' });
  await world.run(31_000);
  assert.deepEqual([control(world)?.value, status(world)?.status], ['draining', 'draining']);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '101500' });
  await world.run(3_000);
  assert.notEqual(world.trade(id).closedAt, null);
  assert.deepEqual(
    [control(world)?.value, status(world)?.status, status(world)?.activity],
    ['stopped', 'stopped', 'idle'],
  );
  await world.restart();
  await world.run(5_000);
  assert.equal(control(world)?.value, 'stopped');
  audit(world);
});

test('stopped, restarted and resumed: the candles that it has not seen are read, and it enters again', async () => {
  const world = await createWorld();
  await world.ready();
  await world.command({ verb: 'drain', strategy: 'bot', reason: 'end of day' });
  await world.until('the stop', () => control(world)?.value === 'stopped');
  await world.restart();
  await world.run(70_000);
  assert.equal(status(world)?.activity, 'idle');
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'new day' });
  const { direction } = await world.enter({ direction: 'short' });
  assert.equal(direction, 'short');
});

test('drained without a trade: stopped at once', async () => {
  const world = await createWorld();
  await world.ready();
  await world.command({ verb: 'drain', strategy: 'bot', reason: 'end of day' });
  await world.run(10);
  assert.equal(control(world)?.value, 'stopped');
});

test('flatten: closed reduce-only as operator_close, paused, leftovers gone', async () => {
  const world = await createWorld();
  const { id, open } = await world.enter({ direction: 'short' });
  const outcome = await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  assert.equal(outcome.ok && outcome.state, 'running');
  await world.until('the close', () => world.trade(id).closedAt !== null, 3_000);
  await world.run(3_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'operator_close', by: 'operator' });
  assert.deepEqual(live(world), []);
  assert.deepEqual(
    world
      .of('ORDER_INTENDED')
      .filter((fact) => fact.data.intent.purpose === 'operator_close')
      .map(({ data: { intent } }) => [
        intent.amount,
        intent.direction,
        intent.reduceOnly,
        intent.timeInForce,
      ]),
    [[open, 'buy', true, 'immediate_or_cancel']],
  );
  assert.equal(control(world)?.value, 'paused');
  audit(world);
});

test('flatten into a thin book goes on until nothing is open, never with more than that', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.0003' });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.until('the close', () => world.trade(id).closedAt !== null, 20_000);
  await world.run(3_000);
  assert.equal(world.position(), '0');
  assert.ok(
    world.of('ORDER_INTENDED').filter((fact) => fact.data.intent.purpose === 'operator_close')
      .length >= 3,
  );
  audit(world);
});

test('[I53] flatten while nothing is verified and the market is stale: it reduces all the same', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.fault({ kind: 'error', method: 'private/get_positions', ms: 300_000, code: 11094 });
  world.fault({ kind: 'drop_notification', channel: 'ticker', ms: 300_000 });
  await world.run(130_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'unverified');
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.until('the close', () => world.trade(id).closedAt !== null, 5_000);
  assert.equal(world.position(), '0');
});

test('flatten asked while an entry is on its way: what it opens is closed', async () => {
  const world = await createWorld();
  await world.ready();
  world.signal();
  await world.until('an intent', () => world.of('ORDER_INTENDED').length > 0, 61_000);
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'too late' });
  await world.run(5_000);
  assert.equal(world.position(), '0');
  assert.equal(world.of('TRADE_CLOSED').length, 1);
  assert.equal(world.books().strategies.get('bot')?.wantFlat, null);
  audit(world);
});

/** An adopted trade, whose stop and target are not linked, beside a resting entry that an earlier journal left behind. */
async function adoptedBesideEntry(): Promise<{ readonly world: World; readonly id: string }> {
  const world = await createWorld({ strategies: [BOT, { ...OTHER, claim: false }] });
  await world.ready();
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.0009' });
  await world.until('its protection', () => live(world).length === 2, 60_000);
  world.hand('private/buy', {
    instrument_name: PERPETUAL,
    amount: 0.001,
    type: 'limit',
    price: 99_000,
    label: 'ls:bot:n1:1:77e:otherone',
  });
  await world.run(2_000);
  return { world, id: world.openTrade()?.id ?? '' };
}

for (const { strength, orders, flat } of [
  { strength: 'stop', orders: ['limit', 'stop_market', 'take_market'], flat: false },
  { strength: 'reduce', orders: ['stop_market', 'take_market'], flat: false },
  { strength: 'cancel', orders: ['stop_market'], flat: false },
  { strength: 'flatten', orders: [], flat: true },
] as const) {
  test(`[I40] kill ${strength}: halted until a person resumes; of the orders stay: ${orders.join(', ') || 'none'}`, async () => {
    const { world, id } = await adoptedBesideEntry();
    const plan = await world.command({ verb: 'kill', strength, reason: 'fire' }, { dryRun: true });
    await world.command({ verb: 'kill', strength, reason: 'fire' });
    await world.run(5_000);
    assert.deepEqual([control(world)?.value, control(world, 'other')?.value], ['halted', 'halted']);
    assert.deepEqual(live(world).sort(), [...orders]);
    const planned = plan.ok ? plan.plan.filter(({ action }) => action === 'cancel').length : -1;
    assert.equal(planned, Math.min(2, 3 - orders.length));
    assert.equal(world.position() === '0', flat);
    if (flat) assert.deepEqual(world.trade(id).exit, { reason: 'kill_switch', by: 'kill' });
    assert.equal(status(world)?.status, 'halted');
    world.signal({}, { sticky: true });
    await world.restart();
    await world.run(65_000);
    assert.equal(control(world)?.value, 'halted', '[I22] it survives a restart');
    assert.deepEqual(new Set(refusals(world)), flat ? new Set(['gate.halted']) : new Set());
    // The order of another journal is no intent of this one: not all oracles know it.
    for (const oracle of [auditPosition, auditCommits, auditFold]) oracle(world);
    if (strength === 'stop') return;
    await world.command({ verb: 'resume', strategy: 'bot', reason: 're-armed' });
    assert.equal(control(world)?.value, 'running');
  });
}

test('[I40] a kill that flattens asks for the cancel of a stop only after the exchange has shown the trade closed', async () => {
  const { world, id } = await adoptedBesideEntry();
  const stop = [...world.books().orders.values()].find(
    ({ order, leg }) => leg?.purpose === 'stop' && order.state === 'untriggered',
  )?.order.orderId;
  assert.ok(stop);
  world.fault({ kind: 'delay_answer', method: 'private/sell', ms: 2_000 });
  await world.command({ verb: 'kill', strength: 'flatten', reason: 'fire' });
  await world.run(10_000);
  const closed = world.of('TRADE_CLOSED').find(({ data }) => data.trade.id === id)?.seq;
  const asked = world.of('CHANGE_INTENDED').find(({ data }) => data.change.orderId === stop);
  assert.ok(closed !== undefined && asked !== undefined, world.trace());
  assert.ok(asked.data.change.want.kind === 'cancelled');
  const filled = world.of('FILL_BOOKED').findLast(({ data }) => data.exit?.by === 'kill')?.seq;
  assert.ok(filled !== undefined && filled < asked.seq, 'not before the fill that closed it');
  for (const oracle of [auditPosition, auditCommits, auditFold]) oracle(world);
});

test('[I40] kill leaves the orders of people alone', async () => {
  const world = await createWorld();
  await world.enter();
  world.hand('private/buy', {
    instrument_name: PERPETUAL,
    amount: 0.001,
    type: 'limit',
    price: 99_500,
    label: 'mine',
  });
  await world.run(100);
  await world.command({ verb: 'kill', strength: 'flatten', reason: 'fire' });
  await world.run(5_000);
  assert.deepEqual(
    world
      .exchange()
      .orders.filter((order) => order.state === 'open')
      .map((order) => order.label),
    ['mine'],
  );
  audit(world);
});

test('reconcile by hand answers its report; without a link it is refused', async () => {
  const world = await createWorld();
  await world.ready();
  const outcome = await world.command({ verb: 'reconcile' });
  assert.deepEqual(
    outcome.ok && [
      outcome.report?.ok,
      outcome.report?.trigger,
      outcome.report?.verdicts[0]?.verdict,
    ],
    [true, 'demand', 'clean'],
  );
  world.fault({ kind: 'refuse_connections', ms: 5_000 });
  world.control('POST', 'fault', { kind: 'drop_link' });
  await world.run(1_000);
  const refused = await world.command({ verb: 'reconcile' });
  assert.equal(!refused.ok && refused.code, 'link_down');
});

test('reconcile asked, and the link drops: the person is answered', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'drop_link', method: 'private/get_positions' });
  const outcome = await world.command({ verb: 'reconcile' });
  assert.equal(outcome.ok && outcome.report?.complete, false);
});

test('[I17][I50] two strategies on one instrument in one direction: both trades, one position; a hand closes the older first', async () => {
  const world = await createWorld({ strategies: [BOT, OTHER] });
  const first = await world.enter({}, 'bot');
  const amount = first.open;
  const second = await world.enter({ sizeUsd: dec('200') }, 'other');
  assert.equal(
    Number(world.position()).toFixed(4),
    (Number(first.open) + Number(second.open)).toFixed(4),
  );
  world.signal({ direction: 'short' }, { id: 'bot' });
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.0012' });
  await world.run(5_000);
  assert.deepEqual(world.trade(first.id).exit, { reason: 'external_close', by: 'web' });
  assert.equal(world.trade(second.id).open, world.position());
  const [fill] = world.of('FILL_BOOKED').slice(-1);
  assert.deepEqual(
    fill?.data.allocations.map((part) => [part.trade, part.amount]),
    [
      [first.id, amount],
      [second.id, dec((0.0012 - Number(amount)).toFixed(4))],
    ],
  );
  await world.run(60_000);
  assert.deepEqual(refusals(world), ['gate.opposite_direction']);
  audit(world);
});

test('[I40] a strategy that is not configured any more: kill closes what it left, it stays stopped, and nobody resumes it', async () => {
  const world = await createWorld({ strategies: [BOT, OTHER] });
  const { id } = await world.enter();
  world.crash();
  await world.restart({ strategies: [OTHER] });
  await world.ready();
  assert.equal(control(world)?.value, 'stopped');
  await world.command({ verb: 'kill', strength: 'flatten', reason: 'enough' });
  await world.until('the close', () => world.trade(id).closedAt !== null, 10_000);
  await world.run(3_000);
  assert.deepEqual([control(world)?.value, control(world, 'other')?.value], ['stopped', 'halted']);
  const refused = await world.command({ verb: 'resume', strategy: 'bot', reason: 'go' });
  assert.equal(!refused.ok && refused.code, 'not_configured');
  const resumed = await world.command({ verb: 'resume', strategy: 'other', reason: 'go' });
  assert.equal(resumed.ok, true);
  audit(world);
});
