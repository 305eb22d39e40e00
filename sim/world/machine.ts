/** The machine that the engine runs on: its disks, the lives of the engine one after another, and how they end. */
import { must } from '../../src/base/assert.ts';
import { nextBelow, prng } from '../../src/base/prng.ts';
import { isoTime, type Millis } from '../../src/base/time.ts';
import type { RiskConfig, StrategyConfig } from '../../src/domain/config.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Kept } from '../../src/engine/kept.ts';
import type { Journal } from '../../src/journal/port.ts';
import type { StrategyKind } from '../../src/strategy/strategy.ts';
import { createDisk, type Disk, type DiskKnobs } from './disk.ts';
import { type Life, type LifeOptions, type Receiver, startLife } from './engine.ts';
import type { FarSide } from './exchange.ts';
import type { Loop } from './loop.ts';
import { asError } from './pump.ts';
import type { Sight } from './sight.ts';
import type { Network } from './wire.ts';

export type MachineOptions = {
  readonly loop: Loop;
  readonly network: Network;
  readonly far: FarSide;
  readonly sight: Sight;
  readonly seed: number;
  readonly startAt: Millis;
  /** How far the machine's own clock is ahead of the exchange's. */
  readonly wallSkewMs: Millis;
  readonly speed: number;
  readonly diskMs: Millis;
  readonly strategies: readonly StrategyConfig[];
  readonly risk: RiskConfig;
  readonly checkEveryMs: Millis;
  readonly wholeLists: boolean;
  readonly receiver: Receiver | undefined;
  readonly dropCopy: string | undefined;
  readonly kinds: Readonly<Record<string, StrategyKind<unknown>>>;
  readonly plant: (journal: Journal) => Journal;
};

export type Machine = {
  readonly disk: () => Disk;
  /** What kills sent before it was durable. */
  readonly kept: () => readonly Kept[];
  /** Every process that still runs; more than one only after a takeover. */
  readonly lives: () => readonly Life[];
  readonly alive: () => Life;
  /** Facts of the journal in use. */
  readonly facts: () => readonly Fact[];
  /** Facts of every journal, oldest first. */
  readonly allFacts: () => readonly Fact[];
  readonly strategies: () => readonly StrategyConfig[];
  readonly setStrategies: (strategies: readonly StrategyConfig[]) => void;
  readonly setSpeed: (speed: number) => void;
  readonly setDisk: (knobs: Partial<DiskKnobs>) => void;
  readonly newDisk: () => void;
  /** A process starts on the disk in use. One that still runs there has lost it, and may not know. */
  readonly start: () => Promise<void>;
  /** The process ends; with `power` the machine goes down and keeps what the seed leaves of what was not synced. */
  readonly die: (power: boolean) => void;
  readonly trace: (last: number) => string;
};

type Hooks = Pick<
  LifeOptions,
  | 'onPublished'
  | 'onKept'
  | 'kept'
  | 'onWish'
  | 'onEvent'
  | 'onFrame'
  | 'onLost'
  | 'onFailure'
  | 'onDeath'
>;

const brief = (fact: Fact): string => {
  const data = JSON.stringify(fact.data);
  return `${fact.seq} ${fact.at.slice(11)} ${fact.type} ${data.length > 180 ? `${data.slice(0, 180)}…` : data}`;
};

/** All facts of a disk as one list that grows with it. */
function factsReader(): (disk: Disk) => readonly Fact[] {
  let read: { readonly of: unknown; commits: number; readonly facts: Fact[] } | undefined;
  return (disk) => {
    const memory = disk.memory();
    if (read?.of !== memory) read = { of: memory, commits: 0, facts: [] };
    for (; read.commits < memory.commits.length; read.commits++)
      read.facts.push(...(memory.commits[read.commits] ?? []));
    return read.facts;
  };
}

export function createMachine(options: MachineOptions): Machine {
  const { loop, far, sight, startAt, wallSkewMs } = options;
  const chance = prng(options.seed, 'power');
  const disks: Disk[] = [];
  /** The file beside the journals; nothing of it is lost. */
  const kept: Kept[] = [];
  const factsOf = factsReader();
  let knobs: DiskKnobs = { syncMs: options.diskMs, trouble: null };
  let { strategies, speed } = options;
  let life: Life | undefined;
  let lives: readonly Life[] = [];
  let starts = 0;

  const disk = (): Disk => must(disks.at(-1), 'a disk');
  const facts = (): readonly Fact[] => factsOf(disk());
  const losePower = (): void => {
    sight.counts.powerLosses++;
    disk().losePower(nextBelow(chance, disk().unsyncedCommits() + 1));
  };
  /** What the machine sees of a life, the `nth`; `refusals` of its disk were before it. */
  const hooks = (nth: number, refusals: number): Hooks => ({
    onPublished: (group) => sight.publish({ ...group, synced: disk().syncedHead() }),
    onKept: (one) => void kept.push(one),
    kept: [...kept],
    onWish: (wish) => {
      if (wish.kind === 'reply') sight.replies.set(wish.command, wish.outcome);
      if (wish.kind === 'fatal') sight.failure ??= new Error(`fatal: ${wish.code} ${wish.message}`);
    },
    onEvent: (event) => sight.event({ at: loop.now(), event }),
    onFrame: (text) => sight.frame({ at: loop.now(), text, synced: disk().syncedHead() }),
    onLost: (reason, message) => {
      if (nth < starts || disk().refusals() > refusals)
        sight.exits.push({ at: loop.now(), reason, message });
      else sight.failure ??= new Error(`the journal refused: ${reason} ${message}`);
    },
    onFailure: (error) => {
      sight.failure ??= asError(error);
    },
    onDeath: (point) => {
      sight.counts.crashes++;
      if (point?.power === true) losePower();
    },
  });
  return {
    disk,
    kept: () => kept,
    facts,
    lives: () => lives,
    alive: () => must(life, 'an engine that was started'),
    allFacts: () => disks.flatMap((one) => one.memory().commits.flat()),
    strategies: () => strategies,
    setStrategies: (next) => {
      strategies = next;
    },
    setSpeed: (next) => {
      speed = next;
    },
    setDisk: (next) => {
      knobs = { ...knobs, ...next };
      disk().set(next);
    },
    newDisk: () => {
      const n = disks.length + 1;
      disks.push(createDisk(loop, { ...knobs, name: `journal-${n}`, birth: `birth00${n}` }));
    },
    start: async () => {
      sight.counts.starts++;
      life = await startLife({
        ...options,
        ...hooks(++starts, disk().refusals()),
        disk: disk(),
        speed,
        strategies,
        wall: startAt + wallSkewMs + loop.now(),
      });
      lives = [...lives.filter((one) => one.isAlive()), life];
    },
    die: (power) => {
      for (const one of lives) one.die();
      lives = [];
      if (power) losePower();
    },
    trace: (last) =>
      [
        `${loop.now()} ms, exchange ${isoTime(far.serverNow())}, ${life?.isAlive() === true ? 'engine up' : 'engine down'}`,
        ...facts().slice(-last).map(brief),
      ].join('\n'),
  };
}
