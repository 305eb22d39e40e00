/**
 * One life of the engine in virtual time: cell, driver and both sessions on one disk, until it is crashed. Death is
 * sudden: nothing that it had still to do happens; only what is on the wire or on the disk stays.
 */
import { parseIso, type Millis } from '../../src/base/time.ts';
import { toHex } from '../../src/base/hashing.ts';
import { type Driver, type Loss, type Published, drive, openCell } from '../../src/engine/cell.ts';
import type { Input, Wish } from '../../src/engine/input.ts';
import type { Kept } from '../../src/engine/kept.ts';
import type { RiskConfig, StrategyConfig } from '../../src/domain/config.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Journal } from '../../src/journal/port.ts';
import type { StrategyKind } from '../../src/strategy/strategy.ts';
import { periodOf } from '../../src/view/daily-memory.ts';
import { madeOf } from '../../src/view/daily.ts';
import type { VenueEvent } from '../../src/venue/port.ts';
import { sha256 } from '../node/hashing.ts';
import { createClock } from './clock.ts';
import type { Disk } from './disk.ts';
import { createLinks } from './links.ts';
import { createLists } from './lists.ts';
import type { Loop } from './loop.ts';
import { createMailbox, type GoesOnWith, type Mailbox } from './mailbox.ts';
import type { Network } from './wire.ts';

/** Where a life ends: at an append (before or after it is durable), at a frame (before or after it is handed to the wire), or when an event of a session arrives. `power`: the machine goes with it. */
export type CrashPoint = { readonly power?: boolean } & (
  | {
      readonly at: 'append';
      readonly when: (facts: readonly Fact[]) => boolean;
      readonly durable: boolean;
    }
  | { readonly at: 'send'; readonly when: (frame: string) => boolean; readonly handed: boolean }
  | { readonly at: 'event'; readonly when: (event: VenueEvent) => boolean }
);

type Answered = Extract<Input, { readonly kind: 'notified' }>['outcome'];
/** Who is told of an alert: what they answer a little later, or undefined when nothing is ever heard of it. */
export type Receiver = (told: Extract<Wish, { readonly kind: 'notify' }>) => Answered | undefined;

/** How long a notice is under way. */
const NOTICE_MS: Millis = 5;

export type LifeOptions = {
  readonly loop: Loop;
  readonly network: Network;
  readonly disk: Disk;
  readonly speed: number;
  /** What the machine's wall clock shows at the start. */
  readonly wall: Millis;
  readonly strategies: readonly StrategyConfig[];
  readonly risk: RiskConfig;
  readonly checkEveryMs: Millis;
  /** Whether each read of open orders is told whole. */
  readonly wholeLists: boolean;
  readonly kinds: Readonly<Record<string, StrategyKind<unknown>>>;
  /** Who is told of alerts; undefined where nobody is. */
  readonly receiver: Receiver | undefined;
  /** The id of the key of a drop copy; undefined where there is none. */
  readonly dropCopy: string | undefined;
  readonly onPublished: (group: Published) => void;
  /** What a kill sent before it was durable; `kept` is what earlier lives left. */
  readonly onKept: (kept: Kept) => void;
  readonly kept: readonly Kept[];
  readonly onWish: (wish: Wish) => void;
  readonly onEvent: (event: VenueEvent) => void;
  readonly onFrame: (text: string) => void;
  /** A bug planted between engine and disk, for the auditor's own exam. */
  readonly plant: (journal: Journal) => Journal;
  /** The journal did not take an append: the process has ended. */
  readonly onLost: (reason: Loss, message: string) => void;
  readonly onFailure: (error: unknown) => void;
  /** This life is over, by that crash point or by a hand. */
  readonly onDeath: (point: CrashPoint | undefined) => void;
};

export type Life = {
  readonly driver: Driver;
  readonly input: (input: Input) => void;
  readonly isAlive: () => boolean;
  readonly die: () => void;
  readonly crashAt: (point: CrashPoint) => void;
  /** Stands still for so long; what comes meanwhile is taken in its order afterwards. */
  readonly stall: (ms: Millis, goesOnWith: GoesOnWith) => void;
  readonly wakeAt: () => Millis;
  /** Serves one timer that is due; answers whether there was one. */
  readonly runDue: () => boolean;
  /** Whether promises may have moved since this was last asked. */
  readonly takeDirty: () => boolean;
};

/** Whether a life goes on, the places where it may end, and whether something has moved. */
function createPulse(onDeath: (point: CrashPoint | undefined) => void) {
  const points: CrashPoint[] = [];
  let alive = true;
  let dirty = true;
  const die = (point?: CrashPoint): void => {
    if (!alive) return;
    alive = false;
    onDeath(point);
  };
  const find = (hit: (point: CrashPoint) => boolean): CrashPoint | undefined => points.find(hit);
  return {
    isAlive: () => alive,
    die,
    find,
    /** Dies where a crash point is hit. */
    reach: (hit: (point: CrashPoint) => boolean): void => {
      const point = find(hit);
      if (point !== undefined) die(point);
    },
    crashAt: (point: CrashPoint) => void points.push(point),
    touched: () => {
      dirty = true;
    },
    takeDirty: () => {
      const was = dirty;
      dirty = false;
      return was;
    },
  };
}

type Pulse = ReturnType<typeof createPulse>;

/** Opens the disk and folds what is on it. */
async function openBooks(
  { disk, kinds, risk, plant }: LifeOptions,
  { pulse, mailbox }: { readonly pulse: Pulse; readonly mailbox: Mailbox },
) {
  const journal = disk.open({
    isAlive: pulse.isAlive,
    hear: mailbox.hear,
    before: (facts) =>
      pulse.reach((point) => point.at === 'append' && !point.durable && point.when(facts)),
    after: (facts) =>
      pulse.reach((point) => point.at === 'append' && point.durable && point.when(facts)),
    touched: pulse.touched,
  });
  const envelope = { epoch: journal.opened.epoch, build: 'test', config: 'test' };
  const cell = await openCell(journal, envelope, { risk, mode: 'practice', kinds });
  const [last] = await journal.read(Math.max(0, journal.opened.head - 1), 1);
  return { journal: plant(journal), cell, lastAt: parseIso(last?.at ?? '') ?? 0 };
}

/** The report of a day as the store of the product makes it: from the facts alone. */
function reportOf(disk: Disk, wish: Extract<Wish, { kind: 'report' }>) {
  const { commits, records, journal } = disk.memory();
  const hashAt = (seq: number): string => toHex(records[seq - 1]?.hash ?? sha256(journal));
  const period = periodOf(commits.flat(), { ...wish, over: true }, { sha256, hashAt });
  return madeOf(period, wish.day);
}

/** Opens the disk and starts. */
export async function startLife(options: LifeOptions): Promise<Life> {
  const { loop, strategies, risk, speed, checkEveryMs } = options;
  let timer = Infinity;
  const pulse = createPulse((point) => {
    links.die();
    options.onDeath(point);
  });
  const { isAlive } = pulse;
  const runDue = (): boolean => {
    if (!isAlive()) return false;
    if (links.runDue()) return true;
    if (timer > loop.now()) return false;
    timer = Infinity;
    input({ kind: 'wake' });
    return true;
  };
  const mailbox = createMailbox(loop, runDue);
  const { journal, cell, lastAt } = await openBooks(options, { pulse, mailbox });
  const clock = createClock(loop, { speed, from: Math.max(options.wall, lastAt) });

  const lists = options.wholeLists ? null : createLists();
  const carryOut = (wish: Wish): void => {
    if (!isAlive()) return;
    options.onWish(wish);
    if (wish.kind === 'request') {
      lists?.asked(wish.ref, wish.request);
      links.request(wish.link, { kind: 'request', ref: wish.ref, request: wish.request });
    } else if (wish.kind === 'renew')
      links.request(wish.link, { kind: 'renew', reason: wish.reason });
    else if (wish.kind === 'notify') notify(wish);
    else if (wish.kind === 'report') {
      const made = reportOf(options.disk, wish);
      loop.after(1, () => mailbox.hear(() => input({ kind: 'report', made })));
    }
  };
  const notify = (wish: Extract<Wish, { readonly kind: 'notify' }>): void => {
    const { alert, notice } = wish;
    const outcome = options.receiver?.(wish);
    if (outcome !== undefined)
      loop.after(NOTICE_MS, () =>
        mailbox.hear(() =>
          input({ kind: 'notified', alert: alert.id, notice, says: alert.state, outcome }),
        ),
      );
  };
  const driver = drive(
    cell,
    {
      journal,
      now: () => ({ server: clock.server(), mono: loop.now() }),
      wakeAt: (at) => {
        timer = at;
      },
      carryOut,
      keep: options.onKept,
      publish: (group) => {
        if (isAlive()) options.onPublished(group);
      },
      lost: (reason, message) => {
        if (!isAlive()) return;
        pulse.die();
        options.onLost(reason, message);
      },
    },
    'practice',
  );
  const input = (given: Input): void => {
    if (!isAlive()) return;
    if (given.kind === 'speed') clock.setSpeed(given.speed);
    pulse.touched();
    const late = mailbox.takeLate();
    if (late > 0) driver.input({ kind: 'stalled', ms: late });
    driver.input(given);
    driver.settled().catch(options.onFailure);
  };
  const links = createLinks({
    loop,
    network: options.network,
    strategies,
    dropCopy: options.dropCopy,
    isAlive,
    hear: mailbox.hear,
    mayHand: (text) => {
      options.onFrame(text);
      pulse.reach((point) => point.at === 'send' && !point.handed && point.when(text));
      if (!isAlive()) return false;
      const after = pulse.find((point) => point.at === 'send' && point.handed && point.when(text));
      if (after !== undefined) loop.after(0, () => pulse.die(after));
      return true;
    },
    onEvent: (event) => {
      pulse.reach((point) => point.at === 'event' && point.when(event));
      if (!isAlive()) return;
      options.onEvent(event);
      if (event.kind === 'clock') clock.stamp(event.server);
      else input({ kind: 'venue', event: lists?.told(event) ?? event });
    },
  });
  const { birth } = journal.opened;
  const channel = options.receiver !== undefined;
  const dropCopy = options.dropCopy !== undefined;
  const told = { strategies, risk, speed, checkEveryMs, channel, dropCopy, kept: options.kept };
  input({ kind: 'start', birth, node: 'n1', ...told });
  links.start();

  return {
    driver,
    input,
    isAlive,
    die: () => pulse.die(),
    crashAt: pulse.crashAt,
    stall: mailbox.standStill,
    wakeAt: () => (isAlive() && !mailbox.isStill() ? Math.min(timer, links.wakeAt()) : Infinity),
    runDue: () => !mailbox.isStill() && runDue(),
    takeDirty: pulse.takeDirty,
  };
}
