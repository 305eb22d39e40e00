/**
 * Kill while the disk does not answer any more, for real: after a second its orders leave all the same, what they are is kept
 * in a file beside the journal, and a start on a disk that answers again books them and stays halted.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KEPT_FILE } from '../../src/edge/kept-file.ts';
import { assertOneOrderPerLabel, compareBooks } from '../e2e/support/compare.ts';
import { liveOrders, positionOf } from '../e2e/support/exchange.ts';
import { scene } from './scene.ts';

test('[I32] [I40] [I53] a kill on a disk that does not answer closes the position; killed and started again, the engine has booked it, once, and is halted', {
  timeout: 70_000,
}, async (t) => {
  const stage = await scene(t, 90);
  const child = await stage.start({ at: 'stall', type: 'COMMAND_TAKEN' });
  await (await stage.follow()).status('position_open', 30_000);
  stage.exchange.forget();
  const asked = stage
    .engine()
    .post('/kill', { strength: 'flatten', reason: 'fire' })
    .catch(() => undefined);
  await stage.exchange.until(
    'the close',
    (event) => event.type === 'CHANGES' && event.trades.length > 0,
  );
  assert.equal(positionOf(await stage.exchange.state()), '0');
  const file = join(stage.dataDir, KEPT_FILE);
  assert.ok(existsSync(file));
  await child.kill();
  await asked;
  await stage.start(null);
  const follower = await stage.follow();
  await follower.frame('RECONCILIATION_COMPLETED', () => true, 30_000);
  await follower.status('halted', 30_000);
  const { trades, state } = await compareBooks(stage.engine(), stage.exchange);
  assert.deepEqual(
    trades.map(({ openAmount, exitReason, closedBy }) => [openAmount, exitReason, closedBy]),
    [['0', 'kill_switch', 'kill']],
  );
  assertOneOrderPerLabel(state);
  assert.equal(liveOrders(state).length, 0);
  const intents = await stage.engine().facts('ORDER_INTENDED');
  const closes = intents.filter(({ data }) => data.intent.purpose === 'kill_close');
  assert.deepEqual([closes.length, closes[0]?.data.decidedAt !== undefined], [1, true]);
  assert.equal((await stage.engine().post<{ ok: boolean }>('/audit/verify')).ok, true);
  assert.equal(existsSync(file), false, 'what is booked is kept no longer');
});
