/** A file `KILL` in the data folder of a running engine, for real: halted with its reason, the stop stays, the file goes once that is durable. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { liveOrders } from '../e2e/support/exchange.ts';
import { scene } from './scene.ts';

test('[I40] [I22] the file KILL halts a running engine and keeps the stop of an open trade, through a SIGKILL too', {
  timeout: 70_000,
}, async (t) => {
  const stage = await scene(t, 91);
  const child = await stage.start(null);
  const follower = await stage.follow();
  await follower.status('position_open', 30_000);
  const file = join(stage.dataDir, 'KILL');
  writeFileSync(file, 'smoke in the room\n');
  await follower.status('halted', 30_000);
  const [changed] = await stage.engine().facts('CONTROL_CHANGED');
  assert.deepEqual(
    [changed?.data.control, changed?.data.by, changed?.data.reason],
    ['halted', 'KILL file', 'smoke in the room'],
  );
  // It is in the journal, so the file goes.
  while (existsSync(file)) await new Promise((resolve) => void setImmediate(resolve));
  await child.kill();
  await stage.start(null);
  await (await stage.follow()).status('halted', 30_000);
  assert.notEqual(await stage.exchange.position(), '0');
  const stops = liveOrders(await stage.exchange.state()).filter(
    ({ type }) => type === 'stop_market',
  );
  assert.equal(stops.length, 1);
});
