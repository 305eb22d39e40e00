/** The stream over real sockets: who may open it, what it sends, how it resumes, and whom it drops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameFact, quietFact } from '../support/served-engine.ts';
import { openStream, serve } from '../support/serving.ts';

test('[I48] every upgrade is checked: exact host, exact origin, a session or the token', async (t) => {
  const server = await serve(t);
  const cookie = await server.logIn();
  const { port, origin, token } = server;
  const bearer = { authorization: `Bearer ${token}` };
  const refused: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['nobody', { origin }, '401'],
    ['a cookie without an origin', { cookie }, '403'],
    ['a cookie from another site', { cookie, origin: 'http://evil.example' }, '403'],
    ['a cookie from origin null', { cookie, origin: 'null' }, '403'],
    ['a cookie from another port', { cookie, origin: `http://127.0.0.1:${port + 1}` }, '403'],
    ['a cookie from https', { cookie, origin: `https://127.0.0.1:${port}` }, '403'],
    ['a cookie and a rebound host', { cookie, origin, host: `evil.example:${port}` }, '403'],
    ['a cookie and a host without port', { cookie, origin, host: '127.0.0.1' }, '403'],
    ['a made-up session', { cookie: `${cookie.split('=')[0]}=${'x'.repeat(43)}`, origin }, '401'],
    ['a wrong token', { authorization: `Bearer ${token.slice(0, -1)}!` }, '401'],
    ['the token from a foreign page', { ...bearer, origin: 'http://evil.example' }, '403'],
    ['the token and a rebound host', { ...bearer, host: 'evil.example' }, '403'],
  ];
  for (const [who, headers, status] of refused) {
    await assert.rejects(openStream(t, { port, headers }), new Error(status), who);
  }
  await assert.rejects(
    openStream(t, { port, path: '/api/v1/other', headers: bearer }),
    new Error('404'),
  );
  await openStream(t, { port, headers: { cookie, origin } });
  await openStream(t, {
    port,
    headers: { cookie, origin: `http://localhost:${port}`, host: `localhost:${port}` },
  });
  await openStream(t, { port, headers: bearer });
});

test('[I35] a snapshot, then each commit as one message, and a heartbeat each second', async (t) => {
  const server = await serve(t);
  server.engine.commit((seq) => [frameFact(seq), quietFact(seq + 1)]);
  const stream = await openStream(t, {
    port: server.port,
    headers: { authorization: `Bearer ${server.token}` },
  });
  stream.socket.send('{"type":"SUBSCRIBE"}');
  const snapshot = (await stream.next()) as Readonly<Record<string, unknown>>;
  assert.equal(snapshot['type'], 'SNAPSHOT');
  assert.equal(snapshot['commit'], 2);
  assert.equal(snapshot['journal'], 'birth-1');
  assert.deepEqual(snapshot['alerts'], []);
  assert.equal(((await stream.next()) as { type: string }).type, 'HEARTBEAT');
  server.engine.commit((seq) => [frameFact(seq), frameFact(seq + 1)]);
  const group = (await stream.nextFrame()) as readonly {
    seq: number;
    commit: number;
    prev: number;
  }[];
  assert.deepEqual(
    group.map(({ seq, commit, prev }) => [seq, commit, prev]),
    [
      [3, 4, 2],
      [4, 4, 2],
    ],
  );
  const beat = (await stream.next()) as Readonly<Record<string, unknown>>;
  assert.equal(beat['type'], 'HEARTBEAT');
  assert.equal(beat['commit'], 4);
});

test('[I37] a client that was away resumes from its commit, also with a new connection', async (t) => {
  const server = await serve(t);
  for (let i = 0; i < 250; i++) server.engine.commit((seq) => [frameFact(seq)]);
  const stream = await openStream(t, {
    port: server.port,
    headers: { authorization: `Bearer ${server.token}` },
  });
  stream.socket.send('{"type":"SUBSCRIBE","since":1}');
  let held = 1;
  while (held < 250) {
    const [frame] = (await stream.nextFrame()) as readonly { commit: number; prev: number }[];
    assert.equal(frame?.prev, held);
    held = frame.commit;
  }
  server.engine.commit((seq) => [frameFact(seq)]);
  assert.equal(((await stream.nextFrame()) as readonly { prev: number }[])[0]?.prev, 250);
});

test('MARKET reaches those who have subscribed, as a single object', async (t) => {
  const server = await serve(t);
  const stream = await openStream(t, {
    port: server.port,
    headers: { authorization: `Bearer ${server.token}` },
  });
  stream.socket.send('{"type":"SUBSCRIBE","since":0}');
  await stream.next();
  await new Promise(setImmediate);
  const frame = {
    type: 'MARKET',
    at: '2026-03-02T10:00:00.000Z',
    instrument: 'BTC_USDC-PERPETUAL',
    markPrice: '64000',
    bestBid: null,
    bestAsk: null,
    candle: null,
    unrealised: {},
  } as const;
  server.engine.market(frame as unknown as Parameters<typeof server.engine.market>[0]);
  assert.deepEqual(await stream.nextFrame(), frame);
});

test('what a client may not send closes its stream with a code and a reason', async (t) => {
  const server = await serve(t);
  const headers = { authorization: `Bearer ${server.token}` };
  const cases: readonly (readonly [string | Buffer, number, RegExp])[] = [
    ['hello', 4400, /not JSON/],
    ['{"type":"ORDER"}', 4400, /SUBSCRIBE/],
    ['{"type":"SUBSCRIBE","since":-1}', 4400, /"since"/],
    ['{"type":"SUBSCRIBE","since":"7"}', 4400, /"since"/],
    ['{"type":"SUBSCRIBE","account":1}', 4400, /SUBSCRIBE/],
    ['[]', 4400, /SUBSCRIBE/],
    [Buffer.from('{"type":"SUBSCRIBE"}'), 4400, /binary/],
    [`"${'x'.repeat(70_000)}"`, 1009, /^$/],
  ];
  for (const [message, code, reason] of cases) {
    const { socket, closed } = await openStream(t, { port: server.port, headers });
    socket.send(message);
    const end = await closed;
    assert.equal(end.code, code, String(message).slice(0, 40));
    assert.match(end.reason, reason);
  }
  const twice = await openStream(t, { port: server.port, headers });
  twice.socket.send('{"type":"SUBSCRIBE"}');
  twice.socket.send('{"type":"SUBSCRIBE"}');
  assert.equal((await twice.closed).code, 4400);
  const flood = await openStream(t, { port: server.port, headers });
  for (let i = 0; i < 40; i++) flood.socket.ping();
  assert.deepEqual(await flood.closed, { code: 4400, reason: 'too many messages' });
});

test('the end of a session closes its stream', async (t) => {
  const server = await serve(t);
  const cookie = await server.logIn();
  const { port, origin } = server;
  const stream = await openStream(t, { port, headers: { cookie, origin } });
  stream.socket.send('{"type":"SUBSCRIBE"}');
  await stream.next();
  const reply = await server.raw('/api/v1/logout', {
    method: 'POST',
    headers: { cookie, origin, 'x-lockstep': '1' },
  });
  assert.equal(reply.status, 200);
  assert.equal((await stream.closed).code, 4401);
});

test('a server that stops says so to its streams', async (t) => {
  const server = await serve(t);
  const stream = await openStream(t, {
    port: server.port,
    headers: { authorization: `Bearer ${server.token}` },
  });
  stream.socket.send('{"type":"SUBSCRIBE"}');
  await stream.next();
  await server.stop();
  assert.equal((await stream.closed).code, 1001);
});

test('a reader that does not read is dropped with code 4008 and slows nobody', async (t) => {
  const server = await serve(t);
  const headers = { authorization: `Bearer ${server.token}` };
  const [slow, quick] = await Promise.all([
    openStream(t, { port: server.port, headers }),
    openStream(t, { port: server.port, headers }),
  ]);
  for (const { socket } of [slow, quick]) socket.send('{"type":"SUBSCRIBE"}');
  await Promise.all([slow.next(), quick.next()]);
  await new Promise(setImmediate);
  slow.socket.pause();
  const much = 'x'.repeat(200_000);
  for (let i = 0; i < 120; i++) {
    server.engine.commit((seq) => {
      const fact = frameFact(seq);
      return fact.type === 'LINK_CHANGED'
        ? [{ ...fact, data: { ...fact.data, reason: much } }]
        : [];
    });
    assert.equal(((await quick.nextFrame()) as readonly { commit: number }[])[0]?.commit, i + 1);
  }
  slow.socket.resume();
  assert.equal((await slow.closed).code, 4008);
});
