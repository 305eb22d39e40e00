/**
 * What a configuration may say: every key with its bounds and what stands when it is left out. One table serves the file,
 * the environment and the messages, so a key that is known to one is known to all.
 */
import { type Decimal, lt, parseDecimal, ZERO } from '../base/decimal.ts';

type Reader<Value> = {
  /** The value, or undefined for what is not accepted. Text of the environment is read as numbers and switches too. */
  readonly read: (raw: unknown) => Value | undefined;
  readonly accepted: string;
};

const numberOf = (raw: unknown): number | undefined => {
  const value = typeof raw === 'string' && /^-?\d{1,15}(\.\d{1,6})?$/.test(raw) ? Number(raw) : raw;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

const whole = (min: number, max: number): Reader<number> => ({
  read: (raw) => {
    const value = numberOf(raw);
    return value !== undefined && Number.isInteger(value) && value >= min && value <= max
      ? value
      : undefined;
  },
  accepted: `a whole number from ${min} to ${max}`,
});

const number = (min: number, max: number): Reader<number> => ({
  read: (raw) => {
    const value = numberOf(raw);
    return value !== undefined && value >= min && value <= max ? value : undefined;
  },
  accepted: `a number from ${min} to ${max}`,
});

const oneOf = <Word extends string>(...words: readonly Word[]): Reader<Word> => ({
  read: (raw) => words.find((word) => word === raw),
  accepted: words.map((word) => `"${word}"`).join(', '),
});

const usd: Reader<Decimal> = {
  read: (raw) => {
    const value =
      typeof raw === 'string' || typeof raw === 'number' ? parseDecimal(String(raw)) : undefined;
    return value !== undefined && lt(ZERO, value) ? value : undefined;
  },
  accepted: 'an amount in USD above 0, such as "200"',
};

const path: Reader<string> = {
  read: (raw) => (typeof raw === 'string' && raw !== '' && !raw.includes('\0') ? raw : undefined),
  accepted: 'the path of a folder',
};

/** Names of this machine's own interface. Others reach the dashboard through a tunnel. */
const host: Reader<string> = {
  read: (raw) => (typeof raw === 'string' && raw !== '' ? raw : undefined),
  accepted: '"127.0.0.1"',
};

const socketUrl: Reader<string> = {
  read: (raw) =>
    typeof raw === 'string' &&
    /^wss?:\/\/[\w.-]+(:\d{1,5})?\/[\w/.-]*$/.test(raw) &&
    URL.canParse(raw)
      ? raw
      : undefined,
  accepted: 'a WebSocket address such as "wss://test.deribit.com/ws/api/v2"',
};

const httpUrl: Reader<string> = {
  read: (raw) =>
    typeof raw === 'string' &&
    /^https?:\/\/[\w.-]+(:\d{1,5})?(\/[\w/.-]*)?$/.test(raw) &&
    URL.canParse(raw)
      ? raw
      : undefined,
  accepted: 'an HTTP address such as "https://test.deribit.com/api/v2"',
};

/** A receiver of alerts. Plain HTTP stays on this machine; a name and password in an address would end up in logs. */
const webhookUrl: Reader<string> = {
  read: (raw) => {
    if (typeof raw !== 'string' || !URL.canParse(raw)) return undefined;
    const { protocol, hostname, username, password, hash } = new URL(raw);
    const near = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
    const fits = protocol === 'https:' || (protocol === 'http:' && near);
    return fits && username === '' && password === '' && hash === '' ? raw : undefined;
  },
  accepted: 'an https address without a name and password, or an http address of this machine',
};

const webhookSecret: Reader<string> = {
  read: (raw) => (typeof raw === 'string' && /^[\x21-\x7e]{16,200}$/.test(raw) ? raw : undefined),
  accepted: '16 to 200 printable characters without spaces',
};

/** Keys whose values are never told again, not even where they are wrong. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  'alerts.webhook_url',
  'alerts.webhook_secret',
]);

/** All keys outside `[[strategy]]`, as `section.key`. */
export const KEYS = {
  mode: oneOf('practice', 'testnet', 'live'),
  lang: oneOf('en', 'nl'),
  data_dir: path,
  'server.host': host,
  'server.port': whole(0, 65_535),
  'practice.port': whole(0, 65_535),
  'venue.url': socketUrl,
  'venue.market_url': socketUrl,
  'venue.http_url': httpUrl,
  'venue.login': oneOf('secret', 'signature'),
  'venue.speed': number(0, 1_000),
  'reconcile.every_seconds': whole(5, 60),
  'risk.max_daily_loss_usd': usd,
  'risk.max_order_usd': usd,
  'risk.max_position_usd': usd,
  'risk.max_open_orders': whole(1, 1_000),
  'risk.max_account_usd': usd,
  'risk.max_messages_per_minute': whole(10, 10_000),
  'alerts.webhook_url': webhookUrl,
  'alerts.webhook_secret': webhookSecret,
} as const satisfies Readonly<Record<string, Reader<unknown>>>;

export type Key = keyof typeof KEYS;

/** Whether a name is a key. */
export const isKey = (name: string): name is Key => Object.hasOwn(KEYS, name);

/** The value that a key's reader gives. */
export type ValueOf<Name extends Key> = Exclude<ReturnType<(typeof KEYS)[Name]['read']>, undefined>;

export type Values = { readonly [Name in Key]?: ValueOf<Name> };

/** Names of the environment that are easier to say than `LOCKSTEP__SECTION__KEY`. */
export const NAMED_IN_ENVIRONMENT: Readonly<Record<string, Key>> = {
  LOCKSTEP_DATA: 'data_dir',
  LOCKSTEP_HOST: 'server.host',
  LOCKSTEP_PORT: 'server.port',
  LOCKSTEP_PRACTICE_PORT: 'practice.port',
  LOCKSTEP_LANG: 'lang',
};
