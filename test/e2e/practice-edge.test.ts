import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import type { PriceRow } from '../../src/edge/practice-port.ts';
import { raw, refusalOf, start, temporaryFolder } from './practice-tools.ts';

test('calls over WebSocket are answered in order, each connection by itself', async (t) => {
  const server = await start(t);
  const [a, b] = [await server.client(), await server.client()];
  const texts = Array.from({ length: 50 }, (_, i) => String(i));
  const answers = Promise.all(texts.map((text) => a.call('put', { text })));
  assert.deepEqual(
    await answers,
    texts.map((_, i) => i + 1),
  );
  assert.deepEqual(await b.call('list'), texts);
  const before = (await a.call('time')) as number;
  assert.ok(Math.abs(before - Date.now()) < 5_000);
});

test('delayed frames come late, closes carry code and reason, drops carry none, and each is reported closed once', async (t) => {
  const server = await start(t);
  const client = await server.client();
  const begun = performance.now();
  const late = client.call('late');
  assert.equal(await client.next(), '"soon"');
  assert.ok(performance.now() - begun < 140);
  assert.equal(await late, 'late');
  assert.ok(performance.now() - begun >= 149);
  void client.call('close');
  assert.deepEqual(await client.closed, { code: 4000, reason: 'heartbeat close' });
  const other = await server.client();
  void other.call('drop');
  assert.deepEqual(await other.closed, { code: 1006, reason: '' });
  await (await server.client()).call('list');
  const closes = server.seen.inputs.flatMap((input) =>
    input.kind === 'closed' ? [input.conn] : [],
  );
  assert.deepEqual(closes, [1, 2]);
});

test('a frame over 32 kB is refused without closing, a huge one closes the connection', async (t) => {
  const server = await start(t);
  const client = await server.client();
  client.sendText(JSON.stringify({ method: 'put', params: { text: 'x'.repeat(40_000) } }));
  assert.deepEqual(JSON.parse(await client.next()), {
    jsonrpc: '2.0',
    error: { code: -32600, message: 'request entity too large' },
  });
  assert.deepEqual(await client.call('list'), []);
  client.sendText('x'.repeat(400_000));
  assert.equal((await client.closed).code, 1009);
});

test('a reader that does not read is cut off, and others are not', async (t) => {
  const server = await start(t);
  const [slow, other] = [await server.client(), await server.client()];
  slow.socket.pause();
  slow.sendText('{"method":"flood"}');
  assert.deepEqual(await other.call('list'), []);
  while (!server.seen.inputs.some(({ kind }) => kind === 'closed')) await other.call('time');
  assert.equal(await other.call('put', { text: 'still here' }), 1);
});

test('more than 32 connections are refused with 429', async (t) => {
  const server = await start(t);
  for (let i = 0; i < 32; i++) await server.client();
  await assert.rejects(server.client(), /HTTP 429/);
});

test('refused connections: the protocol is cut off before any answer, the control API stays', async (t) => {
  const server = await start(t);
  const client = await server.client();
  await server.control('POST', 'listen', { accept: false });
  await assert.rejects(server.client(), (error: Error) => !error.message.startsWith('HTTP'));
  await assert.rejects(raw(server.port, '/api/v2/public/test'), /socket hang up|ECONNRESET/);
  assert.deepEqual(await client.call('list'), [], 'connections that stand are left alone');
  await server.control('POST', 'listen', { accept: true });
  assert.deepEqual(await (await server.client()).call('list'), []);
});

test('server time runs at its speed, follows what the exchange sets, and stands still at speed 0', async (t) => {
  const told: number[] = [];
  const server = await start(t, { speed: 100, onClock: ({ speed }) => told.push(speed) });
  const client = await server.client();
  const begun = performance.now();
  const before = (await client.call('time')) as number;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const after = (await client.call('time')) as number;
  const passed = performance.now() - begun;
  assert.ok(
    after - before >= 190 * 100 && after - before <= (passed + 5) * 100,
    `${after - before} in ${passed}`,
  );
  assert.ok(
    server.seen.inputs.filter(({ kind }) => kind === 'tick').length >= 2,
    'about ten ticks a second',
  );
  await server.control('POST', 'speed', { speed: 0 });
  const still = (await client.call('time')) as number;
  await server.control('POST', 'advance', { ms: 5_000 });
  assert.equal(await client.call('time'), still + 5_000);
  assert.deepEqual(told, [0, 0]);
  server.seen.servers.forEach((at, i, all) =>
    assert.ok(i === 0 || at >= (all[i - 1] as number), 'time never goes back'),
  );
});

test('a bug of the exchange ends it: the failure is told once, connections close, the folder is free again', async (t) => {
  const dataDir = temporaryFolder(t);
  const failures: string[] = [];
  const server = await start(t, { dataDir, onFailure: (error) => failures.push(error.message) });
  const client = await server.client();
  await client.call('put', { text: 'kept' });
  client.sendText('{"method":"bug"}');
  assert.equal((await client.closed).code, 1001);
  assert.deepEqual(failures, ['a bug of the exchange']);
  await server.close();
  const again = await start(t, { dataDir });
  assert.deepEqual(await (await again.client()).call('list'), ['kept']);
});

test('what can not work is refused with a way out', async (t) => {
  const dataDir = temporaryFolder(t);
  const server = await start(t, { dataDir, seed: 5 });
  const host = await refusalOf(start(t, { host: '0.0.0.0' }));
  assert.equal(host.code, 'loopback_only');
  assert.match(host.message, /127\.0\.0\.1 only, not on 0\.0\.0\.0/);
  const held = await refusalOf(start(t, { dataDir }));
  assert.equal(held.code, 'data_in_use');
  assert.match(held.message, /--data/);
  const squatter = createServer().listen(0, '127.0.0.1');
  t.after(() => squatter.close());
  await new Promise((resolve) => squatter.on('listening', resolve));
  const { port } = squatter.address() as { port: number };
  const taken = await refusalOf(start(t, { port }));
  assert.equal(taken.code, 'port_taken');
  assert.match(taken.message, new RegExp(`Port ${port} .*--practice-port`));
  for (const wrong of [{ speed: -1 }, { speed: Number.NaN }, { port: 70_000 }, { seed: 0.5 }]) {
    assert.equal((await refusalOf(start(t, wrong))).code, 'bad_option', JSON.stringify(wrong));
  }
  await server.close();
  const seed = await refusalOf(start(t, { dataDir, seed: 6 }));
  assert.equal(seed.code, 'other_exchange');
  assert.match(seed.message, /seed 5, not 6/);
  await (await start(t, { dataDir })).close();
});

test('a folder goes on with its own prices: others are refused, time stays on the file', async (t) => {
  const dataDir = temporaryFolder(t);
  const at = Date.UTC(2022, 0, 1);
  const price = dec('100');
  const file = [{ at, open: price, high: price, low: price, close: price, volume: price }];
  const first = await start(t, { dataDir, file });
  assert.ok(Math.abs(first.clock().server - at) < 5_000, 'time begins with the first row');
  await first.close();
  const again = await start(t, { dataDir, file });
  await again.close();
  const without = await start(t, { dataDir });
  assert.ok(
    Math.abs(without.clock().server - at) < 10_000,
    'and goes on there without naming the file',
  );
  await without.close();
  const others = await refusalOf(
    start(t, { dataDir, file: [{ ...file[0], at: at + 60_000 } as PriceRow] }),
  );
  assert.equal(others.code, 'other_exchange');
  const seeded = temporaryFolder(t);
  await (await start(t, { dataDir: seeded })).close();
  assert.match(
    (await refusalOf(start(t, { dataDir: seeded, file }))).message,
    /seeded prices, not on a price file.*--data/,
  );
});
