/** N2: the exchange holds what no trade explains. It is adopted where it is ours or claimed, else a person is asked and it stays untouched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditQueues } from '../../sim/auditor/queues.ts';
import { dec } from '../base/decimal.ts';
import { presentTrade } from '../domain/present.ts';
import {
  audit,
  auditCommits,
  auditFills,
  auditFold,
  auditLabels,
  auditPosition,
} from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };
const byHand = (world: World, amount: string, direction: 'buy' | 'sell' = 'buy') =>
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const lastVerdict = (world: World) =>
  world.of('RECONCILIATION_COMPLETED').at(-1)?.data.report.verdicts[0];
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));

test('[T2][N2] our label explains it: a fresh journal adopts the trade with its fills, its stop and its target', async () => {
  const world = await createWorld();
  const before = await world.enter();
  await world.restart({ freshJournal: true });
  await world.ready();
  await world.run(5_000);
  const trade = world.openTrade();
  assert.ok(trade);
  const shown = presentTrade(world.books(), trade);
  const [entry] = world.exchange().trades;
  assert.deepEqual(
    [shown.origin, shown.entryPrice, shown.fees, shown.amount, shown.direction],
    ['adopted', entry?.price, entry?.fee, entry?.amount, 'long'],
  );
  assert.deepEqual(
    [shown.stopLoss, shown.takeProfit],
    [before.stopLoss, before.takeProfit],
    'the orders that live tell stop and target',
  );
  assert.equal(world.of('ORDER_INTENDED').length, 0, 'its stop lives: nothing is sent');
  assert.deepEqual(breaksOf(world), []);
  const start = world.of('RECONCILIATION_COMPLETED')[0]?.data.report.verdicts[0];
  assert.deepEqual(
    [start?.verdict, start?.action, start?.tradeId],
    ['orphan', 'adopted', trade.id],
  );
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'position_open');
  audit(world);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99400' });
  await world.run(3_000);
  assert.deepEqual(world.trade(trade.id).exit, { reason: 'sl_hit', by: 'stop' });
  audit(world);
});

test('[T2][N2] a hand opened it before the first start and the strategy claims: adopted, and its stop is placed', async () => {
  const world = await createWorld();
  byHand(world, '0.002', 'sell');
  await world.ready();
  await world.until(
    'a stop',
    () =>
      world
        .exchange()
        .orders.some((order) => order.type === 'stop_market' && order.state === 'untriggered'),
    5_000,
  );
  await world.run(10_000);
  const trade = world.openTrade();
  assert.deepEqual([trade?.origin, trade?.direction, trade?.open], ['adopted', 'short', '0.002']);
  const [entry] = world.exchange().trades;
  assert.equal(presentTrade(world.books(), world.trade(trade?.id ?? '')).entryPrice, entry?.price);
  const stops = world.exchange().orders.filter((order) => order.type === 'stop_market');
  assert.deepEqual(
    stops.map((order) => [order.amount, order.direction, order.reduceOnly]),
    [['0.002', 'buy', true]],
  );
  const targets = world.exchange().orders.filter((order) => order.type === 'take_market');
  assert.deepEqual(
    targets.map((order) => [order.amount, order.direction, order.reduceOnly]),
    [['0.002', 'buy', true]],
  );
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'position_open');
  assert.deepEqual(breaksOf(world), []);
  audit(world);
});

test('[T2][N2] a hand opens it while we run and the strategy claims: adopted within 5 s, protected, closed by its target', async () => {
  const world = await createWorld();
  await world.ready();
  byHand(world, '0.001');
  const took = await world.until(
    'an adoption',
    () => world.openTrade()?.origin === 'adopted',
    15_000,
  );
  assert.ok(took <= 5_000, `took ${took} ms`);
  await world.run(10_000);
  audit(world);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '101500' });
  await world.run(10_000);
  assert.equal(world.position(), '0');
  assert.deepEqual(
    world.of('TRADE_CLOSED').map((fact) => [fact.data.trade.exitReason, fact.data.trade.closedBy]),
    [['tp_hit', 'target']],
  );
  audit(world);
});

for (const { why, strategies, amount } of [
  { why: 'claim is false', strategies: [ASKS], amount: '0.001' },
  { why: 'it is larger than the strategy could have opened', strategies: [BOT], amount: '0.02' },
  {
    why: 'two strategies claim it',
    strategies: [BOT, { ...BOT, id: 'other', settings: { ...BOT.settings, script: 'other' } }],
    amount: '0.001',
  },
]) {
  test(`[T2][N2] ${why}: asked about, untouched, no openings`, async () => {
    const world = await createWorld({ strategies });
    byHand(world, amount);
    const orders = world.exchange().orders.length;
    await world.until('the question', () => world.books().breaks.size > 0, 15_000);
    world.signal({}, { sticky: true });
    await world.run(130_000);
    assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
    const [held] = world.books().breaks.values();
    assert.deepEqual(
      held?.break.options.map((option) => option.action),
      ['adopt', 'by_hand', 'flatten'],
    );
    assert.equal(world.of('BREAK_UPDATED').length, 0, 'asked once');
    assert.deepEqual(lastVerdict(world), {
      strategy: 'bot',
      instrument: PERPETUAL,
      verdict: 'orphan',
      tradeId: null,
      action: 'ask',
    });
    assert.equal(world.exchange().orders.length, orders, 'not one order was sent');
    assert.equal(world.position(), amount);
    assert.ok(
      refusals(world).length >= 2 &&
        refusals(world).every((reason) => reason === 'gate.open_break'),
      refusals(world).join(', '),
    );
    auditFills(world);
    auditPosition(world);
    auditFold(world);
  });
}

/** A question about a hand's position that waits for an answer. */
async function asked(
  direction: 'buy' | 'sell' = 'buy',
): Promise<{ readonly world: World; readonly breakId: string }> {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, '0.001', direction);
  await world.until('the question', () => world.books().breaks.size > 0, 15_000);
  return { world, breakId: [...world.books().breaks.keys()][0] ?? '' };
}

const decision = (breakId: string, action: 'adopt' | 'by_hand' | 'flatten') =>
  ({
    verb: 'resolve',
    breakId,
    action,
    strategy: action === 'adopt' ? 'bot' : null,
    exitPrice: null,
    fees: null,
    reason: 'my own',
  }) as const;

test('[N2][I50] by hand: it is left alone, counted in limits, and gives the instrument its direction', async () => {
  const { world, breakId } = await asked('buy');
  await world.command(decision(breakId, 'by_hand'));
  await world.run(35_000);
  assert.deepEqual(breaksOf(world), []);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  world.signal({ direction: 'short' });
  await world.run(61_000);
  assert.deepEqual(refusals(world), ['gate.opposite_direction']);
  world.signal({ sizeUsd: dec('950') });
  await world.run(61_000);
  assert.deepEqual(
    refusals(world),
    ['gate.opposite_direction', 'gate.position_too_large'],
    'its 100 USD count',
  );
  const trade = await world.enter();
  assert.equal(trade.open, '0.0009');
  assert.equal(world.position(), '0.0019');
  audit(world);
});

test('[N2] adopted by a person: a trade of the strategy named, with stop and target', async () => {
  const { world, breakId } = await asked('sell');
  await world.command(decision(breakId, 'adopt'));
  await world.run(35_000);
  assert.deepEqual([world.openTrade()?.origin, world.openTrade()?.direction], ['adopted', 'short']);
  assert.deepEqual(breaksOf(world), []);
  const [fact] = world.of('TRADE_ADOPTED');
  assert.deepEqual(fact?.actor, { kind: 'person', id: 'ada' });
  audit(world);
});

test('[N2][I9][L5] flattened by a person: closed reduce-only, no more than it is', async () => {
  const { world, breakId } = await asked('buy');
  await world.command(decision(breakId, 'flatten'));
  await world.run(35_000);
  assert.equal(world.position(), '0');
  assert.deepEqual(breaksOf(world), []);
  const ours = world.exchange().orders.filter((order) => order.label.startsWith('ls:'));
  assert.deepEqual(
    ours.map((order) => [order.amount, order.direction, order.reduceOnly, order.filled]),
    [['0.001', 'sell', true, '0.001']],
  );
  audit(world);
  await world.run(20_000);
  auditQueues(world);
});

for (const first of ['the hand', 'the strategy'] as const) {
  test(`[N2] a part that our label explains is adopted, the rest is asked about: ${first} was first`, async () => {
    const world = await createWorld({ strategies: [ASKS] });
    if (first === 'the hand') {
      byHand(world, '0.0005');
      await world.until('the question', () => world.books().breaks.size > 0, 15_000);
      await world.command(decision([...world.books().breaks.keys()][0] ?? '', 'by_hand'));
    }
    const { open } = await world.enter();
    world.crash();
    await world.run(1_000);
    if (first === 'the strategy') byHand(world, '0.0005');
    await world.restart({ freshJournal: true });
    await world.until('the question', () => world.books().breaks.size > 0, 15_000);
    await world.run(70_000);
    assert.deepEqual(
      world.of('TRADE_ADOPTED').map((fact) => fact.data.amount),
      [open],
    );
    assert.equal(world.openTrade()?.open, open);
    assert.equal(world.books().foreign.get(PERPETUAL)?.amount, '0.0005');
    assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
    auditPosition(world);
    auditLabels(world);
    auditCommits(world);
  });
}

/** Another engine of ours trades in this account: its entry, with its stop and target, under labels of its own birth. */
function entryOfAnother(world: World, strategy: string): void {
  const label = (counter: number, leg: string) => `ls:${strategy}:n1:1:${counter}${leg}:otherone`;
  const leg = (type: string, trigger_price: number) => ({
    amount: 0.001,
    direction: 'sell',
    type,
    trigger_price,
    trigger: 'mark_price',
    reduce_only: true,
    label: label(type === 'stop_market' ? 2 : 3, type === 'stop_market' ? 's' : 't'),
  });
  world.hand('private/buy', {
    instrument_name: PERPETUAL,
    amount: 0.001,
    type: 'market',
    label: label(1, 'e'),
    linked_order_type: 'one_triggers_one_cancels_other',
    trigger_fill_condition: 'incremental',
    otoco_config: [leg('stop_market', 99_000), leg('take_market', 101_000)],
  });
}

for (const strategy of ['bot', 'blade'])
  test(`[N2] a second engine opens beside ours with a strategy ${strategy}, although ours claims: foreign, asked about, untouched, until it is gone`, async () => {
    const world = await createWorld();
    await world.ready();
    await world.run(15_000);
    entryOfAnother(world, strategy);
    const { orders } = world.exchange();
    await world.until('the question', () => breaksOf(world).length === 3, 40_000);
    assert.deepEqual(breaksOf(world).toSorted(), [
      'orphan_order needs_you',
      'orphan_order needs_you',
      'orphan_position needs_you',
    ]);
    const asked = [...world.books().breaks.values()].find(
      ({ break: found }) => found.kind === 'orphan_position',
    )?.break;
    assert.match(
      asked?.evidence.at(-1)?.text ?? '',
      /under the label ls:.*e:otherone of another engine/,
    );
    world.signal({}, { sticky: true });
    await world.restart();
    await world.run(90_000);
    assert.equal(world.books().foreign.get(PERPETUAL)?.amount, '0.001');
    assert.deepEqual([world.of('TRADE_ADOPTED'), world.of('ORDER_INTENDED')], [[], []]);
    assert.deepEqual(world.exchange().orders, orders, 'none of its orders was touched');
    world.control('POST', 'price', { instrument: PERPETUAL, price: '98900' });
    assert.equal(world.position(), '0', 'its own stop ends it');
    await world.until('our own trade', () => world.openTrade() !== undefined, 120_000);
    assert.deepEqual(breaksOf(world), []);
    auditPosition(world);
    auditFills(world);
    auditFold(world);
  });

test('[N2] [I27] orders under our label that no trade needs are told, not cancelled by themselves', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.enter();
  world.crash();
  await world.run(1_000);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.restart({ freshJournal: true });
  await world.run(10_000);
  const legs = world.exchange().orders.filter((order) => order.state === 'untriggered').length;
  assert.equal(legs, 2);
  assert.deepEqual(breaksOf(world), ['orphan_order needs_you', 'orphan_order needs_you']);
  await world.run(40_000);
  const before = world.facts().length;
  await world.run(90_000);
  assert.deepEqual(
    new Set(
      world
        .facts()
        .slice(before)
        .map(({ type }) => type),
    ),
    new Set(['RECONCILIATION_COMPLETED', 'STRATEGY_EVALUATED']),
  );
});
