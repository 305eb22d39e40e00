/** A server on a port of its own over the stand-in engine, with what a test needs to talk to it: raw requests, scripts, browsers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { startServer } from '../../src/edge/http-server.ts';
import { createLog } from '../../src/edge/log.ts';
import { createFakeEngine, type FakeEngine } from './served-engine.ts';

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: unknown;
};
export type Sending = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type Serving = {
  readonly engine: FakeEngine;
  readonly port: number;
  readonly dataDir: string;
  readonly token: string;
  readonly origin: string;
  readonly loginLink: () => string;
  /** Everything that was logged. */
  readonly logged: () => string;
  /** A request exactly as given; the Host header is the right one unless said otherwise. */
  readonly raw: (path: string, sending?: Sending) => Promise<Reply>;
  /** A GET or POST of a script that has the token. */
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (path: string, body?: unknown, key?: string) => Promise<Reply>;
  /** Logs a browser in; answers its cookie. */
  readonly logIn: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** A folder that is gone after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const PAGE =
  '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><meta name="practice-origin" content="__PRACTICE_ORIGIN__"><script type="module" src="/assets/main-abcd1234.js"></script>';

/** A built dashboard of two files. */
export function builtPages(folder: string): string {
  const web = join(folder, 'web');
  mkdirSync(join(web, 'assets'), { recursive: true });
  writeFileSync(join(web, 'index.html'), PAGE);
  writeFileSync(join(web, 'assets', 'main-abcd1234.js'), 'export {};\n');
  return web;
}

function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Sending,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { host: `127.0.0.1:${port}`, ...headers },
        agent: false,
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        incoming.on('end', () => {
          const json = /[/+]json\b/.test(incoming.headers['content-type'] ?? '');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: {
              ...incoming.headers,
              'set-cookie': (incoming.headers['set-cookie'] ?? []).join('\n'),
            } as Readonly<Record<string, string>>,
            text,
            body: json ? (JSON.parse(text) as unknown) : undefined,
          });
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Starts a server for one test. `dataDir` is kept between two servers of the same test when it is given. */
export async function serve(
  context: TestContext,
  options: {
    readonly dataDir?: string;
    readonly engine?: FakeEngine;
    /** Several accounts; default: the engine alone. */
    readonly cells?: readonly FakeEngine[];
    readonly port?: number;
    readonly practiceOrigin?: string | null;
    /** The built dashboard; a stand-in of two files by default. */
    readonly webRoot?: string;
  } = {},
): Promise<Serving> {
  const dataDir = options.dataDir ?? temporaryFolder(context);
  const engine = options.engine ?? createFakeEngine();
  let log = '';
  const running = await startServer({
    cells: options.cells ?? [engine],
    dataDir,
    port: options.port ?? 0,
    host: '127.0.0.1',
    webRoot: options.webRoot ?? builtPages(dataDir),
    practiceOrigin: options.practiceOrigin ?? null,
    log: createLog({ level: 'debug', write: (line) => void (log += line) }),
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= running.close());
  context.after(stop);
  const { port, loginLink } = running;
  const token = readFileSync(join(dataDir, 'api-token'), 'utf8').trim();
  const origin = `http://127.0.0.1:${port}`;
  const raw = (path: string, sending: Sending = {}): Promise<Reply> => send(port, path, sending);
  const authorization = `Bearer ${token}`;
  return {
    engine,
    port,
    dataDir,
    token,
    origin,
    loginLink,
    logged: () => log,
    raw,
    get: (path) => raw(`/api/v1${path}`, { headers: { authorization } }),
    post: (path, body, key) =>
      raw(`/api/v1${path}`, {
        method: 'POST',
        headers: {
          authorization,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    logIn: async () => {
      const code = new URL(loginLink()).searchParams.get('k');
      const reply = await raw('/api/v1/login', {
        method: 'POST',
        headers: { origin, 'x-lockstep': '1', 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      });
      return (reply.headers['set-cookie'] ?? '').split(';')[0] ?? '';
    },
    stop,
  };
}

export type Listener = {
  readonly socket: WebSocket;
  /** The next message, parsed. */
  readonly next: () => Promise<unknown>;
  /** The next message that is no HEARTBEAT. */
  readonly nextFrame: () => Promise<unknown>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

/** Opens a stream; rejects with the status when the upgrade is refused. */
export function openStream(
  context: TestContext,
  {
    port,
    path = '/api/v1/stream',
    headers,
  }: {
    readonly port: number;
    readonly path?: string;
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    context.after(() => socket.terminate());
    const messages: unknown[] = [];
    const waiting: ((message: unknown) => void)[] = [];
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as unknown;
      const taker = waiting.shift();
      if (taker === undefined) messages.push(message);
      else taker(message);
    });
    const closed = new Promise<{ code: number; reason: string }>((done) =>
      socket.on('close', (code, reason) => done({ code, reason: reason.toString() })),
    );
    const next = (): Promise<unknown> =>
      messages.length > 0
        ? Promise.resolve(messages.shift())
        : new Promise((take) => waiting.push(take));
    const nextFrame = async (): Promise<unknown> => {
      for (;;) {
        const message = await next();
        if ((message as { readonly type?: string }).type !== 'HEARTBEAT') return message;
      }
    };
    socket.on('unexpected-response', (_request, response) =>
      reject(new Error(String(response.statusCode))),
    );
    socket.on('error', reject);
    socket.on('open', () => resolve({ socket, next, nextFrame, closed }));
  });
}
