/**
 * The practice exchange on a port of this machine's loopback: Deribit's protocol over WebSocket and HTTP, the control
 * API and its stream, one clock, one journal. What it has answered is on disk, so a kill loses nothing of it.
 */
import { join } from 'node:path';
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
import { type Door, HOST, type House, openPlainDoor, openTlsDoor } from './practice-doors.ts';
import type { Entrance, PracticeAnswer } from './practice-http.ts';
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
import type { TlsFaces } from './practice-tls.ts';
import { type PracticeStore, openPracticeStore } from './practice-store.ts';

export type PracticeOptions = {
  /** 0 picks a free one. */
  readonly port: number;
  /** The port of a door over TLS beside the plain one, 0 for a free one; without it there is none. */
  readonly tlsPort?: number;
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
  /** The door over TLS, and the file of the authority that its clients have to trust; null where there is none. */
  readonly tls: { readonly port: number; readonly authority: string } | null;
  /** Server time and speed now. */
  readonly clock: () => { readonly server: Millis; readonly speed: number };
  /** Stops and keeps everything; may be called again. */
  readonly close: () => Promise<void>;
  /** A control call as the HTTP API takes it, without HTTP. */
  readonly control: (verb: ControlVerb, path: string, body?: unknown) => Promise<PracticeAnswer>;
};

const MAX_SPEED = 1_000;
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

function checkOptions({ host = HOST, port, tlsPort = 0, speed, seed }: PracticeOptions): void {
  if (![HOST, 'localhost', '::1'].includes(host)) {
    throw new PracticeRefusal(
      'loopback_only',
      `The practice exchange listens on ${HOST} only, not on ${host}: its keys are public. Leave the host out; to reach it from elsewhere, forward the port, for example with ssh -L.`,
    );
  }
  for (const [name, given] of [
    ['practice', port],
    ['TLS', tlsPort],
  ] as const) {
    if (Number.isInteger(given) && given >= 0 && given <= 65_535) continue;
    throw new PracticeRefusal(
      'bad_option',
      `The ${name} port is ${given}. Accepted is a whole number from 0 (picks one) to 65535.`,
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
  let doors: OpenDoors | null = null;
  const house = { calls, connections, allowedOrigins: options.allowedOrigins };
  const driver = createPracticeDriver({
    machine,
    store,
    clock,
    seq,
    mark: goesOnAt,
    outlet: (deed) => carryOut(deed, { calls, connections, options, tls: () => doors?.tls }),
    failed: (error) => {
      options.log.error('the practice exchange stopped', { error });
      void shut(connections, doors);
      options.onFailure?.(error);
    },
  });
  if (goesOnAt - lastAt > HOUR)
    options.log.info('the market catches up', { hours: Math.round((goesOnAt - lastAt) / HOUR) });
  await driver.catchUp(lastAt);
  const { plain, tls } = (doors = await openDoors(options, house));
  driver.run();
  const { port } = plain;
  let closing: Promise<void> | undefined;
  options.log.info('the practice exchange listens', {
    port,
    speed: options.speed,
    seed: birth.seed,
  });
  return {
    port,
    tls,
    clock: () => ({ server: clock.read().server, speed: clock.speed() }),
    control: (verb, path, body = {}) => calls.control({ verb, path, query: {}, body }),
    close: () => (closing ??= driver.close().then(() => shut(connections, doors))),
  };
}

type OpenDoors = { readonly plain: Door; readonly tls: (Door & TlsFaces) | null };

/** The plain door and, where it is asked for, the one over TLS. */
async function openDoors(options: PracticeOptions, house: House): Promise<OpenDoors> {
  const plain = await openPlainDoor(house, options.port);
  if (options.tlsPort === undefined) return { plain, tls: null };
  try {
    const folder = join(options.dataDir, 'exchange');
    return { plain, tls: await openTlsDoor(house, { port: options.tlsPort, folder }) };
  } catch (error) {
    await plain.close();
    throw error;
  }
}

/** Lets nobody in any more, says goodbye to who is there, and waits until all are gone. */
async function shut(connections: PracticeConnections, doors: OpenDoors | null): Promise<void> {
  const open = doors === null ? [] : [doors.plain, ...(doors.tls === null ? [] : [doors.tls])];
  const closed = open.map((door) => door.close());
  await connections.close();
  for (const door of open) door.cut();
  await Promise.all(closed);
}

type Calls = House['calls'] & {
  readonly reply: (deed: Extract<PracticeDeed, { readonly kind: 'reply' }>) => void;
  readonly enter: (way: Entrance) => void;
};

/** Numbers the calls that await a reply, and hands the replies back. */
function createCalls(
  { extraControl }: PracticeOptions,
  { bounds }: PracticeMachine,
  input: (input: PracticeInput) => void,
): Calls {
  const awaited = new Map<number, (answer: PracticeAnswer) => void>();
  let lastId = 0;
  let entrance: Entrance = 'open';
  const ask = (
    make: (id: number) => PracticeInput,
    reply: (answer: PracticeAnswer) => void,
  ): void => {
    lastId += 1;
    awaited.set(lastId, reply);
    input(make(lastId));
  };
  return {
    entrance: () => entrance,
    enter: (way) => {
      entrance = way;
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
  readonly tls: () => TlsFaces | null | undefined;
};

function carryOut(deed: PracticeDeed, { calls, connections, options, tls }: Outlets): void {
  switch (deed.kind) {
    case 'send':
    case 'close':
    case 'drop':
    case 'stream':
      return connections.carryOut(deed);
    case 'reply':
      return calls.reply(deed);
    case 'listen':
      return calls.enter(deed.accept ? 'open' : (deed.status ?? 'shut'));
    case 'tls':
      return tls()?.show(deed.shows);
    case 'clock':
      return options.onClock?.({ server: deed.server, speed: deed.speed });
  }
}
