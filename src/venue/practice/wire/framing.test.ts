/** Framing of requests and answers, over WebSocket and HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthResult } from '../../protocol/frames.ts';
import type { Placed } from '../../protocol/objects.ts';
import { createBench, NOON, PERP, read } from '../harness.contract.ts';

test('answers echo the id with its type and carry stamps of server time', () => {
  const bench = createBench();
  const conn = bench.connect();
  const cases: readonly (readonly [string, unknown])[] = [
    ['{"jsonrpc":"2.0","id":42,"method":"public/get_time"}', 42],
    ['{"jsonrpc":"2.0","id":"x-1","method":"public/get_time","params":{}}', 'x-1'],
    ['{"jsonrpc":"2.0","method":"public/get_time"}', undefined],
  ];
  for (const [text, id] of cases) {
    const [answer] = bench.raw(conn, text);
    assert.deepEqual(answer, {
      jsonrpc: '2.0',
      ...(id === undefined ? {} : { id }),
      result: NOON,
      usIn: NOON * 1_000,
      usOut: NOON * 1_000 + 137,
      usDiff: 137,
      testnet: true,
    });
  }
});

test("what is not a proper request is refused in the venue's codes", () => {
  const bench = createBench();
  const conn = bench.connect();
  const request = (rest: object): string => JSON.stringify({ jsonrpc: '2.0', id: 1, ...rest });
  const cases: readonly (readonly [string, string, number, unknown])[] = [
    ['broken JSON', '{"jsonrpc":', 11050, 'invalid json'],
    ['a batch', '[]', 11050, 'invalid json'],
    ['an unknown method', request({ method: 'public/nothing' }), -32601, undefined],
    ['a method of no text', request({ method: 5 }), -32601, undefined],
    [
      'another protocol',
      '{"jsonrpc":"1.0","id":1,"method":"public/test"}',
      -32602,
      { reason: 'must be 2.0', param: 'jsonrpc' },
    ],
    [
      'positional params',
      request({ method: 'public/test', params: [1] }),
      -32602,
      { reason: 'must be an object', param: 'params' },
    ],
    [
      'a missing parameter',
      request({ method: 'public/ticker' }),
      -32602,
      { reason: 'value required', param: 'instrument_name' },
    ],
    [
      'a parameter of a wrong kind',
      request({ method: 'public/get_order_book', params: { instrument_name: PERP, depth: 'x' } }),
      -32602,
      { reason: 'wrong format', param: 'depth' },
    ],
    [
      'an unknown instrument',
      request({ method: 'public/ticker', params: { instrument_name: 'NO-PERPETUAL' } }),
      13020,
      undefined,
    ],
    ['no login', request({ method: 'private/get_positions' }), 10000, undefined],
    [
      'a foreign token',
      request({ method: 'private/get_positions', params: { access_token: 'abc' } }),
      13009,
      { reason: 'invalid_token' },
    ],
    [
      'more than 32 kB',
      request({ method: 'public/test', params: { pad: 'x'.repeat(33_000) } }),
      -32600,
      undefined,
    ],
    [
      'more than 32 kB in two-byte letters',
      request({ method: 'public/test', params: { pad: 'é'.repeat(16_500) } }),
      -32600,
      undefined,
    ],
  ];
  for (const [name, text, code, data] of cases) {
    const [answer] = bench.raw(conn, text);
    assert.equal(answer?.error?.code, code, name);
    assert.deepEqual(answer?.error?.data, data, name);
    if (code === 11050 || code === -32600) assert.equal('id' in (answer ?? {}), false, name);
  }
  assert.deepEqual(bench.raw(conn, request({ method: 'public/test' }))[0]?.result, {
    version: '1.2.26',
  });
});

test('HTTP answers GET text and POST objects, with Bearer and Basic, and refuses WebSocket-only methods', () => {
  const bench = createBench();
  let id = 0;
  const http = (method: string, params: unknown, authorization?: string) => {
    const [reply] = bench
      .handle({ kind: 'http', id: ++id, method, params, rpcId: undefined, authorization })
      .filter((effect) => effect.kind === 'reply');
    assert.ok(reply?.kind === 'reply' && typeof reply.body === 'string');
    return { status: reply.status, body: read(reply.body) };
  };
  const auth = http('public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-engine',
    client_secret: 'practice-engine-secret',
  });
  const bearer = `Bearer ${(auth.body.result as AuthResult).access_token}`;
  const basic = 'Basic cHJhY3RpY2Utd2ViOnByYWN0aWNlLXdlYi1zZWNyZXQ=';
  assert.equal(http('private/get_positions', { currency: 'any' }, bearer).status, 200);
  const bought = http(
    'private/buy',
    { instrument_name: PERP, amount: '0.001', type: 'market', reduce_only: 'false' },
    basic,
  );
  const { order } = bought.body.result as Placed;
  assert.deepEqual([order.order_state, order.web, order.api], ['filled', true, false]);
  assert.deepEqual(
    [
      http('public/set_heartbeat', { interval: 10 }).body.error?.code,
      http('private/subscribe', { channels: '[]' }, basic).body.error?.code,
    ],
    [10030, 10030],
  );
  const refused = [
    http('private/get_positions', {}),
    http('private/get_positions', {}, 'Bearer nothing'),
    http('private/get_positions', {}, 'Basic cHJhY3RpY2Utd2ViOndyb25n'),
  ];
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.error?.code]),
    [
      [401, 10000],
      [401, 13009],
      [401, 13004],
    ],
  );
});

test('numbers are written digit for digit, beyond what a float holds', () => {
  const bench = createBench();
  const conn = bench.login();
  const out = bench.handle({
    kind: 'frame',
    conn,
    text: `{"jsonrpc":"2.0","id":1,"method":"private/buy","params":{"instrument_name":"${PERP}","amount":1.0e-4,"price":6.40e4}}`,
  });
  const [answer] = out.filter((effect) => effect.kind === 'send');
  assert.ok(answer?.kind === 'send');
  assert.match(answer.text, /"price":64000,"amount":0\.0001,"contracts":1,/);
});
