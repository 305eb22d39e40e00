/** Logins, scopes and tokens. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { SECOND } from '../../../base/time.ts';
import { createBench, NOON, PERP } from '../harness.contract.ts';

const ENGINE = { client_id: 'practice-engine', client_secret: 'practice-engine-secret' };
const credentials = { grant_type: 'client_credentials', ...ENGINE };

test('the granted scope is what the key has of what was asked for', () => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    [undefined, 'account:read connection trade:read_write'],
    ['trade:read_write account:read', 'account:read connection trade:read_write'],
    ['trade:read', 'connection trade:read'],
    ['account:read_write trade:read', 'account:read connection trade:read'],
    ['wallet:read_write', 'connection'],
    ['session:bot trade:read_write', 'session:bot trade:read_write'],
    ['trade:none', 'account:read connection'],
  ];
  for (const [scope, granted] of cases) {
    const bench = createBench();
    const result = bench.ok(bench.connect(), 'public/auth', {
      ...credentials,
      ...(scope === undefined ? {} : { scope }),
      state: 's',
    });
    assert.equal(result.scope, granted);
    assert.equal(result.state, 's');
    assert.equal(result.token_type, 'bearer');
  }
});

test('a scope that is too small is refused with 13021, wrong keys with 13004', () => {
  const bench = createBench();
  const conn = bench.connect();
  bench.ok(conn, 'public/auth', { ...credentials, scope: 'trade:read' });
  assert.equal(
    bench.fails(conn, 'private/buy', { instrument_name: PERP, amount: 0.001, type: 'market' }).code,
    13021,
  );
  assert.equal(bench.fails(conn, 'private/get_account_summary', { currency: 'USDC' }).code, 13021);
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  const engine = bench.login();
  assert.equal(bench.fails(engine, 'private/enable_cancel_on_disconnect').code, 13021);
  assert.deepEqual(bench.ok(engine, 'private/get_cancel_on_disconnect'), {
    scope: 'connection',
    enabled: false,
  });
  for (const wrong of [
    { ...credentials, client_secret: 'no' },
    { ...credentials, client_id: 'no' },
    { grant_type: 'refresh_token', refresh_token: 'no' },
  ]) {
    assert.equal(bench.fails(bench.connect(), 'public/auth', wrong).code, 13004);
  }
  assert.deepEqual(bench.fails(bench.connect(), 'public/auth', { grant_type: 'guess' }).data, {
    reason: 'wrong format',
    param: 'grant_type',
  });
});

test('a signature over timestamp, nonce and data logs in for a minute around server time', () => {
  const bench = createBench();
  const signed = (timestamp: number, secret = ENGINE.client_secret) => ({
    grant_type: 'client_signature',
    client_id: ENGINE.client_id,
    timestamp,
    nonce: 'n0nce',
    data: 'extra',
    signature: createHmac('sha256', secret).update(`${timestamp}\nn0nce\nextra`).digest('hex'),
  });
  assert.equal(
    bench.ok(bench.connect(), 'public/auth', signed(NOON - 59 * SECOND)).scope,
    'account:read connection trade:read_write',
  );
  assert.equal(bench.fails(bench.connect(), 'public/auth', signed(NOON - 61 * SECOND)).code, 13004);
  assert.equal(bench.fails(bench.connect(), 'public/auth', signed(NOON, 'other')).code, 13004);
});

test('tokens end after their real life, are bound to their connection, and a refresh replaces them', () => {
  const bench = createBench({ venue: { tokenSeconds: 100 } });
  const conn = bench.connect();
  const first = bench.ok(conn, 'public/auth', credentials);
  assert.equal(first.expires_in, 100);
  bench.ok(conn, 'public/subscribe', { channels: ['platform_state'] });
  const other = bench.connect();
  assert.equal(
    bench.fails(other, 'private/get_positions', { access_token: first.access_token }).code,
    13009,
  );
  bench.pass(90 * SECOND);
  const second = bench.ok(conn, 'public/auth', {
    grant_type: 'refresh_token',
    refresh_token: first.refresh_token,
  });
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.scope, first.scope);
  assert.equal(
    bench.fails(conn, 'private/get_positions', { access_token: first.access_token }).code,
    13009,
  );
  bench.pass(99 * SECOND);
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  bench.pass(SECOND);
  assert.deepEqual(bench.fails(conn, 'private/get_positions').data, { reason: 'invalid_token' });
});

test('a session token may be used on another connection and survives its own', () => {
  const bench = createBench();
  const conn = bench.connect();
  const { access_token } = bench.ok(conn, 'public/auth', {
    ...credentials,
    scope: 'session:s trade:read',
  });
  bench.handle({ kind: 'closed', conn });
  assert.deepEqual(bench.ok(bench.connect(), 'private/get_positions', { access_token }), []);
});

test('logout closes the connection instead of answering', () => {
  const bench = createBench();
  const conn = bench.login();
  assert.equal(bench.ask(conn, 'private/logout'), undefined);
  assert.deepEqual(bench.effects.at(-1), { kind: 'close', conn, code: 1000, reason: 'logout' });
});

test('over HTTP a signature of time, nonce, method, URI and body speaks for its key, for a minute around server time', () => {
  const bench = createBench();
  const sent = {
    verb: 'POST',
    target: '/api/v2/private/get_positions',
    body: '{"currency":"any"}',
  };
  const signed = `${sent.verb}\n${sent.target}\n${sent.body}\n`;
  const header = (
    over: { ts?: number; secret?: string; id?: string; sig?: string } = {},
  ): string => {
    const { ts = NOON, secret = ENGINE.client_secret, id = ENGINE.client_id } = over;
    const sig = createHmac('sha256', secret).update(`${ts}\nn0nce\n${signed}`).digest('hex');
    return `deri-hmac-sha256 id=${id},ts=${ts},sig=${over.sig ?? sig},nonce=n0nce`;
  };
  let id = 0;
  const codeOf = (authorization: string, body = sent.body) => {
    const told = bench.handle({
      kind: 'http',
      id: ++id,
      method: 'private/get_positions',
      params: { currency: 'any' },
      rpcId: undefined,
      authorization,
      sent: { ...sent, body },
    });
    const reply = told.find((effect) => effect.kind === 'reply');
    assert.ok(reply?.kind === 'reply' && typeof reply.body === 'string');
    const { error } = JSON.parse(reply.body) as { readonly error?: { readonly code: number } };
    return [reply.status, error?.code];
  };
  assert.deepEqual(codeOf(header()), [200, undefined]);
  assert.deepEqual(codeOf(header({ ts: NOON - 59 * SECOND })), [200, undefined]);
  for (const bad of [
    header({ ts: NOON - 61 * SECOND }),
    header({ ts: NOON + 61 * SECOND }),
    header({ secret: 'other' }),
    header({ sig: '' }),
    `deri-hmac-sha256 id=${ENGINE.client_id}`,
  ])
    assert.deepEqual(codeOf(bad), [401, 13009], bad);
  assert.deepEqual(codeOf(header(), sent.body.replace('any', 'BTC')), [401, 13009]);
  assert.deepEqual(codeOf(header({ id: 'nobody' })), [401, 13004]);
  assert.deepEqual(codeOf('deri-hmac-sha256 '), [401, 13004]);
});
