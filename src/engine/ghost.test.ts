/** N1: the books say open, the exchange is flat. However it came, the trade ends with what really happened, or with a question. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { presentTrade } from '../domain/present.ts';
import {
  audit,
  auditCommits,
  auditFold,
  auditLabels,
  auditPosition,
} from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const exitOf = (world: World) => world.exchange().trades.at(-1);
const shown = (world: World, id: string) => presentTrade(world.books(), world.trade(id));

test('[T1][N1] closed by a hand while the engine was down: real price, fees and PnL, ghost_trade_cleanup by web', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(5_000);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '100200' });
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.restart();
  const began = world.now();
  await world.until('the close', () => world.trade(id).closedAt !== null, 15_000);
  assert.ok(world.now() - began <= 5_000, `[L2] took ${world.now() - began} ms`);
  await world.ready();
  const trade = shown(world, id);
  const exit = exitOf(world);
  assert.deepEqual(
    [trade.exitReason, trade.closedBy, trade.pnlSource, trade.phase],
    ['ghost_trade_cleanup', 'web', 'fills', 'closed'],
  );
  assert.equal(trade.exitPrice, exit?.price);
  assert.equal(
    trade.closedAt,
    new Date(exit?.at ?? 0).toISOString(),
    'closed when it was closed, not when it was found',
  );
  const [entry] = world.exchange().trades;
  const gross = Number(exit?.amount) * (Number(exit?.price) - Number(entry?.price));
  assert.ok(Math.abs(Number(trade.grossPnl) - gross) < 1e-9, `gross ${trade.grossPnl}`);
  assert.ok(
    Math.abs(
      Number(trade.netPnl) -
        (gross - Number(entry?.fee) - Number(exit?.fee) + Number(trade.funding)),
    ) < 1e-9,
    `net ${trade.netPnl}`,
  );
  const report = world
    .of('RECONCILIATION_COMPLETED')
    .findLast((fact) => fact.data.report.trigger === 'start');
  assert.deepEqual(report?.data.report.verdicts, [
    { strategy: 'bot', instrument: PERPETUAL, verdict: 'ghost', tradeId: id, action: 'closed' },
  ]);
  await world.run(5_000);
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'analyzing');
  audit(world);
});

for (const { leg, price, exit } of [
  { leg: 'stop', price: '99400', exit: { reason: 'sl_hit', by: 'stop' } },
  { leg: 'target', price: '101100', exit: { reason: 'tp_hit', by: 'target' } },
] as const) {
  test(`[T1][N1] its own ${leg} hit while the engine was down: ${exit.reason}`, async () => {
    const world = await createWorld();
    const { id } = await world.enter();
    world.crash();
    await world.run(3_000);
    world.control('POST', 'price', { instrument: PERPETUAL, price });
    await world.restart();
    await world.ready();
    await world.run(3_000);
    assert.deepEqual(world.trade(id).exit, exit);
    assert.equal(shown(world, id).exitPrice, exitOf(world)?.price);
    assert.equal(world.books().breaks.size, 0);
    audit(world);
  });
}

test('[T1][N1] down for a day: the recent window is over, history explains the close', async () => {
  const world = await createWorld({ speed: 60 });
  const { id } = await world.enter();
  world.crash();
  await world.run(1_000);
  world.control('POST', 'close', { instrument: PERPETUAL });
  world.control('POST', 'advance', { ms: 24 * 3_600_000 });
  await world.restart();
  await world.until('the close', () => world.of('TRADE_CLOSED').length > 0, 15_000);
  const trade = world.of('TRADE_CLOSED').at(-1)?.data.trade;
  assert.deepEqual(
    [trade?.id, trade?.exitReason, trade?.closedBy, trade?.pnlSource],
    [id, 'ghost_trade_cleanup', 'unknown', 'fills'],
    'the order is forgotten by now, so nobody can say who',
  );
  await world.run(5_000);
  assert.equal(world.openTrade(), undefined);
});

/** A trade whose close nobody can see: closed by a hand while down, and the history is gone. */
async function unseen(): Promise<{
  readonly world: World;
  readonly id: string;
  readonly fault: number;
}> {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(2_000);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(1_000);
  const fault = world.fault({ kind: 'forget_history' });
  await world.restart();
  return { world, id, fault };
}

test('[T1][N1][I29] history forgotten but flat proved twice: PnL 0, unknown, needs a person, counted at its stop', async () => {
  const { world, id } = await unseen();
  const took = await world.until('the verdict', () => world.trade(id).closedAt !== null, 30_000);
  await world.run(20);
  assert.ok(took >= 3_000, `[I29] declared after ${took} ms: two looks need their distance`);
  assert.ok(took <= 15_000, `[L2] took ${took} ms`);
  const trade = shown(world, id);
  assert.deepEqual(
    [trade.grossPnl, trade.netPnl, trade.pnlSource, trade.phase, trade.exitReason, trade.exitPrice],
    ['0', '0', 'unknown', 'needs_you', 'ghost_trade_cleanup', null],
  );
  const [adjusted] = world.of('POSITION_ADJUSTED');
  assert.deepEqual([adjusted?.data.trade, adjusted?.data.amount], [id, dec(`-${trade.amount}`)]);
  const breaks = [...world.books().breaks.values()].map(({ break: found }) => [
    found.kind,
    found.life,
    found.strategy,
  ]);
  assert.deepEqual(breaks, [['ghost_trade', 'needs_you', 'bot']]);
  const [entry] = world.exchange().trades;
  const atStop =
    Number(trade.amount) * (Number(trade.stopLoss) - Number(entry?.price)) - Number(trade.fees);
  assert.ok(
    Math.abs(Number(world.books().daily.net) - atStop) < 1e-9,
    `daily ${world.books().daily.net}, at its stop ${atStop}`,
  );
  await world.run(40_000);
  assert.equal(world.of('POSITION_ADJUSTED').length, 1);
  assert.equal(
    world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.assurance,
    'mismatch',
    'an open break is shown',
  );
  auditPosition(world);
  auditLabels(world);
  auditFold(world);
});

test('[T1][N1][I21] the fill turns up later: the assumption is replaced and the break ends by itself', async () => {
  const { world, id, fault } = await unseen();
  await world.until('the verdict', () => world.trade(id).closedAt !== null, 30_000);
  world.control('DELETE', `fault/${fault}`);
  await world.until('the correction', () => world.trade(id).pnlSource === 'fills', 35_000);
  await world.run(35_000);
  const trade = shown(world, id);
  assert.deepEqual(
    [trade.corrected, trade.exitReason, trade.closedBy, trade.status],
    [true, 'ghost_trade_cleanup', 'web', 'closed'],
  );
  assert.equal(trade.exitPrice, exitOf(world)?.price);
  assert.equal(world.books().daily.net, trade.netPnl, 'the day counts the real result');
  assert.deepEqual([...world.books().breaks.values()], [], 'nothing is left to ask');
  assert.equal(world.of('TRADE_CLOSED').length, 1, '[I21] closed once');
  audit(world);
});

test('[T1][N1] a person enters the exit: the result counts, the break is resolved, the strategy may go on', async () => {
  const { world, id } = await unseen();
  await world.until('the verdict', () => world.trade(id).closedAt !== null, 30_000);
  const [breakId = ''] = world.books().breaks.keys();
  const refused = await world.command({ verb: 'resume', strategy: 'bot', reason: 'go on' });
  assert.equal(!refused.ok && refused.code, 'open_break');
  const outcome = await world.command({
    verb: 'resolve',
    breakId,
    action: 'enter',
    strategy: null,
    exitPrice: dec('100100'),
    fees: dec('0.05'),
    reason: 'seen on the website',
  });
  assert.equal(outcome.ok, true);
  const trade = shown(world, id);
  assert.deepEqual([trade.exitPrice, trade.pnlSource, trade.corrected], ['100100', 'fills', true]);
  assert.equal(
    world.books().daily.net,
    trade.netPnl,
    'the day counts what was entered, its fees too',
  );
  assert.equal(world.books().breaks.size, 0);
  await world.run(35_000);
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'analyzing');
  auditPosition(world);
  auditFold(world);
  auditCommits(world);
});

test('[N1][N9] an empty list of positions alone proves nothing: the trade stays until the exchange says flat by name', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.fault({ kind: 'empty_answer', method: 'private/get_positions', ms: 60_000 });
  await world.run(60_000);
  assert.equal(world.trade(id).closedAt, null);
  assert.equal(world.of('POSITION_ADJUSTED').length, 0);
  await world.run(60_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  assert.equal(world.books().breaks.size, 0);
  audit(world);
});
