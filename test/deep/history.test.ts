/**
 * Away for about a day: what happened then has left the window of recent trades and may not yet be in the historical one.
 * Nothing is concluded from fills that nobody can show; the account's log says whether there are any.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { presentTrade } from '../../src/domain/present.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { HOUR, SECOND } from '../../src/base/time.ts';

const problems = (world: World): readonly string[] =>
  world.of('RECONCILIATION_COMPLETED').flatMap(({ data }) => data.report.problem ?? []);

/** A trade that a hand closes while the engine is away, which comes back so long after that. */
async function away(ms: number): Promise<{ readonly world: World; readonly trade: string }> {
  const world = await createWorld();
  const { id } = await world.enter();
  await world.run(2_000);
  world.crash();
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(ms);
  await world.restart();
  return { world, trade: id };
}

test('[N1][I59] a fill that neither window shows is waited for, and then booked with its real price', async () => {
  const { world, trade } = await away(24 * HOUR + 20 * SECOND);
  await world.run(20_000);
  assert.equal(world.trade(trade).closedAt, null, 'nothing is concluded from its absence');
  assert.ok(problems(world).length > 0);
  for (const problem of problems(world))
    assert.match(problem, /^history: trade USDC\/\S+ is in the log of the account/);
  await world.until('the close', () => world.trade(trade).closedAt !== null, 120_000);
  assert.equal(world.of('POSITION_ADJUSTED').length, 0);
  const closed = presentTrade(world.books(), world.trade(trade));
  assert.deepEqual([closed.exitReason, closed.pnlSource], ['ghost_trade_cleanup', 'fills']);
  await world.run(35_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  audit(world);
});

test('[N1] after a day and two hours the historical window shows the close, and one check books it', async () => {
  const { world, trade } = await away(26 * HOUR);
  await world.until('the close', () => world.trade(trade).closedAt !== null, 30_000);
  assert.deepEqual(problems(world), []);
  assert.equal(world.trade(trade).pnlSource, 'fills');
  await world.run(35_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
  audit(world);
});
