/**
 * The programs as a person starts them, on ports and folders of their own: the demo (exchange and engine), the exchange
 * alone, the engine alone. Market time starts at the same moment of the same market in each run, whatever the wall clock
 * shows, so no settlement ever lies in the way of a test.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trade } from '../../../src/domain/shown.ts';
import { type Engine, type Follower, callEngine, followEngine } from './engine.ts';
import { type Exchange, visitExchange } from './exchange.ts';
import { type Owner, type Running, startLockstep, temporaryFolder } from './process.ts';

export type Demo = {
  readonly dataDir: string;
  readonly process: Running;
  readonly exchange: Exchange;
  /** The dashboard's address, and the login link as printed. */
  readonly origin: string;
  readonly link: string;
  /** The API of the engine as it runs now. */
  readonly engine: () => Engine;
  readonly follow: () => Promise<Follower>;
  /** SIGKILL to the engine; the exchange goes on. */
  readonly killEngine: () => Promise<void>;
  readonly restoreEngine: () => Promise<void>;
};

/** Fast enough for a trade within seconds. */
const SPEED = 60;

export type DemoOptions = {
  readonly seed?: number;
  readonly speed?: number;
  readonly prices?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Two minutes of prices: the clock starts with them at 10:00 UTC, and from then on the seed makes the market. */
export function quietMorning(owner: Owner): string {
  const path = join(temporaryFolder(owner), 'morning.csv');
  const rows = ['10:00', '10:01'].map(
    (minute) => `2026-03-02T${minute}:00.000Z,60000,60000,60000,60000,10`,
  );
  writeFileSync(path, `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return path;
}

/** Starts it; resolves when engine and dashboard are there. */
export async function startDemo(owner: Owner, options: DemoOptions = {}): Promise<Demo> {
  const { seed = 1, speed = SPEED, prices = quietMorning(owner), env = {} } = options;
  const dataDir = temporaryFolder(owner);
  const args = ['demo', '--no-open', '--port', '0', '--practice-port', '0', '--data', dataDir];
  const process = startLockstep(
    owner,
    [...args, '--speed', String(speed), '--seed', String(seed), '--prices', prices],
    env,
  );
  const [, link = '', origin = ''] = await process.says(/((http:\S+)\/\?k=\S+)/);
  const [, practicePort = ''] = await process.says(/ws:\/\/127\.0\.0\.1:(\d+)\/ws/);
  const exchange = await visitExchange(owner, Number(practicePort));
  return {
    dataDir,
    process,
    exchange,
    origin,
    link,
    engine: () => callEngine(dataDir),
    follow: () => followEngine(owner, dataDir),
    killEngine: async () => void (await exchange.post('engine/kill')),
    restoreEngine: async () => void (await exchange.post('engine/restore')),
  };
}

/**
 * Waits until the strategy holds a trade whose stop is live at the exchange, and slows the market to real time. Where the
 * market ended the trade in that very moment, the next one is waited for.
 */
export async function untilInTrade(demo: Demo, follower: Follower): Promise<Trade> {
  for (;;) {
    const trade = await follower.inTrade();
    await demo.exchange.speed(1);
    if ((await demo.exchange.position()) !== '0') return trade;
    await follower.closed(trade.id);
    await demo.exchange.speed(SPEED);
  }
}

export type Practice = {
  readonly dataDir: string;
  readonly process: Running;
  readonly exchange: Exchange;
};

/** The exchange alone. */
export async function startPractice(
  owner: Owner,
  { seed = 1, speed = 1, accounts = [] as readonly string[] } = {},
): Promise<Practice> {
  const dataDir = temporaryFolder(owner);
  const args = [
    'practice',
    '--port',
    '0',
    '--data',
    dataDir,
    '--seed',
    String(seed),
    '--speed',
    String(speed),
  ];
  const process = startLockstep(owner, [
    ...args,
    ...accounts.flatMap((account) => ['--account', account]),
    '--prices',
    quietMorning(owner),
  ]);
  const [, port = ''] = await process.says(/ws:\/\/127\.0\.0\.1:(\d+)\/ws/);
  return { dataDir, process, exchange: await visitExchange(owner, Number(port)) };
}

/** A configuration with one Razor that signs its logins; lines given with a strategy replace its own. */
export function writeConfig(
  owner: Owner,
  {
    exchange,
    speed = 1,
    strategy = '',
    top = '',
  }: {
    readonly exchange: { readonly port: number };
    readonly speed?: number;
    readonly strategy?: string;
    readonly top?: string;
  },
): string {
  const path = join(temporaryFolder(owner), 'lockstep.toml');
  const text = `mode = "practice"
${top}
[venue]
url = "ws://127.0.0.1:${exchange.port}/ws/api/v2"
speed = ${speed}
login = "signature"
[[strategy]]
id = "razor"
kind = "razor"
${strategy}
`;
  writeFileSync(path, text);
  return path;
}

export type Run = {
  readonly process: Running;
  readonly engine: () => Engine;
  readonly follow: () => Promise<Follower>;
};

/** The engine alone, with a configuration; resolves when its dashboard is there. */
export async function startRun(
  owner: Owner,
  {
    config,
    dataDir,
    env = {},
  }: {
    readonly config: string;
    readonly dataDir: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Run> {
  const args = ['run', '--config', config, '--data', dataDir, '--port', '0', '--no-open'];
  const process = startLockstep(owner, args, env);
  await process.says(/http:\S+\/\?k=\S+/);
  return { process, engine: () => callEngine(dataDir), follow: () => followEngine(owner, dataDir) };
}
