/**
 * One life of the engine in virtual time: cell, driver and both sessions on one disk, until it is crashed. Death is
 * sudden: nothing that it had still to do happens; only what is on the wire or on the disk stays.
 */
import type { Millis } from '../../src/base/time.ts';
import { parseIso } from '../../src/base/time.ts';
import { toHex } from '../../src/base/hashing.ts';
import { nextUnit, prng } from '../../src/base/prng.ts';
import { type Driver, type Published, drive, openCell } from '../../src/engine/cell.ts';
import type { Input, Wish } from '../../src/engine/input.ts';
import type { Fact, RiskConfig, StrategyConfig } from '../../src/domain/fact.ts';
import { type MemoryDisk, openMemoryJournal } from '../../src/journal/memory.ts';
import type { AppendResult, Journal } from '../../src/journal/port.ts';
import { sha256, utf8 } from '../../src/edge/hashing.ts';
import type { StrategyKind } from '../../src/strategy/strategy.ts';
import { settlementCurrency } from '../../src/venue/deribit/decode-order.ts';
import { createDeribitSession } from '../../src/venue/deribit/session.ts';
import { periodOf } from '../../src/view/daily-memory.ts';
import { madeOf } from '../../src/view/daily.ts';
import type { LinkName, SessionInput, VenueEvent, VenueSession } from '../../src/venue/port.ts';
import type { Loop } from './loop.ts';
import type { Network, Socket } from './wire.ts';

/** Where a life ends: at an append (before or after it is durable), at a frame (before or after it is handed to the wire), or when an event of a session arrives. */
export type CrashPoint =
  | {
      readonly at: 'append';
      readonly when: (facts: readonly Fact[]) => boolean;
      readonly durable: boolean;
    }
  | { readonly at: 'send'; readonly when: (frame: string) => boolean; readonly handed: boolean }
  | { readonly at: 'event'; readonly when: (event: VenueEvent) => boolean };

export type LifeOptions = {
  readonly loop: Loop;
  readonly network: Network;
  readonly disk: MemoryDisk;
  readonly diskMs: Millis;
  readonly speed: number;
  /** What the machine's wall clock shows at the start. */
  readonly wall: Millis;
  readonly strategies: readonly StrategyConfig[];
  readonly risk: RiskConfig;
  readonly checkEveryMs: Millis;
  readonly kinds: Readonly<Record<string, StrategyKind<unknown>>>;
  readonly onPublished: (group: Published) => void;
  readonly onWish: (wish: Wish) => void;
  readonly onEvent: (event: VenueEvent) => void;
  readonly onFrame: (text: string) => void;
  readonly onFailure: (error: unknown) => void;
};

export type Life = {
  readonly driver: Driver;
  readonly input: (input: Input) => void;
  readonly isAlive: () => boolean;
  readonly die: () => void;
  readonly crashAt: (point: CrashPoint) => void;
  readonly wakeAt: () => Millis;
  /** Serves one timer that is due; answers whether there was one. */
  readonly runDue: () => boolean;
  /** Whether promises may have moved since this was last asked. */
  readonly takeDirty: () => boolean;
};

const LINKS: readonly LinkName[] = ['trading', 'market'];

type Clock = {
  readonly server: () => Millis;
  readonly stamp: (server: Millis) => void;
  readonly setSpeed: (speed: number) => void;
};

/** The exchange's clock as the engine knows it: the last stamp and real time since; never back, except at the first stamp. */
function createClock(
  loop: Loop,
  { speed, from }: { readonly speed: number; readonly from: Millis },
): Clock {
  let anchor = { server: from, mono: loop.now() };
  let rate = speed;
  let last = 0;
  let stamped = false;
  const server = (): Millis => {
    last = Math.max(last, Math.floor(anchor.server + (loop.now() - anchor.mono) * rate));
    return last;
  };
  return {
    server,
    stamp: (at) => {
      if (!stamped) last = Math.min(last, at);
      stamped = true;
      anchor = { server: at, mono: loop.now() };
    },
    setSpeed: (next) => {
      anchor = { server: server(), mono: loop.now() };
      rate = next;
    },
  };
}

/** The journal as the engine meets it: durable a while after it was asked, and the place of some crashes. */
function slowJournal(
  inner: Journal,
  {
    loop,
    diskMs,
    isAlive,
    before,
    after,
    touched,
  }: {
    readonly loop: Loop;
    readonly diskMs: Millis;
    readonly isAlive: () => boolean;
    readonly before: (facts: readonly Fact[]) => void;
    readonly after: (facts: readonly Fact[]) => void;
    readonly touched: () => void;
  },
): Journal {
  const never = new Promise<AppendResult>(() => undefined);
  return {
    ...inner,
    append: (batch) => {
      before(batch.facts);
      if (!isAlive()) return never;
      return new Promise((resolve, reject) => {
        loop.after(diskMs, () => {
          if (!isAlive()) return;
          const result = inner.append(batch);
          after(batch.facts);
          if (!isAlive()) return;
          touched();
          result.then(resolve, reject);
        });
      });
    },
  };
}

type Links = {
  readonly request: (link: LinkName, input: SessionInput) => void;
  readonly wakeAt: () => Millis;
  readonly runDue: () => boolean;
  readonly start: () => void;
  readonly die: () => void;
};

function createLinks(
  options: LifeOptions,
  life: {
    readonly isAlive: () => boolean;
    readonly onEvent: (event: VenueEvent) => void;
    readonly mayHand: (text: string) => boolean;
  },
): Links {
  const { loop, network, strategies } = options;
  const instruments = [...new Set(strategies.map((strategy) => strategy.instrument))];
  const currencies = [...new Set(instruments.map(settlementCurrency))];
  const chance = prng(1, 'jitter');
  const jitter = (): number => nextUnit(chance);
  const credentials = { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' };
  const sessions = new Map<LinkName, VenueSession>(
    LINKS.map((link) => [
      link,
      createDeribitSession({
        link,
        url: 'ws://practice',
        credentials: link === 'trading' ? credentials : null,
        instruments,
        currencies,
        jitter,
      }),
    ]),
  );
  const sockets = new Map<string, Socket>();
  const waiting: { readonly link: LinkName; readonly input: SessionInput }[] = [];
  let taking = false;

  const connect = (link: LinkName, conn: number): void => {
    const end = {
      opened: () => feed(link, { kind: 'opened', conn }),
      frame: (text: string) => feed(link, { kind: 'frame', conn, text }),
      closed: (reason: string) => {
        sockets.delete(`${link}/${conn}`);
        feed(link, { kind: 'closed', conn, reason });
      },
    };
    sockets.set(`${link}/${conn}`, network.connect(end));
  };
  const send = (key: string, text: string): void => {
    options.onFrame(text);
    if (life.mayHand(text)) sockets.get(key)?.send(text);
  };
  const serve = (link: LinkName, input: SessionInput): void => {
    for (const effect of sessions.get(link)?.handle(input, loop.now()) ?? []) {
      if (!life.isAlive()) return;
      if (effect.kind === 'event') life.onEvent(effect.event);
      else if (effect.kind === 'connect') connect(link, effect.conn);
      else if (effect.kind === 'send') send(`${link}/${effect.conn}`, effect.text);
      else {
        sockets.get(`${link}/${effect.conn}`)?.close();
        sockets.delete(`${link}/${effect.conn}`);
      }
    }
  };
  /** Inputs are taken one at a time, also those that an event's receiver makes. */
  function feed(link: LinkName, input: SessionInput): void {
    if (!life.isAlive()) return;
    waiting.push({ link, input });
    if (taking) return;
    taking = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        serve(next.link, next.input);
    } finally {
      taking = false;
    }
  }
  return {
    request: feed,
    wakeAt: () => Math.min(...LINKS.map((link) => sessions.get(link)?.wakeAt() ?? Infinity)),
    runDue: () => {
      const due = LINKS.find((link) => (sessions.get(link)?.wakeAt() ?? Infinity) <= loop.now());
      if (due !== undefined) feed(due, { kind: 'tick' });
      return due !== undefined;
    },
    start: () => {
      for (const link of LINKS) feed(link, { kind: 'tick' });
    },
    die: () => {
      for (const socket of sockets.values()) socket.close();
    },
  };
}

/** Opens the disk and starts. */
export async function startLife(options: LifeOptions): Promise<Life> {
  const { loop, disk, strategies, risk, speed, checkEveryMs } = options;
  let alive = true;
  let dirty = true;
  let timer = Infinity;
  const points: CrashPoint[] = [];
  const die = (): void => {
    if (!alive) return;
    alive = false;
    links.die();
  };
  const isAlive = (): boolean => alive;
  const reach = (hit: (point: CrashPoint) => boolean): void => {
    if (points.some(hit)) die();
  };

  const journal = slowJournal(openMemoryJournal(disk, { sha256, utf8 }), {
    loop,
    diskMs: options.diskMs,
    isAlive,
    before: (facts) =>
      reach((point) => point.at === 'append' && !point.durable && point.when(facts)),
    after: (facts) => reach((point) => point.at === 'append' && point.durable && point.when(facts)),
    touched: () => {
      dirty = true;
    },
  });
  const envelope = { epoch: journal.opened.epoch, build: 'test', config: 'test' };
  const cell = await openCell(journal, envelope, { risk, mode: 'practice', kinds: options.kinds });
  const last = await journal.read(Math.max(0, journal.opened.head - 1), 1);
  const clock = createClock(loop, {
    speed,
    from: Math.max(options.wall, parseIso(last[0]?.at ?? '') ?? 0),
  });

  const hashes = {
    sha256,
    hashAt: (seq: number): string => toHex(disk.records[seq - 1]?.hash ?? sha256(disk.journal)),
  };
  const carryOut = (wish: Wish): void => {
    if (!alive) return;
    options.onWish(wish);
    if (wish.kind === 'request')
      links.request(wish.link, { kind: 'request', ref: wish.ref, request: wish.request });
    else if (wish.kind === 'renew')
      links.request(wish.link, { kind: 'renew', reason: wish.reason });
    else if (wish.kind === 'report') {
      const made = madeOf(periodOf(disk.commits.flat(), { ...wish, over: true }, hashes), wish.day);
      loop.after(1, () => input({ kind: 'report', made }));
    }
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
      publish: (group) => {
        if (alive) options.onPublished(group);
      },
      lost: (reason, message) =>
        options.onFailure(new Error(`the journal refused: ${reason} ${message}`)),
    },
    'practice',
  );
  const input = (given: Input): void => {
    if (!alive) return;
    if (given.kind === 'speed') clock.setSpeed(given.speed);
    dirty = true;
    driver.input(given);
    driver.settled().catch(options.onFailure);
  };
  const links = createLinks(options, {
    isAlive,
    mayHand: (text) => {
      reach((point) => point.at === 'send' && !point.handed && point.when(text));
      if (!alive) return false;
      if (points.some((point) => point.at === 'send' && point.handed && point.when(text)))
        loop.after(0, die);
      return true;
    },
    onEvent: (event) => {
      reach((point) => point.at === 'event' && point.when(event));
      if (!alive) return;
      options.onEvent(event);
      if (event.kind === 'clock') clock.stamp(event.server);
      else input({ kind: 'venue', event });
    },
  });
  input({
    kind: 'start',
    birth: journal.opened.birth,
    node: 'n1',
    strategies,
    risk,
    speed,
    checkEveryMs,
  });
  links.start();

  return {
    driver,
    input,
    isAlive,
    die,
    crashAt: (point) => void points.push(point),
    wakeAt: () => (alive ? Math.min(timer, links.wakeAt()) : Infinity),
    runDue: () => {
      if (!alive) return false;
      if (links.runDue()) return true;
      if (timer > loop.now()) return false;
      timer = Infinity;
      input({ kind: 'wake' });
      return true;
    },
    takeDirty: () => {
      const was = dirty;
      dirty = false;
      return was;
    },
  };
}
