/** Protection: what is open is covered by a live stop. What is missing is looked for, told, and repaired, one intent at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const liveStops = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) => order.type === 'stop_market' && order.state === 'untriggered' && !order.dormant,
    );
const stopIntents = (world: World) =>
  world.of('ORDER_INTENDED').filter((fact) => fact.data.intent.purpose === 'stop');
const breaks = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => found.kind);
const opened = (world: World) =>
  world.of('BREAK_OPENED').map((fact) => `${fact.data.break.kind} ${fact.data.break.severity}`);
const cancelStop = (world: World): void =>
  void world.hand('private/cancel', { order_id: liveStops(world)[0]?.orderId });
const price = (world: World, to: string) =>
  world.control('POST', 'price', { instrument: PERPETUAL, price: to });

test('a hand cancels our stop: missing_stop after 3 s, repaired within 1 s of that by one intent at the same price', async () => {
  const world = await createWorld();
  const { id, open, stopLoss } = await world.enter();
  cancelStop(world);
  await world.run(2_900);
  assert.deepEqual(opened(world), [], 'not before its time');
  const took = await world.until('the repair', () => liveStops(world).length === 1, 5_000);
  assert.ok(took <= 1_200, `took ${took} ms after 2.9 s`);
  await world.run(10_000);
  assert.deepEqual(opened(world), ['missing_stop critical']);
  assert.deepEqual(breaks(world), []);
  assert.deepEqual(
    stopIntents(world).map(({ data: { intent } }) => [
      intent.trade,
      intent.amount,
      intent.triggerPrice,
      intent.reduceOnly,
      intent.direction,
    ]),
    [[id, open, stopLoss, true, 'sell']],
  );
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'position_open');
  audit(world);
  price(world, '99000');
  await world.run(3_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  audit(world);
});

test('the pushes of the children are lost: the stop is found by asking, no repair', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 12_000 });
  world.signal();
  await world.until('an entry', () => world.openTrade() !== undefined, 70_000);
  await world.run(3_500);
  assert.equal(stopIntents(world).length, 0);
  assert.deepEqual(opened(world), []);
  await world.run(40_000);
  audit(world);
});

test('the price has passed the stop by the time of the repair: the trade is closed at once, reduce-only, as sl_hit', async () => {
  const world = await createWorld();
  const { id, open } = await world.enter();
  cancelStop(world);
  await world.run(500);
  price(world, '99000');
  await world.until('the close', () => world.trade(id).closedAt !== null, 6_000);
  await world.run(5_000);
  const sells = world.exchange().orders.filter((order) => order.label.includes('n:birth'));
  assert.deepEqual(
    sells.map((order) => [order.amount, order.reduceOnly, order.state]),
    [[open, true, 'filled']],
  );
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.deepEqual(breaks(world), []);
  audit(world);
});

test('the repair is lost on its way: no second intent until its absence is proved, then one more', async () => {
  const world = await createWorld();
  await world.enter();
  world.fault({ kind: 'lose_request', method: 'private/sell' });
  cancelStop(world);
  await world.run(3_500);
  assert.equal(stopIntents(world).length, 1);
  await world.run(10_000);
  assert.equal(stopIntents(world).length, 1, 'at most one unresolved protective intent');
  assert.deepEqual(breaks(world), ['missing_stop']);
  await world.until('the second repair', () => liveStops(world).length === 1, 8_000);
  await world.run(5_000);
  assert.equal(stopIntents(world).length, 2);
  assert.deepEqual(breaks(world), []);
  audit(world);
});

test('the repair is refused: again after 1, 2, 4 s, with a critical break, until it is accepted', async () => {
  const world = await createWorld();
  await world.enter();
  world.fault({ kind: 'error', method: 'private/sell', code: 10009, count: 3 });
  cancelStop(world);
  await world.until('the repair', () => liveStops(world).length === 1, 20_000);
  const times = stopIntents(world).map((fact) => Date.parse(fact.at));
  const pauses = times.slice(1).map((time, n) => Math.round((time - (times[n] ?? 0)) / 100) / 10);
  assert.deepEqual(pauses, [1, 2, 4]);
  await world.run(3_000);
  assert.deepEqual(breaks(world), []);
  audit(world);
});

test('a stop fires into a thin book: the rest is closed until nothing is open, one trade, one close', async () => {
  const world = await createWorld();
  const { id, open } = await world.enter();
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.0002' });
  price(world, '99000');
  await world.until('the close', () => world.trade(id).closedAt !== null, 30_000);
  await world.run(5_000);
  assert.equal(world.position(), '0');
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.equal(world.of('TRADE_CLOSED').length, 1);
  const filled = world
    .exchange()
    .trades.filter((trade) => trade.direction === 'sell')
    .map((trade) => Number(trade.amount));
  assert.equal(
    filled.reduce((total, amount) => total + amount, 0).toFixed(4),
    Number(open).toFixed(4),
  );
  audit(world);
});

test('an adopted trade whose stop would be passed already is closed, not left alone', async () => {
  const world = await createWorld();
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.001' });
  price(world, '99000');
  await world.ready();
  await world.run(10_000);
  assert.equal(world.position(), '0');
  assert.deepEqual(
    world.of('TRADE_CLOSED').map((fact) => fact.data.trade.exitReason),
    ['sl_hit'],
  );
  audit(world);
});

test('while the link is down nothing is repaired; after the reconnect the open orders decide', async () => {
  const world = await createWorld();
  await world.enter();
  world.fault({ kind: 'refuse_connections', ms: 20_000 });
  world.control('POST', 'fault', { kind: 'drop_link' });
  await world.run(1_000);
  cancelStop(world);
  await world.run(15_000);
  assert.equal(stopIntents(world).length, 0);
  await world.until('the repair', () => liveStops(world).length === 1, 30_000);
  await world.run(10_000);
  assert.equal(stopIntents(world).length, 1);
  assert.deepEqual(breaks(world), []);
  audit(world);
});

test('[I53] a flatten that the exchange refuses hides no missing stop: it is told, tried again beside the close, and after a minute the close is told too', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.fault({ kind: 'error', method: 'private/sell', code: 10047, ms: 90_000 });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  world.hand('private/cancel', { order_id: liveStops(world)[0]?.orderId });
  const rules = (): string[] => world.of('ALERT_RAISED').map(({ data }) => data.alert.rule);
  await world.run(5_000);
  assert.deepEqual(rules(), ['unprotected_position']);
  const tried = world
    .of('ORDER_INTENDED')
    .filter(({ data }) => data.intent.trade === id && data.intent.purpose === 'stop');
  assert.ok(tried.length > 0, 'a stop is tried although a close is owed');
  await world.run(50_000);
  assert.deepEqual(rules(), ['unprotected_position']);
  await world.run(10_000);
  assert.deepEqual(rules(), ['unprotected_position', 'flatten_owed']);
  await world.until('the close', () => world.trade(id).closedAt !== null, 60_000);
  await world.run(5_000);
  assert.deepEqual(
    [...world.books().alerts.values()].map(({ state }) => state),
    ['cleared', 'cleared'],
  );
  assert.equal(world.trade(id).exit?.reason, 'operator_close');
  audit(world);
});
