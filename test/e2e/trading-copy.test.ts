/**
 * An engine with a drop copy, as real processes: the push of a close by hand is lost on the trading link alone, and the
 * close is in the books long before the next check; a key that can trade is refused as one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAG } from '../../src/engine/limits.ts';
import { startPractice, startRun, writeConfig } from './support/demo.ts';
import { PERPETUAL } from './support/exchange.ts';
import { startLockstep, temporaryFolder } from './support/process.ts';

const SPEED = 60;
const EAGER = `stop_loss_percent = "5"
take_profit_percent = "5"
trades_per_day = 1440
cooldown_minutes = 0
min_volatility_percent = "0"
max_volatility_percent = "100"
rsi_oversold = "99"
rsi_overbought = "1"
trend_filter = false
`;
const keyOf = (id: string) => ({
  DERIBIT_DROP_COPY_CLIENT_ID: id,
  DERIBIT_DROP_COPY_CLIENT_SECRET: `${id}-secret`,
});

test('[I56] [N5] a close that the trading stream loses is brought by the drop copy, and only that stream is made anew', {
  timeout: 90_000,
}, async (t) => {
  const { exchange } = await startPractice(t, { seed: 3, speed: SPEED });
  const config = writeConfig(t, { exchange, speed: SPEED, strategy: EAGER });
  const run = await startRun(t, {
    config,
    dataDir: temporaryFolder(t),
    env: keyOf('practice-reader'),
  });
  const follower = await run.follow();
  const trade = await follower.inTrade();
  assert.equal((await run.engine().reconcile()).ok, true);
  // A fill of the link's first second need not have been pushed.
  for (let beats = 0; beats < 3; beats++) {
    follower.forget();
    await follower.frame('HEARTBEAT');
  }
  const fault = await exchange.fault({ kind: 'drop_notification', channel: 'user.changes' });
  const began = performance.now();
  await exchange.post('close', { instrument: PERPETUAL });
  const { frame, group } = await follower.frame('TRADE_CLOSED', undefined, 20_000);
  const took = group.receivedAt - began;
  assert.ok(took > 1_000 && took < LAG + 2_000, `took ${took} ms`);
  assert.deepEqual([frame.trade.id, frame.trade.closedBy], [trade.id, 'web']);
  assert.equal((await exchange.state()).faults.find(({ id }) => id === fault)?.hits, 1);
  await follower.frame('LINK_CHANGED', ({ link, up }) => link === 'trading' && !up);
  await follower.frame('LINK_CHANGED', ({ link, up }) => link === 'trading' && up);
  const beat = await follower.frame('HEARTBEAT');
  assert.equal(typeof beat.frame.links.drop_copy, 'number');
  assert.equal((await run.engine().reconcile()).ok, true);
});

test('[I49] [I56] a drop copy whose key can trade ends the start in words, without the secret', {
  timeout: 30_000,
}, async (t) => {
  const { exchange } = await startPractice(t);
  const config = writeConfig(t, { exchange });
  const dataDir = temporaryFolder(t);
  const args = ['run', '--config', config, '--data', dataDir, '--port', '0', '--no-open'];
  const run = startLockstep(t, args, keyOf('practice-web'));
  assert.notEqual((await run.ended).code, 0);
  assert.match(run.said(), /the API key of the drop copy allows .*trade:read_write/);
  assert.ok(!run.said().includes('practice-web-secret'));
});
