/** The engine as a command finds it: by its data folder, the address and the token in it, or in words why not. */
import type { Millis } from '../base/time.ts';
import { secretText } from '../edge/entropy.ts';
import { journalsIn } from '../edge/account-folders.ts';
import { fullPath, joinPath, personName } from '../edge/files.ts';
import { callEngine, findEngine } from '../edge/http-client.ts';
import { readToken, tokenPath } from '../edge/http-token.ts';
import type { Problem, StatusAnswer } from '../wire/requests.ts';
import { retold } from '../words/said.ts';
import { text } from '../words/text.ts';
import { type Io, plain, type Whereabouts } from './cli-io.ts';
import { defaultDataDir } from './config.ts';
import { EXIT, Refused } from './exit-codes.ts';

/** An engine that is there; what it answers is the body, what it refuses ends the command. */
export type Engine = {
  readonly dataDir: string;
  readonly get: <Body>(path: string) => Promise<Body>;
  readonly post: <Body>(path: string, body: unknown, withinMs?: Millis) => Promise<Body>;
};

const FOLDERS = ['demo', 'practice', 'testnet', 'live'] as const;
const LONG_MS = 120_000;

/** The data folder that a flag or the environment names; undefined when none does. */
const named = (io: Io, { data }: Whereabouts): string | undefined => {
  const folder = data ?? (io.env['LOCKSTEP_DATA'] || undefined);
  return folder === undefined ? undefined : fullPath(folder);
};

/** The one default folder for which `fits` holds; several are refused by name. */
function only(io: Io, fits: (folder: string) => boolean): string | undefined {
  const found = FOLDERS.map(defaultDataDir).filter(fits);
  if (found.length > 1)
    throw new Refused(
      EXIT.usage,
      text(io.lang, 'cli.several_folders', { folders: found.join(', ') }),
    );
  return found[0];
}

const runs = (folder: string): boolean => findEngine(folder) !== undefined;

/** The data folder meant: the one named, else that of the engine that runs, else the one that holds a journal. */
export function findFolder(io: Io, where: Whereabouts): string {
  const folder =
    named(io, where) ?? only(io, runs) ?? only(io, (path) => journalsIn(path).length > 0);
  return folder ?? defaultDataDir('demo');
}

/** A problem of the API in words: what was wrong, what is accepted, what to do next. */
export function problemWords(io: Io, { detail, accepted, next }: Problem): string {
  const said = (words: string): string => retold(io.lang, words);
  const parts = [
    said(detail),
    accepted === null ? '' : text(io.lang, 'cli.accepted', { accepted: said(accepted) }),
    said(next ?? ''),
  ];
  return plain(
    parts
      .filter((part) => part !== '')
      .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
      .join(' '),
  );
}

/** Finds the engine, without asking it anything yet. Undefined when none runs. */
export function findRunning(io: Io, where: Whereabouts): Engine | undefined {
  const dataDir = named(io, where) ?? only(io, runs);
  const address = dataDir === undefined ? undefined : findEngine(dataDir);
  if (dataDir === undefined || address === undefined) return undefined;
  const token = readToken(dataDir) ?? '';
  const by = personName();
  const url = `http://127.0.0.1:${address.port}`;
  const ask = async (call: Parameters<typeof callEngine>[1]): Promise<unknown> => {
    const reply = await callEngine({ port: address.port, token, by }, call);
    if (reply.kind === 'silent')
      throw new Refused(EXIT.unreachable, text(io.lang, 'error.engine_silent', { address: url }));
    if (reply.status < 400) return reply.body;
    if (reply.status === 401 || reply.status === 429)
      throw new Refused(EXIT.error, text(io.lang, 'error.token', { file: tokenPath(dataDir) }));
    throw new Refused(EXIT.error, problemWords(io, reply.body as Problem));
  };
  return {
    dataDir,
    get: <Body>(path: string) => ask({ method: 'GET', path }) as Promise<Body>,
    post: <Body>(path: string, body: unknown, withinMs = LONG_MS) =>
      ask({ method: 'POST', path, body, key: secretText(16), withinMs }) as Promise<Body>,
  };
}

/** The running engine; ends the command with exit code 3 where there is none. */
export function theEngine(io: Io, where: Whereabouts): Engine {
  const engine = findRunning(io, where);
  if (engine !== undefined) return engine;
  const folder = named(io, where) ?? joinPath(fullPath('~'), '.lockstep');
  throw new Refused(EXIT.unreachable, text(io.lang, 'error.no_engine', { folder }));
}

/** A path of the API that asks about the account of the flags, or about all. */
export function about(
  path: string,
  { account }: { readonly account?: string | undefined },
): string {
  if (account === undefined) return path;
  return `${path}${path.includes('?') ? '&' : '?'}account=${encodeURIComponent(account)}`;
}

/** A column with the account of each row, where the rows are of several. */
export async function accountColumn<Row extends { readonly account: string }>(
  io: Io,
  engine: Engine,
  rows: readonly Row[],
): Promise<{ readonly heads: readonly string[]; readonly cells: (row: Row) => readonly string[] }> {
  if (new Set(rows.map(({ account }) => account)).size < 2) return { heads: [], cells: () => [] };
  const { accounts } = await engine.get<StatusAnswer>('/status');
  const names = new Map(accounts.map(({ id, account }) => [account, id]));
  return {
    heads: [text(io.lang, 'cli.head.account')],
    cells: ({ account }) => [plain(names.get(account) ?? account)],
  };
}
