/**
 * The `[[account]]` tables of a configuration: a name, limits of its own where it has any, and its key from the environment.
 * Without a table there is one account, `main`. No two may share a name or a key: an exchange account has one writer.
 */
import { nearest } from '../base/nearest.ts';
import { MAIN_ACCOUNT } from '../edge/account-folders.ts';
import { ACCOUNT_ID, ACCOUNT_ID_WORDS, practiceKey } from './account-names.ts';
import { COPY_NAMES, type CopyReading, copyKeyOf } from './config-copies.ts';
import { type Limits, limitsIn, OF_ACCOUNT, riskOf } from './config-risk.ts';
import {
  type ConfigProblem,
  type Environment,
  shown,
  type Source,
  type Table,
} from './config-sources.ts';
import { MAX_CONNECTIONS } from '../venue/protocol/methods.ts';
import type { AccountOptions, Mode } from './options.ts';

export type AccountConfig = Pick<AccountOptions, 'id' | 'credentials' | 'dropCopy' | 'risk'>;

type Problems = Pick<Source, 'problems'>;
type Read = Problems & { readonly accounts: readonly AccountConfig[] };

/** Each account has a trading link and a market link, and one more for a drop copy. */
const LINKS = 2;
/** Kept free of the connections of one address: for a kill without the engine, and a look with a browser. */
const SPARE_CONNECTIONS = 2;
export const MOST_CONNECTIONS = MAX_CONNECTIONS - SPARE_CONNECTIONS;

const ID_NAME = 'DERIBIT_CLIENT_ID';
const SECRET_NAME = 'DERIBIT_CLIENT_SECRET';

/** The end of the names in the environment that belong to an account. */
const suffixOf = (id: string): string => `__${id.toUpperCase().replaceAll('-', '_')}`;

type Keys = Problems & Pick<AccountConfig, 'credentials' | 'dropCopy'>;

/** The keys of an account: that with which it trades, and that of its drop copy, if it has one. */
function keysOf(id: string, given: KeyReading): Keys {
  const { env, mode, plainNames } = given;
  const named = (name: string): string => {
    const own = env[name + suffixOf(id)] ?? '';
    return own === '' && plainNames ? (env[name] ?? '') : own;
  };
  const spelt = (name: string): string => (plainNames ? name : name + suffixOf(id));
  const key = keyOf(id, { mode, named, spelt });
  const trading = key.credentials.clientId;
  const copy = copyKeyOf({ mode, named, spelt, trading });
  return {
    credentials: key.credentials,
    dropCopy: copy.dropCopy ?? null,
    problems: [...key.problems, ...copy.problems],
  };
}

type KeyReading = { readonly mode: Mode; readonly env: Environment; readonly plainNames: boolean };

/** The key of an account. A practice exchange is never shown a key of a real one: only keys of its own are taken for it. */
function keyOf(
  id: string,
  { mode, named, spelt }: Pick<CopyReading, 'mode' | 'named' | 'spelt'>,
): Problems & Pick<AccountConfig, 'credentials'> {
  const clientId = named(ID_NAME);
  const clientSecret = named(SECRET_NAME);
  if (mode === 'practice') {
    const own = clientId.startsWith('practice-') && clientSecret !== '';
    return { credentials: own ? { clientId, clientSecret } : practiceKey(id), problems: [] };
  }
  const wanted = [
    [ID_NAME, clientId],
    [SECRET_NAME, clientSecret],
  ] as const;
  const problems = wanted
    .filter(([, value]) => value === '')
    .map(
      ([name]): ConfigProblem => ({
        kind: 'missing',
        where: 'environment',
        field: spelt(name),
        accepted: `that of a ${mode} key with trade:read_write account:read`,
      }),
    );
  return { credentials: { clientId, clientSecret }, problems };
}

/** Keys in the environment for accounts that are not configured. */
function strangeKeys(env: Environment, ids: readonly string[]): readonly ConfigProblem[] {
  const known = ids.flatMap((id) =>
    [ID_NAME, SECRET_NAME, ...COPY_NAMES].map((name) => name + suffixOf(id)),
  );
  return Object.keys(env)
    .filter(
      (name) => /^DERIBIT_(DROP_COPY_)?CLIENT_(ID|SECRET)__/.test(name) && !known.includes(name),
    )
    .map((field) => ({
      kind: 'unknown',
      where: 'environment',
      field,
      nearest: nearest(field, known),
    }));
}

/** Two accounts with one key would be two writers of one exchange account. */
function sharedKeys(accounts: readonly AccountConfig[]): readonly ConfigProblem[] {
  return accounts.flatMap(({ id, credentials }, index): readonly ConfigProblem[] => {
    const { clientId } = credentials;
    const first = accounts.findIndex((one) => one.credentials.clientId === clientId);
    const other = accounts[first];
    if (clientId === '' || first === index || other === undefined) return [];
    return [
      {
        kind: 'wrong',
        where: 'environment',
        field: ID_NAME + suffixOf(id),
        found: `the key of account "${other.id}"`,
        accepted: 'a key of its own for each account',
      },
    ];
  });
}

/** More connections than one address may have. The field is not `account`: too many of them don't stop a kill. */
function tooMany(accounts: readonly AccountConfig[], where: string): readonly ConfigProblem[] {
  const copies = accounts.filter(({ dropCopy }) => dropCopy !== null).length;
  const connections = accounts.length * LINKS + copies;
  if (connections <= MOST_CONNECTIONS) return [];
  return [
    {
      kind: 'wrong',
      where,
      field: '[[account]]',
      found: `${accounts.length} accounts with ${connections} connections`,
      accepted: `at most ${MOST_CONNECTIONS} connections in one process: an account holds ${LINKS}, one with a drop copy ${LINKS + 1}, and the exchange allows one address ${MAX_CONNECTIONS}`,
    },
  ];
}

const unknownFields = (table: Table, name: string, where: string): readonly ConfigProblem[] =>
  Object.keys(table)
    .filter((word) => word !== 'id' && word !== 'risk')
    .map((word) => ({
      kind: 'unknown',
      where,
      field: `${name}.${word}`,
      nearest: nearest(word, ['id', 'risk']),
    }));

function readOne(
  table: Table,
  { name, ...given }: Reading & { readonly name: string; readonly plainNames: boolean },
): Problems & { readonly account: AccountConfig | undefined } {
  const { id } = table;
  const { where } = given;
  const unknown = unknownFields(table, name, where);
  const { own, problems } = limitsIn(table, {
    words: OF_ACCOUNT,
    where,
    name,
    heading: 'account.risk',
  });
  if (typeof id !== 'string' || !ACCOUNT_ID.test(id)) {
    const accepted = ACCOUNT_ID_WORDS;
    const field = `${name}.id`;
    const wrong: ConfigProblem =
      id === undefined
        ? { kind: 'missing', where, field, accepted }
        : { kind: 'wrong', where, field, found: shown(id), accepted };
    return { account: undefined, problems: [wrong, ...unknown, ...problems] };
  }
  const key = keysOf(id, given);
  return {
    account: {
      id,
      credentials: key.credentials,
      dropCopy: key.dropCopy ?? null,
      risk: riskOf({ ...given.limits, ...own }),
    },
    problems: [...unknown, ...problems, ...key.problems],
  };
}

type Reading = {
  readonly mode: Mode;
  readonly env: Environment;
  readonly where: string;
  /** Those of `[risk]`. */
  readonly limits: Limits;
};

/** Reads all tables. The plain names of the environment hold the key of `main`, or of the only account. */
export function readAccounts(tables: readonly Table[], given: Reading): Read {
  const all = tables.length === 0 ? [{ id: MAIN_ACCOUNT }] : tables;
  const read = all.map((table, index) => {
    const { id } = table;
    const name = typeof id === 'string' ? `account "${id}"` : `account ${index + 1}`;
    return readOne(table, {
      ...given,
      name,
      plainNames: id === MAIN_ACCOUNT || all.length === 1,
    });
  });
  const accounts = read.flatMap(({ account }) => (account === undefined ? [] : [account]));
  const ids = accounts.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const problems = twice.map(
    (id): ConfigProblem => ({
      kind: 'wrong',
      where: given.where,
      field: 'account.id',
      found: `"${id}" twice`,
      accepted: 'a different id for each account',
    }),
  );
  return {
    accounts,
    problems: [
      ...read.flatMap((one) => one.problems),
      ...problems,
      ...tooMany(accounts, given.where),
      ...(twice.length > 0 ? [] : sharedKeys(accounts)),
      ...strangeKeys(given.env, ids),
    ],
  };
}
