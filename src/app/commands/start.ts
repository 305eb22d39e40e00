/** The verbs that run something until it is stopped: demo, run, practice. Flags and environment become whole options here. */
import { text } from '../../words/text.ts';
import { findFolder } from '../cli-engine.ts';
import type { Io } from '../cli-io.ts';
import { problemLine, refusalLine } from '../cli-config.ts';
import {
  type Config,
  type ConfigRequest,
  type ConfigResult,
  defaultDataDir,
  loadConfig,
  webhookOf,
} from '../config.ts';
import type { ConfigProblem } from '../config-sources.ts';
import { environmentSource, flagSource } from '../config-sources.ts';
import type { Key } from '../config-keys.ts';
import { refusalOf } from '../config-safety.ts';
import { EXIT, Refused } from '../exit-codes.ts';
import type { KillFlags } from './control.ts';
import { killFolder } from '../../edge/account-folders.ts';
import { fullPath } from '../../edge/files.ts';
import type { DemoOptions, EngineOptions, KillOptions, PracticeOptions } from '../options.ts';

/** The runners, loaded only when a verb needs them, so that looking stays quick. */
export type Runners = {
  readonly demo: (options: DemoOptions) => Promise<number>;
  readonly engine: (options: EngineOptions) => Promise<number>;
  readonly practice: (options: PracticeOptions) => Promise<number>;
  readonly kill: (options: KillOptions) => Promise<number>;
  /** The simulator, with arguments of its own. */
  readonly sim: (args: readonly string[]) => Promise<number>;
};

export type StartFlags = {
  readonly data?: string | undefined;
  readonly port?: string | undefined;
  readonly practicePort?: string | undefined;
  readonly open?: boolean | undefined;
  readonly config?: string | undefined;
  readonly venue?: string | undefined;
  readonly venueUrl?: string | undefined;
  readonly seed?: number | undefined;
  readonly speed?: number | undefined;
  readonly prices?: string | undefined;
  readonly account?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly tier?: string | undefined;
  readonly tlsPort?: string | undefined;
};

type NamedFlags = ConfigRequest['flags'];

const named = (
  flags: Readonly<Partial<Record<Key, readonly [string, string | undefined]>>>,
): NamedFlags =>
  Object.fromEntries(Object.entries(flags).map(([key, [flag, value]]) => [key, { flag, value }]));

/** Ends the command with all that is wrong, one line each. */
function wrong(io: Io, problems: readonly ConfigProblem[]): never {
  const usage = problems.every(({ where }) => where.startsWith('--'));
  throw new Refused(
    usage ? EXIT.usage : EXIT.error,
    problems.map((problem) => problemLine(io.lang, problem)).join('\n'),
  );
}

function load(io: Io, flags: StartFlags): ConfigResult {
  const keys = named({
    mode: ['--venue', flags.venue],
    'venue.url': ['--venue-url', flags.venueUrl],
    data_dir: ['--data', flags.data],
    'server.port': ['--port', flags.port],
  });
  return loadConfig({ flags: keys, file: flags.config, env: io.env });
}

/** The whole configuration of `run`; anything wrong ends the command. */
function configOf(io: Io, flags: StartFlags): Config {
  const result = load(io, flags);
  if (result.ok) return result.config;
  if ('refusal' in result) throw new Refused(EXIT.unsafe, refusalLine(io.lang, result.refusal));
  return wrong(io, result.problems);
}

/** Fields without which nobody knows where to kill, and with which key. */
const VITAL: ReadonlySet<string> = new Set([
  'mode',
  'venue.url',
  'practice.port',
  'DERIBIT_TESTNET',
  'DERIBIT_CLIENT_ID',
  'DERIBIT_CLIENT_SECRET',
]);

const isVital = (problem: ConfigProblem): boolean =>
  problem.kind === 'unreadable' ||
  ((problem.kind === 'wrong' || problem.kind === 'missing') &&
    (VITAL.has(problem.field) || /^(account|DERIBIT_CLIENT_)/.test(problem.field)));

/** What `kill` needs to act by itself. A configuration with faults does not stop it, unless they hide where to go. */
function killConfigOf(io: Io, flags: StartFlags): Config {
  const result = load(io, flags);
  if (result.ok) return result.config;
  if ('refusal' in result) {
    const { code } = result.refusal;
    if (code === 'speed_outside_practice' || code === 'host_beyond_loopback') return result.config;
    throw new Refused(EXIT.unsafe, refusalLine(io.lang, result.refusal));
  }
  if (result.problems.some(isVital)) return wrong(io, result.problems);
  for (const problem of result.problems) io.err(`${problemLine(io.lang, problem)}\n`);
  return result.config;
}

/**
 * How `kill` goes to the exchange by itself, for each account that is meant; `found` is the data folder of the engine that
 * did not answer. The file `KILL` is left where it stops those accounts and no other.
 */
export function killOptionsOf(
  io: Io,
  flags: Omit<StartFlags, 'account'> & KillFlags,
  found: string | undefined,
): readonly KillOptions[] {
  const { account: named, ...start } = flags;
  const { venueUrl, httpUrl, login, dataDir, accounts } = killConfigOf(io, start);
  const meant = accounts.filter(({ id }) => named === undefined || id === named);
  if (meant.length === 0) {
    const accepted = accounts.map(({ id }) => id).join(', ');
    throw new Refused(
      EXIT.usage,
      text(io.lang, 'cli.no_account', { given: named ?? '', accepted }),
    );
  }
  const folder = found ?? likelyFolder(io, start) ?? dataDir;
  const { strength, reason = '' } = flags;
  return meant.map(({ id, credentials, strategies }) => ({
    venueUrl,
    httpUrl,
    login,
    credentials,
    instruments: [...new Set(strategies.map(({ instrument }) => instrument))],
    dataDir: meant.length === accounts.length ? folder : killFolder(folder, id),
    strength,
    reason,
  }));
}

/** The folder that a person means who names none; undefined where several could be meant, which may not stop a kill. */
function likelyFolder(io: Io, flags: StartFlags): string | undefined {
  try {
    return flags.config === undefined && flags.venue === undefined
      ? findFolder(io, flags)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `run`: the engine against the configured venue. */
export function runEngine(io: Io, flags: StartFlags, runners: Runners): Promise<number> {
  const { practicePort: _practicePort, ...config } = configOf(io, flags);
  return runners.engine({
    ...config,
    lang: io.lang,
    openBrowser: flags.open !== false,
    child: false,
  });
}

type Ports = {
  readonly dataDir: string;
  readonly port: number;
  readonly practicePort: number;
  readonly webhook: EngineOptions['webhook'];
};

/** What demo and practice take from flags and environment; they have no file. */
function portsOf(io: Io, flags: StartFlags, folder: 'demo' | 'practice'): Ports {
  const practicePort = folder === 'demo' ? flags.practicePort : flags.port;
  const fromEnv = environmentSource(io.env);
  const fromFlags = flagSource(
    named({
      data_dir: ['--data', flags.data],
      'server.port': ['--port', folder === 'demo' ? flags.port : undefined],
      'practice.port': [folder === 'demo' ? '--practice-port' : '--port', practicePort],
    }),
  );
  const values = { ...fromEnv.values, ...fromFlags.values };
  const { webhook, problems: channel } = webhookOf(values, 'environment');
  const problems = [...fromEnv.problems, ...fromFlags.problems, ...channel];
  if (problems.length > 0) wrong(io, problems);
  const host = values['server.host'] ?? '127.0.0.1';
  const refusal = refusalOf({
    mode: 'practice',
    testnet: false,
    speed: 1,
    venue: [],
    host,
  });
  if (refusal !== undefined) throw new Refused(EXIT.unsafe, refusalLine(io.lang, refusal));
  return {
    dataDir: values.data_dir === undefined ? defaultDataDir(folder) : fullPath(values.data_dir),
    port: values['server.port'] ?? 8_787,
    practicePort: values['practice.port'] ?? 8_788,
    webhook,
  };
}

/** By the number of the flag; 0 is no bounds. */
const TIERS = [null, 1, 2, 3, 4] as const;
const NEW_ACCOUNT = 4;

const practiceOf = (
  io: Io,
  flags: StartFlags,
  { ports, speed }: { readonly ports: Ports; readonly speed: number },
): PracticeOptions => ({
  port: ports.practicePort,
  dataDir: ports.dataDir,
  seed: flags.seed ?? null,
  speed: flags.speed ?? speed,
  prices: flags.prices === undefined ? null : fullPath(flags.prices),
  accounts: flags.account ?? [],
  set: flags.set ?? [],
  tier: TIERS[Number(flags.tier ?? NEW_ACCOUNT)] ?? null,
  tlsPort: flags.tlsPort === undefined ? null : Number(flags.tlsPort),
  lang: io.lang,
});

const DEMO_SPEED = 20;

/** `demo`: practice exchange, engine and dashboard. */
export function runDemo(io: Io, flags: StartFlags, runners: Runners): Promise<number> {
  const ports = portsOf(io, flags, 'demo');
  if (ports.port !== 0 && ports.port === ports.practicePort)
    throw new Refused(EXIT.usage, text(io.lang, 'cli.same_port', { port: String(ports.port) }));
  const practice = practiceOf(io, flags, { ports, speed: DEMO_SPEED });
  return runners.demo({
    practice,
    port: ports.port,
    dataDir: ports.dataDir,
    webhook: ports.webhook,
    openBrowser: flags.open !== false,
    lang: io.lang,
  });
}

/** `practice`: the practice exchange alone. */
export function runPractice(io: Io, flags: StartFlags, runners: Runners): Promise<number> {
  return runners.practice(
    practiceOf(io, flags, { ports: portsOf(io, flags, 'practice'), speed: 1 }),
  );
}
