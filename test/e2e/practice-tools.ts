/** What the tests of the practice exchange share: servers, clients over real sockets, child processes, folders. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { PracticeRefusal } from '../../src/edge/practice-port.ts';
import {
  type PracticeOptions,
  type PracticeServer,
  startPracticeServer,
} from '../../src/edge/practice-server.ts';
import { type Seen, createFakeExchange } from './practice-fake.ts';

export const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** A folder of its own that goes with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'practice-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Client = {
  readonly socket: WebSocket;
  /** Sends a request and awaits its answer's `result`. */
  readonly call: (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly sendText: (text: string) => void;
  /** The next frame that answers no call. */
  readonly next: () => Promise<string>;
  /** Code and reason, once the connection is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

/** Connects; rejects with the HTTP status when the upgrade is refused. */
export async function connect(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const socket = new WebSocket(url, { headers: { ...headers } });
  const answers = new Map<number, (result: unknown) => void>();
  const frames: string[] = [];
  const readers: ((text: string) => void)[] = [];
  socket.on('message', (data) => {
    const text = (data as Buffer).toString('utf8');
    const frame = JSON.parse(text) as { id?: number; result?: unknown; error?: unknown };
    const answer = answers.get(frame.id ?? -1);
    if (answer !== undefined) return answer(frame.result ?? frame.error);
    const reader = readers.shift();
    if (reader === undefined) frames.push(text);
    else reader(text);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) =>
      reject(new Error(`HTTP ${response.statusCode}`)),
    );
  });
  let id = 0;
  return {
    socket,
    call: (method, params) => {
      id += 1;
      const answer = new Promise((resolve) => answers.set(id, resolve));
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      return answer;
    },
    sendText: (text) => socket.send(text),
    next: () => {
      const ready = frames.shift();
      return ready === undefined
        ? new Promise((resolve) => readers.push(resolve))
        : Promise.resolve(ready);
    },
    closed,
  };
}

export type Served = {
  readonly child: ChildProcess;
  readonly first: Readonly<Record<string, unknown>>;
  readonly kill: () => Promise<void>;
};

/** Starts a script beside this file and awaits its first line, which is JSON. It is killed with the test at the latest. */
export async function startChild(
  t: TestContext,
  script: string,
  ...args: readonly string[]
): Promise<Served> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  t.after(kill);
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`))),
  ])) as [string];
  return { child, first: JSON.parse(line) as Record<string, unknown>, kill };
}

export const DASHBOARD = 'http://127.0.0.1:8787';

type Running = PracticeServer & {
  readonly seen: Seen;
  readonly url: string;
  readonly client: () => Promise<Client>;
};

/** The toy exchange on a port of its own, stopped with the test. */
export async function start(
  t: TestContext,
  options: Partial<PracticeOptions> = {},
): Promise<Running> {
  const seen: Seen = { inputs: [], servers: [] };
  const server = await startPracticeServer({
    port: 0,
    dataDir: options.dataDir ?? temporaryFolder(t),
    speed: 1,
    allowedOrigins: [DASHBOARD],
    createExchange: (birth) => createFakeExchange(birth, seen),
    log: quiet,
    ...options,
  });
  t.after(() => server.close());
  return {
    ...server,
    seen,
    url: `http://127.0.0.1:${server.port}`,
    client: () => connect(`ws://127.0.0.1:${server.port}/ws/api/v2`),
  };
}

/** The refusal of a start that must fail. */
export const refusalOf = async (starting: Promise<unknown>): Promise<PracticeRefusal> => {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PracticeRefusal, String(error));
  return error;
};

/** fetch() sets Host and Origin itself; this doesn't. */
export function raw(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: options.method ?? 'GET',
          headers: options.headers ?? {},
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += String(chunk)));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(options.body);
    },
  );
}

export type Row = Readonly<Record<string, unknown>>;

/** Asks over HTTP with a key; an error of the exchange fails the test. */
export const askAs =
  (url: string, key: { readonly clientId: string; readonly clientSecret: string }) =>
  async (method: string, params: object): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v2/${method}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${key.clientId}:${key.clientSecret}`)}`,
      },
      body: JSON.stringify(params),
    });
    const { result, error } = (await answer.json()) as Row;
    assert.equal(error, undefined, JSON.stringify(error));
    return result;
  };
