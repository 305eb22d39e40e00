/** Keeping strangers out: hosts, origins, sessions, tokens, login links, headers and what is never told. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '../../src/edge/log.ts';
import { NotStarted, startServer } from '../../src/edge/http-server.ts';
import { createFakeEngine } from '../support/served-engine.ts';
import {
  openStream,
  type Reply,
  serve,
  type Serving,
  temporaryFolder,
} from '../support/serving.ts';

const codeOf = (reply: Reply): unknown => (reply.body as { readonly code?: string }).code;

const logInWith = (
  server: Serving,
  code: string,
  headers: Readonly<Record<string, string>> = { origin: server.origin, 'x-lockstep': '1' },
): Promise<Reply> =>
  server.raw('/api/v1/login', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });

const linkCode = (server: Serving): string =>
  new URL(server.loginLink()).searchParams.get('k') ?? '';

test('only this very host is answered, whatever the address (DNS rebinding)', async (t) => {
  const server = await serve(t);
  const { port } = server;
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port + 1}`,
    `127.0.0.1.evil.example:${port}`,
    `[::1]:${port}`,
  ]) {
    for (const path of ['/', '/healthz', '/api/v1/status']) {
      const reply = await server.raw(path, { headers: { host } });
      assert.deepEqual([reply.status, codeOf(reply)], [403, 'wrong_host'], `${host} ${path}`);
    }
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`])
    assert.equal((await server.raw('/healthz', { headers: { host } })).status, 200, host);
});

test('without a session or the token nothing is told', async (t) => {
  const server = await serve(t);
  for (const path of [
    '/status',
    '/strategies',
    '/trades',
    '/metrics',
    '/positions',
    '/orders',
    '/breaks',
    '/reports',
    '/candles',
    '/journal',
    '/openapi.json',
  ]) {
    const reply = await server.raw(`/api/v1${path}`);
    assert.deepEqual([reply.status, codeOf(reply)], [401, 'log_in'], path);
  }
  assert.equal((await server.raw('/healthz')).status, 200);
  assert.equal((await server.raw('/')).status, 200);
  const basic = await server.raw('/api/v1/status', { headers: { authorization: 'Basic eDp4' } });
  assert.equal(basic.status, 401);
});

test('a login link works once; its session survives a restart and ends at log-out', async (t) => {
  const engine = createFakeEngine();
  const server = await serve(t, { engine });
  const { origin, port, dataDir } = server;
  const code = linkCode(server);
  const reply = await logInWith(server, code);
  assert.deepEqual([reply.status, reply.body], [200, { ok: true }]);
  assert.match(
    reply.headers['set-cookie'] ?? '',
    new RegExp(`^lockstep-${port}=[\\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`),
  );
  assert.deepEqual(
    [(await logInWith(server, code)).status, codeOf(await logInWith(server, code))],
    [401, 'link_used'],
  );
  const cookie = (reply.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  const status = (of: Serving) => of.raw('/api/v1/status', { headers: { cookie } });
  assert.equal((await status(server)).status, 200);
  await server.stop();
  const again = await serve(t, { engine, dataDir, port });
  assert.equal((await status(again)).status, 200);
  assert.equal(
    (
      await again.raw('/api/v1/logout', {
        method: 'POST',
        headers: { cookie, origin, 'x-lockstep': '1' },
      })
    ).status,
    200,
  );
  assert.equal((await status(again)).status, 401);
});

test('[I47] a browser changes nothing without the exact origin and the header of our page, and nothing by GET', async (t) => {
  const server = await serve(t);
  const cookie = await server.logIn();
  const { origin, port } = server;
  const whole = {
    cookie,
    origin,
    'x-lockstep': '1',
    'content-type': 'application/json',
    'idempotency-key': 'key-00000001',
  };
  const kill = (headers: Readonly<Record<string, string>>, method = 'POST') =>
    server.raw('/api/v1/kill', {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: '{"reason":"x"}' }),
    });
  const without = (name: string) =>
    Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
  assert.equal((await kill(without('origin'))).status, 403);
  assert.equal((await kill(without('x-lockstep'))).status, 403);
  assert.equal((await kill(without('cookie'))).status, 401);
  for (const foreign of [
    'http://evil.example',
    'null',
    `http://127.0.0.1:${port + 1}`,
    `https://127.0.0.1:${port}`,
  ]) {
    assert.equal((await kill({ ...whole, origin: foreign })).status, 403, foreign);
  }
  assert.equal((await kill({ ...whole, 'sec-fetch-site': 'same-site' })).status, 403);
  assert.equal((await kill(whole, 'GET')).status, 405);
  assert.equal((await logInWith(server, linkCode(server), { origin })).status, 403);
  assert.equal((await logInWith(server, linkCode(server), { 'x-lockstep': '1' })).status, 403);
  assert.equal(server.engine.commands.length, 0);
  assert.equal((await kill({ ...whole, 'sec-fetch-site': 'same-origin' })).status, 200);
  assert.deepEqual(
    server.engine.commands.map(({ by }) => by.kind),
    ['person'],
  );
});

test('the token needs no origin, but a wrong one is refused; its name may be told', async (t) => {
  const server = await serve(t);
  const authorization = `Bearer ${server.token}`;
  assert.equal((await server.raw('/api/v1/status', { headers: { authorization } })).status, 200);
  assert.equal(
    (await server.raw('/api/v1/status', { headers: { authorization, origin: server.origin } }))
      .status,
    200,
  );
  assert.equal(
    (
      await server.raw('/api/v1/status', {
        headers: { authorization, origin: 'http://evil.example' },
      })
    ).status,
    403,
  );
  const headers = {
    authorization,
    'content-type': 'application/json',
    'idempotency-key': 'key-00000001',
    'x-lockstep-by': 'anna',
  };
  await server.raw('/api/v1/kill', { method: 'POST', headers, body: '{"reason":"x"}' });
  assert.deepEqual(server.engine.commands[0]?.by, { kind: 'token', id: 'anna' });
});

test('login links are made with the token only', async (t) => {
  const server = await serve(t);
  const made = await server.post('/login-links');
  assert.equal(made.status, 201);
  const { link } = made.body as { readonly link: string };
  const url = new URL(link);
  assert.deepEqual([url.origin, url.pathname], [server.origin, '/']);
  assert.equal((await logInWith(server, url.searchParams.get('k') ?? '')).status, 200);
  const cookie = await server.logIn();
  const byPage = await server.raw('/api/v1/login-links', {
    method: 'POST',
    headers: { cookie, origin: server.origin, 'x-lockstep': '1' },
  });
  assert.deepEqual([byPage.status, codeOf(byPage)], [403, 'token_needed']);
});

test('wrong tries are damped, and a right one passes all the same', async (t) => {
  const server = await serve(t);
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) statuses.push((await logInWith(server, `guess-${i}`)).status);
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  const damped = await logInWith(server, 'guess');
  assert.equal(damped.headers['retry-after'], '8');
  assert.equal(
    (await server.raw('/api/v1/status', { headers: { authorization: 'Bearer wrong' } })).status,
    429,
  );
  assert.equal((await logInWith(server, linkCode(server))).status, 200);
  assert.equal((await server.get('/status')).status, 200);
});

test('every answer carries the headers that keep browsers from being misled, and none that tells a version', async (t) => {
  const server = await serve(t, { practiceOrigin: 'http://127.0.0.1:8788' });
  for (const path of ['/', '/healthz', '/api/v1/status', '/nowhere', '/assets/main-abcd1234.js']) {
    const { headers } = await server.raw(path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['referrer-policy'], 'no-referrer', path);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', path);
    assert.match(
      headers['content-security-policy'] ?? '',
      /default-src 'none'.*frame-ancestors 'none'/,
      path,
    );
    assert.equal(headers['server'] ?? headers['x-powered-by'], undefined, path);
    assert.equal(headers['access-control-allow-origin'], undefined, path);
  }
});

test('the page gets a fresh nonce each time; what was built is kept by browsers for ever', async (t) => {
  const server = await serve(t, { practiceOrigin: 'http://127.0.0.1:8788' });
  for (const path of [
    '/',
    '/overview',
    '/trades',
    '/breaks/brk_1',
    '/alerts',
    '/audit',
    '/audit/17',
    '/recon',
    '/recon/reports/rec_1',
    '/controls',
    '/practice',
    '/login',
  ]) {
    assert.equal((await server.raw(path)).status, 200, path);
  }
  const [one, two] = [await server.raw('/'), await server.raw('/trades/razor-1')];
  const nonce =
    /'nonce-([\w-]{22})'/.exec(one.headers['content-security-policy'] ?? '')?.[1] ?? 'none';
  assert.match(one.text, new RegExp(`content="${nonce}"`));
  assert.match(one.text, /content="http:\/\/127\.0\.0\.1:8788"/);
  assert.equal(two.text.includes(nonce), false);
  assert.equal(two.headers['cache-control'], 'no-store');
  assert.equal(
    one.headers['content-security-policy'],
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws://127.0.0.1:${server.port} http://127.0.0.1:8788 ws://127.0.0.1:8788; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'`,
  );
  const asset = await server.raw('/assets/main-abcd1234.js');
  assert.deepEqual(
    [asset.status, asset.headers['cache-control'], asset.text],
    [200, 'public, max-age=31536000, immutable', 'export {};\n'],
  );
  assert.equal(
    (
      await server.raw('/assets/main-abcd1234.js', {
        headers: { 'if-none-match': asset.headers['etag'] ?? '' },
      })
    ).status,
    304,
  );
  for (const path of [
    '/nowhere',
    '/assets/none.js',
    '/api-token',
    '/../api-token',
    '/..%2fapi-token',
    '/assets/../../api-token',
    '/%2e%2e/api-token',
    '/trades/a/b',
  ]) {
    const reply = await server.raw(path);
    assert.equal(reply.status, 404, path);
    assert.equal(reply.text.includes(server.token), false);
  }
});

test('[I46] no secret is ever logged or kept as it is; private files are private', async (t) => {
  const server = await serve(t);
  const link = server.loginLink();
  const code = new URL(link).searchParams.get('k') ?? '';
  const reply = await logInWith(server, code);
  const reference = /=([\w-]{43});/.exec(reply.headers['set-cookie'] ?? '')?.[1] ?? 'none';
  await server.get(`/status?token=${server.token}`);
  await server.raw(`/api/v1/status?k=${code}`, {
    headers: { cookie: `lockstep-${server.port}=${reference}` },
  });
  await logInWith(server, 'guess');
  const stream = await openStream(t, {
    port: server.port,
    headers: { authorization: `Bearer ${server.token}` },
  });
  stream.socket.send(`{"type":"SUBSCRIBE","token":"${server.token}"}`);
  await stream.closed;
  const log = server.logged();
  assert.ok(log.includes('listening'));
  for (const secret of [server.token, code, reference]) assert.equal(log.includes(secret), false);
  for (const name of readdirSync(server.dataDir)) {
    if (name === 'web') continue;
    const path = join(server.dataDir, name);
    assert.equal(statSync(path).mode & 0o077, 0, `${name} is readable by others`);
    const text = readFileSync(path, 'utf8');
    for (const secret of [code, reference]) assert.equal(text.includes(secret), false, name);
  }
  assert.deepEqual(readdirSync(server.dataDir).sort(), [
    'api-token',
    'engine.json',
    'sessions.json',
    'web',
  ]);
});

test('the token stays the same over restarts; the address is told while the server runs', async (t) => {
  const engine = createFakeEngine();
  const server = await serve(t, { engine });
  const { dataDir, token, port } = server;
  assert.deepEqual(JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')), {
    port,
    pid: process.pid,
  });
  await server.stop();
  assert.equal(readdirSync(dataDir).includes('engine.json'), false);
  const again = await serve(t, { engine, dataDir });
  assert.equal(again.token, token);
});

test('a sessions file that is broken means logging in again, never a server that does not start', async (t) => {
  const dataDir = temporaryFolder(t);
  writeFileSync(join(dataDir, 'sessions.json'), '{"version":1,"sessions":[{"id":');
  const server = await serve(t, { dataDir });
  const cookie = await server.logIn();
  assert.equal((await server.raw('/api/v1/status', { headers: { cookie } })).status, 200);
});

test('a taken port and a host beyond loopback are refused with what to do', async (t) => {
  const server = await serve(t);
  const dataDir = temporaryFolder(t);
  const engine = createFakeEngine();
  const log = createLog({ level: 'error', write: () => {} });
  const start = (over: { readonly port?: number; readonly host?: string }) =>
    startServer({
      cells: [engine],
      dataDir,
      port: 0,
      host: '127.0.0.1',
      webRoot: join(dataDir, 'none'),
      practiceOrigin: null,
      log,
      ...over,
    });
  await assert.rejects(
    start({ port: server.port }),
    (error) =>
      error instanceof NotStarted &&
      error.code === 'port_taken' &&
      error.message === `Port ${server.port} is in use.`,
  );
  for (const host of ['0.0.0.0', '::', '192.168.1.2']) {
    await assert.rejects(
      start({ host }),
      (error) =>
        error instanceof NotStarted && error.code === 'host_refused' && /SSH/.test(error.next),
    );
  }
});
