/** What the engine really asks of the system: no byte of an order, edit or cancel leaves before the sync of the fact that intends it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { scene } from '../crash/scene.ts';
import { type ExchangeOrder, liveOrders, PERPETUAL } from '../e2e/support/exchange.ts';
import { temporaryFolder } from '../e2e/support/process.ts';
import { type Left, sentFrames } from '../support/frames.ts';
import { type Call, readTrace, traced, withStrace } from '../support/strace.ts';

const CARRIES = /"private\/(?:buy|sell|edit|cancel)"/;

const isLog = ({ target }: Call): boolean => basename(target) === 'journal.sqlite-wal';

/** The text that the log must hold before a frame may leave. */
function intentOf(text: string): RegExp {
  const { method, params } = JSON.parse(text) as {
    readonly method: string;
    readonly params: Readonly<Record<string, unknown>>;
  };
  return method === 'private/buy' || method === 'private/sell'
    ? new RegExp(`"label":"${String(params['label'])}"`)
    : new RegExp(`"id":"chg_\\d+","label":"[^"]*","orderId":"${String(params['order_id'])}"`);
}

/** Frames that left although no sync had covered their intent. */
function early(calls: readonly Call[], frames: readonly Left[]): readonly string[] {
  const writes = calls.filter((call) => call.name === 'pwrite64' && isLog(call));
  const syncs = calls.filter((call) => /^f(?:data)?sync$/.test(call.name) && isLog(call));
  return frames
    .filter(({ text, began }) => {
      const intent = intentOf(text);
      const written = writes.find(({ data }) => intent.test(data.toString('latin1')));
      return !syncs.some(
        (sync) => written !== undefined && sync.began > written.ended && sync.ended < began,
      );
    })
    .map(({ text }) => text);
}

test("[I2][I32] an order, an edit and a cancel leave after the sync of their intents, by the system's own account", {
  ...withStrace(),
  timeout: 120_000,
}, async (t) => {
  const trace = join(temporaryFolder(t), 'trace');
  const stage = await scene(t, 90);
  const child = await stage.start(null, null, traced(trace, []));
  const follower = await stage.follow();
  const { id, amount } = await follower.inTrade();
  const smaller = (order: ExchangeOrder): boolean =>
    order.type === 'stop_market' && order.state === 'untriggered' && order.amount !== amount;
  const edited = stage.exchange.until(
    'the smaller stop',
    (event) => event.type === 'CHANGES' && event.orders.some(smaller),
  );
  await stage.exchange.post('close', { instrument: PERPETUAL, amount: '0.0004' });
  await edited;
  await stage.engine().post('/strategies/razor/flatten', { reason: 'the end' });
  await follower.closed(id);
  for (let live = 1; live > 0; ) live = liveOrders(await stage.exchange.state()).length;
  process.kill(Number(readFileSync(join(stage.dataDir, 'journal.pid'), 'utf8')), 'SIGTERM');
  await child.ended;
  const calls = readTrace(trace);
  const frames = sentFrames(calls).filter(({ text }) => CARRIES.test(text));
  const methods = new Set(frames.map(({ text }) => /"private\/(\w+)"/.exec(text)?.[1]));
  assert.deepEqual(methods, new Set(['buy', 'sell', 'edit', 'cancel']));
  assert.deepEqual(early(calls, frames), []);
  t.diagnostic(`${frames.length} frames, ${calls.length} calls`);
  const unsynced = calls.filter(({ name }) => name !== 'fsync' && name !== 'fdatasync');
  assert.equal(
    early(unsynced, frames).length,
    frames.length,
    'without syncs all of them are early',
  );
});
