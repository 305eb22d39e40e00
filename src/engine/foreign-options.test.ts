/** Options that somebody else holds in the account: the engine trades none, reads past them, and explains what they move. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isZero, sum } from '../base/decimal.ts';
import { HOUR, MINUTE, parseIso } from '../base/time.ts';
import { futureOfOption } from '../domain/instrument.ts';
import { auditCash } from '../../sim/auditor/audit.ts';
import { createWorld } from '../../sim/world/world.ts';

const END = parseIso('2026-03-06T08:00Z') ?? 0;
const SPEED = 60;
const FUTURE = 'BTC_USDC-6MAR26';
const CALL = `${FUTURE}-63000-C`;
const PUT = 'BTC_USDC-27MAR26-65000-P';

test('an option names the future that it becomes', () => {
  assert.deepEqual(
    [CALL, 'XRP_USDC-30JUN23-0d625-C', FUTURE, 'BTC-PERPETUAL', 'BTC-CS-19MAY26-70000_75000'].map(
      futureOfOption,
    ),
    [FUTURE, 'XRP_USDC-30JUN23', undefined, undefined, undefined],
  );
});

for (const alsoFuture of [false, true])
  test(`[I14] a hand holds options${alsoFuture ? ' beside their future' : ''} over their end: the bot goes on, a person is asked about them, and all cash is explained`, async () => {
    const world = await createWorld({
      startAt: END - HOUR,
      speed: SPEED,
      flatPrice: '64000',
      dated: true,
      instruments: ['BTC_USDC-PERPETUAL'],
    });
    const hand = (verb: 'buy' | 'sell', instrument_name: string): void =>
      void world.hand(`private/${verb}`, { instrument_name, amount: 0.1, type: 'market' });
    hand('buy', CALL);
    hand('sell', PUT);
    if (alsoFuture) hand('buy', FUTURE);
    const { id } = await world.enter();
    await world.run((END + 20 * MINUTE - world.serverNow()) / SPEED);
    const kinds = new Set(world.truth().rows.map(({ type }) => type));
    for (const kind of ['trade', 'delivery', 'settlement', 'options_settlement_summary'] as const)
      assert.ok(kinds.has(kind), kind);
    assert.equal(world.trade(id).closedAt, null);
    assert.deepEqual(
      [...world.books().breaks.values()].map((one) => [one.break.kind, one.break.instrument]),
      [['orphan_position', PUT]],
      world.trace(),
    );
    const usdc = [...world.books().accounts].filter(([key]) => key.startsWith('USDC/'));
    assert.equal(world.books().accounts.get('USDC/unexplained'), undefined);
    assert.ok(isZero(sum(usdc.map(([, amount]) => amount))));
    assert.equal(world.of('MESSAGE_REFUSED').length, 0);
    auditCash(world);
  });
