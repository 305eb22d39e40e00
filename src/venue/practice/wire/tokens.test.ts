/** Sessions and tokens: named sessions, forks, other accounts, and what happens when a right is taken back. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { AuthResult } from '../../protocol/frames.ts';
import type { UserChanges } from '../../protocol/objects.ts';
import { createBench, NOON, on, PERP, read } from '../harness.contract.ts';

type Bench = ReturnType<typeof createBench>;

const KEY = { client_id: 'practice-engine', client_secret: 'practice-engine-secret' };
const ACCOUNTS = ['main', 'other'].map((id) => ({ id, cash: {} }));

const auth = (bench: Bench, conn: number, params: object = {}): AuthResult =>
  bench.ok(conn, 'public/auth', { grant_type: 'client_credentials', ...KEY, ...params });
const renew = (bench: Bench, conn: number, refresh_token: string): AuthResult =>
  bench.ok(conn, 'public/auth', { grant_type: 'refresh_token', refresh_token });
const positions = (bench: Bench, conn: number, access_token?: string) =>
  bench.ask(conn, 'private/get_positions', access_token === undefined ? {} : { access_token });
const INVALID = { code: 13009, message: 'unauthorized', data: { reason: 'invalid_token' } };

test('a token of a named session outlives its connection, one of a connection does not', () => {
  const bench = createBench();
  const [first, second] = [bench.connect(), bench.connect()];
  const named = auth(bench, first, { scope: 'session:desk' });
  const bound = auth(bench, second);
  bench.handle({ kind: 'closed', conn: first });
  bench.handle({ kind: 'closed', conn: second });
  const third = bench.connect();
  assert.equal(positions(bench, third, named.access_token)?.error, undefined);
  assert.deepEqual(positions(bench, third, bound.access_token)?.error, INVALID);
  assert.deepEqual(positions(bench, third)?.error?.code, 10000);
});

test('a refresh token is good once; the access token beside it stays good in a named session only', () => {
  const bench = createBench();
  const conn = bench.connect();
  for (const [scope, stays] of [
    ['session:desk', true],
    ['connection', false],
  ] as const) {
    const first = auth(bench, conn, { scope });
    const second = renew(bench, conn, first.refresh_token);
    assert.equal(positions(bench, conn, first.access_token)?.error === undefined, stays);
    assert.equal(positions(bench, conn, second.access_token)?.error, undefined);
    assert.equal(second.sid, first.sid);
    const again = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
    assert.equal(bench.fails(conn, 'public/auth', again).code, 13004);
  }
});

test('expires: shortens a token, never lengthens it', () => {
  const bench = createBench();
  const conn = bench.connect();
  assert.equal(auth(bench, conn, { scope: 'session:x expires:99999999' }).expires_in, 900);
  const short = auth(bench, conn, { scope: 'session:x expires:5' });
  assert.equal(short.expires_in, 5);
  assert.equal(positions(bench, conn)?.error, undefined);
  bench.pass(5_000);
  assert.deepEqual(positions(bench, conn)?.error, INVALID);
});

test('a key has sixteen sessions: the seventeenth ends the oldest', () => {
  const bench = createBench();
  const conn = bench.connect();
  const tokens = Array.from(
    { length: 17 },
    (_, i) => auth(bench, conn, { scope: `session:s${i}` }).access_token,
  );
  const good = tokens.map((token) => positions(bench, conn, token)?.error === undefined);
  assert.deepEqual(good, [false, ...Array.from({ length: 16 }, () => true)]);
  // Logging in again in the same session begins none.
  auth(bench, conn, { scope: 'session:s16' });
  assert.equal(positions(bench, conn, tokens[1])?.error, undefined);
});

test('a named session is forked into another, a connection is not', () => {
  const bench = createBench();
  const conn = bench.connect();
  const named = auth(bench, conn, { scope: 'session:one trade:read' });
  const fork = { refresh_token: named.refresh_token, session_name: 'two' };
  const forked = bench.ask(conn, 'public/fork_token', fork)?.result as AuthResult;
  assert.equal(forked.scope, 'session:two trade:read');
  const other = bench.connect();
  assert.equal(positions(bench, other, forked.access_token)?.error, undefined);
  assert.equal(positions(bench, other, named.access_token)?.error, undefined);
  const bound = auth(bench, other);
  const wrong = { refresh_token: bound.refresh_token, session_name: 'x' };
  assert.equal(bench.fails(other, 'public/fork_token', wrong).code, 13009);
  const strange = { refresh_token: 'none', session_name: 'x' };
  assert.deepEqual(bench.fails(conn, 'public/fork_token', strange), INVALID);
});

test('a token is exchanged for one of another account, with the same rights; without a scope the old one is spent', () => {
  const bench = createBench({ accounts: ACCOUNTS });
  const conn = bench.connect();
  const own = auth(bench, conn);
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.01' });
  const params = { refresh_token: own.refresh_token, subject_id: 1_002 };
  const other = bench.ask(conn, 'public/exchange_token', params)?.result as AuthResult;
  assert.deepEqual(
    positions(bench, conn)?.result,
    [],
    'the connection speaks for the other account',
  );
  assert.deepEqual(positions(bench, conn, own.access_token)?.error, INVALID);
  assert.equal(other.scope, own.scope);
  const back = { refresh_token: other.refresh_token, subject_id: 1_001 };
  assert.equal(bench.fails(conn, 'public/exchange_token', back).code, 13021);
  const nobody = { refresh_token: other.refresh_token, subject_id: 7 };
  assert.deepEqual(bench.fails(conn, 'public/exchange_token', nobody).data, {
    reason: 'not found',
    param: 'subject_id',
  });
});

test('tokens that are taken back are answered 13009, and their private channels fall silent', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw', 'platform_state'] });
  assert.equal(bench.control('POST', 'revoke', { key: 'practice-engine' }).status, 200);
  assert.deepEqual(positions(bench, conn)?.error, INVALID);
  bench.inbox(conn);
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.01' });
  bench.pass(10_000);
  const messages = bench.inbox(conn);
  assert.deepEqual(on<UserChanges>(messages, 'user.changes'), []);
  assert.ok(on(messages, 'platform_state').length > 0, 'public channels go on');
  auth(bench, conn);
  assert.equal(positions(bench, conn)?.error, undefined);
  assert.equal(bench.control('POST', 'revoke', { key: 'x' }).body.error.code, 'unknown_key');
});

test('a key that is switched off lets nobody in and ends its logins; switched on it works again', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.control('POST', 'key', { key: 'practice-engine', enabled: false });
  assert.deepEqual(positions(bench, conn)?.error, INVALID);
  const params = { grant_type: 'client_credentials', ...KEY };
  assert.equal(bench.fails(conn, 'public/auth', params).code, 13004);
  bench.control('POST', 'key', { key: 'practice-engine', enabled: true });
  auth(bench, conn);
  assert.equal(positions(bench, conn)?.error, undefined);
});

test('a key whose scope is narrowed is narrowed in every login: 13021, and channels end', () => {
  const bench = createBench();
  const conn = bench.login();
  const channels = ['user.changes.any.any.raw', 'user.portfolio.any'];
  bench.ok(conn, 'private/subscribe', { channels });
  bench.control('POST', 'key', { key: 'practice-engine', scopes: ['trade:read'] });
  const order = { instrument_name: PERP, amount: 0.0001, type: 'market' };
  assert.equal(bench.fails(conn, 'private/buy', order).code, 13021);
  assert.equal(bench.fails(conn, 'private/get_account_summaries').code, 13021);
  assert.equal(positions(bench, conn)?.error, undefined, 'reading is still allowed');
  bench.inbox(conn);
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.01' });
  bench.pass(2_000);
  const messages = bench.inbox(conn);
  assert.ok(on(messages, 'user.changes').length > 0);
  assert.deepEqual(on(messages, 'user.portfolio'), []);
});

test('an HTTP request may be signed in its header: verb, path with query and body', () => {
  const bench = createBench();
  const sign = (ts: number, text: string) =>
    createHmac('sha256', KEY.client_secret).update(`${ts}\nn\n${text}`).digest('hex');
  const target = '/api/v2/private/get_positions?currency=USDC';
  const ask = (ts: number, sig: string, id = KEY.client_id) => {
    const effects = bench.handle({
      kind: 'http',
      id: 1,
      method: 'private/get_positions',
      params: { currency: 'USDC' },
      rpcId: undefined,
      authorization: `deri-hmac-sha256 id=${id},ts=${ts},sig=${sig},nonce=n`,
      sent: { verb: 'GET', target, body: '' },
    });
    const reply = effects.find((effect) => effect.kind === 'reply');
    assert.ok(reply?.kind === 'reply' && typeof reply.body === 'string');
    return { status: reply.status, code: read(reply.body).error?.code };
  };
  const good = (ts: number): string => sign(ts, `GET\n${target}\n\n`);
  assert.deepEqual(ask(NOON, good(NOON)), { status: 200, code: undefined });
  assert.deepEqual(ask(NOON, sign(NOON, `POST\n${target}\n\n`)), { status: 401, code: 13009 });
  assert.deepEqual(ask(NOON - 61_000, good(NOON - 61_000)), { status: 401, code: 13009 });
  assert.deepEqual(ask(NOON, good(NOON), 'nobody'), { status: 401, code: 13004 });
});

test('cancel-on-disconnect of an account is the default of connections to come, and outlives a restart', () => {
  const bench = createBench();
  const cod = (conn: number, scope: string): unknown =>
    (bench.ok(conn, 'private/get_cancel_on_disconnect', { scope }) as { enabled: unknown }).enabled;
  const before = bench.login('practice-api');
  bench.ok(before, 'private/enable_cancel_on_disconnect', { scope: 'account' });
  assert.deepEqual([cod(before, 'account'), cod(before, 'connection')], [true, false]);
  const after = bench.login();
  assert.equal(cod(after, 'connection'), true);
  bench.restart();
  const later = bench.login();
  assert.deepEqual([cod(later, 'account'), cod(later, 'connection')], [true, true]);
  const { order } = bench.buy(later, { type: 'limit', price: 60_000, amount: 0.001 });
  bench.handle({ kind: 'closed', conn: later });
  const reader = bench.login('practice-web');
  assert.equal(bench.order(reader, order.order_id).cancel_reason, 'cancel_on_disconnect');
  bench.ask(reader, 'private/disable_cancel_on_disconnect', { scope: 'account' });
  assert.equal(cod(bench.login(), 'connection'), false);
});
