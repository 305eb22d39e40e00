/**
 * One account put together: journal, cell, driver, door and, once it is connected, its links to the venue. Cells share
 * nothing but the process; what ends one of them ends it for all.
 */
import { type Millis, parseIso } from '../base/time.ts';
import { type Beat, startBeat } from '../edge/beat.ts';
import { systemClock } from '../edge/clock.ts';
import type { Log } from '../edge/log.ts';
import type { Threads } from '../edge/sqlite-client.ts';
import { openSqliteJournal, type SqliteOptions } from '../edge/sqlite-journal.ts';
import type { DiskTold } from '../edge/sqlite-space.ts';
import { type Published, drive, openCell } from '../engine/cell.ts';
import type { Input, Wish } from '../engine/input.ts';
import { STALL } from '../engine/limits.ts';
import type { Journal } from '../journal/port.ts';
import { strategyKinds } from '../strategy/registry.ts';
import type { StrategyKind } from '../strategy/strategy.ts';
import type { LinkName, VenueEvent } from '../venue/port.ts';
import type { Store } from '../view/store.ts';
import type { EngineDoor } from '../wire/door.ts';
import { makeDaily } from './daily.ts';
import { createDoor } from './door.ts';
import { openKeptKills } from './kept.ts';
import { openNotifier } from './notifier.ts';
import type { AccountOptions, EngineOptions } from './options.ts';
import { type Sessions, createVenueClock, openSessions } from './sessions.ts';

/** What tests may put around the real parts: to end the process at a named call. */
export type Wraps = {
  readonly journal?: (journal: Journal) => Journal;
  readonly sessions?: (sessions: Sessions) => Sessions;
  readonly event?: (event: VenueEvent) => void;
  /** A smaller disk than the real one. */
  readonly disk?: Pick<SqliteOptions, 'maxPages' | 'space'>;
};

export type Fatal = { readonly code: string; readonly message: string };

export type AccountCell = {
  readonly id: string;
  readonly door: EngineDoor;
  readonly store: Store;
  readonly input: (input: Input) => void;
  readonly setSpeed: (speed: number) => void;
  /** Takes the start in, once `setSpeed` and all else is in place. */
  readonly start: () => void;
  /** Resolves when everything so far is durable and published. */
  readonly settled: () => Promise<void>;
  /** Opens its links to the venue; `port` is where the dashboard is. */
  readonly connect: (port: number) => void;
  readonly onPublished: (listener: (group: Published) => void) => void;
  /** Ends in good order: records the stop, closes links and journal. */
  readonly stop: (reason: string) => Promise<void>;
  /** Closes the journal, after everything that reads it. */
  readonly close: () => Promise<void>;
};

export type CellOptions = {
  readonly engine: EngineOptions;
  readonly account: AccountOptions;
  readonly version: string;
  readonly log: Log;
  /** Called once when the engine must not go on. */
  readonly onFatal: (fatal: Fatal) => void;
  /** Why the exchange's account may not be this cell's: another cell writes for it. Asked before anything is done with it. */
  readonly taken: (account: string) => string | undefined;
  readonly wraps: Wraps;
  /** The database threads that all accounts share. */
  readonly threads: Threads;
};

/** Timers are asked for no further ahead than this. */
const FURTHEST_MS = 60_000;

/** The one timer of a cell. An earlier one stays: being woken once too often costs less than a new timer at each step. */
function createAlarm(ring: () => void): {
  readonly set: (at: Millis) => void;
  readonly callOff: () => void;
} {
  let callOff = (): void => {};
  let ringsAt = Infinity;
  return {
    set: (at) => {
      if (ringsAt <= at) return;
      callOff();
      ringsAt = at;
      const wait = Math.min(FURTHEST_MS, Math.max(0, at - systemClock.mono()));
      callOff = systemClock.after(wait, () => {
        ringsAt = Infinity;
        ring();
      });
    },
    callOff: () => callOff(),
  };
}

/** Takes inputs into the cell, and where the process has stood still once it was started, that first. */
function createInlet(take: (input: Input) => void, log: Log) {
  let beat: Beat | undefined;
  return {
    input: (given: Input): void => {
      const ms = beat?.takeLate() ?? 0;
      if (ms >= STALL) {
        log.warn('stalled', { ms });
        take({ kind: 'stalled', ms });
      }
      take(given);
    },
    start: (first: Input): void => {
      take(first);
      beat = startBeat(systemClock);
    },
    stop: () => beat?.stop(),
  };
}

/** Opens the journal of an account and folds it; nothing moves yet. */
export async function openAccountCell(options: CellOptions): Promise<AccountCell> {
  const { engine, account, version, log, onFatal, taken, wraps, threads } = options;
  let disk: DiskTold | undefined;
  let takeDisk = (told: DiskTold): void => {
    disk = told;
  };
  const opened = await openSqliteJournal({
    ...wraps.disk,
    threads,
    dataDir: account.dataDir,
    onDisk: (told) => {
      if (told.disk !== 'enough') log.warn('disk', told);
      takeDisk(told);
    },
    onFatal: (reason) => onFatal({ code: 'journal', message: reason }),
  });
  const journal = wraps.journal?.(opened.journal) ?? opened.journal;
  const envelope = { epoch: journal.opened.epoch, build: version, config: account.configHash };
  const kinds = strategyKinds as unknown as Readonly<Record<string, StrategyKind<unknown>>>;
  const cell = await openCell(journal, envelope, { risk: account.risk, mode: engine.mode, kinds });
  const last = await journal.read(Math.max(0, journal.opened.head - 1), 1);
  const ended = engine.mode === 'practice' ? parseIso(last[0]?.at ?? '') : undefined;
  const clock = createVenueClock(engine.speed, ended ?? null);
  const published = new Set<(group: Published) => void>();
  const kills = openKeptKills(account.dataDir, log);
  let sessions: Sessions | undefined;
  const alarm = createAlarm(() => input({ kind: 'wake' }));
  let stopping = false;

  const setSpeed = (speed: number): void => {
    clock.setSpeed(speed);
    input({ kind: 'speed', speed });
  };
  const notifier = openNotifier(engine, {
    account: () => cell.books.account?.id ?? null,
    serverNow: clock.server,
    onOutcome: (outcome) => (stopping ? undefined : input(outcome)),
  });
  const parts = createDoor({
    id: account.id,
    cell,
    mode: engine.mode,
    venue: engine.venueUrl,
    version,
    journal: journal.opened.birth,
    serverNow: clock.server,
    notifier,
    command: (command) => input({ kind: 'command', command }),
    setSpeed,
  });
  const carryOut = (wish: Wish): void => {
    switch (wish.kind) {
      case 'request':
        return sessions?.request(wish.link, wish.ref, wish.request);
      case 'renew':
        return sessions?.renew(wish.link, wish.reason);
      case 'reply':
        return parts.reply(wish.command, wish.outcome);
      case 'notify':
        return notifier?.notify(wish.alert, wish.notice);
      case 'report':
        return void makeDaily(opened.store, wish, log).then((made) => {
          if (!stopping) input({ kind: 'report', made });
        });
      case 'fatal':
        return onFatal({ code: wish.code, message: wish.message });
    }
  };
  const driver = drive(
    cell,
    {
      journal,
      now: () => ({ server: clock.server(), mono: systemClock.mono() }),
      wakeAt: alarm.set,
      carryOut,
      publish: (group) => {
        // The first commit of a process is that of its start: what was kept is booked.
        if (group.prev === journal.opened.head) void kills.clear();
        parts.publish(group);
        for (const listener of published) listener(group);
      },
      keep: kills.keep,
      lost: (reason, message) => onFatal({ code: `journal_${reason}`, message }),
    },
    engine.mode,
  );
  const { input, ...inlet } = createInlet(driver.input, log);
  const onEvent = (link: LinkName, event: VenueEvent): void => {
    wraps.event?.(event);
    if (event.kind !== 'link_down') parts.heard(link);
    if (event.kind === 'clock') return clock.stamp(event.server);
    if (stopping) return;
    if (event.kind === 'link_up' && link !== 'drop_copy' && event.account !== null) {
      const message = taken(event.account.id);
      if (message !== undefined) return onFatal({ code: 'same_account', message });
    }
    input({ kind: 'venue', event });
    if (event.kind === 'ticker') parts.marketMoved(event.ticker.instrument);
    if (event.kind === 'candle') parts.marketMoved(event.instrument);
  };

  return {
    id: account.id,
    door: parts.door,
    store: opened.store,
    input,
    setSpeed,
    start: () => {
      inlet.start({
        kind: 'start',
        birth: journal.opened.birth,
        node: 'n1',
        strategies: account.strategies,
        risk: account.risk,
        speed: engine.speed,
        checkEveryMs: engine.checkEverySeconds * 1_000,
        channel: notifier !== null,
        dropCopy: (account.dropCopy ?? null) !== null,
        kept: kills.kept,
      });
      takeDisk = (told) => input({ kind: 'disk', ...told });
      if (disk !== undefined) takeDisk(disk);
    },
    settled: driver.settled,
    connect: (port) => {
      notifier?.open(port);
      const instruments = [...new Set(account.strategies.map(({ instrument }) => instrument))];
      const { venueUrl: url, login, marketUrl, httpUrl } = engine;
      const { credentials, dropCopy = null } = account;
      const where = { url, marketUrl, httpUrl, login, credentials, dropCopy };
      const real = openSessions({ ...where, instruments, log, onEvent });
      sessions = wraps.sessions?.(real) ?? real;
    },
    onPublished: (listener) => published.add(listener),
    stop: async (reason) => {
      stopping = true;
      notifier?.close();
      alarm.callOff();
      inlet.stop();
      driver.input({ kind: 'stop', reason });
      await driver.settled();
      await sessions?.stop();
    },
    close: () => journal.close(),
  };
}
