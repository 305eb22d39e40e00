import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import type {
  LinkName,
  SessionEffect,
  SessionInput,
  VenueEvent,
  VenueSession,
} from '../venue/port.ts';
import { type DrivenSession, driveSession } from './venue-socket.ts';

const toStop: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

/** A session that writes down its inputs and does what it is told to. */
function fakeSession(
  react: (input: SessionInput) => readonly SessionEffect[],
  wakeAt: () => number = () => Infinity,
) {
  const inputs: SessionInput[] = [];
  const session: VenueSession = {
    link: 'market',
    handle: (input) => {
      inputs.push(input);
      return react(input);
    },
    wakeAt,
  };
  return { session, inputs };
}

async function serve(onSocket: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', onSocket);
  await new Promise((resolve) => server.on('listening', resolve));
  toStop.push(
    () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(resolve);
      }),
  );
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/api/v2?token=hush`;
}

const lines: string[] = [];
const say = (text: string, fields: unknown): void =>
  void lines.push(`${text} ${JSON.stringify(fields)}`);

function drive(
  session: VenueSession,
  onEvent: (event: VenueEvent) => void = () => {},
): DrivenSession {
  const driven = driveSession(session, {
    mono: () => performance.now(),
    onEvent,
    log: { info: say, warn: say },
    redact: (text) => text.replaceAll('hush', '…'),
  });
  toStop.push(() => driven.stop());
  return driven;
}

/** Resolves once `done` holds after some input. */
function when(): {
  readonly check: () => void;
  readonly until: (done: () => boolean) => Promise<void>;
} {
  let wake = (): void => {};
  return {
    check: () => wake(),
    until: (done) =>
      new Promise((resolve) => {
        wake = () => {
          if (done()) resolve();
        };
        wake();
      }),
  };
}

const connect = (conn: number, url: string): SessionEffect => ({ kind: 'connect', conn, url });
const note = (ref: string): SessionEffect => ({
  kind: 'event',
  event: {
    kind: 'answer',
    link: 'market' as LinkName,
    conn: 1,
    ref,
    outcome: { status: 'unknown', reason: '', code: null },
  },
});

describe('venue socket', () => {
  it('opens, hands frames on in their order, sends, and tells of the close once', async () => {
    const got: string[] = [];
    const url = await serve((socket) => {
      socket.on('message', (data) => {
        got.push(Buffer.isBuffer(data) ? data.toString('utf8') : 'not a buffer');
        for (let i = 0; i < 2_000; i++) socket.send(String(i));
        socket.close(4000, 'enough');
      });
    });
    const wait = when();
    const { session, inputs } = fakeSession((input) => {
      queueMicrotask(wait.check);
      if (input.kind === 'tick') return [connect(1, url)];
      return input.kind === 'opened' ? [{ kind: 'send', conn: 1, text: 'hello' }] : [];
    });
    drive(session);
    await wait.until(() => inputs.some((input) => input.kind === 'closed'));
    assert.deepEqual(got, ['hello']);
    assert.deepEqual(
      inputs.flatMap((input) => (input.kind === 'frame' ? [input.text] : [])),
      Array.from({ length: 2_000 }, (_, i) => String(i)),
    );
    assert.deepEqual(
      inputs.filter((input) => input.kind === 'closed'),
      [
        {
          kind: 'closed',
          conn: 1,
          reason: 'enough, code 4000',
          status: null,
          retryAfterMs: null,
        },
      ],
    );
    assert.ok(!lines.join('\n').includes('hush'));
  });

  it("requests that an event's receiver makes wait until the input at hand is done", async () => {
    const seen: string[] = [];
    const { session } = fakeSession((input) => {
      if (input.kind !== 'request') return [];
      seen.push(`in ${input.ref}`);
      return [note(input.ref), note(`${input.ref}!`)];
    });
    const driven: DrivenSession = drive(session, (event) => {
      if (event.kind !== 'answer') return;
      seen.push(`out ${event.ref}`);
      if (event.ref === 'a') driven.request('b', { kind: 'positions' });
    });
    driven.request('a', { kind: 'positions' });
    assert.deepEqual(seen, ['in a', 'out a', 'out a!', 'in b', 'out b', 'out b!']);
  });

  it('ticks at the moment that the session names, an earlier one replaces a later one', async () => {
    const started = performance.now();
    const ticks: number[] = [];
    let at = started + 60_000;
    const wait = when();
    const { session } = fakeSession(
      (input) => {
        if (input.kind === 'renew') at = started + 60;
        if (input.kind === 'tick') ticks.push(performance.now() - started);
        if (ticks.length === 2) at = Infinity;
        queueMicrotask(wait.check);
        return [];
      },
      () => at,
    );
    drive(session).renew('sooner');
    await wait.until(() => ticks.length === 2);
    assert.ok((ticks[1] ?? 0) >= 59, `${ticks[1]}`);
  });

  it('a port where nobody listens, an address that is none and an answer that is no WebSocket end as closed', async () => {
    const plain = createServer((socket) =>
      socket.resume().end('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n'),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const reasons: string[] = [];
    const wait = when();
    const urls = [`ws://127.0.0.1:${port}`, 'no address', 'ws://127.0.0.1:1'];
    const { session } = fakeSession((input) => {
      if (input.kind === 'closed') reasons.push(input.reason);
      queueMicrotask(wait.check);
      const url = urls.shift();
      return (input.kind === 'tick' || input.kind === 'closed') && url !== undefined
        ? [connect(3 - urls.length, url)]
        : [];
    });
    drive(session);
    await wait.until(() => reasons.length === 3);
    assert.match(reasons[0] ?? '', /429/);
    assert.match(reasons[1] ?? '', /not a WebSocket address/);
    assert.match(reasons[2] ?? '', /ECONNREFUSED/);
    await new Promise((resolve) => plain.close(resolve));
  });

  it('[I46] an upgrade that HTTP refuses ends with its status and the pause it asks for, and not a word of its page is told', async () => {
    const page = '<html><h1>canary of a page</h1></html>'.repeat(1_000);
    const replies = [
      ['429 Too Many Requests', 'Retry-After: 7'],
      ['503 Service Unavailable', 'Retry-After: Wed, 21 Oct 2015 07:28:00 GMT'],
      ['403 Forbidden', 'Retry-After: soon, canary'],
      ['200 OK', 'Server: canary'],
      ['302 Found', 'Location: http://127.0.0.1:1/canary'],
    ];
    let served = 0;
    const server = createServer((socket) => {
      const [status, header] = replies[served++] ?? [];
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.end(
          `HTTP/1.1 ${status}\r\n${header}\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ends: SessionInput[] = [];
    const wait = when();
    const { session } = fakeSession((input) => {
      if (input.kind === 'closed') ends.push(input);
      queueMicrotask(wait.check);
      return (input.kind === 'tick' || input.kind === 'closed') && ends.length < replies.length
        ? [connect(ends.length + 1, url)]
        : [];
    });
    drive(session);
    await wait.until(() => ends.length === replies.length);
    assert.deepEqual(
      ends.map((end) => end.kind === 'closed' && [end.status, end.retryAfterMs]),
      [
        [429, 7_000],
        [503, 0],
        [403, null],
        [200, null],
        [302, null],
      ],
    );
    assert.match(JSON.stringify(ends[0]), /HTTP 429/);
    assert.ok(!`${JSON.stringify(ends)}${lines.join()}`.includes('canary'));
    await new Promise((resolve) => server.close(resolve));
  });

  it('a connection that does not answer our close is cut before there is another one', async () => {
    let served = 0;
    const url = await serve((socket) => {
      if (served++ === 0) socket.pause();
    });
    const wait = when();
    const { session, inputs } = fakeSession((input) => {
      queueMicrotask(wait.check);
      if (input.kind === 'tick') return [connect(1, url)];
      if (input.kind === 'stop') return [{ kind: 'disconnect', conn: 2, reason: 'stopped' }];
      return input.kind === 'renew'
        ? [{ kind: 'disconnect', conn: 1, reason: 'renewed' }, connect(2, url)]
        : [];
    });
    const driven = drive(session);
    await wait.until(() => inputs.some((input) => input.kind === 'opened'));
    driven.renew('a broken stream');
    await wait.until(() => inputs.filter((input) => input.kind === 'opened').length === 2);
    assert.deepEqual(
      inputs.slice(1).map((input) => `${input.kind} ${'conn' in input ? input.conn : ''}`),
      ['opened 1', 'renew ', 'closed 1', 'opened 2'],
    );
  });

  it('stop closes the socket and resolves when it is gone, also when the other side does not answer', async () => {
    const url = await serve((socket) => {
      socket.pause();
    });
    const wait = when();
    const { session, inputs } = fakeSession((input) => {
      queueMicrotask(wait.check);
      if (input.kind === 'tick') return [connect(1, url)];
      return input.kind === 'stop' ? [{ kind: 'disconnect', conn: 1, reason: 'stopped' }] : [];
    });
    const driven = drive(session);
    await wait.until(() => inputs.some((input) => input.kind === 'opened'));
    await driven.stop();
    assert.equal(inputs.at(-1)?.kind, 'closed');
  });
});
