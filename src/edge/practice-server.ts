/**
 * The practice exchange on a port of this machine's loopback: Deribit's protocol over WebSocket and HTTP, the control
 * API and its stream, one clock, one journal. What it has answered is on disk, so a kill loses nothing of it.
 */
import { STATUS_CODES, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { HOUR, type Millis } from '../base/time.ts';
import { systemClock } from './clock.ts';
import { findBeginning, keepFirst } from './practice-birth.ts';
import { createPracticeClock } from './practice-clock.ts';
import {
  type PracticeConnections,
  createPracticeConnections,
  later,
} from './practice-connections.ts';
import { createPracticeDriver } from './practice-driver.ts';
import {
  type Doors,
  type PracticeAnswer,
  type PracticeCalls,
  practiceHandler,
  practiceProblem,
  strangerProblem,
} from './practice-http.ts';
import {
  type ControlVerb,
  type PracticeBirth,
  type PracticeDeed,
  type PracticeInput,
  type PracticeLog,
  type PracticeMachine,
  PracticeRefusal,
  type PriceRow,
} from './practice-port.ts';
import { type PracticeStore, openPracticeStore } from './practice-store.ts';

export type PracticeOptions = {
  /** 0 picks a free one. */
  readonly port: number;
  /** Only loopback names are accepted; default 127.0.0.1. */
  readonly host?: string;
  /** The journal lives in its folder `exchange`. */
  readonly dataDir: string;
  /** Default: that of the folder's exchange, 1 for a new one. */
  readonly seed?: number;
  /** Server seconds per real second, 0 to 1,000; 0: time moves by `advance` alone. */
  readonly speed: number;
  /** A price file's rows; a folder whose exchange runs on other prices is refused. */
  readonly file?: readonly PriceRow[];
  /** Exact origins of pages that may use the control API; read anew for every request. */
  readonly allowedOrigins: readonly string[];
  /** Builds the exchange; it is the composer who knows it. */
  readonly createExchange: (birth: PracticeBirth) => PracticeMachine;
  /** Control calls beyond the exchange's own; undefined passes the call on to the exchange. */
  readonly extraControl?: (
    verb: ControlVerb,
    path: string,
    body: unknown,
  ) => Promise<PracticeAnswer> | undefined;
  /** Told whenever the clock was set or its speed changed. */
  readonly onClock?: (clock: { readonly server: Millis; readonly speed: number }) => void;
  /** The disk failed or the exchange broke: it answers nothing any more, and the process should end. */
  readonly onFailure?: (error: Error) => void;
  readonly log: PracticeLog;
};

export type PracticeServer = {
  readonly port: number;
  /** Server time and speed now. */
  readonly clock: () => { readonly server: Millis; readonly speed: number };
  /** Stops and keeps everything; may be called again. */
  readonly close: () => Promise<void>;
  /** A control call as the HTTP API takes it, without HTTP. */
  readonly control: (verb: ControlVerb, path: string, body?: unknown) => Promise<PracticeAnswer>;
};

const HOST = '127.0.0.1';
const MAX_SPEED = 1_000;
const PROTOCOL_PATH = '/ws/api/v2';
const STREAM_PATH = '/practice/v1/stream';
const PORT_FLAGS = '`demo --practice-port N`, `practice --port N` or LOCKSTEP_PRACTICE_PORT';
const HTTP_LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 60_000 };
const MAX_SOCKETS = 256;
const TOO_MANY = practiceProblem(429, 'too_many_connections', {
  message: 'there are as many WebSocket connections already as one address may have',
  accepted: 'fewer; close some first',
});
const NO_SUCH_SOCKET = practiceProblem(404, 'not_found', {
  message: 'this address takes no WebSocket',
  accepted: `${PROTOCOL_PATH}, ${STREAM_PATH}`,
});

/** Starts the exchange; throws a `PracticeRefusal` that says how to mend it when it can't. */
export async function startPracticeServer(options: PracticeOptions): Promise<PracticeServer> {
  checkOptions(options);
  const store = await openPracticeStore(join(options.dataDir, 'exchange'));
  try {
    return await serve(options, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function checkOptions({ host = HOST, port, speed, seed }: PracticeOptions): void {
  if (![HOST, 'localhost', '::1'].includes(host)) {
    throw new PracticeRefusal(
      'loopback_only',
      `The practice exchange listens on ${HOST} only, not on ${host}: its keys are public. Leave the host out; to reach it from elsewhere, forward the port, for example with ssh -L.`,
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new PracticeRefusal(
      'bad_option',
      `The practice port is ${port}. Accepted is a whole number from 0 (picks one) to 65535.`,
    );
  }
  if (!(speed >= 0 && speed <= MAX_SPEED)) {
    throw new PracticeRefusal(
      'bad_option',
      `The speed is ${speed}. Accepted is a number from 0 (stepped) to ${MAX_SPEED}.`,
    );
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new PracticeRefusal('bad_option', `The seed is ${seed}. Accepted is a whole number.`);
  }
}

async function serve(options: PracticeOptions, store: PracticeStore): Promise<PracticeServer> {
  const beginning = findBeginning(store, options, systemClock.wall());
  const { birth, goesOnAt, lastAt, seq } = beginning;
  const machine = options.createExchange(birth);
  if (birth.snapshot === null) await keepFirst(store, machine, beginning);
  const clock = createPracticeClock({ server: goesOnAt, speed: options.speed });
  const input = (one: PracticeInput): void => driver.input(one);
  const calls = createCalls(options, machine, input);
  const connections = createPracticeConnections({
    input,
    bounds: machine.bounds,
    log: options.log,
  });
  const http = createHttp(options, calls, connections);
  const driver = createPracticeDriver({
    machine,
    store,
    clock,
    seq,
    mark: goesOnAt,
    outlet: (deed) => carryOut(deed, { calls, connections, options }),
    failed: (error) => {
      options.log.error('the practice exchange stopped', { error });
      void shut(connections, http);
      options.onFailure?.(error);
    },
  });
  if (goesOnAt - lastAt > HOUR)
    options.log.info('the market catches up', { hours: Math.round((goesOnAt - lastAt) / HOUR) });
  await driver.catchUp(lastAt);
  await listen(http, options.port);
  driver.run();
  const { port } = http.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  options.log.info('the practice exchange listens', {
    port,
    speed: options.speed,
    seed: birth.seed,
  });
  return {
    port,
    clock: () => ({ server: clock.read().server, speed: clock.speed() }),
    control: (verb, path, body = {}) => calls.control({ verb, path, query: {}, body }),
    close: () => (closing ??= driver.close().then(() => shut(connections, http))),
  };
}

type Calls = PracticeCalls & {
  readonly reply: (deed: Extract<PracticeDeed, { readonly kind: 'reply' }>) => void;
  readonly refuse: (refusing: boolean) => void;
  /** The first event of the control stream. */
  readonly snapshot: (send: (event: unknown) => void) => void;
};

/** Numbers the calls that await a reply, and hands the replies back. */
function createCalls(
  { extraControl }: PracticeOptions,
  { bounds }: PracticeMachine,
  input: (input: PracticeInput) => void,
): Calls {
  const awaited = new Map<number, (answer: PracticeAnswer) => void>();
  let lastId = 0;
  let refusing = false;
  const ask = (
    make: (id: number) => PracticeInput,
    reply: (answer: PracticeAnswer) => void,
  ): void => {
    lastId += 1;
    awaited.set(lastId, reply);
    input(make(lastId));
  };
  return {
    refusing: () => refusing,
    refuse: (next) => {
      refusing = next;
    },
    requestBytes: () => bounds().requestBytes,
    rpc: (call) => new Promise((resolve) => ask((id) => ({ kind: 'http', id, ...call }), resolve)),
    control: (call) =>
      extraControl?.(call.verb, call.path, call.body) ??
      new Promise((resolve) => ask((id) => ({ kind: 'control', id, ...call }), resolve)),
    snapshot: (send) =>
      ask(
        (id) => ({ kind: 'control', id, verb: 'GET', path: 'state', query: {}, body: {} }),
        ({ body }) => send({ type: 'SNAPSHOT', state: body }),
      ),
    reply: ({ id, delayMs, ...answer }) => {
      const reply = awaited.get(id);
      awaited.delete(id);
      later(delayMs, () => reply?.(answer));
    },
  };
}

type Outlets = {
  readonly calls: Calls;
  readonly connections: PracticeConnections;
  readonly options: PracticeOptions;
};

function carryOut(deed: PracticeDeed, { calls, connections, options }: Outlets): void {
  switch (deed.kind) {
    case 'send':
    case 'close':
    case 'drop':
    case 'stream':
      return connections.carryOut(deed);
    case 'reply':
      return calls.reply(deed);
    case 'listen':
      return calls.refuse(!deed.accept);
    case 'clock':
      return options.onClock?.({ server: deed.server, speed: deed.speed });
  }
}

function createHttp(
  options: PracticeOptions,
  calls: Calls,
  connections: PracticeConnections,
): Server {
  const doors: Doors = {
    port: () => (http.address() as AddressInfo | null)?.port ?? options.port,
    allowedOrigins: options.allowedOrigins,
  };
  const handler = practiceHandler(calls, doors);
  const http = createServer(HTTP_LIMITS, (request, response) => {
    // What fails here is the other side's connection; nobody is left to be told.
    handler(request, response).catch(() => response.destroy());
  });
  http.maxConnections = MAX_SOCKETS;
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?')[0];
    if (path === PROTOCOL_PATH && calls.refusing()) return void socket.destroy();
    const stranger = strangerProblem(request, doors);
    if (stranger !== undefined) return refuseUpgrade(socket, stranger);
    const upgrade = { request, socket, head };
    if (path === PROTOCOL_PATH)
      return void (connections.protocol(upgrade) || refuseUpgrade(socket, TOO_MANY));
    if (path === STREAM_PATH)
      return void (connections.stream(upgrade, calls.snapshot) || refuseUpgrade(socket, TOO_MANY));
    refuseUpgrade(socket, NO_SUCH_SOCKET);
  });
  return http;
}

function refuseUpgrade(socket: Duplex, { status, body }: PracticeAnswer): void {
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program. Stop that one'
          : `can't be used (${error.code ?? error.message}). Free it`;
      reject(
        new PracticeRefusal(
          'port_taken',
          `Port ${port} ${why}, or choose another port for the practice exchange (${PORT_FLAGS}; 0 picks a free one).`,
        ),
      );
    });
    http.listen(port, HOST, resolve);
  });
}

async function shut(connections: PracticeConnections, http: Server): Promise<void> {
  const stopped = new Promise((resolve) => http.close(resolve));
  await connections.close();
  http.closeAllConnections();
  await stopped;
}
