/**
 * The configuration of a run: defaults < file < environment < flags, checked whole before anything starts. Keys of the
 * exchange come from the environment alone; no secret stands in anything that is shown. What would be dangerous is refused apart from what is merely wrong.
 */
import { canonical, type Json } from '../base/canonical.ts';
import { dec } from '../base/decimal.ts';
import { fingerprint } from '../edge/entropy.ts';
import { accountFolder } from '../edge/account-folders.ts';
import { fullPath, joinPath } from '../edge/files.ts';
import type { Lang } from '../words/format.ts';
import {
  type ConfigProblem,
  type Environment,
  environmentSource,
  fileSource,
  flagSource,
} from './config-sources.ts';
import { type AccountConfig, readAccounts } from './config-accounts.ts';
import { type PlacedStrategy, readStrategies } from './config-strategies.ts';
import { type Refusal, refusalOf } from './config-safety.ts';
import { type VenueAddresses, venueAddresses } from './config-venue.ts';
import { type Key, KEYS, type Values } from './config-keys.ts';
import type { AccountOptions, EngineOptions, LoginKind, Mode } from './options.ts';

export type Config = VenueAddresses & {
  readonly mode: Mode;
  readonly lang: Lang;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly practicePort: number;
  readonly login: LoginKind;
  /** Where the practice exchange's control API is; null where there is none. */
  readonly practiceOrigin: string | null;
  readonly speed: number;
  readonly checkEverySeconds: number;
  /** Where alerts are sent; null without a channel. */
  readonly webhook: EngineOptions['webhook'];
  /** Each with its strategies, key, limits and journal; the hash is of all that decides how it trades, without secrets. */
  readonly accounts: readonly AccountOptions[];
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
  'venue.login': 'secret',
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

type Traded = Pick<AccountOptions, 'risk' | 'strategies'>;

const shortHash = (
  { mode, venueUrl, marketUrl, speed, checkEverySeconds }: Omit<Config, 'accounts'>,
  { risk, strategies }: Traded,
): string => {
  const elsewhere = marketUrl === undefined ? {} : { marketUrl };
  const told = { mode, venueUrl, ...elsewhere, speed, checkEverySeconds, risk, strategies };
  return fingerprint(canonical(told as unknown as Json)).slice(0, HASH_LENGTH);
};

/** The accounts with what trades in each. One without a strategy would watch nothing. */
function peopled(
  config: Omit<Config, 'accounts'>,
  accounts: readonly AccountConfig[],
  placed: readonly PlacedStrategy[],
): readonly AccountOptions[] {
  return accounts.map((account) => {
    const strategies = placed
      .filter((one) => one.account === account.id)
      .map(({ strategy }) => strategy);
    const dataDir = accountFolder(config.dataDir, account.id);
    const configHash = shortHash(config, { risk: account.risk, strategies });
    return { ...account, dataDir, strategies, configHash };
  });
}

const idle = (accounts: readonly AccountOptions[], where: string): readonly ConfigProblem[] =>
  accounts
    .filter(({ strategies }) => strategies.length === 0)
    .map(({ id }) => ({
      kind: 'missing',
      where,
      field: `the strategy of account "${id}"`,
      accepted: `at least one [[strategy]] with account = "${id}"`,
    }));

/** Reads and checks everything that a run needs. */
export function loadConfig({ flags, file, env }: ConfigRequest): ConfigResult {
  const fromFile = fileSource(fullPath(file ?? FILE), file !== undefined);
  const fromEnv = environmentSource(env);
  const fromFlags = flagSource(flags);
  const values: Values = { ...fromFile.values, ...fromEnv.values, ...fromFlags.values };
  const { testnet, problems: switchProblems } = testnetSwitch(env);
  const mode: Mode = values.mode ?? (testnet ? 'testnet' : 'practice');
  const all = { ...DEFAULTS, ...values };
  const where = file ?? FILE;
  const owned = readAccounts(fromFile.accounts, { mode, env, where, limits: all });
  const ids = owned.accounts.map(({ id }) => id);
  const strategies = readStrategies(fromFile.strategies, { mode, where, accounts: ids });
  const { webhook, problems: channel } = webhookOf(values, where);
  const venue = venueAddresses(mode, values, all['practice.port']);
  const { venueUrl, marketUrl, httpUrl } = venue;
  const speed = all['venue.speed'];
  const refusal = refusalOf({
    mode,
    testnet,
    speed,
    venue: [venueUrl, ...(marketUrl === undefined ? [] : [marketUrl]), httpUrl],
    host: all['server.host'],
  });
  const problems = [
    ...fromFile.problems,
    ...fromEnv.problems,
    ...fromFlags.problems,
    ...switchProblems,
    ...strategies.problems,
    ...owned.problems,
    ...channel,
  ];
  const common = {
    mode,
    lang: all.lang ?? 'en',
    dataDir: all.data_dir === undefined ? defaultDataDir(mode) : fullPath(all.data_dir),
    host: all['server.host'],
    port: all['server.port'],
    practicePort: all['practice.port'],
    ...venue,
    login: all['venue.login'],
    practiceOrigin:
      mode === 'practice' && LOOPBACK_URL.test(venueUrl)
        ? `http://${new URL(venueUrl).host}`
        : null,
    speed,
    checkEverySeconds: all['reconcile.every_seconds'],
    webhook,
  };
  const accounts = peopled(common, owned.accounts, strategies.strategies);
  if (problems.length === 0) problems.push(...idle(accounts, where));
  const config = { ...common, accounts };
  if (refusal !== undefined) return { ok: false, refusal, config };
  return problems.length > 0 ? { ok: false, problems, config } : { ok: true, config };
}
