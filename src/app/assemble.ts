/**
 * The engine put together: journal, cell, venue sessions, door, server. The crash tests assemble it with the same parts and
 * wrap two of them. Whatever goes wrong in a step, or at the journal, ends the process: it may not trade on.
 */
import { parseIso } from '../base/time.ts';
import { systemClock } from '../edge/clock.ts';
import { joinPath, packageFolder, removeFile } from '../edge/files.ts';
import { startServer, type RunningServer } from '../edge/http-server.ts';
import type { Log } from '../edge/log.ts';
import { onKillFile } from '../edge/signals.ts';
import { secretText } from '../edge/entropy.ts';
import { openSqliteJournal, type SqliteOptions } from '../edge/sqlite-journal.ts';
import type { DiskTold } from '../edge/sqlite-space.ts';
import { type Published, drive, openCell } from '../engine/cell.ts';
import type { Input, Wish } from '../engine/input.ts';
import type { Journal } from '../journal/port.ts';
import { strategyKinds } from '../strategy/registry.ts';
import type { StrategyKind } from '../strategy/strategy.ts';
import type { LinkName, VenueEvent } from '../venue/port.ts';
import { createDoor } from './door.ts';
import { makeDaily } from './daily.ts';
import type { EngineOptions } from './options.ts';
import { type Sessions, createVenueClock, openSessions } from './sessions.ts';

/** What tests may put around the real parts: to end the process at a named call. */
export type Wraps = {
  readonly journal?: (journal: Journal) => Journal;
  readonly sessions?: (sessions: Sessions) => Sessions;
  readonly event?: (event: VenueEvent) => void;
  /** A smaller disk than the real one. */
  readonly disk?: Pick<SqliteOptions, 'maxPages' | 'space'>;
};

export type Assembled = {
  readonly server: RunningServer;
  readonly input: (input: Input) => void;
  readonly setSpeed: (speed: number) => void;
  /** The kill switch through another door than the API: a signal or the file. */
  readonly kill: (by: string, reason: string) => void;
  readonly onPublished: (listener: (group: Published) => void) => void;
  /** Ends in good order: records the stop, closes links, server and journal. */
  readonly stop: (reason: string) => Promise<void>;
};

export type Fatal = { readonly code: string; readonly message: string };

export type AssembleOptions = {
  readonly engine: EngineOptions;
  readonly version: string;
  readonly log: Log;
  /** Called once when the engine must not go on. */
  readonly onFatal: (fatal: Fatal) => void;
  readonly wraps?: Wraps;
};

/** Opens everything in order and starts. */
export async function assemble(options: AssembleOptions): Promise<Assembled> {
  const { engine, version, log, onFatal, wraps = {} } = options;
  let disk: DiskTold | undefined;
  let takeDisk = (told: DiskTold): void => {
    disk = told;
  };
  const opened = await openSqliteJournal({
    ...wraps.disk,
    dataDir: engine.dataDir,
    onDisk: (told) => {
      if (told.disk !== 'enough') log.warn('disk', told);
      takeDisk(told);
    },
    onFatal: (reason) => onFatal({ code: 'journal', message: reason }),
  });
  const journal = wraps.journal?.(opened.journal) ?? opened.journal;
  const envelope = { epoch: journal.opened.epoch, build: version, config: engine.configHash };
  const kinds = strategyKinds as unknown as Readonly<Record<string, StrategyKind<unknown>>>;
  const cell = await openCell(journal, envelope, { risk: engine.risk, mode: engine.mode, kinds });
  const last = await journal.read(Math.max(0, journal.opened.head - 1), 1);
  const ended = engine.mode === 'practice' ? parseIso(last[0]?.at ?? '') : undefined;
  const clock = createVenueClock(engine.speed, ended ?? null);
  const published = new Set<(group: Published) => void>();
  let callOff = (): void => {};
  let stopping = false;

  const setSpeed = (speed: number): void => {
    clock.setSpeed(speed);
    input({ kind: 'speed', speed });
  };
  const parts = createDoor({
    cell,
    mode: engine.mode,
    venue: engine.venueUrl,
    version,
    journal: journal.opened.birth,
    serverNow: clock.server,
    command: (command) => input({ kind: 'command', command }),
    setSpeed,
  });
  const carryOut = (wish: Wish): void => {
    switch (wish.kind) {
      case 'request':
        return sessions.request(wish.link, wish.ref, wish.request);
      case 'renew':
        return sessions.renew(wish.link, wish.reason);
      case 'reply':
        return parts.reply(wish.command, wish.outcome);
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
      wakeAt: (at) => {
        callOff();
        if (at !== Infinity)
          callOff = systemClock.after(Math.min(60_000, Math.max(0, at - systemClock.mono())), () =>
            input({ kind: 'wake' }),
          );
      },
      carryOut,
      publish: (group) => {
        parts.publish(group);
        for (const listener of published) listener(group);
      },
      lost: (reason, message) => onFatal({ code: `journal_${reason}`, message }),
    },
    engine.mode,
  );
  const input = (given: Input): void => driver.input(given);
  const onEvent = (link: LinkName, event: VenueEvent): void => {
    wraps.event?.(event);
    if (event.kind !== 'link_down') parts.heard(link);
    if (event.kind === 'clock') return clock.stamp(event.server);
    if (stopping) return;
    input({ kind: 'venue', event });
    if (event.kind === 'ticker') parts.marketMoved(event.ticker.instrument);
    if (event.kind === 'candle') parts.marketMoved(event.instrument);
  };

  input({
    kind: 'start',
    birth: journal.opened.birth,
    node: 'n1',
    strategies: engine.strategies,
    risk: engine.risk,
    speed: engine.speed,
    checkEveryMs: engine.checkEverySeconds * 1_000,
  });
  takeDisk = (told) => input({ kind: 'disk', ...told });
  if (disk !== undefined) takeDisk(disk);
  await driver.settled();
  const server = await startServer({
    door: parts.door,
    store: opened.store,
    dataDir: engine.dataDir,
    port: engine.port,
    host: engine.host,
    webRoot: joinPath(packageFolder(), 'web', 'dist'),
    practiceOrigin: engine.practiceOrigin,
    log: log.child('http'),
  });
  const instruments = [...new Set(engine.strategies.map((strategy) => strategy.instrument))];
  const real = openSessions({
    url: engine.venueUrl,
    credentials: engine.credentials,
    instruments,
    log,
    onEvent,
  });
  const sessions = wraps.sessions?.(real) ?? real;

  const kill = (by: string, reason: string): void => {
    const command = {
      id: `${by}-${secretText(12)}`,
      by: { kind: 'person', id: by },
      dryRun: false,
      verb: 'kill',
      strength: 'cancel',
      reason,
    } as const;
    input({ kind: 'command', command });
  };
  const forgetKillFile = onKillFile(engine.dataDir, systemClock, (reason) => {
    kill('KILL file', reason);
    void driver.settled().then(() => removeFile(joinPath(engine.dataDir, 'KILL')));
  });

  return {
    server,
    input,
    setSpeed,
    kill,
    onPublished: (listener) => published.add(listener),
    stop: async (reason) => {
      stopping = true;
      forgetKillFile();
      callOff();
      driver.input({ kind: 'stop', reason });
      await driver.settled();
      await sessions.stop();
      await server.close();
      await journal.close();
    },
  };
}
