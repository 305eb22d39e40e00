/** One POST, one answer: what comes back from a real port, and from one that misbehaves. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { postToVenue } from './venue-http.ts';

const toStop: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toStop.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener): Promise<string> => {
  const server = createServer({ keepAliveTimeout: 1 }, listener);
  toStop.push(() => server.closeAllConnections());
  return listen(server);
};

const request = {
  method: 'POST',
  path: '/api/v2/private/cancel',
  headers: { 'content-type': 'application/json', authorization: 'Basic canary' },
  body: '{"id":1,"hint":"canary"}',
} as const;

describe('a POST to the venue', () => {
  it('carries path, headers and body as they are, and brings status and text', async () => {
    const seen: unknown[] = [];
    const origin = await serve((incoming, response) => {
      let text = '';
      incoming.on('data', (chunk) => (text += String(chunk)));
      incoming.on('end', () => {
        const { authorization, 'content-type': type } = incoming.headers;
        seen.push([incoming.method, incoming.url, authorization, type, text]);
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"é":1}}');
      });
    });
    assert.deepEqual(await postToVenue(origin, request, 5_000), {
      ok: true,
      status: 400,
      text: '{"error":{"é":1}}',
    });
    assert.deepEqual(seen, [
      ['POST', request.path, 'Basic canary', 'application/json', request.body],
    ]);
  });

  it('[I46] follows no redirect, so that a key goes to no other host', async () => {
    let asked = 0;
    const other = await serve((_, response) => {
      asked++;
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const origin = await serve((_, response) =>
        response.writeHead(status, { location: `${other}/api/v2` }).end('moved'),
      );
      const posted = await postToVenue(origin, request, 5_000);
      assert.ok(posted.ok && posted.status === status);
    }
    assert.equal(asked, 0);
  });

  it('[I46] that gets no answer ends in a few words: silence, a cut, nobody there, too much', async () => {
    const silent = await serve(() => {});
    const cut = createTcp((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    const half = createTcp((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"canary'),
      );
    });
    const endless = await serve((_, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      response.on('error', () => {});
      more();
    });
    const gone = createTcp();
    const nobody = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    const ends = [
      await postToVenue(silent, request, 50),
      await postToVenue(await listen(cut), request, 5_000),
      await postToVenue(await listen(half), request, 5_000),
      await postToVenue(nobody, request, 5_000),
      await postToVenue('no address', request, 5_000),
      await postToVenue(endless, request, 20_000),
    ];
    assert.ok(ends.every(({ ok }) => !ok));
    assert.deepEqual(ends[0], { ok: false, reason: 'no answer in time' });
    assert.deepEqual(ends[3], { ok: false, reason: 'ECONNREFUSED' });
    assert.deepEqual(ends[5], { ok: false, reason: 'the answer is too long' });
    assert.ok(!JSON.stringify(ends).includes('canary'));
  });
});
