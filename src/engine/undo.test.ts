/** What a person decided about a difference is taken back: by a fact of its own, and the books equal the exchange as before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decimal } from '../base/decimal.ts';
import type { BreakAction } from '../domain/shown.ts';
import { audit, auditFold, auditPosition } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };
const byHand = (world: World, direction: 'buy' | 'sell', amount: string) =>
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const foreign = (world: World) => world.books().foreign.get(PERPETUAL);
const stands = (world: World, kind: string) =>
  world.until(`${kind} stands`, () => breaksOf(world).some((one) => one.startsWith(kind)), 120_000);
const only = (world: World) => {
  const [held] = world.books().breaks.values();
  assert.ok(held, 'a difference stands');
  return held.break;
};
const decide = (world: World, action: BreakAction, exitPrice: string | null = null) =>
  world.command({
    verb: 'resolve',
    breakId: only(world).id,
    action,
    strategy: action === 'adopt' ? 'bot' : null,
    exitPrice: exitPrice as Decimal | null,
    fees: exitPrice === null ? null : ('0.02' as Decimal),
    reason: 'mine',
  });
const undo = (world: World, breakId: string, dryRun = false) =>
  world.command({ verb: 'undo', breakId, reason: 'a mistake' }, { dryRun });
const codeOf = (outcome: Awaited<ReturnType<typeof undo>>) => (outcome.ok ? 'ok' : outcome.code);

test('[N2] kept by hand, undone: the fact names the decision, the question stands again with its history, and can be adopted', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await stands(world, 'orphan_position');
  const { id } = only(world);
  await decide(world, 'by_hand');
  const [decided] = world.of('FOREIGN_DECIDED');
  const planned = await undo(world, id, true);
  assert.ok(planned.ok && planned.plan[0]?.text.includes('0 is kept by hand'));
  assert.equal(world.of('DECISION_UNDONE').length, 0, 'a plan changes nothing');
  assert.equal(codeOf(await undo(world, id)), 'ok');
  const [undone] = world.of('DECISION_UNDONE');
  assert.deepEqual(
    [undone?.data.corrects, undone?.data.undoes, undone?.actor.id],
    [decided?.seq, { action: 'by_hand', decided: '0' }, 'ada'],
  );
  const again = only(world);
  assert.deepEqual(
    [again.id, again.life, again.resolution, foreign(world)?.decided],
    [id, 'needs_you', null, '0'],
  );
  assert.deepEqual(
    again.history?.map(({ action, by, undone: back }) => [action, by, back?.reason]),
    [['by_hand', 'ada', 'a mistake']],
  );
  assert.equal(codeOf(await undo(world, id)), 'no_decision', 'once');
  await decide(world, 'adopt');
  await world.run(10_000);
  assert.deepEqual([world.openTrade()?.open, breaksOf(world)], ['0.02', []]);
  audit(world);
});

test('[N2] [I17] [I51] adopted, undone: the amount is nobody’s again, the trade is closed and flagged, its orders go, and no strategy claims it', async () => {
  const world = await createWorld({ strategies: [BOT, { ...BOT, id: 'two', claim: true }] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await stands(world, 'orphan_position');
  const { id } = only(world);
  await decide(world, 'adopt');
  await world.run(10_000);
  const trade = world.openTrade();
  assert.ok(trade);
  byHand(world, 'sell', '0.005');
  await world.run(2_000);
  assert.equal(world.trade(trade.id).open, '0.015');
  await world.restart({ strategies: [BOT] });
  await world.ready();
  assert.equal(codeOf(await undo(world, id)), 'ok');
  await world.run(60_000);
  const { closedAt, exit, corrected, open, exits } = world.trade(trade.id);
  assert.deepEqual(
    [closedAt !== null, exit?.reason, exit?.by, corrected, open, exits.length],
    [true, 'handed_back', 'operator', true, '0', 1],
  );
  assert.deepEqual([foreign(world)?.amount, world.position()], ['0.015', '0.015']);
  assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
  assert.equal(only(world).exchange, 'long 0.015');
  assert.deepEqual(
    world.exchange().orders.filter(({ state }) => state === 'untriggered' || state === 'open'),
    [],
    'no order of the trade is left',
  );
  assert.equal(world.of('TRADE_ADOPTED').length, 1, 'the strategy that claims leaves it');
  await decide(world, 'by_hand');
  await world.run(40_000);
  assert.deepEqual([breaksOf(world), foreign(world)?.decided], [[], '0.015']);
  audit(world);
});

test('[N2] an adoption whose trade is closed or is being closed is not undone', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await stands(world, 'orphan_position');
  const { id } = only(world);
  await decide(world, 'adopt');
  await world.run(10_000);
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0' });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'out' });
  const closing = await undo(world, id);
  assert.ok(!closing.ok && closing.detail === 'its trade is being closed');
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: null });
  await world.run(20_000);
  const closed = await undo(world, id);
  assert.ok(!closed.ok && closed.detail === 'its trade is closed');
  audit(world);
});

test('[N2] [I9] a flatten that is owed is undone: what is closed stays closed, the rest is asked about; afterwards it can’t be', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await stands(world, 'orphan_position');
  const { id } = only(world);
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.005' });
  await decide(world, 'flatten');
  await world.run(500);
  const owed = only(world);
  assert.deepEqual([owed.owner, owed.resolution?.action], ['ada', 'flatten']);
  assert.equal(codeOf(await undo(world, id)), 'ok');
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: null });
  await world.run(60_000);
  const left = foreign(world)?.amount;
  assert.ok(left !== undefined && left !== '0' && left !== '0.02', left);
  assert.deepEqual([world.position(), foreign(world)?.wantFlat], [left, '0']);
  const again = only(world);
  assert.deepEqual(
    [again.id, again.life, again.owner, again.resolution],
    [id, 'needs_you', null, null],
  );
  const [decided] = world.of('FOREIGN_DECIDED');
  assert.equal(world.of('DECISION_UNDONE')[0]?.data.corrects, decided?.seq);
  await decide(world, 'flatten');
  await world.run(20_000);
  assert.deepEqual([world.position(), breaksOf(world)], ['0', []]);
  const ended = world.of('BREAK_RESOLVED').at(-1)?.data.break;
  assert.deepEqual(
    [ended?.life, ended?.resolution?.action, ended?.resolution?.by],
    ['resolved', 'flatten', 'ada'],
  );
  const closed = await undo(world, id);
  assert.ok(!closed.ok && closed.detail === 'what was closed is closed');
  audit(world);
});

/** A trade that a hand closed while the engine was down, and whose fill the exchange does not show. */
async function ghost() {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(2_000);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(1_000);
  const fault = world.fault({ kind: 'forget_history' });
  await world.restart();
  await stands(world, 'ghost_trade needs_you');
  return { world, id, fault };
}

test('[N1] [I21] an outcome that was entered is undone: the result is unknown again, the day counts as before, and the fill that turns up is booked', async () => {
  const { world, id, fault } = await ghost();
  const lost = world.books().daily.net;
  const difference = only(world).id;
  await decide(world, 'enter', '99000');
  assert.notEqual(world.books().daily.net, lost);
  assert.deepEqual([world.trade(id).pnlSource, world.trade(id).exits.length], ['fills', 1]);
  const [entered] = world.of('TRADE_CORRECTED');
  assert.equal(codeOf(await undo(world, difference)), 'ok');
  assert.equal(world.of('DECISION_UNDONE')[0]?.data.corrects, entered?.seq);
  const { pnlSource, exits, adjusted, corrected } = world.trade(id);
  assert.deepEqual([pnlSource, exits, adjusted, corrected], ['unknown', [], '0.0009', true]);
  assert.equal(world.books().daily.net, lost);
  assert.deepEqual(breaksOf(world), ['ghost_trade needs_you']);
  await world.run(1_000);
  await world.restart();
  await world.run(5_000);
  assert.deepEqual(breaksOf(world), ['ghost_trade needs_you']);
  world.control('DELETE', `fault/${fault}`);
  await world.run(70_000);
  assert.deepEqual([world.trade(id).pnlSource, breaksOf(world)], ['fills', []]);
  audit(world);
});

test('[I11] [I21] [N1] the fill turns up after a person has entered the outcome: it takes its place, and the position does not move again', async () => {
  const { world, id, fault } = await ghost();
  await decide(world, 'enter', '99000');
  const [entered] = world.of('TRADE_CORRECTED');
  await world.run(5_000);
  world.control('DELETE', `fault/${fault}`);
  await world.run(70_000);
  const { exits, pnlSource, adjusted, corrected, closedAt } = world.trade(id);
  assert.deepEqual(
    [exits.map(({ amount }) => amount), pnlSource, adjusted, corrected, closedAt !== null],
    [['0.0009'], 'fills', '0', true, true],
  );
  assert.notEqual(exits[0]?.price, '99000');
  const [undone] = world.of('DECISION_UNDONE');
  assert.deepEqual(
    [undone?.data.corrects, undone?.data.by, undone?.actor.kind],
    [entered?.seq, 'reconciler', 'reconciler'],
  );
  assert.equal(world.of('POSITION_ADJUSTED').length, 1, 'once, when it was assumed');
  assert.deepEqual([foreign(world)?.amount ?? '0', breaksOf(world)], ['0', []]);
  audit(world);
});

test('[I5] what was accepted is undone: it stands again; what was given up does not, and what nobody decided can’t be', async () => {
  const { world } = await ghost();
  const { id } = only(world);
  assert.equal(codeOf(await undo(world, id)), 'no_decision', 'nothing is decided yet');
  await decide(world, 'accept');
  const accepted = world.of('BREAK_RESOLVED').at(-1);
  await world.run(35_000);
  assert.deepEqual(breaksOf(world), []);
  assert.equal(codeOf(await undo(world, id)), 'ok');
  assert.equal(world.of('DECISION_UNDONE')[0]?.data.corrects, accepted?.seq);
  assert.deepEqual(breaksOf(world), ['ghost_trade needs_you']);
  assert.ok(only(world).evidence.length > 0, 'with its evidence');
  assert.equal(codeOf(await undo(world, 'brk_99')), 'no_decision');
  auditPosition(world);
  auditFold(world);
});

test('[I6] an order that a person gave up is never looked for again', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_request', method: 'private/buy', count: 1 });
  world.fault({ kind: 'error', method: 'private/cancel_by_label', code: 10041, ms: 130_000 });
  world.signal();
  await stands(world, 'unresolved_intent');
  const { id } = only(world);
  await decide(world, 'accept');
  const outcome = await undo(world, id);
  assert.ok(!outcome.ok && outcome.code === 'cannot_be_undone');
  assert.match(outcome.detail, /given up/);
  assert.equal(world.of('DECISION_UNDONE').length, 0);
});
