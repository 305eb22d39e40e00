import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DASHBOARD, connect, raw, start } from './practice-tools.ts';

type Refused = { readonly error: { readonly code: string; readonly accepted: string } };

test('HTTP: GET with a query, POST with a JSON-RPC body, with the method in the path or the body', async (t) => {
  const { port, url } = await start(t);
  const got = await raw(port, '/api/v2/public/ticker?instrument_name=BTC_USDC-PERPETUAL', {
    headers: { authorization: 'Bearer x' },
  });
  const { id: _, ...input } = JSON.parse(got.text) as Record<string, unknown>;
  assert.deepEqual(input, {
    kind: 'http',
    method: 'public/ticker',
    params: { instrument_name: 'BTC_USDC-PERPETUAL' },
    authorization: 'Bearer x',
    address: '127.0.0.1',
    sent: {
      verb: 'GET',
      target: '/api/v2/public/ticker?instrument_name=BTC_USDC-PERPETUAL',
      body: '',
    },
  });
  const post = async (path: string, body: string) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    return [answer.status, (await answer.json()) as Record<string, unknown>] as const;
  };
  const [, first] = await post(
    '/api/v2/private/buy',
    '{"jsonrpc":"2.0","id":7,"method":"private/buy","params":{"amount":0.1}}',
  );
  assert.deepEqual(
    [first['method'], first['params'], first['rpcId']],
    ['private/buy', { amount: 0.1 }, 7],
  );
  const [, second] = await post('/api/v2/', '{"jsonrpc":"2.0","id":"a","method":"public/test"}');
  assert.deepEqual([second['method'], second['params'], second['rpcId']], ['public/test', {}, 'a']);
  const [, third] = await post('/api/v2/public/test', '{"amount":1}');
  assert.deepEqual([third['method'], third['params']], ['public/test', { amount: 1 }]);
  assert.deepEqual(await post('/api/v2/public/test', '{"jsonrpc":'), [
    400,
    { jsonrpc: '2.0', error: { code: 11050, message: 'bad_request', data: 'invalid json' } },
  ]);
  assert.deepEqual(await post('/api/v2/public/test', JSON.stringify('x'.repeat(40_000))), [
    413,
    { jsonrpc: '2.0', error: { code: -32600, message: 'request entity too large' } },
  ]);
  assert.equal((await raw(port, '/api/v2/public/test', { method: 'PUT' })).status, 405);
  assert.equal((await raw(port, '/elsewhere')).status, 404);
});

test('[I48] strange hosts and origins are refused on HTTP, control and both WebSockets', async (t) => {
  const { port } = await start(t);
  const strangers: Record<string, string>[] = [
    { host: 'evil.example' },
    { host: `evil.example:${port}` },
    { host: '127.0.0.1:1' },
    { host: `127.0.0.1:${port}`, origin: 'https://evil.example' },
    { host: `127.0.0.1:${port}`, origin: 'null' },
    { host: `127.0.0.1:${port}`, origin: 'http://127.0.0.1:8789' },
    { host: `127.0.0.1:${port}`, origin: `${DASHBOARD}.evil.example` },
    { host: `127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' },
  ];
  const welcome: Record<string, string>[] = [
    {},
    { origin: DASHBOARD },
    { host: `localhost:${port}` },
    { origin: `http://127.0.0.1:${port}` },
  ];
  for (const path of ['/api/v2/public/test', '/practice/v1/state']) {
    for (const headers of strangers) {
      const { status, text } = await raw(port, path, { headers });
      assert.equal(status, 403, `${path} ${JSON.stringify(headers)}`);
      assert.match((JSON.parse(text) as Refused).error.accepted, /127\.0\.0\.1/);
    }
    for (const headers of welcome)
      assert.equal((await raw(port, path, { headers })).status, 200, JSON.stringify(headers));
  }
  for (const path of ['/ws/api/v2', '/practice/v1/stream']) {
    const url = `ws://127.0.0.1:${port}${path}`;
    for (const headers of strangers)
      await assert.rejects(connect(url, headers), /HTTP 403/, JSON.stringify(headers));
    for (const headers of welcome) (await connect(url, headers)).socket.close();
  }
  await assert.rejects(connect(`ws://127.0.0.1:${port}/other`), /HTTP 404/);
});

test('control: exact CORS, JSON only, at most 64 kB, GET, POST and DELETE', async (t) => {
  const { port } = await start(t);
  const post = (body: string, headers: Record<string, string>) =>
    raw(port, '/practice/v1/close', { method: 'POST', body, headers });
  const preflight = await raw(port, '/practice/v1/close', {
    method: 'OPTIONS',
    headers: { origin: DASHBOARD },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], DASHBOARD);
  assert.equal(preflight.headers['access-control-allow-methods'], 'GET, POST, DELETE');
  const json = { 'content-type': 'application/json', origin: DASHBOARD };
  const fine = await post('{"instrument":"X"}', json);
  assert.equal(fine.status, 200);
  assert.equal(fine.headers['access-control-allow-origin'], DASHBOARD);
  const input = JSON.parse(fine.text) as Record<string, unknown>;
  assert.deepEqual(
    [input['verb'], input['path'], input['body']],
    ['POST', 'close', { instrument: 'X' }],
  );
  const codes = [
    await post('{"instrument":"X"}', { 'content-type': 'text/plain' }),
    await post('{"instrument"', json),
    await post(JSON.stringify('x'.repeat(70_000)), json),
    await raw(port, '/practice/v1/close', { method: 'PUT' }),
  ].map(({ status, text }) => [status, (JSON.parse(text) as Refused).error.code]);
  assert.deepEqual(codes, [
    [415, 'not_json'],
    [400, 'invalid_json'],
    [413, 'too_large'],
    [405, 'method_not_allowed'],
  ]);
  const erased = JSON.parse(
    (await raw(port, '/practice/v1/fault/3?x=1', { method: 'DELETE' })).text,
  ) as Record<string, unknown>;
  assert.deepEqual(
    [erased['verb'], erased['path'], erased['query'], erased['body']],
    ['DELETE', 'fault/3', { x: '1' }, {}],
  );
});

test('control without HTTP, and calls of the composer before those of the exchange', async (t) => {
  const killed: unknown[] = [];
  const server = await start(t, {
    extraControl: (verb, path, body) => {
      if (path !== 'engine/kill') return undefined;
      killed.push([verb, body]);
      return Promise.resolve({ status: 202, body: { done: true } });
    },
  });
  assert.deepEqual(await server.control('POST', 'engine/kill', { why: 'test' }), {
    status: 202,
    body: { done: true },
  });
  const over = await raw(server.port, '/practice/v1/engine/kill', { method: 'POST' });
  assert.deepEqual([over.status, over.text], [202, '{"done":true}']);
  assert.deepEqual(killed, [
    ['POST', { why: 'test' }],
    ['POST', {}],
  ]);
  assert.equal((await server.control('GET', 'state')).status, 200);
});

test('the control stream begins with a snapshot and goes on with events', async (t) => {
  const server = await start(t);
  const client = await server.client();
  await client.call('put', { text: 'before' });
  const viewer = await connect(`ws://127.0.0.1:${server.port}/practice/v1/stream`, {
    origin: DASHBOARD,
  });
  const first = JSON.parse(await viewer.next()) as { type: string; state: { puts: string[] } };
  assert.deepEqual([first.type, first.state.puts], ['SNAPSHOT', ['before']]);
  await client.call('put', { text: 'after' });
  assert.equal(await viewer.next(), '{"type":"PUT","n":2}');
});
