/**
 * A small world in virtual time, one thread, without I/O: the real engine with real sessions on a disk in memory, the
 * practice exchange behind a wire, a hand that acts behind the engine's back, faults and crashes at will. The same options
 * and calls give the same run, to the last fact.
 */
import type { Millis } from '../../src/base/time.ts';
import type { Books } from '../../src/domain/books.ts';
import type { RiskConfig, StrategyConfig } from '../../src/domain/config.ts';
import type { Fact, FactType } from '../../src/domain/fact.ts';
import type { MemoryDisk } from '../../src/journal/memory.ts';
import type { Kept } from '../../src/engine/kept.ts';
import type { Journal } from '../../src/journal/port.ts';
import { strategyKinds } from '../../src/strategy/registry.ts';
import type { StrategyKind } from '../../src/strategy/strategy.ts';
import type { InstrumentSpec } from '../../src/venue/practice/products/instruments.ts';
import type { PriceCandle } from '../../src/venue/practice/ports.ts';
import { BOT, FLAT_PRICE, PERPETUAL, RISK, START } from './defaults.ts';
import type { DiskKnobs } from './disk.ts';
import type { CrashPoint, Life, Receiver } from './engine.ts';
import {
  type ControlVerb,
  createFarSide,
  type ExchangeState,
  type FarSide,
  type Hand,
} from './exchange.ts';
import { createLoop } from './loop.ts';
import type { GoesOnWith } from './mailbox.ts';
import { createMachine, type Machine } from './machine.ts';
import { createPeople, type People, PAUSE } from './people.ts';
import { createPump, type Pump } from './pump.ts';
import { createScript } from './script.ts';
import {
  type Counts,
  createSight,
  type EventSeen,
  type ExitSeen,
  type FrameSeen,
  type PublishedSeen,
} from './sight.ts';
import type { Truth } from './truth.ts';
import { createNetwork, type Losses } from './wire.ts';

export { BOT, botOn, ETHER, INVERSE, PERPETUAL, START } from './defaults.ts';

export type WorldOptions = {
  readonly seed?: number;
  readonly startAt?: Millis;
  /** How far the machine's own clock is ahead of the exchange's. */
  readonly wallSkewMs?: Millis;
  readonly speed?: number;
  readonly latencyMs?: Millis;
  /** Up to so much more for a frame. */
  readonly jitterMs?: Millis;
  readonly diskMs?: Millis;
  readonly strategies?: readonly StrategyConfig[];
  readonly risk?: Partial<RiskConfig>;
  readonly checkEveryMs?: Millis;
  /** Whether each read of open orders is told whole, and not as what differs from the one before. */
  readonly wholeLists?: boolean;
  /** A price that only hands move, or null for the seeded process. */
  readonly flatPrice?: string | null;
  /** Candles that drive bitcoin's price instead. */
  readonly candles?: readonly PriceCandle[] | undefined;
  /** Called after each single thing that happened; throws to fail. */
  readonly watch?: (world: World) => void;
  /** Instruments of the exchange beside the one that everything here trades. */
  readonly others?: readonly InstrumentSpec[];
  /** The only instruments of the exchange; unless told those of the strategies and the others, and all where it lists dated ones. Fewer are faster. */
  readonly instruments?: readonly string[];
  /** Accounts of the exchange beside the one that the engine trades. */
  readonly neighbours?: readonly string[];
  /** Whether futures that end are listed with the perpetuals; not unless told. */
  readonly dated?: boolean;
  /** Who is told of alerts; without them there is no channel. */
  readonly receiver?: Receiver;
  /** The id of the key of a drop copy; without one there is none. */
  readonly dropCopy?: string;
  /** How many of the last frames, events and commits are kept to be looked at; all of them unless told. */
  readonly keep?: number;
  /** A bug planted between engine and journal, for the auditor's own exam. */
  readonly plant?: (journal: Journal) => Journal;
};

export type RestartOptions = {
  readonly freshJournal?: boolean;
  readonly strategies?: readonly StrategyConfig[];
  readonly waitMs?: Millis;
};

type Typed<T extends FactType> = Extract<Fact, { readonly type: T }>;

export type World = People & {
  readonly now: () => Millis;
  readonly serverNow: () => Millis;
  readonly run: (ms: Millis) => Promise<void>;
  /** Runs until `done` and what it rests on is durable; after `limitMs` it throws with the last facts. Answers how long it took. */
  readonly until: (what: string, done: () => boolean, limitMs?: Millis) => Promise<Millis>;
  /** Runs until `done`, at most so long; answers whether it came. */
  readonly within: (done: () => boolean, limitMs: Millis) => Promise<boolean>;
  readonly control: (verb: ControlVerb, path: string, body?: unknown) => unknown;
  /** A request of the protocol by the hand on the website, or by another program. */
  readonly hand: Hand;
  readonly fault: (fault: Readonly<Record<string, unknown>>) => number;
  /** Cuts all connections; what is under way is lost in these directions. */
  readonly cut: (losses: Losses) => void;
  /** All connections carry nothing any more, and nobody is told. */
  readonly silence: () => void;
  /** Whether names can be looked up; connections that stand need none. */
  readonly setNames: (found: boolean) => void;
  readonly exchange: () => ExchangeState;
  /** What is true at the exchange; a look at it moves nothing. */
  readonly truth: () => Truth;
  /** Signed position at the exchange, in the linear bitcoin perpetual unless another is named. */
  readonly position: (instrument?: string) => string;
  readonly life: () => Life;
  readonly books: () => Books;
  readonly facts: () => readonly Fact[];
  readonly of: <T extends FactType>(type: T) => readonly Typed<T>[];
  /** Facts of every journal of this world, oldest first. */
  readonly allFacts: () => readonly Fact[];
  readonly disk: () => MemoryDisk;
  readonly setDisk: (knobs: Partial<DiskKnobs>) => void;
  /** Up to which seq the journal is durable. */
  readonly syncedHead: () => number;
  /** What kills sent before it was durable, and kept beside the journal. */
  readonly kept: () => readonly Kept[];
  readonly published: () => readonly PublishedSeen[];
  readonly events: () => readonly EventSeen[];
  readonly frames: () => readonly FrameSeen[];
  /** Lives that ended by themselves, because their disk took no more. */
  readonly exits: () => readonly ExitSeen[];
  readonly counts: () => Readonly<Counts>;
  /** The process stands still for so long; then it goes on, with what it has been sent unless told. */
  readonly stall: (ms: Millis, goesOnWith?: GoesOnWith) => void;
  /** The process ends. */
  readonly crash: () => void;
  /** The machine loses its power: the process ends, and of what was not synced stays what the seed says. */
  readonly losePower: () => void;
  readonly crashAt: (point: CrashPoint) => void;
  /** Runs until the crash point is reached. */
  readonly crashed: (limitMs?: Millis) => Promise<void>;
  readonly restart: (options?: RestartOptions) => Promise<void>;
  /** A second process starts on the same disk, as where the first one is taken for dead. */
  readonly takeOver: () => Promise<void>;
  readonly speed: (speed: number) => void;
  /** Fails with the last facts. */
  readonly trace: (last?: number) => string;
};

type Parts = { readonly far: FarSide; readonly machine: Machine; readonly pump: Pump };

/** How a world is driven: its time, the lives of its engine. */
function driving({ far, machine, pump }: Parts, diskMs: Millis) {
  const until: World['until'] = async (what, done, limitMs = PAUSE) => {
    const took = await pump.until(what, done, limitMs);
    await pump.run(diskMs);
    return took;
  };
  return {
    run: pump.run,
    within: pump.within,
    until,
    stall: (ms: Millis, goesOnWith: GoesOnWith = 'mail') => machine.alive().stall(ms, goesOnWith),
    takeOver: machine.start,
    crash: () => machine.die(false),
    losePower: () => machine.die(true),
    crashAt: (point: CrashPoint) => machine.alive().crashAt(point),
    crashed: async (limitMs = PAUSE * 2) =>
      void (await until('the crash', () => !machine.alive().isAlive(), limitMs)),
    restart: async ({ freshJournal = false, strategies, waitMs = 1_000 }: RestartOptions = {}) => {
      machine.die(false);
      await pump.run(waitMs);
      if (freshJournal) machine.newDisk();
      if (strategies !== undefined) machine.setStrategies(strategies);
      await machine.start();
    },
    speed: (speed: number) => {
      far.control('POST', 'speed', { speed });
      machine.setSpeed(speed);
      machine.alive().input({ kind: 'speed', speed });
    },
  };
}

/** What can be seen of the engine's side. */
function seeing({ machine }: Parts) {
  const { facts } = machine;
  return {
    life: machine.alive,
    books: () => machine.alive().driver.cell.books,
    facts,
    of: <T extends FactType>(type: T) =>
      facts().filter((fact): fact is Typed<T> => fact.type === type),
    allFacts: machine.allFacts,
    disk: () => machine.disk().memory(),
    setDisk: machine.setDisk,
    syncedHead: () => machine.disk().syncedHead(),
    kept: machine.kept,
    trace: (last = 24) => machine.trace(last),
  };
}

/** The exchange and those who act there. */
function trading(far: FarSide) {
  return {
    serverNow: far.serverNow,
    control: far.control,
    hand: far.hand,
    fault: (fault: Readonly<Record<string, unknown>>) =>
      (far.control('POST', 'fault', fault) as { readonly id: number }).id,
    exchange: () => far.control('GET', 'state') as ExchangeState,
    truth: () => far.truth,
    position: (name = PERPETUAL): string => far.truth.position(name),
  };
}

const listed = (
  { dated = false, others = [] }: WorldOptions,
  strategies: readonly StrategyConfig[],
): readonly string[] | undefined =>
  dated
    ? undefined
    : [
        PERPETUAL,
        ...strategies.map(({ instrument }) => instrument),
        ...others.map(({ name }) => name),
      ];

/** A world whose engine has just started. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { seed = 1, startAt = START, diskMs = 2, speed = 1, strategies = [BOT] } = options;
  const { flatPrice = FLAT_PRICE, checkEveryMs = 30_000, watch = () => undefined } = options;
  const script = createScript();
  const loop = createLoop();
  const sight = createSight(options.keep ?? Infinity);
  const network = createNetwork({
    loop,
    latencyMs: options.latencyMs ?? 5,
    jitterMs: options.jitterMs ?? 0,
    seed,
    far: () => far,
  });
  const far: FarSide = createFarSide(loop, network.wire, {
    seed,
    startAt,
    speed,
    flatPrice,
    candles: options.candles,
    instruments: options.instruments ?? listed(options, strategies),
    dated: options.dated,
    neighbours: options.neighbours,
    others: options.others ?? [],
  });
  const machine = createMachine({
    loop,
    network,
    far,
    sight,
    seed,
    startAt,
    wallSkewMs: options.wallSkewMs ?? 0,
    speed,
    diskMs,
    strategies,
    risk: { ...RISK, ...options.risk },
    checkEveryMs,
    wholeLists: options.wholeLists ?? false,
    receiver: options.receiver,
    dropCopy: options.dropCopy,
    kinds: {
      ...(strategyKinds as unknown as Record<string, StrategyKind<unknown>>),
      scripted: script.kind,
    },
    plant: options.plant ?? ((journal) => journal),
  });
  const pump = createPump({
    loop,
    far,
    lives: machine.lives,
    sight,
    trace: () => machine.trace(24),
    watch: () => watch(world),
  });
  const parts = { far, machine, pump };
  const driven = driving(parts, diskMs);
  machine.newDisk();
  await machine.start();
  const world: World = {
    now: loop.now,
    ...trading(far),
    cut: network.cut,
    silence: network.silence,
    setNames: network.setNames,
    ...seeing(parts),
    ...driven,
    published: () => sight.published,
    events: () => sight.events,
    frames: () => sight.frames,
    exits: () => sight.exits,
    counts: () => sight.counts,
    ...createPeople({ machine, sight, script, ...driven }),
  };
  return world;
}
