/**
 * The configuration of a run: defaults < file < environment < flags, checked whole before anything starts. Secrets come from
 * the environment alone and stand in nothing that is shown. What would be dangerous is refused apart from what is merely wrong.
 */
import { canonical, type Json } from '../base/canonical.ts';
import { dec } from '../base/decimal.ts';
import type { RiskConfig, StrategyConfig } from '../domain/fact.ts';
import { fingerprint } from '../edge/entropy.ts';
import { fullPath, joinPath } from '../edge/files.ts';
import type { Lang } from '../words/format.ts';
import {
  type ConfigProblem,
  type Environment,
  environmentSource,
  fileSource,
  flagSource,
} from './config-sources.ts';
import { readStrategies } from './config-strategies.ts';
import { type Refusal, refusalOf, UNSAFE_HOSTS } from './config-safety.ts';
import { type Key, KEYS, type Values } from './config-keys.ts';
import { PRACTICE_KEY } from './demo-engine.ts';
import type { EngineOptions, Mode } from './options.ts';

export type Credentials = EngineOptions['credentials'];

export type Config = {
  readonly mode: Mode;
  readonly lang: Lang;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly practicePort: number;
  readonly venueUrl: string;
  /** Where the practice exchange's control API is; null where there is none. */
  readonly practiceOrigin: string | null;
  readonly speed: number;
  readonly checkEverySeconds: number;
  readonly risk: RiskConfig;
  readonly strategies: readonly StrategyConfig[];
  readonly credentials: Credentials;
  /** Where alerts are sent; null without a channel. */
  readonly webhook: EngineOptions['webhook'];
  /** Short hash of all that decides how it trades; no secret is in it. */
  readonly configHash: string;
};

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  /** `config` is what could be read all the same, for a verb that must act whatever is wrong. */
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly config: Config }
  | { readonly ok: false; readonly refusal: Refusal; readonly config: Config };

export type ConfigRequest = {
  /** Flags that name keys. */
  readonly flags: Readonly<
    Partial<Record<Key, { readonly flag: string; readonly value: string | undefined }>>
  >;
  /** The file of `--config`; without it `lockstep.toml` in the present folder, where there is one. */
  readonly file: string | undefined;
  readonly env: Environment;
};

const FILE = 'lockstep.toml';
const HASH_LENGTH = 12;

const DEFAULTS = {
  'server.host': '127.0.0.1',
  'server.port': 8_787,
  'practice.port': 8_788,
  'venue.speed': 1,
  'reconcile.every_seconds': 30,
  'risk.max_daily_loss_usd': dec(200),
  'risk.max_order_usd': dec(1_000),
  'risk.max_position_usd': dec(1_000),
  'risk.max_open_orders': 20,
} as const satisfies Values;

const LOOPBACK_URL = /^ws:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//;

/** The default data folder of a mode, or of the demo. */
export const defaultDataDir = (mode: Mode | 'demo'): string =>
  fullPath(joinPath('~', '.lockstep', mode));

const venueOf = (mode: Mode, values: Values, practicePort: number): string => {
  const chosen = values['venue.url'];
  if (chosen !== undefined) return chosen;
  return mode === 'practice'
    ? `ws://127.0.0.1:${practicePort}/ws/api/v2`
    : `wss://${UNSAFE_HOSTS[mode]}/ws/api/v2`;
};

/** The key of the venue. A practice exchange is never shown a key of a real one: only keys of its own are taken for it. */
function credentialsOf(
  mode: Mode,
  env: Environment,
): { readonly credentials: Credentials; readonly problems: readonly ConfigProblem[] } {
  const clientId = env['DERIBIT_CLIENT_ID'] ?? '';
  const clientSecret = env['DERIBIT_CLIENT_SECRET'] ?? '';
  if (mode === 'practice') {
    const own = clientId.startsWith('practice-') && clientSecret !== '';
    return { credentials: own ? { clientId, clientSecret } : PRACTICE_KEY, problems: [] };
  }
  const wanted = [
    ['DERIBIT_CLIENT_ID', clientId],
    ['DERIBIT_CLIENT_SECRET', clientSecret],
  ] as const;
  const problems = wanted
    .filter(([, value]) => value === '')
    .map(
      ([field]): ConfigProblem => ({
        kind: 'missing',
        where: 'environment',
        field,
        accepted: `that of a ${mode} key with trade:read_write account:read`,
      }),
    );
  return { credentials: { clientId, clientSecret }, problems };
}

function testnetSwitch(env: Environment): {
  readonly testnet: boolean;
  readonly problems: readonly ConfigProblem[];
} {
  const word = env['DERIBIT_TESTNET'] ?? '';
  const known = word === '' || word === 'true' || word === 'false';
  const problem: ConfigProblem = {
    kind: 'wrong',
    where: 'environment',
    field: 'DERIBIT_TESTNET',
    found: JSON.stringify(word),
    accepted: '"true" or "false"',
  };
  return { testnet: word === 'true', problems: known ? [] : [problem] };
}

/** The channel of alerts: an address and what signs the notices, both or neither. */
export function webhookOf(
  values: Values,
  where: string,
): { readonly webhook: EngineOptions['webhook']; readonly problems: readonly ConfigProblem[] } {
  const url = values['alerts.webhook_url'];
  const secret = values['alerts.webhook_secret'];
  if (url !== undefined && secret !== undefined) return { webhook: { url, secret }, problems: [] };
  if (url === undefined && secret === undefined) return { webhook: null, problems: [] };
  const field = url === undefined ? 'alerts.webhook_url' : 'alerts.webhook_secret';
  const problem: ConfigProblem = { kind: 'missing', where, field, accepted: KEYS[field].accepted };
  return { webhook: null, problems: [problem] };
}

const shortHash = (config: Omit<Config, 'configHash'>): string => {
  const { mode, venueUrl, speed, checkEverySeconds, risk, strategies } = config;
  const told = { mode, venueUrl, speed, checkEverySeconds, risk, strategies };
  return fingerprint(canonical(told as unknown as Json)).slice(0, HASH_LENGTH);
};

/** Reads and checks everything that a run needs. */
export function loadConfig({ flags, file, env }: ConfigRequest): ConfigResult {
  const fromFile = fileSource(fullPath(file ?? FILE), file !== undefined);
  const fromEnv = environmentSource(env);
  const fromFlags = flagSource(flags);
  const values: Values = { ...fromFile.values, ...fromEnv.values, ...fromFlags.values };
  const { testnet, problems: switchProblems } = testnetSwitch(env);
  const mode: Mode = values.mode ?? (testnet ? 'testnet' : 'practice');
  const all = { ...DEFAULTS, ...values };
  const strategies = readStrategies(fromFile.strategies, mode, file ?? FILE);
  const { credentials, problems: keyProblems } = credentialsOf(mode, env);
  const webhook = webhookOf(values, file ?? FILE);
  const venueUrl = venueOf(mode, values, all['practice.port']);
  const speed = all['venue.speed'];
  const refusal = refusalOf({ mode, testnet, speed, venueUrl, host: all['server.host'] });
  const problems = [
    ...fromFile.problems,
    ...fromEnv.problems,
    ...fromFlags.problems,
    ...switchProblems,
    ...strategies.problems,
    ...keyProblems,
    ...webhook.problems,
  ];
  const unhashed = {
    mode,
    lang: all.lang ?? 'en',
    dataDir: all.data_dir === undefined ? defaultDataDir(mode) : fullPath(all.data_dir),
    host: all['server.host'],
    port: all['server.port'],
    practicePort: all['practice.port'],
    venueUrl,
    practiceOrigin:
      mode === 'practice' && LOOPBACK_URL.test(venueUrl)
        ? `http://${new URL(venueUrl).host}`
        : null,
    speed,
    checkEverySeconds: all['reconcile.every_seconds'],
    risk: {
      maxDailyLossUsd: all['risk.max_daily_loss_usd'],
      maxOrderUsd: all['risk.max_order_usd'],
      maxPositionUsd: all['risk.max_position_usd'],
      maxOpenOrders: all['risk.max_open_orders'],
    },
    strategies: strategies.strategies,
    credentials,
    webhook: webhook.webhook,
  };
  const config = { ...unhashed, configHash: shortHash(unhashed) };
  if (refusal !== undefined) return { ok: false, refusal, config };
  return problems.length > 0 ? { ok: false, problems, config } : { ok: true, config };
}
