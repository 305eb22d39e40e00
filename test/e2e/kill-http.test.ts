/** A kill that gets no WebSocket: it reads, cancels and closes over HTTP, with the secret and with a signature. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { killDirectly } from '../../src/app/kill.ts';
import type { KillOptions } from '../../src/app/options.ts';
import { createRealExchange } from './practice-real.ts';
import { askAs, connect, type Row, start, temporaryFolder } from './practice-tools.ts';

const PERPETUAL = 'BTC_USDC-PERPETUAL';
const KEY = { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' };
/** Connections that the exchange allows one address. */
const ALL = 32;

/** An exchange with a position and an order of ours, all of whose WebSockets are taken. */
async function crowded(t: TestContext) {
  const exchange = await start(t, { createExchange: createRealExchange });
  const rpc = askAs(exchange.url, KEY);
  const ticker = (await rpc('public/ticker', { instrument_name: PERPETUAL })) as Row;
  const low = Math.round(Number(ticker['mark_price']) * 0.99);
  const common = { instrument_name: PERPETUAL, amount: 0.001 };
  await rpc('private/buy', { ...common, type: 'market' });
  const label = 'ls:razor:n1:1:1e:abcdefgh';
  await rpc('private/buy', { ...common, type: 'limit', price: low, label });
  await rpc('private/buy', { ...common, type: 'limit', price: low, label: 'a hand' });
  const taken = await Promise.all(Array.from({ length: ALL }, () => exchange.client()));
  t.after(() => {
    for (const { socket } of taken) socket.terminate();
  });
  await assert.rejects(connect(`ws://127.0.0.1:${exchange.port}/ws/api/v2`), /HTTP 429/);
  const options = (more: Partial<KillOptions>): KillOptions => ({
    venueUrl: `ws://127.0.0.1:${exchange.port}/ws/api/v2`,
    httpUrl: `${exchange.url}/api/v2`,
    login: 'secret',
    credentials: KEY,
    strength: 'cancel',
    reason: 'no socket is to be had',
    dataDir: temporaryFolder(t),
    instruments: [PERPETUAL],
    ...more,
  });
  return {
    options,
    labels: async () =>
      ((await rpc('private/get_open_orders', {})) as readonly Row[]).map((row) => row['label']),
    size: async () => {
      const position = (await rpc('private/get_position', { instrument_name: PERPETUAL })) as Row;
      return Number(position['size']);
    },
  };
}

for (const login of ['secret', 'signature'] as const)
  test(`[I40] where every WebSocket is refused with 429 it cancels and closes over HTTP (${login})`, async (t) => {
    const { options, labels, size } = await crowded(t);
    assert.equal((await labels()).length, 2);
    assert.equal(await killDirectly(options({ login })), 0);
    assert.deepEqual([await labels(), await size()], [['a hand'], 0.001]);
    assert.equal(await killDirectly(options({ login, strength: 'flatten' })), 0);
    assert.deepEqual([await labels(), await size()], [['a hand'], 0]);
  });

test('[I40] [I46] it says that nothing is proved where HTTP does not help either, and tells no secret', async (t) => {
  const { options, labels } = await crowded(t);
  const wrong = { ...KEY, clientSecret: 'canary-of-a-secret' };
  const written: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => written.push(text) > 0);
  assert.equal(await killDirectly(options({ credentials: wrong })), 3);
  assert.equal((await labels()).length, 2);
  assert.ok(!written.join('').includes('canary'));
});
