/** What belongs to no trade: decisions of a person about it hold, late fills find their place, and no doubt lasts for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../base/assert.ts';
import { dec } from '../base/decimal.ts';
import { presentTrade } from '../domain/present.ts';
import { audit, auditFold, auditLabels, auditPosition } from '../../sim/auditor/audit.ts';
import { INSTRUMENTS, type InstrumentSpec } from '../venue/practice/products/instruments.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };
const byHand = (world: World, direction: 'buy' | 'sell', amount: string) =>
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
const close = (world: World, more: Readonly<Record<string, string>> = {}) =>
  world.control('POST', 'close', { instrument: PERPETUAL, ...more });
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const foreign = (world: World) => world.books().foreign.get(PERPETUAL);
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));
const answer = (breakId: string, action: 'adopt' | 'by_hand' | 'flatten' | 'accept') =>
  ({
    verb: 'resolve',
    breakId,
    action,
    strategy: action === 'adopt' ? 'bot' : null,
    exitPrice: null,
    fees: null,
    reason: 'mine',
  }) as const;

/** Answers the one open question. */
async function decide(world: World, action: Parameters<typeof answer>[1]): Promise<void> {
  await world.until('the question', () => world.books().breaks.size > 0, 40_000);
  for (const id of world.books().breaks.keys()) await world.command(answer(id, action));
}

for (const strategies of [[BOT], [ASKS]]) {
  test(`[N2][I17][I50] a hand reduces what it keeps by hand${strategies[0]?.claim ? ', and the strategy claims' : ''}: the rest is kept by hand, no trade, no question`, async () => {
    const world = await createWorld({ strategies });
    await world.ready();
    byHand(world, 'buy', '0.02');
    await decide(world, 'by_hand');
    byHand(world, 'sell', '0.005');
    await world.run(40_000);
    assert.deepEqual([foreign(world)?.amount, foreign(world)?.decided], ['0.015', '0.015']);
    assert.deepEqual([world.of('TRADE_ADOPTED').length, breaksOf(world)], [0, []]);
    byHand(world, 'sell', '0.02');
    await world.run(40_000);
    assert.equal(world.position(), '-0.005');
    assert.equal(foreign(world)?.decided, '0', 'what is kept by hand never changes its side');
    assert.equal(world.of('TRADE_ADOPTED').length, strategies[0]?.claim ? 1 : 0);
    assert.deepEqual(breaksOf(world), strategies[0]?.claim ? [] : ['orphan_position needs_you']);
    audit(world);
  });
}

test('[N2][I9] what a hand adds to what is kept by hand is asked about alone, and a flatten closes no more than that', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await decide(world, 'by_hand');
  byHand(world, 'buy', '0.005');
  await decide(world, 'flatten');
  await world.run(40_000);
  assert.deepEqual([world.position(), foreign(world)?.decided], ['0.02', '0.02']);
  assert.deepEqual(breaksOf(world), []);
  audit(world);
});

test('[N2] a flatten of an orphan that fills in parts makes no trade of the other side', async () => {
  const world = await createWorld();
  await world.ready();
  byHand(world, 'buy', '0.02');
  await world.until('the question', () => world.books().breaks.size > 0, 15_000);
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.015' });
  await decide(world, 'flatten');
  await world.run(60_000);
  assert.deepEqual(
    [world.position(), foreign(world)?.amount, world.of('TRADE_ADOPTED').length, breaksOf(world)],
    ['0', '0', 0, []],
  );
  audit(world);
});

/** A trade of which a hand closed a part while the engine was down, and whose fill the exchange does not show. */
async function partUnseen(): Promise<{
  readonly world: World;
  readonly id: string;
  readonly fault: number;
}> {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(2_000);
  close(world, { amount: '0.0004' });
  await world.run(1_000);
  const fault = world.fault({ kind: 'forget_history' });
  await world.restart();
  await world.until('the adjustment', () => world.of('POSITION_ADJUSTED').length > 0, 30_000);
  return { world, id, fault };
}

test('[I11][I21][N1] the fill of a part that was assumed gone turns up while the rest is open: it replaces the assumption, nothing moves twice', async () => {
  const { world, id, fault } = await partUnseen();
  assert.deepEqual([world.trade(id).open, world.trade(id).adjusted], ['0.0005', '0.0004']);
  world.control('DELETE', `fault/${fault}`);
  await world.run(70_000);
  const trade = world.trade(id);
  assert.deepEqual(
    [trade.open, trade.adjusted, trade.pnlSource, trade.corrected, trade.exits.length],
    ['0.0005', '0', 'fills', true, 1],
  );
  assert.deepEqual(
    world
      .of('FILL_BOOKED')
      .at(-1)
      ?.data.allocations.map((part) => [part.trade, part.role, part.amount]),
    [[id, 'replace', '0.0004']],
  );
  assert.deepEqual([world.of('TRADE_ADOPTED').length, breaksOf(world)], [0, []]);
  audit(world);
});

test('[I11][I21][N1] the fill of an older trade turns up when a newer one is open: it closes nothing of the newer', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(2_000);
  close(world);
  await world.run(1_000);
  const fault = world.fault({ kind: 'forget_history' });
  await world.restart();
  await world.until('the verdict', () => world.trade(id).closedAt !== null, 30_000);
  await decide(world, 'accept');
  const newer = await world.enter();
  world.control('DELETE', `fault/${fault}`);
  await world.run(70_000);
  assert.deepEqual([world.trade(id).pnlSource, world.trade(id).adjusted], ['fills', '0']);
  assert.equal(world.trade(newer.id).open, newer.open);
  assert.equal(world.of('TRADE_ADOPTED').length, 0);
  assert.deepEqual(breaksOf(world), []);
  audit(world);
});

test('[N1][I11] the fill that explains an assumed close turns up an hour later: it is found, and the question ends by itself', async () => {
  const { world, id, fault } = await partUnseen();
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(5_000);
  assert.deepEqual(
    [world.trade(id).pnlSource, breaksOf(world)],
    ['unknown', ['ghost_trade needs_you']],
  );
  world.control('POST', 'advance', { ms: 3_600_000 });
  await world.restart();
  await world.run(40_000);
  world.control('DELETE', `fault/${fault}`);
  await world.until('the correction', () => world.trade(id).pnlSource === 'fills', 35_000);
  await world.run(35_000);
  assert.deepEqual(breaksOf(world), []);
  auditPosition(world);
  auditFold(world);
});

test('[N1][N2] an adopted trade has the stop and the target that the engine gives it, shown, kept and counted', async () => {
  const world = await createWorld();
  byHand(world, 'buy', '0.001');
  await world.ready();
  await world.run(10_000);
  const trade = world.openTrade();
  assert.ok(trade);
  const [stop] = world.exchange().orders.filter((order) => order.type === 'stop_market');
  const [target] = world.exchange().orders.filter((order) => order.type === 'take_market');
  const shown = presentTrade(world.books(), trade);
  assert.deepEqual([shown.stopLoss, shown.takeProfit], [stop?.triggerPrice, target?.triggerPrice]);
  world.crash();
  await world.run(2_000);
  close(world);
  await world.run(1_000);
  world.fault({ kind: 'forget_history' });
  await world.restart();
  await world.until('the verdict', () => world.trade(trade.id).closedAt !== null, 30_000);
  const entry = trade.entries[0]?.price ?? '0';
  const lost =
    Number(trade.open) * (Number(shown.stopLoss) - Number(entry)) -
    Number(world.trade(trade.id).fees);
  assert.ok(
    lost < 0 && Math.abs(Number(world.books().daily.net) - lost) < 1e-9,
    `the day counts ${world.books().daily.net}, at its stop ${lost}`,
  );
});

test('[N2] an order of ours that no trade needs is accepted once: it is not asked about again, and openings go on', async () => {
  const world = await createWorld();
  await world.enter();
  world.crash();
  await world.run(100);
  close(world);
  await world.restart({ freshJournal: true });
  await world.until('the questions', () => world.books().breaks.size === 2, 15_000);
  await decide(world, 'accept');
  await world.run(70_000);
  assert.deepEqual(breaksOf(world), []);
  assert.equal(world.of('BREAK_OPENED').length, 2);
  await world.restart();
  await world.ready();
  await world.run(35_000);
  assert.equal(world.of('BREAK_OPENED').length, 2, 'also after a restart');
  world.signal({}, { sticky: true });
  await world.run(61_000);
  assert.deepEqual(refusals(world), []);
  auditPosition(world);
  auditLabels(world);
  auditFold(world);
});

test('[I5][I7] an accepted lost order is not raised again after a restart', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_answer', method: 'private/buy', channel: 'user.changes' });
  world.signal();
  await world.until('the intent', () => world.of('ORDER_INTENDED').length > 0, 61_000);
  const reads = [
    'get_open_orders',
    'get_order_state_by_label',
    'get_user_trades_by_currency_and_time',
    'get_positions',
  ];
  for (const method of reads)
    world.fault({ kind: 'error', method: `private/${method}`, ms: 75_000, code: 11094 });
  await world.until(
    'the unknown order',
    () => breaksOf(world).includes('unresolved_intent needs_you'),
    75_000,
  );
  await decide(world, 'accept');
  await world.until(
    'the lost order',
    () => breaksOf(world).includes('lost_order needs_you'),
    90_000,
  );
  await decide(world, 'accept');
  await world.restart();
  await world.run(60_000);
  assert.equal(
    world.of('BREAK_OPENED').filter((fact) => fact.data.break.kind === 'lost_order').length,
    1,
  );
  assert.deepEqual(breaksOf(world), []);
});

/** An instrument that no strategy trades. */
const ETH: InstrumentSpec = {
  ...must(INSTRUMENTS[0], 'an instrument'),
  name: 'ETH_USDC-PERPETUAL',
  id: 294_502,
  base: 'ETH',
  index: 'eth_usdc',
  startPrice: dec('3000'),
};
const handEth = (world: World, direction: 'buy' | 'sell') =>
  world.control('POST', 'order', { instrument: ETH.name, direction, amount: '0.1' });

test('[N2][I12] what a hand opens on an instrument of no strategy is asked about at once, adopted by none, and can be kept by hand', async () => {
  const world = await createWorld({ others: [ETH] });
  await world.ready();
  handEth(world, 'buy');
  const took = await world.until('the question', () => world.books().breaks.size > 0, 15_000);
  assert.ok(took <= 10_000, `took ${took} ms`);
  await world.run(5_000);
  const [held] = world.books().breaks.values();
  assert.deepEqual(
    [held?.break.kind, held?.break.life, held?.break.instrument, held?.break.exchange],
    ['orphan_position', 'needs_you', ETH.name, 'long 0.1'],
  );
  await world.command(answer(held?.break.id ?? '', 'adopt'));
  await world.run(10_000);
  assert.equal(world.of('TRADE_ADOPTED').length, 0, 'a strategy takes only what it trades');
  await decide(world, 'by_hand');
  assert.deepEqual([...world.books().breaks.values()], []);
  await world.enter();
  assert.deepEqual(refusals(world), []);
  handEth(world, 'sell');
  await world.run(40_000);
  assert.deepEqual([world.books().foreign.get(ETH.name)?.amount, breaksOf(world)], ['0', []]);
  audit(world);
});

test("[N2][I12] the same while the instrument can't be read: asked about all the same, and read when that is possible", async () => {
  const world = await createWorld({ others: [ETH] });
  await world.ready();
  world.fault({ kind: 'error', method: 'public/get_instrument', code: 11051, ms: 60_000 });
  handEth(world, 'buy');
  await world.until('the question', () => world.books().breaks.size > 0, 15_000);
  await world.restart();
  await world.run(30_000);
  assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
  assert.equal(world.books().instruments.has(ETH.name), false);
  const worth = () => [...world.books().breaks.values()][0]?.break.difference;
  assert.equal(worth()?.value, '0', 'nobody knows what it is worth');
  await world.run(65_000);
  assert.equal(world.books().instruments.get(ETH.name)?.settlementCurrency, 'USDC');
  assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
  assert.ok(Number(worth()?.value) > 250, worth()?.value);
  const told = world.of('BREAK_UPDATED').length;
  await world.run(65_000);
  assert.equal(world.of('BREAK_UPDATED').length, told, '[I27]');
  auditPosition(world);
});

test('[N9][I29] a doubt about an instrument of no strategy that is gone at the second look ends, and openings go on', async () => {
  const world = await createWorld({ others: [ETH] });
  await world.ready();
  await world.run(20_000);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 15_000 });
  handEth(world, 'buy');
  const fault = world.fault({ kind: 'forget_history' });
  await world.until('the doubt', () => world.life().driver.cell.live.doubts.size > 0, 15_000);
  handEth(world, 'sell');
  world.control('DELETE', `fault/${fault}`);
  world.fault({ kind: 'forget_history' });
  await world.run(120_000);
  assert.equal(world.life().driver.cell.live.doubts.size, 0);
  assert.deepEqual(breaksOf(world), []);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  await world.enter();
  auditPosition(world);
  auditFold(world);
});
