/**
 * A small world in virtual time, one thread, without I/O: the real engine with real sessions on a journal in memory, the
 * practice exchange behind a wire, a hand that acts behind the engine's back, faults and crashes at will. The same options
 * and calls give the same run, to the last fact.
 */
import assert from 'node:assert/strict';
import { setImmediate as moment } from 'node:timers/promises';
import { dec } from '../../src/base/decimal.ts';
import { isoTime, type Millis } from '../../src/base/time.ts';
import type { Published } from '../../src/engine/cell.ts';
import type { CommandOutcome } from '../../src/engine/reply.ts';
import type { Books, TradeRecord } from '../../src/domain/books.ts';
import type { Command, CommandVerb } from '../../src/domain/command.ts';
import type { Fact, FactType, RiskConfig, StrategyConfig } from '../../src/domain/fact.ts';
import { openTrades } from '../../src/domain/ledger.ts';
import { createMemoryDisk, type MemoryDisk } from '../../src/journal/memory.ts';
import { sha256, utf8 } from '../../src/edge/hashing.ts';
import { strategyKinds } from '../../src/strategy/registry.ts';
import type { Signal, StrategyKind } from '../../src/strategy/strategy.ts';
import type { InstrumentSpec } from '../../src/venue/practice/instruments.ts';
import type { VenueEvent } from '../../src/venue/port.ts';
import { type CrashPoint, type Life, type Receiver, startLife } from './engine.ts';
import { type ControlVerb, createFarSide, type ExchangeState, type FarSide } from './exchange.ts';
import { createLoop } from './loop.ts';
import { createScript, signal } from './script.ts';
import { createNetwork } from './wire.ts';

export const PERPETUAL = 'BTC_USDC-PERPETUAL';
export const ETHER = 'ETH_USDC-PERPETUAL';
/** Amounts in USD, money in BTC. */
export const INVERSE = 'BTC-PERPETUAL';
/** 2026-03-02 10:00:50 UTC: the first candle closes after ten seconds. */
export const START = 1_772_445_650_000;
export const FLAT_PRICE = '100000';

export type WorldOptions = {
  readonly seed?: number;
  readonly startAt?: Millis;
  readonly speed?: number;
  readonly latencyMs?: Millis;
  readonly diskMs?: Millis;
  readonly strategies?: readonly StrategyConfig[];
  readonly risk?: Partial<RiskConfig>;
  readonly checkEveryMs?: Millis;
  /** A price that only hands move, or null for the seeded process. */
  readonly flatPrice?: string | null;
  /** Called after each single thing that happened; throws to fail. */
  readonly watch?: (world: World) => void;
  /** Instruments of the exchange beside the one that everything here trades. */
  readonly others?: readonly InstrumentSpec[];
  readonly receiver?: Receiver;
};

export type RestartOptions = {
  readonly freshJournal?: boolean;
  readonly strategies?: readonly StrategyConfig[];
  readonly waitMs?: Millis;
};

type Typed<T extends FactType> = Extract<Fact, { readonly type: T }>;

export type World = {
  readonly now: () => Millis;
  readonly serverNow: () => Millis;
  readonly run: (ms: Millis) => Promise<void>;
  /** Runs until `done` and what it rests on is durable; after `limitMs` it throws with the last facts. Answers how long it took. */
  readonly until: (what: string, done: () => boolean, limitMs?: Millis) => Promise<Millis>;
  readonly control: (verb: ControlVerb, path: string, body?: unknown) => unknown;
  /** A request of the protocol by the hand on the website. */
  readonly hand: (method: string, params: Readonly<Record<string, unknown>>) => unknown;
  readonly fault: (fault: Readonly<Record<string, unknown>>) => number;
  readonly exchange: () => ExchangeState;
  /** Signed position at the exchange, in the linear bitcoin perpetual unless another is named. */
  readonly position: (instrument?: string) => string;
  readonly life: () => Life;
  readonly books: () => Books;
  readonly facts: () => readonly Fact[];
  readonly of: <T extends FactType>(type: T) => readonly Typed<T>[];
  /** Facts of every journal of this world, oldest first. */
  readonly allFacts: () => readonly Fact[];
  readonly disk: () => MemoryDisk;
  readonly published: () => readonly Published[];
  readonly events: () => readonly { readonly at: Millis; readonly event: VenueEvent }[];
  readonly frames: () => readonly { readonly at: Millis; readonly text: string }[];
  readonly crash: () => void;
  readonly crashAt: (point: CrashPoint) => void;
  /** Runs until the crash point is reached. */
  readonly crashed: (limitMs?: Millis) => Promise<void>;
  readonly restart: (options?: RestartOptions) => Promise<void>;
  /** Verified, warmed up, link up. */
  readonly ready: (limitMs?: Millis) => Promise<void>;
  readonly signal: (
    changes?: Partial<Signal>,
    to?: { readonly id?: string; readonly sticky?: boolean },
  ) => void;
  /** Takes all signals back. */
  readonly forget: () => void;
  /** Opens a trade by a signal and runs until its stop is seen live. */
  readonly enter: (changes?: Partial<Signal>, id?: string) => Promise<TradeRecord>;
  readonly openTrade: (id?: string) => TradeRecord | undefined;
  readonly trade: (id: string) => TradeRecord;
  /** Gives a command without waiting for its reply; answers its id. */
  readonly tell: (
    verb: CommandVerb,
    more?: { readonly id?: string; readonly dryRun?: boolean },
  ) => string;
  /** Gives a command and runs until its reply. */
  readonly command: (
    verb: CommandVerb,
    more?: { readonly id?: string; readonly dryRun?: boolean },
  ) => Promise<CommandOutcome>;
  readonly speed: (speed: number) => void;
  /** Fails with the last facts. */
  readonly trace: (last?: number) => string;
};

export const BOT: StrategyConfig = {
  id: 'bot',
  kind: 'scripted',
  instrument: PERPETUAL,
  claim: true,
  settings: { script: 'bot', stop_loss_percent: '0.5', take_profit_percent: '1' },
};

/** A scripted strategy of that id on an instrument. */
export const botOn = (instrument: string, id = 'bot'): StrategyConfig => ({
  ...BOT,
  id,
  instrument,
  settings: { ...BOT.settings, script: id },
});

const RISK: RiskConfig = {
  maxDailyLossUsd: dec('200'),
  maxOrderUsd: dec('1000'),
  maxPositionUsd: dec('1000'),
  maxOpenOrders: 20,
};
const PAUSE: Millis = 60_000;
/** Things that may happen in one millisecond of the world; beyond it something turns in circles. */
const MOST_AT_ONCE = 3_000;
/** Frames that the engine may send within a second; beyond it something storms. */
const MOST_FRAMES = 120;

const brief = (fact: Fact): string => {
  const data = JSON.stringify(fact.data);
  return `${fact.seq} ${fact.at.slice(11)} ${fact.type} ${data.length > 180 ? `${data.slice(0, 180)}…` : data}`;
};

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(JSON.stringify(error));

/** Lets every promise that can move do so. */
const flush = (): Promise<void> => moment();

/** A world whose engine has just started. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const {
    seed = 1,
    startAt = START,
    latencyMs = 5,
    diskMs = 2,
    checkEveryMs = 30_000,
    flatPrice = FLAT_PRICE,
  } = options;
  const risk = { ...RISK, ...options.risk };
  const script = createScript();
  const kinds = {
    ...(strategyKinds as unknown as Record<string, StrategyKind<unknown>>),
    scripted: script.kind,
  };
  const loop = createLoop();
  let speed = options.speed ?? 1;
  let strategies = options.strategies ?? [BOT];
  const network = createNetwork(loop, latencyMs, () => far);
  const far: FarSide = createFarSide(loop, network.wire, {
    seed,
    startAt,
    speed,
    flatPrice,
    others: options.others ?? [],
  });
  const disks: MemoryDisk[] = [];
  const published: Published[] = [];
  const events: { at: Millis; event: VenueEvent }[] = [];
  const frames: { at: Millis; text: string }[] = [];
  const replies = new Map<string, CommandOutcome>();
  let failure: Error | undefined;
  let life: Life | undefined;
  let commands = 0;

  const newDisk = (): void => {
    const n = disks.length + 1;
    disks.push(
      createMemoryDisk({ sha256, utf8 }, { journal: `journal-${n}`, birth: `birth00${n}` }),
    );
  };
  const disk = (): MemoryDisk => disks.at(-1) as MemoryDisk;
  const alive = (): Life => {
    assert.ok(life !== undefined, 'the engine was never started');
    return life;
  };
  const facts = (): Fact[] => disk().commits.flat();
  const trace = (last = 24): string =>
    [
      `${loop.now()} ms, exchange ${isoTime(far.serverNow())}, ${life?.isAlive() === true ? 'engine up' : 'engine down'}`,
      ...facts().slice(-last).map(brief),
    ].join('\n');
  const start = async (): Promise<void> => {
    life = await startLife({
      loop,
      network,
      disk: disk(),
      diskMs,
      speed,
      wall: startAt + loop.now(),
      strategies,
      risk,
      checkEveryMs,
      kinds,
      receiver: options.receiver,
      onPublished: (group) => void published.push(group),
      onWish: (wish) => {
        if (wish.kind === 'reply') replies.set(wish.command, wish.outcome);
        if (wish.kind === 'fatal') failure ??= new Error(`fatal: ${wish.code} ${wish.message}`);
      },
      onEvent: (event) => void events.push({ at: loop.now(), event }),
      onFrame: (text) => {
        const before = frames.at(-MOST_FRAMES);
        if (before !== undefined && loop.now() - before.at < 1_000)
          failure ??= new Error(
            `the engine storms: ${frames
              .slice(-6)
              .map((frame) => `${frame.at} ${frame.text}`)
              .join('\n')}`,
          );
        frames.push({ at: loop.now(), text });
      },
      onFailure: (error) => {
        failure ??= asError(error);
      },
    });
  };
  const settle = async (): Promise<void> => {
    while (life?.takeDirty() === true) await flush();
    if (failure !== undefined)
      throw new Error(`${failure.stack ?? failure.message}\n${trace()}`, { cause: failure });
  };
  let busy = { at: -1, steps: 0 };
  const watch = (at: Millis): void => {
    busy = busy.at === at ? { at, steps: busy.steps + 1 } : { at, steps: 0 };
    if (busy.steps > MOST_AT_ONCE)
      assert.fail(
        `no rest: the last frames are ${frames
          .slice(-3)
          .map(({ text }) => text)
          .join(' ')}\n${trace()}`,
      );
  };
  /** One thing that is due at or before `limit`; answers whether there was one. */
  const step = async (limit: Millis): Promise<boolean> => {
    await settle();
    const at = Math.max(
      loop.now(),
      Math.min(loop.nextAt(), far.wakeAt(), life?.wakeAt() ?? Infinity),
    );
    if (at > limit) return false;
    loop.moveTo(at);
    watch(loop.now());
    try {
      if (!loop.runOne() && life?.runDue() !== true && far.wakeAt() <= loop.now())
        far.handle({ kind: 'tick' });
    } catch (error) {
      failure ??= asError(error);
    }
    await settle();
    options.watch?.(world);
    return true;
  };
  const run = async (ms: Millis): Promise<void> => {
    const limit = loop.now() + ms;
    while (await step(limit));
    loop.moveTo(limit);
  };
  const until = async (
    what: string,
    done: () => boolean,
    limitMs: Millis = PAUSE,
  ): Promise<Millis> => {
    const began = loop.now();
    await settle();
    while (!done())
      if (!(await step(began + limitMs)))
        assert.fail(`${what} did not happen within ${limitMs} ms\n${trace()}`);
    const took = loop.now() - began;
    await run(diskMs);
    return took;
  };
  const books = (): Books => alive().driver.cell.books;
  const exchange = (): ExchangeState => far.control('GET', 'state') as ExchangeState;
  const openTrade = (id = strategies[0]?.id): TradeRecord | undefined =>
    openTrades(books()).find((trade) => trade.strategy === id);
  const isProtected = (trade: TradeRecord): boolean =>
    [...books().orders.values()].some(
      ({ order, leg }) =>
        leg?.trade === trade.id &&
        leg.purpose === 'stop' &&
        order.state === 'untriggered' &&
        order.triggerOrderId !== null,
    );

  newDisk();
  await start();
  const world: World = {
    now: loop.now,
    serverNow: far.serverNow,
    run,
    until,
    control: far.control,
    hand: far.hand,
    fault: (fault) => (far.control('POST', 'fault', fault) as { readonly id: number }).id,
    exchange,
    position: (name = PERPETUAL) =>
      exchange().accounts[0]?.positions.find(({ instrument }) => instrument === name)?.size ?? '0',
    life: alive,
    books,
    facts,
    of: <T extends FactType>(type: T) =>
      facts().filter((fact): fact is Typed<T> => fact.type === type),
    allFacts: () => disks.flatMap((one) => one.commits.flat()),
    disk,
    published: () => published,
    events: () => events,
    frames: () => frames,
    crash: () => alive().die(),
    crashAt: (point) => alive().crashAt(point),
    crashed: async (limitMs = PAUSE * 2) =>
      void (await until('the crash', () => !alive().isAlive(), limitMs)),
    restart: async ({ freshJournal = false, strategies: other, waitMs = 1_000 } = {}) => {
      alive().die();
      await run(waitMs);
      if (freshJournal) newDisk();
      strategies = other ?? strategies;
      await start();
    },
    ready: async (limitMs = PAUSE * 2) => {
      const isReady = (): boolean =>
        strategies.every(
          ({ id, instrument }) =>
            books().strategies.get(id)?.ready === true &&
            books().assurance.get(instrument)?.value === 'verified',
        );
      await until('a verified start', isReady, limitMs);
    },
    signal: (changes = {}, { id = strategies[0]?.id ?? '', sticky = false } = {}) =>
      script.set(id, signal(changes), sticky),
    forget: () => {
      for (const { id } of strategies) script.clear(id);
    },
    enter: async (changes = {}, id = strategies[0]?.id ?? '') => {
      await world.ready();
      script.set(id, signal(changes));
      await until('an entry', () => openTrade(id) !== undefined, PAUSE * 2);
      const trade = openTrade(id) as TradeRecord;
      await until('a live stop', () => isProtected(trade));
      await run(200);
      return trade;
    },
    openTrade,
    trade: (id) => {
      const trade = books().trades.get(id);
      return trade ?? assert.fail(`no trade ${id}\n${trace()}`);
    },
    tell: (verb, { id = `command-${++commands}`, dryRun = false } = {}) => {
      replies.delete(id);
      alive().input({
        kind: 'command',
        command: { id, by: { kind: 'person', id: 'ada' }, dryRun, ...verb } as Command,
      });
      return id;
    },
    command: async (verb, more) => {
      const id = world.tell(verb, more);
      await until(`a reply to ${verb.verb}`, () => replies.has(id));
      return replies.get(id) as CommandOutcome;
    },
    speed: (next) => {
      far.control('POST', 'speed', { speed: next });
      speed = next;
      alive().input({ kind: 'speed', speed: next });
    },
    trace,
  };
  return world;
}
