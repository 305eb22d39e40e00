/** Positions that differ in size or side with no fill that says why: noted at the first look, corrected by the second, then asked about. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abs, type Decimal } from '../base/decimal.ts';
import { auditFold, auditPosition } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

/** A long trade that a hand sells so much of while nobody looks, and whose fill the exchange does not show. */
async function soldUnseen(amount: string): Promise<{ readonly world: World; readonly id: string }> {
  const world = await createWorld({ strategies: [{ ...BOT, claim: false }] });
  const { id } = await world.enter();
  world.crash();
  await world.run(2_000);
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'sell', amount });
  await world.run(1_000);
  world.fault({ kind: 'forget_history' });
  await world.restart();
  return { world, id };
}

for (const { kind, sold, left, difference, asks } of [
  {
    kind: 'size_mismatch',
    sold: '0.0004',
    left: '0.0005',
    difference: '-0.0004',
    asks: ['ghost_trade needs_you'],
  },
  {
    kind: 'side_mismatch',
    sold: '0.0015',
    left: '-0.0006',
    difference: '-0.0015',
    asks: ['ghost_trade needs_you', 'orphan_position needs_you'],
  },
] as const)
  test(`[I26] [I29] ${kind}: both sides, its worth and the position as evidence at the first look; nothing changes before the second`, async () => {
    const { world, id } = await soldUnseen(sold);
    const found = () => world.of('BREAK_OPENED').find(({ data }) => data.break.kind === kind);
    await world.until('the first look', () => found() !== undefined, 30_000);
    const seen = found()?.data.break;
    assert.ok(seen);
    assert.deepEqual(
      [seen.life, seen.severity, seen.books, seen.exchange, seen.options, seen.proposal],
      ['seen', 'critical', '0.0009', left, [], null],
    );
    assert.deepEqual([seen.difference.amount, seen.difference.currency], [difference, 'USD']);
    const worth = Number(seen.difference.value) / (Number(abs(difference as Decimal)) * 100_000);
    assert.ok(Math.abs(worth - 1) < 0.01, seen.difference.value);
    assert.deepEqual(
      seen.evidence.map(({ kind: what, id: name, text }) => [what, name, text]),
      [['position', PERPETUAL, `position ${left}`]],
    );
    assert.match(JSON.stringify(seen.evidence[0]?.raw), new RegExp(`"size":"${left}"`));
    assert.deepEqual([world.of('POSITION_ADJUSTED').length, world.trade(id).open], [0, '0.0009']);
    assert.equal(world.of('ALERT_RAISED').length, 0, 'one look is told to nobody');
    await world.until('the second look', () => world.of('POSITION_ADJUSTED').length > 0, 30_000);
    await world.run(35_000);
    const ended = world.of('BREAK_RESOLVED').find(({ data }) => data.break.kind === kind);
    assert.deepEqual(
      [ended?.data.break.life, ended?.data.break.resolution?.reason],
      ['auto_resolved', 'proved by two looks and corrected'],
    );
    assert.deepEqual(
      [...world.books().breaks.values()].map(({ break: one }) => `${one.kind} ${one.life}`),
      asks,
    );
    assert.equal(world.position(), left);
    auditPosition(world);
    auditFold(world);
  });
