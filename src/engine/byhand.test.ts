/** N5: a hand acts while we run. The books follow by push at once, without the push by the next check. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presentTrade } from '../domain/present.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };
const close = (world: World, more: Readonly<Record<string, string>> = {}) =>
  world.control('POST', 'close', { instrument: PERPETUAL, ...more });
const hand = (world: World, direction: 'buy' | 'sell', amount: string) =>
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
const liveOurs = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) =>
        order.label.startsWith('ls:') && (order.state === 'open' || order.state === 'untriggered'),
    );
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);

for (const who of ['web', 'mobile', 'api', 'binary'] as const) {
  test(`[T4][N5][N6][I19] closed by a hand (${who}): booked by push within 1 s, one commit with its status, leftovers cancelled`, async () => {
    const world = await createWorld();
    const { id } = await world.enter();
    close(world, { as: who });
    const took = await world.until('the close', () => world.of('TRADE_CLOSED').length > 0, 1_000);
    assert.ok(took <= 1_000, `[L4] took ${took} ms`);
    const shown = presentTrade(world.books(), world.trade(id));
    assert.deepEqual(
      [shown.exitReason, shown.closedBy, shown.pnlSource],
      ['external_close', who === 'api' || who === 'binary' ? 'other_api' : who, 'fills'],
    );
    assert.equal(shown.exitPrice, world.exchange().trades.at(-1)?.price);
    const commit = world
      .disk()
      .commits.find((facts) => facts.some((fact) => fact.type === 'TRADE_CLOSED'));
    const types = commit?.map((fact) => fact.type) ?? [];
    assert.ok(
      types.includes('FILL_BOOKED') && types.includes('STRATEGY_STATUS_CHANGED'),
      `[N6] ${types.join(', ')}`,
    );
    const status = commit?.findLast((fact) => fact.type === 'STRATEGY_STATUS_CHANGED');
    assert.equal(status?.type === 'STRATEGY_STATUS_CHANGED' && status.data.activity, 'analyzing');
    await world.run(3_000);
    assert.deepEqual(liveOurs(world), [], '[I51] the leftover stop and target are cancelled');
    audit(world);
  });
}

test('[T4][N5][I24][L4] closed by a hand and the push is dropped: booked by the next check, and the broken stream is renewed', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  await world.run(8_000);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 500 });
  close(world);
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 35_000);
  assert.ok(took <= 35_000, `took ${took} ms`);
  await world.run(15_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'external_close', by: 'web' });
  const downs = world
    .of('LINK_CHANGED')
    .filter((fact) => fact.data.link === 'trading' && !fact.data.up);
  assert.equal(downs.length, 1, '[I24] a stream that did not bring a fill is not trusted');
  const [missed] = world.of('BREAK_OPENED').map((fact) => fact.data.break);
  assert.deepEqual(
    [missed?.kind, missed?.instrument, missed?.difference.amount, missed?.evidence[0]?.kind],
    ['missed_fill', PERPETUAL, '-0.0009', 'fill'],
  );
  const found = world.of('RECONCILIATION_COMPLETED').map((fact) => fact.data.report);
  assert.ok(found.some(({ ok, coverage }) => !ok && coverage.fills === 'difference'));
  const [ended] = world.of('BREAK_RESOLVED').map((fact) => fact.data.break);
  assert.deepEqual([ended?.id, ended?.life], [missed?.id, 'auto_resolved']);
  const anew = world.of('LINK_CHANGED').findLast((fact) => fact.data.up);
  const resolved = world.of('BREAK_RESOLVED')[0];
  assert.ok((resolved?.seq ?? 0) > (anew?.seq ?? Infinity), 'only on the new connection');
  assert.deepEqual(breaksOf(world), []);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  assert.deepEqual(liveOurs(world), []);
  audit(world);
});

test('[T4][N5] a hand closes a part: the trade shrinks, stop and target are edited to what is open, then the rest ends at its stop', async () => {
  const world = await createWorld();
  const { id, open } = await world.enter();
  assert.equal(open, '0.0009');
  close(world, { amount: '0.0004' });
  await world.until(
    'smaller protection',
    () =>
      liveOurs(world).length === 2 && liveOurs(world).every((order) => order.amount === '0.0005'),
    5_000,
  );
  await world.run(5_000);
  assert.equal(world.trade(id).open, '0.0005');
  const stop = liveOurs(world).find((order) => order.type === 'stop_market');
  assert.deepEqual(
    [stop?.triggerPrice, stop?.reduceOnly],
    [world.trade(id).stopLoss, true],
    'an edit keeps trigger and flags',
  );
  audit(world);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
  await world.run(5_000);
  assert.equal(world.trade(id).closedAt === null, false);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.equal(world.trade(id).exits.length, 2);
  audit(world);
});

test('[T4][I23] a hand sells more than is open: the trade is closed, the rest is foreign and asked about', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  const { id } = await world.enter();
  hand(world, 'sell', '0.002');
  await world.run(15_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'external_close', by: 'web' });
  const [fill] = world.of('FILL_BOOKED').slice(-1);
  assert.deepEqual(
    fill?.data.allocations.map((part) => [part.trade, part.role, part.amount]),
    [
      [id, 'close', '0.0009'],
      [null, 'open', '0.0011'],
    ],
  );
  assert.equal(world.books().foreign.get(PERPETUAL)?.amount, '-0.0011');
  assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
  assert.deepEqual(liveOurs(world), []);
  audit(world);
});

test('[T4][I23][I50] with claim the rest becomes a trade of the opposite direction, with its own stop', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  hand(world, 'sell', '0.002');
  await world.run(15_000);
  assert.notEqual(world.trade(id).closedAt, null);
  assert.deepEqual(
    [world.openTrade()?.origin, world.openTrade()?.direction, world.openTrade()?.open],
    ['adopted', 'short', '0.0011'],
  );
  audit(world);
});

test('[N5] a hand adds to the position: the trade keeps its amount, what is added is asked about, both end apart', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  const { id } = await world.enter();
  hand(world, 'buy', '0.0005');
  await world.run(15_000);
  assert.equal(world.trade(id).open, '0.0009');
  assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
  audit(world);
  hand(world, 'sell', '0.0005');
  await world.run(15_000);
  const [fill] = world.of('FILL_BOOKED').slice(-1);
  assert.deepEqual(
    fill?.data.allocations.map((part) => [part.trade, part.role, part.amount]),
    [[null, 'close', '0.0005']],
    'foreign is reduced first',
  );
  assert.equal(world.trade(id).open, '0.0009');
  assert.deepEqual(breaksOf(world), []);
  audit(world);
});

test('[N5] a hand cancels our target: its stop goes with it and is placed again, the target stays lost', async () => {
  const world = await createWorld();
  const { id, stopLoss } = await world.enter();
  const target = liveOurs(world).find((order) => order.type === 'take_market');
  assert.equal(world.books().orders.get(target?.orderId ?? '')?.leg?.trade, id);
  world.hand('private/cancel', { order_id: target?.orderId });
  assert.deepEqual(liveOurs(world), [], 'linked: one cancels the other');
  await world.run(40_000);
  assert.deepEqual(
    liveOurs(world).map((order) => [order.type, order.amount, order.triggerPrice]),
    [['stop_market', '0.0009', stopLoss]],
  );
  assert.deepEqual(
    world.of('BREAK_OPENED').map(({ data }) => data.break.kind),
    ['missing_stop'],
  );
  assert.deepEqual([world.trade(id).open, breaksOf(world)], ['0.0009', []]);
  audit(world);
});

for (const { what, first, foreign, by } of [
  { what: 'our stop first', first: 'stop', foreign: '-0.0012', by: 'stop' },
  { what: 'the hand first', first: 'hand', foreign: '-0.0003', by: 'web' },
] as const)
  test(`[N5] [I23] two closes in one moment, ${what}: the trade is closed once, by whoever came first, and what is over is foreign`, async () => {
    const world = await createWorld({ strategies: [ASKS] });
    const { id } = await world.enter();
    const stop = (): unknown =>
      world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
    if (first === 'stop') stop();
    hand(world, 'sell', '0.0012');
    if (first === 'hand') stop();
    await world.run(15_000);
    const { closedAt, exit, exits } = world.trade(id);
    assert.deepEqual([closedAt !== null, exit?.by, exits.length], [true, by, 1]);
    assert.deepEqual(
      [world.position(), world.books().foreign.get(PERPETUAL)?.amount, breaksOf(world)],
      [foreign, foreign, ['orphan_position needs_you']],
    );
    audit(world);
  });

const moveByHand = (world: World, type: 'stop_market' | 'take_market', to: string): void => {
  const order = liveOurs(world).find((one) => one.type === type);
  assert.ok(order);
  world.hand('private/edit', {
    order_id: order.orderId,
    amount: Number(order.amount),
    trigger_price: Number(to),
    reduce_only: true,
  });
};

test('[N5] [I19] a hand moves our stop, then our target: the books and screens follow, each is told once, neither is edited back', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  moveByHand(world, 'stop_market', '98000');
  await world.run(1_000);
  const shown = () => presentTrade(world.books(), world.trade(id));
  assert.deepEqual(
    [world.trade(id).stopLoss, shown().stopLoss, breaksOf(world)],
    ['98000', '98000', ['foreign_activity needs_you']],
  );
  moveByHand(world, 'take_market', '103000');
  await world.run(60_000);
  assert.deepEqual(
    [shown().stopLoss, shown().takeProfit, breaksOf(world).length],
    ['98000', '103000', 2],
  );
  assert.deepEqual(
    world.of('STOP_MOVED').map(({ data }) => [data.reason, data.stopLoss, data.takeProfit]),
    [
      ['by_hand', '98000', undefined],
      ['by_hand', '98000', '103000'],
    ],
  );
  assert.deepEqual(
    new Set(liveOurs(world).map(({ triggerPrice }) => triggerPrice)),
    new Set(['98000', '103000']),
  );
  assert.equal(world.of('CHANGE_INTENDED').length, 0);
  for (const [breakId, { break: found }] of world.books().breaks) {
    assert.match(found.exchange, /^(stop at 98000|target at 103000)$/);
    if (found.exchange.startsWith('stop'))
      await world.command({
        verb: 'resolve',
        breakId,
        action: 'accept',
        strategy: null,
        exitPrice: null,
        fees: null,
        reason: 'mine',
      });
  }
  await world.restart();
  await world.run(60_000);
  assert.deepEqual(breaksOf(world), ['foreign_activity needs_you']);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '97900' });
  await world.run(10_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.deepEqual(breaksOf(world), [], 'what is closed needs no answer');
  audit(world);
});

test('[N5] a hand changes the amounts of our stop and target: the stop is made whole again, the target is left', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  for (const order of liveOurs(world))
    world.hand('private/edit', { order_id: order.orderId, amount: 0.0004, reduce_only: true });
  await world.run(20_000);
  const amounts = (type: string): string[] =>
    liveOurs(world)
      .filter((order) => order.type === type)
      .map(({ amount }) => amount)
      .sort();
  assert.deepEqual(amounts('stop_market'), ['0.0004', '0.0005']);
  assert.deepEqual(amounts('take_market'), ['0.0004']);
  assert.deepEqual([world.trade(id).open, breaksOf(world)], ['0.0009', []]);
  audit(world);
});
