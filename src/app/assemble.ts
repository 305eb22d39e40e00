/**
 * The engine put together: a cell for each account, one server before them all. The crash tests assemble it with the same
 * parts and wrap two of them. Whatever goes wrong in a step, or at a journal, ends the process: it may not trade on.
 */
import { journalsIn, killFolder, MAIN_ACCOUNT } from '../edge/account-folders.ts';
import { systemClock } from '../edge/clock.ts';
import { secretText } from '../edge/entropy.ts';
import { joinPath, makeFolder, packageFolder, removeFile } from '../edge/files.ts';
import { startServer, type RunningServer } from '../edge/http-server.ts';
import type { Log } from '../edge/log.ts';
import { onKillFile } from '../edge/signals.ts';
import { createThreads } from '../edge/sqlite-client.ts';
import { lockDataDir } from '../edge/sqlite-lock.ts';
import type { Published } from '../engine/cell.ts';
import type { Input } from '../engine/input.ts';
import { type AccountCell, type Fatal, openAccountCell, type Wraps } from './account-cell.ts';
import type { AccountOptions, EngineOptions } from './options.ts';

export type Assembled = {
  readonly server: RunningServer;
  /** Into every cell. */
  readonly input: (input: Input) => void;
  readonly setSpeed: (speed: number) => void;
  /** The kill switch in every account, through another door than the API: a signal or the file. */
  readonly kill: (by: string, reason: string) => void;
  /** Commits of all accounts; `account` is null where there is but one. */
  readonly onPublished: (listener: (group: Published, account: string | null) => void) => void;
  /** Ends in good order: records the stop, closes links, server and journals. */
  readonly stop: (reason: string) => Promise<void>;
};

export type AssembleOptions = {
  readonly engine: EngineOptions;
  readonly version: string;
  readonly log: Log;
  /** Called once when the engine must not go on. */
  readonly onFatal: (fatal: Fatal) => void;
  readonly wraps?: Wraps;
};

/** Refuses to leave a journal behind that nobody trades on any more: what is open in it would go unwatched. */
function refuseAbandoned({ dataDir, accounts }: EngineOptions): void {
  const left = journalsIn(dataDir).find(({ account }) =>
    accounts.every(({ id }) => id !== account),
  );
  if (left === undefined) return;
  const asked = accounts.map(({ id }) => `"${id}"`).join(', ');
  const away =
    left.account === MAIN_ACCOUNT
      ? 'choose another folder with --data'
      : `move ${left.dataDir} away once nothing is open in it`;
  throw new Error(
    `${dataDir} holds the journal of account "${left.account}", and the configuration names only ${asked}; name that account again, or ${away}`,
  );
}

/** Remembers which cell writes for which account of the exchange: one account, one writer. */
function createRegister(): (cell: string, account: string) => string | undefined {
  const writers = new Map<string, string>();
  return (cell, account) => {
    const writer = writers.get(account) ?? cell;
    writers.set(account, writer);
    return writer === cell
      ? undefined
      : `accounts "${writer}" and "${cell}" have keys of one exchange account (${account}); give each [[account]] a key of its own subaccount, or put the strategies into one`;
  };
}

/** Opens the cells one after the other; a journal that can't be opened closes those before it. */
async function openCells(
  accounts: readonly AccountOptions[],
  open: (account: AccountOptions) => Promise<AccountCell>,
): Promise<readonly AccountCell[]> {
  const cells: AccountCell[] = [];
  try {
    for (const account of accounts) cells.push(await open(account));
    return cells;
  } catch (error) {
    await Promise.all(cells.map((cell) => cell.close()));
    throw error;
  }
}

/** Kills on a file `KILL`: in the data folder for all, in an account's folder for that one. Answers how to stop looking. */
function watchKillFiles(dataDir: string, cells: readonly AccountCell[]): () => void {
  const watch = (folder: string, meant: readonly AccountCell[]): (() => void) =>
    onKillFile(folder, systemClock, (reason) => {
      killIn(meant, 'KILL file', reason);
      void Promise.all(meant.map((cell) => cell.settled())).then(() =>
        removeFile(joinPath(folder, 'KILL')),
      );
    });
  const several = cells.length > 1 ? cells : [];
  const own = several.map((cell) => watch(killFolder(dataDir, cell.id), [cell]));
  const stops = [watch(dataDir, cells), ...own];
  return () => {
    for (const stop of stops) stop();
  };
}

function killIn(cells: readonly AccountCell[], by: string, reason: string): void {
  for (const cell of cells)
    cell.input({
      kind: 'command',
      command: {
        id: `${by}-${secretText(12)}`,
        by: { kind: 'person', id: by },
        dryRun: false,
        verb: 'kill',
        strength: 'cancel',
        reason,
      },
    });
}

/** Opens everything in order and starts. */
export async function assemble(options: AssembleOptions): Promise<Assembled> {
  const { engine, version, log, onFatal, wraps = {} } = options;
  refuseAbandoned(engine);
  const several = engine.accounts.length > 1;
  // The journal in the data folder locks it; where none lies there, nothing else would.
  const rooted = engine.accounts.some(({ id }) => id === MAIN_ACCOUNT);
  if (!rooted) makeFolder(engine.dataDir);
  const unlock = rooted ? (): void => {} : lockDataDir(engine.dataDir);
  const register = createRegister();
  const threads = createThreads();
  const cells = await openCells(engine.accounts, (account) =>
    openAccountCell({
      engine,
      account,
      version,
      log: several ? log.child(account.id) : log,
      onFatal: ({ code, message }) =>
        onFatal({ code, message: several ? `account "${account.id}": ${message}` : message }),
      taken: (found) => register(account.id, found),
      wraps,
      threads,
    }),
  );
  for (const { id, door } of cells) {
    const pinned = door.account();
    const problem = pinned === null ? undefined : register(id, pinned);
    if (problem !== undefined) onFatal({ code: 'same_account', message: problem });
  }
  for (const cell of cells) cell.start();
  await Promise.all(cells.map((cell) => cell.settled()));
  const server = await startServer({
    cells,
    dataDir: engine.dataDir,
    port: engine.port,
    host: engine.host,
    webRoot: joinPath(packageFolder(), 'web', 'dist'),
    practiceOrigin: engine.practiceOrigin,
    log: log.child('http'),
  });
  for (const cell of cells) cell.connect(server.port);
  const forgetKillFiles = watchKillFiles(engine.dataDir, cells);

  return {
    server,
    input: (input) => {
      for (const cell of cells) cell.input(input);
    },
    setSpeed: (speed) => {
      for (const cell of cells) cell.setSpeed(speed);
    },
    kill: (by, reason) => killIn(cells, by, reason),
    onPublished: (listener) => {
      for (const cell of cells)
        cell.onPublished((group) => listener(group, several ? cell.id : null));
    },
    stop: async (reason) => {
      forgetKillFiles();
      await Promise.all(cells.map((cell) => cell.stop(reason)));
      await server.close();
      await Promise.all(cells.map((cell) => cell.close()));
      unlock();
    },
  };
}
