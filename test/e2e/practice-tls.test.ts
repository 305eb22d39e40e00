/**
 * The door over TLS, and what goes wrong on the way to it: every client meets its own kind of error, and the engine's client
 * comes back by itself once it is over.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { connect as connectTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/edge/clock.ts';
import type { PracticeBirth, PracticeMachine } from '../../src/edge/practice-port.ts';
import { driveSession } from '../../src/edge/venue-socket.ts';
import { createDeribitSession } from '../../src/venue/deribit/session.ts';
import type { VenueEvent } from '../../src/venue/port.ts';
import { createRealExchange } from './practice-real.ts';
import { quiet, refusalOf, start, temporaryFolder } from './practice-tools.ts';
import { createWaits } from './support/waits.ts';

const KEY = { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' };

const createExchange = (birth: PracticeBirth): PracticeMachine =>
  createRealExchange(birth, { tls: true });

/** The real exchange with both doors. */
async function doors(t: TestContext, options: Parameters<typeof start>[1] = {}) {
  const server = await start(t, { createExchange, tlsPort: 0, ...options });
  const { tls } = server;
  assert.ok(tls !== null);
  const plant = async (kind: string, values: object = {}): Promise<number> => {
    const { status, body } = await server.control('POST', 'fault', { kind, ...values });
    assert.equal(status, 200, JSON.stringify(body));
    return (body as { readonly id: number }).id;
  };
  return {
    server,
    authority: readFileSync(tls.authority, 'utf8'),
    at: { plain: `ws://127.0.0.1:${server.port}`, tls: `wss://127.0.0.1:${tls.port}` },
    plant,
    heal: (id: number) => server.control('DELETE', `fault/${id}`),
  };
}

/** What a try of a WebSocket comes to: it is open, or the error's code or words. */
function dial(url: string, ca: string): Promise<string> {
  const socket = new WebSocket(`${url}/ws/api/v2`, { ca });
  return new Promise((resolve) => {
    socket.on('open', () => (resolve('open'), socket.terminate()));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** What ends a connection whose first answer comes spoilt. */
function spoilt(url: string, ca: string): Promise<string> {
  let words = '';
  const note = (error: Error): void => {
    words ||= error.message;
  };
  const plain = url.startsWith('ws:');
  // The library tells of its own errors alone, not of those of TLS beneath it.
  const createConnection = (options: object): Socket => {
    const given = { ...options, path: undefined } as never;
    return (plain ? connectPlain(given) : connectTls(given)).on('error', note);
  };
  const socket = new WebSocket(`${url}/ws/api/v2`, {
    ca,
    createConnection: createConnection as never,
  });
  socket.on('open', () => socket.send('{"jsonrpc":"2.0","id":1,"method":"public/test"}'));
  socket.on('error', note);
  return new Promise((resolve) => socket.on('close', () => resolve(words)));
}

test('over TLS the same exchange is met by WebSocket and HTTP, by those who trust its authority', async (t) => {
  const dataDir = temporaryFolder(t);
  const { server, at, authority } = await doors(t, { dataDir });
  assert.equal(await dial(at.tls, authority), 'open');
  assert.equal(await dial(at.tls.replace('127.0.0.1', 'localhost'), authority), 'open');
  assert.equal(await dial(at.tls, ''), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const asked = request(`${at.tls.replace('wss', 'https')}/api/v2/public/get_time`, {
    ca: authority,
    agent: false,
  }).end();
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
  let text = '';
  for await (const piece of response) text += String(piece);
  assert.match(text, /"result":\d{13}/);
  await server.close();
  const again = await doors(t, { dataDir });
  assert.equal(await dial(again.at.tls, authority), 'open', 'trust outlives a restart');
  const { port } = again.server.tls ?? { port: 0 };
  const taken = start(t, { createExchange, tlsPort: port });
  assert.match((await refusalOf(taken)).message, /--tls-port/);
});

test('W5 and W9 on the wire: each way is an error of its own, on either door, until it is over', async (t) => {
  const { at, authority, plant, heal } = await doors(t);
  for (const [how, values, plain, tls] of [
    ['certificate', {}, 'open', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['wrong_host', {}, 'open', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['handshake', {}, 'open', 'EPROTO'],
    [
      'upgrade',
      { status: '504' },
      'Unexpected server response: 504',
      'Unexpected server response: 504',
    ],
  ] as const) {
    const id = await plant('W5', { how, ...values });
    assert.equal(await dial(at.plain, authority), plain, how);
    assert.equal(await dial(at.tls, authority), tls, how);
    await heal(id);
    assert.equal(await dial(at.tls, authority), 'open', how);
  }
  for (const [url, words] of [
    [at.plain, /RSV1 must be clear/],
    [at.tls, /bad record mac/i],
  ] as const) {
    await plant('W9', { method: 'public/test' });
    assert.match(await spoilt(url, authority), words);
  }
});

/** The engine's client on one address, with the shortest pauses that it may take. */
function client(t: TestContext, url: string) {
  const heard = createWaits<VenueEvent>((event) => JSON.stringify(event).slice(0, 200));
  const session = driveSession(
    createDeribitSession({
      link: 'trading',
      url: `${url}/ws/api/v2`,
      credentials: KEY,
      instruments: ['BTC_USDC-PERPETUAL'],
      books: [],
      currencies: ['USDC'],
      jitter: () => 0,
    }),
    { mono: systemClock.mono, onEvent: heard.push, log: quiet, redact: (text) => text },
  );
  t.after(() => session.stop());
  return {
    up: () => heard.until('the link', ({ kind }) => kind === 'link_up'),
    down: (words: RegExp) =>
      heard.until(String(words), (event) => event.kind === 'link_down' && words.test(event.reason)),
    forget: heard.forget,
  };
}

describe('the engine’s client comes back by itself', { concurrency: true }, () => {
  test('after TLS has failed in each way, and after a bit has flipped', async (t) => {
    const { at, authority, plant, heal } = await doors(t);
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, authority]);
    t.after(() => setDefaultCACertificates(before));
    const { up, down, forget } = client(t, at.tls);
    await up();
    for (const [how, words] of [
      ['certificate', /unable to verify/],
      ['wrong_host', /altnames/],
      ['handshake', /handshake failure/],
    ] as const) {
      const id = await plant('W5', { how });
      forget();
      await plant('W1');
      await down(words);
      await heal(id);
      await up();
    }
    forget();
    await plant('W9', { on: 'notifications', channel: 'user.changes' });
    const hand = { instrument: 'BTC_USDC-PERPETUAL', direction: 'buy', amount: '0.001' };
    await plant('X13', { how: 'open', ...hand });
    await down(/code 1006/);
    await up();
  });

  test('after a gateway has stood in front of the exchange', async (t) => {
    const { at, plant, heal } = await doors(t);
    const { up, down, forget } = client(t, at.plain);
    await up();
    const id = await plant('W5', { how: 'upgrade', status: '503' });
    forget();
    await plant('W1');
    await down(/HTTP 503/);
    await heal(id);
    await up();
  });
});
