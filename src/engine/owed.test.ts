/** I51: what is owed is derived from the books, so nothing forgets it: not a crash, not a refusal, not a later command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { isFinished } from '../domain/ledger.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };
const OTHER = { ...BOT, id: 'other', settings: { ...BOT.settings, script: 'other' } };
const isBuy = (frame: string): boolean => frame.includes('"private/buy"');
const price = (world: World, to: string) =>
  world.control('POST', 'price', { instrument: PERPETUAL, price: to });
const liquidity = (world: World, amount: string) =>
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount });
const intents = (world: World, purpose: string) =>
  world.of('ORDER_INTENDED').filter((fact) => fact.data.intent.purpose === purpose);
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const decision = (breakId: string, action: 'by_hand' | 'flatten') =>
  ({
    verb: 'resolve',
    breakId,
    action,
    strategy: null,
    exitPrice: null,
    fees: null,
    reason: 'mine',
  }) as const;

/** An entry whose frame was handed to the wire when the engine died; only a fill tells that it exists. */
async function diedAtSend(atExchange: (world: World) => void = () => undefined): Promise<World> {
  const world = await createWorld();
  await world.ready();
  world.crashAt({ at: 'send', when: isBuy, handed: true });
  world.signal();
  await world.crashed();
  await world.run(50);
  atExchange(world);
  await world.restart({ waitMs: 500 });
  await world.until('the entry', () => world.openTrade() !== undefined, 15_000);
  return world;
}

/** The target is reached: the trade ends, and the strategy is as free as before it. */
async function endsAndGoesOn(world: World): Promise<void> {
  const id = world.openTrade()?.id ?? '';
  price(world, '101100');
  await world.until('the close', () => world.trade(id).closedAt !== null, 15_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'tp_hit', by: 'target' });
  await world.run(8_000);
  for (const [label, record] of world.books().intents)
    assert.ok(isFinished(world.books(), record), `${label} has no end`);
  price(world, '100000');
  await world.enter();
  assert.deepEqual(refusals(world), []);
  audit(world);
}

test('[I51][N6][I18] killed at the send of an entry and proved by its fill alone: its order is looked up, the trade ends, the next one begins', async () => {
  const world = await diedAtSend();
  await world.run(8_000);
  for (const [label, { placement }] of world.books().intents) {
    assert.ok(
      placement.state === 'acked' && world.books().orders.has(placement.orderId),
      `${label} is ${placement.state} without its order`,
    );
  }
  await endsAndGoesOn(world);
});

test('[I51][I18] the same where the search by label finds nothing', async () => {
  const world = await diedAtSend(
    (at) =>
      void at.fault({
        kind: 'empty_answer',
        method: 'private/get_order_state_by_label',
        ms: 30_000,
      }),
  );
  await world.run(31_000);
  await endsAndGoesOn(world);
});

test('[I51][I8] an entry that is proved by its fill alone and forgotten by the exchange has ended, with what is booked, but not while it must still be found', async () => {
  const world = await diedAtSend((at) => {
    at.fault({ kind: 'error', method: 'private/get_order_state', code: 10004, ms: 700_000 });
    at.fault({ kind: 'empty_answer', method: 'private/get_order_state_by_label', ms: 700_000 });
  });
  const finished = (): boolean => {
    const [record] = world.books().intents.values();
    return record !== undefined && isFinished(world.books(), record);
  };
  await world.run(10_000);
  assert.equal(finished(), false, 'such a look is not of the present');
  await world.run(600_000);
  assert.ok(finished(), world.trace());
  await endsAndGoesOn(world);
});

test('[I52][I8][N1] a stop that fires while the engine is down is done after the restart: the next signal enters', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(3_000);
  price(world, '99400');
  await world.restart();
  await world.ready();
  await world.run(8_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  await world.enter();
  assert.deepEqual(refusals(world), []);
  audit(world);
});

test('[I52][I8] the same where the exchange has forgotten what came of the stop', async () => {
  const world = await createWorld();
  await world.enter();
  world.crash();
  price(world, '99400');
  await world.run(1_000);
  world.fault({ kind: 'empty_answer', method: 'private/get_order_state_by_label', ms: 120_000 });
  await world.restart();
  await world.ready();
  await world.run(15_000);
  await world.enter();
  assert.deepEqual(refusals(world), []);
});

test('[I53][L3] a fence that is refused is asked again with the next round, not at once; closes find their credits', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_request', method: 'private/buy', count: 1 });
  const fault = world.fault({
    kind: 'error',
    method: 'private/cancel_by_label',
    code: 10041,
    ms: 60_000,
  });
  world.signal();
  await world.until('the doubt', () => world.of('ORDER_UNKNOWN').length > 0);
  await world.run(40_000);
  const fences = world.frames().filter(({ text }) => text.includes('cancel_by_label'));
  assert.ok(fences.length >= 4 && fences.length <= 11, `${fences.length} fences in 40 s`);
  world.control('DELETE', `fault/${fault}`);
  await world.until('the proof', () => world.of('ORDER_ABSENT').length > 0, 15_000);
});

/** A hand's 0.02 that nobody claims, and the question about it. */
async function orphaned(): Promise<{ readonly world: World; readonly breakId: string }> {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.02' });
  await world.until('the question', () => world.books().breaks.size > 0, 15_000);
  return { world, breakId: [...world.books().breaks.keys()][0] ?? '' };
}

for (const { when, begin } of [
  {
    when: 'is refused at first',
    begin: (world: World) =>
      void world.fault({ kind: 'error', method: 'private/sell', code: 10041, ms: 2_500 }),
  },
  { when: 'fills in parts only', begin: (world: World) => void liquidity(world, '0.008') },
  {
    when: 'is not answered',
    begin: (world: World) =>
      void world.fault({ kind: 'lose_request', method: 'private/sell', count: 1 }),
  },
] as const) {
  test(`[I51][N2] a flatten of an orphan that ${when} goes on until nothing is left, and the question stays until then`, async () => {
    const { world, breakId } = await orphaned();
    begin(world);
    await world.command(decision(breakId, 'flatten'));
    await world.run(1_500);
    assert.notEqual(world.position(), '0');
    assert.deepEqual(breaksOf(world), ['orphan_position needs_you'], 'still open while it is owed');
    await world.until('flat', () => world.position() === '0', 60_000);
    await world.run(40_000);
    assert.deepEqual(breaksOf(world), []);
    assert.equal(world.of('TRADE_ADOPTED').length, 0);
    audit(world);
  });
}

test('[I51][N2] a flatten of an orphan survives a crash', async () => {
  const { world, breakId } = await orphaned();
  world.crashAt({
    at: 'append',
    when: (facts) => facts.some((fact) => fact.type === 'FOREIGN_DECIDED'),
    durable: true,
  });
  world.tell(decision(breakId, 'flatten'));
  await world.crashed();
  await world.restart();
  await world.until('flat', () => world.position() === '0', 60_000);
  await world.run(40_000);
  assert.deepEqual(breaksOf(world), []);
  audit(world);
});

for (const second of ['pause', 'drain', 'kill'] as const) {
  test(`[I40][I51] a kill that flattens and is refused at first is owed whatever is asked after it: ${second}`, async () => {
    const world = await createWorld();
    const { id } = await world.enter();
    world.fault({ kind: 'error', method: 'private/sell', code: 10041, ms: 3_000 });
    await world.command({ verb: 'kill', strength: 'flatten', reason: 'fire' });
    await world.run(500);
    const outcome = await world.command(
      second === 'kill'
        ? { verb: 'kill', strength: 'cancel', reason: 'again' }
        : { verb: second, strategy: 'bot', reason: 'calm' },
    );
    assert.deepEqual(
      outcome.ok ? 'ok' : outcome.code,
      second === 'kill' ? 'ok' : 'halted',
      'nothing that is weaker takes its place',
    );
    await world.until('the close', () => world.trade(id).closedAt !== null, 30_000);
    assert.deepEqual(world.trade(id).exit, { reason: 'kill_switch', by: 'kill' });
    assert.equal(world.books().strategies.get('bot')?.control.value, 'halted');
    await world.run(5_000);
    audit(world);
  });
}

test('[I51] a flatten that a person asked for is owed though the strategy is paused or drained meanwhile; resuming ends it', async () => {
  for (const verb of ['pause', 'drain', 'resume'] as const) {
    const world = await createWorld();
    const { id } = await world.enter();
    world.fault({ kind: 'error', method: 'private/sell', code: 10041, ms: 3_000 });
    await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
    await world.run(500);
    await world.command({ verb, strategy: 'bot', reason: 'then' });
    await world.run(20_000);
    assert.equal(world.trade(id).closedAt !== null, verb !== 'resume', verb);
    audit(world);
  }
});

test('[I53] a close that is refused for minutes is tried again and again, but seldom', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.fault({ kind: 'error', method: 'private/sell', code: 10041, ms: 120_000 });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(120_000);
  const tries = intents(world, 'operator_close').length;
  assert.ok(tries >= 12 && tries <= 20, `${tries} tries`);
  await world.until('the close', () => world.trade(id).closedAt !== null, 12_000);
  await world.run(5_000);
  audit(world);
});

/** Two trades of two strategies in one direction, of which one is about to be closed: the other must not lose anything. */
async function two(): Promise<{
  readonly world: World;
  readonly first: string;
  readonly second: string;
  readonly kept: string;
}> {
  const world = await createWorld({ strategies: [BOT, OTHER] });
  const first = await world.enter({}, 'bot');
  const second = await world.enter(
    { stopLossPercent: dec('5'), takeProfitPercent: dec('5') },
    'other',
  );
  return { world, first: first.id, second: second.id, kept: second.open };
}

async function onlyFirstEnds(
  world: World,
  first: string,
  second: string,
  kept: string,
): Promise<void> {
  await world.until('the close', () => world.trade(first).closedAt !== null, 60_000);
  await world.run(40_000);
  assert.deepEqual(
    [
      world.position(),
      world.trade(second).open,
      world.books().foreign.get(PERPETUAL)?.amount ?? '0',
    ],
    [kept, kept, '0'],
  );
  assert.deepEqual(breaksOf(world), []);
  audit(world);
}

test('[I9] a close that filled without its fill being known is not sent a second time', async () => {
  const { world, first, second, kept } = await two();
  world.fault({ kind: 'lose_answer', method: 'private/sell', channel: 'user.changes' });
  world.fault({
    kind: 'error',
    method: 'private/get_user_trades_by_currency_and_time',
    code: 11094,
    ms: 12_000,
  });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(12_000);
  assert.equal(intents(world, 'operator_close').length, 1, world.trace());
  assert.equal(world.position(), kept);
  await onlyFirstEnds(world, first, second, kept);
});

for (const { leg, to } of [
  { leg: 'stop', to: '99400' },
  { leg: 'target', to: '101100' },
] as const) {
  test(`[I9] a flatten does not sell beside the ${leg} that has fired and still works`, async () => {
    const { world, first, second, kept } = await two();
    liquidity(world, '0.0002');
    price(world, to);
    await world.run(20);
    await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
    await world.run(2_900);
    assert.equal(intents(world, 'operator_close').length, 0, 'it sells already');
    world.control('POST', 'liquidity', { instrument: PERPETUAL });
    await onlyFirstEnds(world, first, second, kept);
  });

  test(`[I51][I40] a ${leg} that has fired and finds no book is helped after 3 s: the rest of the trade is closed as soon as there is one`, async () => {
    const { world, first, second, kept } = await two();
    liquidity(world, '0.0002');
    price(world, to);
    await world.run(20);
    liquidity(world, '0');
    await world.run(200);
    await world.command({ verb: 'kill', strength: 'flatten', reason: 'fire' });
    await world.command({ verb: 'resume', strategy: 'other', reason: 'not this one' });
    await world.run(5_000);
    const resting = world.exchange().orders.filter((order) => order.state === 'open');
    assert.deepEqual(resting, [], 'what rests is cancelled');
    world.control('POST', 'liquidity', { instrument: PERPETUAL });
    await onlyFirstEnds(world, first, second, kept);
  });
}

test('[I40][I8] a close of which a part filled without its fill ever being shown: the rest is closed once both sides agree, and the next trade begins', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  liquidity(world, '0.0004');
  world.fault({ kind: 'lose_answer', method: 'private/sell', channel: 'user.changes' });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(20);
  const fault = world.fault({
    kind: 'error',
    method: 'private/get_user_trades_by_currency_and_time',
    code: 11094,
    ms: 40_000,
  });
  await world.until('the order', () => world.books().orders.size > 5, 15_000);
  world.fault({ kind: 'forget_history' });
  world.control('DELETE', `fault/${fault}`);
  world.control('POST', 'liquidity', { instrument: PERPETUAL });
  const took = await world.until('flat', () => world.position() === '0', 660_000);
  assert.ok(took >= 500_000, 'trades that lack what was heard of are not believed at once');
  await world.run(40_000);
  assert.equal(
    intents(world, 'operator_close').length,
    2,
    '[I9] not before it is known what is open',
  );
  assert.notEqual(world.trade(id).closedAt, null);
  assert.deepEqual(breaksOf(world), ['ghost_trade needs_you']);
  for (const breakId of world.books().breaks.keys())
    await world.command({ ...decision(breakId, 'by_hand'), action: 'accept' });
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'go on' });
  await world.enter();
  assert.deepEqual(refusals(world), []);
});
