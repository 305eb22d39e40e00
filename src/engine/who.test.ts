/** Who did it and what the exchange says of it: in the evidence of each difference, with ids, flags, times and messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Break, BreakKind } from '../domain/shown.ts';
import { retold } from '../words/said.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const raised = (world: World, kind: BreakKind): Break => {
  const found = world.of('BREAK_OPENED').find(({ data }) => data.break.kind === kind);
  assert.ok(found, `${kind} was raised`);
  return found.data.break;
};
const legOf = (world: World, purpose: 'stop' | 'target') => {
  const found = [...world.books().orders.values()].find(
    ({ order, leg }) => leg?.purpose === purpose && order.state === 'untriggered',
  );
  assert.ok(found);
  return found.order;
};

for (const purpose of ['stop', 'target'] as const)
  test(`[N5] our ${purpose} is cancelled by somebody: the missing stop names order, reason, flags and message`, async () => {
    const world = await createWorld();
    await world.enter();
    const { orderId, amount } = legOf(world, purpose);
    world.hand('private/cancel', { order_id: orderId });
    await world.run(10_000);
    const { who, evidence, difference } = raised(world, 'missing_stop');
    assert.equal(who, 'somebody');
    assert.ok(Number(difference.value) > 80, difference.value);
    const told = evidence.find(({ id }) => id === orderId);
    assert.deepEqual(told?.flags, { api: true, web: false, mobile: null, liquidation: false });
    assert.equal(
      told?.text,
      `${purpose} cancelled, ${amount} of ${amount} left: somebody asked for it, on the website, in the app or with a key`,
    );
    assert.ok(told);
    assert.equal((told.raw as { readonly cancelReason: string }).cancelReason, 'user_request');
    assert.match(retold('nl', told.text), /iemand vroeg erom/);
  });

test('[N5] a stop that the exchange refuses: the missing stop holds what it answered', async () => {
  const world = await createWorld();
  await world.enter();
  world.fault({ kind: 'error', method: 'private/sell', code: 10009, count: 3 });
  world.hand('private/cancel', { order_id: legOf(world, 'stop').orderId });
  await world.run(8_000);
  assert.deepEqual(
    raised(world, 'missing_stop').evidence.map(({ kind }) => kind),
    ['read', 'order', 'order'],
  );
  const told = world.of('BREAK_UPDATED').map(({ data }) => data.break);
  assert.deepEqual(
    told.map(({ timesSeen }) => timesSeen),
    [2, 3, 4],
    'once for each refusal',
  );
  const texts = told.at(-1)?.evidence.map(({ text }) => text) ?? [];
  assert.match(texts.at(-1) ?? '', /^stop sell 0\.0009 was intended: rejected 10009 /);
});

for (const as of ['web', 'mobile', 'api'] as const)
  test(`[I24] a fill of a hand (${as}) that the stream did not bring: who, its order, its value`, async () => {
    const world = await createWorld({ strategies: [{ ...BOT, claim: false }] });
    await world.ready();
    await world.run(5_000);
    world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 4_000 });
    world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.01', as });
    await world.run(45_000);
    const { who, evidence, difference } = raised(world, 'missed_fill');
    assert.equal(who, as === 'api' ? 'other_api' : as);
    assert.deepEqual(
      evidence.map(({ kind }) => kind),
      ['fill', 'order'],
    );
    assert.equal(evidence[1]?.flags[as], true);
    assert.ok(Number(difference.value) > 900, difference.value);
    const orphan = raised(world, 'orphan_position');
    assert.deepEqual([orphan.who, orphan.difference.currency], [who, 'USD']);
  });

test('[I7] a lost order is ours: its intent, what was concluded, and its order stand as evidence', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_answer', method: 'private/buy', channel: 'user.changes' });
  world.signal();
  await world.until('the intent', () => world.of('ORDER_INTENDED').length > 0, 61_000);
  for (const method of ['get_open_orders', 'get_order_state_by_label', 'get_positions'])
    world.fault({ kind: 'error', method: `private/${method}`, ms: 75_000, code: 11094 });
  world.fault({
    kind: 'error',
    method: 'private/get_user_trades_by_currency_and_time',
    ms: 75_000,
    code: 11094,
  });
  await world.until('the question', () => world.books().breaks.size > 0, 75_000);
  const unknown = raised(world, 'unresolved_intent');
  assert.deepEqual(
    [unknown.who, unknown.evidence[0]?.text, unknown.difference.currency],
    ['strategy', 'no answer in time', 'USD'],
  );
  await world.command({
    verb: 'resolve',
    breakId: unknown.id,
    action: 'accept',
    strategy: null,
    exitPrice: null,
    fees: null,
    reason: 'gone',
  });
  await world.run(90_000);
  const lost = raised(world, 'lost_order');
  assert.equal(lost.who, 'strategy');
  const intent = lost.evidence.find(({ kind }) => kind === 'intent');
  assert.match(intent?.text ?? '', /^entry buy 0\.0009 was intended: absent$/);
  assert.ok(lost.evidence.some(({ kind, raw }) => kind !== 'intent' && raw !== null));
});

test('a difference is worth something without a mark: at the price at which it was entered', async () => {
  const world = await createWorld({ strategies: [{ ...BOT, claim: false }] });
  await world.ready();
  world.life().driver.cell.live.tickers.clear();
  world.fault({ kind: 'drop_notification', channel: 'ticker', ms: 60_000 });
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.01' });
  await world.until('the question', () => world.books().breaks.size > 0, 40_000);
  const { difference } = raised(world, 'orphan_position');
  assert.ok(Number(difference.value) > 900, difference.value);
});
