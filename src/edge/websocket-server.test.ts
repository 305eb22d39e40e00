/** Frames that arrive spoilt, and an end that nobody holds up. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { createSocketServer, spoiltFrame } from './websocket-server.ts';

/** Length and text of an unmasked frame (RFC 6455, section 5.2). */
function read(frame: Buffer): {
  readonly first: number;
  readonly length: number;
  readonly text: string;
} {
  const short = frame.readUInt8(1);
  const [at, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, frame.readUInt16BE(2)]
        : [10, Number(frame.readBigUInt64BE(2))];
  return { first: frame.readUInt8(0), length, text: frame.subarray(at).toString() };
}

test('a spoilt frame is the whole frame of its text, of every length, but for one bit', () => {
  for (const length of [0, 5, 125, 126, 65_535, 65_536, 70_000]) {
    const text = 'x'.repeat(length);
    const frame = read(spoiltFrame(text));
    assert.deepEqual([frame.length, frame.text], [length, text]);
    // The last fragment of a text is 0x81.
    assert.equal((frame.first ^ 0x81).toString(2).replaceAll('0', '').length, 1);
  }
});

test('who comes while it closes is not let in, so that the server behind it ends', {
  timeout: 10_000,
}, async () => {
  const sockets = createSocketServer({
    maxMessageBytes: 1_000,
    maxWaitingBytes: 1_000,
    farewell: '',
    onSlow: () => {},
  });
  const http = createServer();
  http.on('upgrade', (request, socket, head) =>
    sockets.accept({ request, socket, head }, () => ({ message: () => {}, closed: () => {} })),
  );
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  // One that does not answer the goodbye: it is waited for.
  const mute = connect(port, '127.0.0.1');
  const key = Buffer.alloc(16).toString('base64');
  mute.write(
    `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(mute, 'data');
  const closing = sockets.close(1001, 'over');
  const late = new WebSocket(`ws://127.0.0.1:${port}/`);
  const [error] = (await once(late, 'error')) as [Error];
  assert.match(error.message, /503/);
  const ended = new Promise((resolve) => void http.close(resolve));
  mute.destroy();
  await closing;
  await ended;
});
