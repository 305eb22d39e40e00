/** Options that somebody else holds in the account: the engine trades none, reads past them, and explains what they move. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isZero, sum } from '../base/decimal.ts';
import { HOUR, MINUTE, parseIso } from '../base/time.ts';
import { auditCash } from '../../sim/auditor/audit.ts';
import { createWorld } from '../../sim/world/world.ts';

const END = parseIso('2026-03-06T08:00Z') ?? 0;
const SPEED = 60;
const CALL = 'BTC_USDC-6MAR26-63000-C';
const PUT = 'BTC_USDC-27MAR26-65000-P';

test('a hand buys and sells options: the bot goes on, its instrument stays verified, and the cash is explained to the end', async () => {
  const world = await createWorld({
    startAt: END - HOUR,
    speed: SPEED,
    flatPrice: '64000',
    dated: true,
    instruments: ['BTC_USDC-PERPETUAL'],
  });
  world.hand('private/buy', { instrument_name: CALL, amount: 0.1, type: 'market' });
  world.hand('private/sell', { instrument_name: PUT, amount: 0.1, type: 'market' });
  world.hand('private/buy', { instrument_name: CALL, amount: 0.01, price: 5 });
  const { id } = await world.enter();
  await world.run((END + 20 * MINUTE - world.serverNow()) / SPEED);
  const kinds = new Set(world.truth().rows.map(({ type }) => type));
  for (const kind of ['trade', 'delivery', 'settlement', 'options_settlement_summary'] as const)
    assert.ok(kinds.has(kind), kind);
  assert.equal(world.trade(id).closedAt, null);
  assert.deepEqual([...world.books().breaks.values()], [], world.trace());
  assert.equal(world.books().accounts.get('USDC/unexplained'), undefined);
  assert.ok(
    isZero(
      sum(
        [...world.books().accounts]
          .filter(([key]) => key.startsWith('USDC/'))
          .map(([, amount]) => amount),
      ),
    ),
  );
  assert.equal(world.of('ALERT_RAISED').length, 0);
  auditCash(world);
});
