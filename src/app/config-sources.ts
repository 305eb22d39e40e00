/** Where settings come from: the file, the environment, the flags. Each is read key by key; every problem is told, none is guessed away. */
import { parse, TomlError } from 'smol-toml';
import { nearest } from '../base/nearest.ts';
import { fileTrouble, readText } from '../edge/files.ts';
import {
  isKey,
  KEYS,
  type Key,
  NAMED_IN_ENVIRONMENT,
  SECRET_KEYS,
  type Values,
} from './config-keys.ts';

/** One thing that is wrong. `where` is the file, the variable or the flag. */
export type ConfigProblem =
  | { readonly kind: 'unreadable'; readonly where: string; readonly reason: string }
  | {
      readonly kind: 'unknown';
      readonly where: string;
      readonly field: string;
      readonly nearest: string | undefined;
    }
  | {
      readonly kind: 'wrong';
      readonly where: string;
      readonly field: string;
      readonly found: string;
      readonly accepted: string;
    }
  | {
      readonly kind: 'missing';
      readonly where: string;
      readonly field: string;
      readonly accepted: string;
    };

export type Table = Readonly<Record<string, unknown>>;

/** What one source says: keys and, in the file, strategies and accounts as they stand there. */
export type Source = {
  readonly values: Values;
  readonly strategies: readonly Table[];
  readonly accounts: readonly Table[];
  readonly problems: readonly ConfigProblem[];
};

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** What stood there, short enough for a message. */
export const shown = (value: unknown): string => {
  const text =
    typeof value === 'bigint' || value instanceof Date
      ? String(value)
      : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** The key that was probably meant: the nearest whole name, else the one whose own part is nearest, whatever its section. */
function meant(field: string): string | undefined {
  const keys = [...Object.keys(KEYS), 'strategy', 'account'];
  const own = (key: string): string => key.slice(key.indexOf('.') + 1);
  const part = nearest(own(field), keys.map(own));
  return nearest(field, keys) ?? keys.find((key) => own(key) === part);
}

type Given = readonly { readonly field: string; readonly value: unknown; readonly where: string }[];

/** Reads keys with their values; unknown ones are named with the nearest known. */
export function readKeys(given: Given): Pick<Source, 'values' | 'problems'> {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const { field, value, where } of given) {
    if (!isKey(field)) {
      problems.push({
        kind: 'unknown',
        where,
        field,
        nearest: meant(field),
      });
      continue;
    }
    const read = KEYS[field].read(value);
    if (read === undefined)
      problems.push({
        kind: 'wrong',
        where,
        field,
        found: SECRET_KEYS.has(field) ? 'a value that is not shown' : shown(value),
        accepted: KEYS[field].accepted,
      });
    else values[field] = read;
  }
  return { values, problems };
}

const flat = (table: Table, where: string): Given =>
  Object.entries(table).flatMap(([name, value]) =>
    isTable(value)
      ? Object.entries(value).map(([key, inner]) => ({
          field: `${name}.${key}`,
          value: inner,
          where,
        }))
      : [{ field: name, value, where }],
  );

type Tables = { readonly tables: readonly Table[]; readonly problems: readonly ConfigProblem[] };

/** The tables that stand under `[[name]]`. */
function tablesOf(name: 'strategy' | 'account', value: unknown, where: string): Tables {
  if (value === undefined) return { tables: [], problems: [] };
  if (Array.isArray(value) && value.every(isTable)) return { tables: value, problems: [] };
  const accepted = `tables, each headed [[${name}]]`;
  return {
    tables: [],
    problems: [{ kind: 'wrong', where, field: name, found: shown(value), accepted }],
  };
}

const nothing = (problems: readonly ConfigProblem[] = []): Source => ({
  values: {},
  strategies: [],
  accounts: [],
  problems,
});

/** Where in the text a TOML error is, in one line. */
export const tomlTrouble = (error: TomlError): string =>
  `line ${error.line}, column ${error.column}: ${(error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')}`;

/** The file. One that was named must be there; the one that is looked for may be missing. */
export function fileSource(file: string, mustBeThere: boolean): Source {
  let text: string | undefined;
  try {
    text = readText(file);
  } catch (error) {
    return nothing([{ kind: 'unreadable', where: file, reason: fileTrouble(error) }]);
  }
  if (text === undefined)
    return nothing(
      mustBeThere ? [{ kind: 'unreadable', where: file, reason: 'it does not exist' }] : [],
    );
  let table: Table;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return nothing([{ kind: 'unreadable', where: file, reason: tomlTrouble(error) }]);
  }
  const { strategy, account, ...rest } = table;
  const keys = readKeys(flat(rest, file));
  const strategies = tablesOf('strategy', strategy, file);
  const accounts = tablesOf('account', account, file);
  return {
    values: keys.values,
    strategies: strategies.tables,
    accounts: accounts.tables,
    problems: [...keys.problems, ...strategies.problems, ...accounts.problems],
  };
}

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'LOCKSTEP__';

/** The environment: `LOCKSTEP__SECTION__KEY` and the few names that stand for a key. Empty ones count as not set. */
export function environmentSource(env: Environment): Source {
  const given = Object.entries(env).flatMap(([name, value]): Given => {
    if (value === undefined || value === '') return [];
    const field =
      NAMED_IN_ENVIRONMENT[name] ??
      (name.startsWith(PREFIX)
        ? name.slice(PREFIX.length).toLowerCase().replaceAll('__', '.')
        : undefined);
    return field === undefined ? [] : [{ field, value, where: name }];
  });
  return { ...nothing(), ...readKeys(given) };
}

/** Flags that name keys, as text. */
export function flagSource(
  flags: Readonly<
    Partial<Record<Key, { readonly flag: string; readonly value: string | undefined }>>
  >,
): Source {
  const given = Object.entries(flags).flatMap(
    ([field, { flag, value }]): Given =>
      value === undefined ? [] : [{ field, value, where: flag }],
  );
  return { ...nothing(), ...readKeys(given) };
}
