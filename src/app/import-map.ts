/**
 * How the columns of another program's table are called and what its words mean: a TOML file, checked key by key. Without
 * one the names are those of a common table (`COLUMNS`) and the words the usual ones (`WORDS`).
 */
import { parse, TomlError } from 'smol-toml';
import { nearest } from '../base/nearest.ts';
import type { ExitReason } from '../domain/shown.ts';
import { fileTrouble, readText } from '../edge/files.ts';
import { isTable, shown, tomlTrouble } from './config-sources.ts';

/** What a row needs, with the column that is looked for where the map names none. */
export const COLUMNS = {
  id: 'id',
  strategy: 'strategyName',
  instrument: 'instrument',
  side: 'side',
  amount: 'amount',
  entry_price: 'entryPrice',
  entry_time: 'entryTime',
  exit_price: 'exitPrice',
  exit_time: 'exitTime',
  exit_reason: 'exitReason',
  stop_loss: 'stopLoss',
  take_profit: 'takeProfit',
  pnl: 'pnl',
  status: 'status',
} as const;

export type ColumnName = keyof typeof COLUMNS;

/** Columns without which no row can be read. */
export const NEEDED = [
  'id',
  'strategy',
  'instrument',
  'side',
  'amount',
  'entry_price',
  'entry_time',
] as const satisfies readonly ColumnName[];

const EXIT_WORDS: Readonly<Record<ExitReason, readonly string[]>> = {
  tp_hit: ['tp', 'tp_hit', 'target', 'take_profit', 'takeprofit'],
  sl_hit: ['sl', 'sl_hit', 'stop', 'stop_loss', 'stoploss', 'trailing_stop'],
  strategy_exit: ['exit', 'signal', 'strategy', 'strategy_exit', 'exit_signal', 'roi'],
  strategy_stop: ['strategy_stop', 'timeout', 'time_exit'],
  operator_close: ['manual', 'operator', 'operator_close', 'force_exit', 'user'],
  kill_switch: ['kill', 'kill_switch', 'emergency', 'emergency_exit'],
  external_close: ['', 'external', 'external_close', 'unknown', 'other'],
  liquidation: ['liquidation', 'liquidated'],
  delivery: ['delivery', 'expiry', 'expired', 'settlement'],
  ghost_trade_cleanup: ['ghost', 'ghost_trade_cleanup', 'cleanup', 'sync'],
  handed_back: ['handed_back'],
};

const byWord = (table: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(table).flatMap(([meaning, words]) => words.map((word) => [word, meaning])),
  );

/** The usual words; a map adds to them. Compared in small letters, with `_` for all that is no letter or digit. */
const WORDS = {
  side: byWord({ long: ['long', 'buy', 'b'], short: ['short', 'sell', 's'] }),
  status: byWord({
    open: ['open', 'opened', 'active', 'running', 'true', '1'],
    closed: ['closed', 'close', 'done', 'filled', 'exited', 'false', '0'],
  }),
  exit_reason: byWord(EXIT_WORDS),
} as const;

export type WordKind = keyof typeof WORDS;

/** A word as it is compared. */
export const wordOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');

export type ImportMap = {
  /** Names the table in the books; rows are known by it and their id. */
  readonly source: string | undefined;
  /** The table of a database. */
  readonly table: string | undefined;
  /** Minutes that times without a zone are ahead of UTC. */
  readonly offsetMinutes: number;
  readonly columns: ReadonlyMap<ColumnName, string>;
  readonly words: Readonly<Record<WordKind, ReadonlyMap<string, string>>>;
  readonly strategies: ReadonlyMap<string, string>;
  readonly instruments: ReadonlyMap<string, string>;
};

export const USUAL_MAP: ImportMap = {
  source: undefined,
  table: undefined,
  offsetMinutes: 0,
  columns: new Map(Object.entries(COLUMNS) as [ColumnName, string][]),
  words: WORDS,
  strategies: new Map(),
  instruments: new Map(),
};

/** What a word of a kind may mean. */
export const meaningsOf = (kind: WordKind): readonly string[] => [...new Set(WORDS[kind].values())];

/** One thing that is wrong with a map: the key, what it held, what is accepted. */
export type MapProblem = {
  readonly field: string;
  readonly found: string;
  readonly accepted: string;
};

const SECTIONS = ['source', 'table', 'timezone', 'columns', 'words', 'strategies', 'instruments'];

type Pairs = readonly (readonly [string, string])[];

/** The text values under a heading. */
function pairs(field: string, value: unknown, problems: MapProblem[]): Pairs {
  if (value === undefined) return [];
  if (!isTable(value)) {
    problems.push({ field, found: shown(value), accepted: `a table, headed [${field}]` });
    return [];
  }
  return Object.entries(value).flatMap(([name, inner]) => {
    if (typeof inner === 'string') return [[name, inner] as const];
    problems.push({ field: `${field}.${name}`, found: shown(inner), accepted: 'a text in quotes' });
    return [];
  });
}

const ZONE = /^(?:UTC|Z|([+-])(\d{2}):(\d{2}))$/;

function zoneOf(value: unknown, problems: MapProblem[]): number {
  if (value === undefined) return 0;
  const [whole, side, hours, minutes] = ZONE.exec(typeof value === 'string' ? value : '') ?? [];
  if (whole === undefined)
    problems.push({
      field: 'timezone',
      found: shown(value),
      accepted: '"UTC", or hours ahead of it such as "+01:00"',
    });
  const ahead = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return side === '-' ? -ahead : ahead;
}

function textOf(field: string, value: unknown, problems: MapProblem[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[\w.-]{1,40}$/.test(value)) return value;
  const accepted = '1 to 40 letters, digits, "_", "-" and "."';
  problems.push({ field, found: shown(value), accepted });
  return undefined;
}

function columnsOf(value: unknown, problems: MapProblem[]): ImportMap['columns'] {
  const columns = new Map(USUAL_MAP.columns);
  const names = Object.keys(COLUMNS);
  for (const [name, column] of pairs('columns', value, problems)) {
    if (names.includes(name)) columns.set(name as ColumnName, column);
    else
      problems.push({
        field: `columns.${name}`,
        found: shown(column),
        accepted: nearest(name, names) ?? names.join(', '),
      });
  }
  return columns;
}

function wordsOf(value: unknown, problems: MapProblem[]): ImportMap['words'] {
  const given = isTable(value) ? value : {};
  const kinds = Object.keys(WORDS) as WordKind[];
  for (const name of Object.keys(given))
    if (!kinds.includes(name as WordKind))
      problems.push({ field: `words.${name}`, found: name, accepted: kinds.join(', ') });
  const of = (kind: WordKind): ReadonlyMap<string, string> => {
    const words = new Map(WORDS[kind]);
    for (const [word, meaning] of pairs(`words.${kind}`, given[kind], problems)) {
      const field = `words.${kind}.${word}`;
      if (meaningsOf(kind).includes(meaning)) words.set(wordOf(word), meaning);
      else problems.push({ field, found: meaning, accepted: meaningsOf(kind).join(', ') });
    }
    return words;
  };
  return { side: of('side'), status: of('status'), exit_reason: of('exit_reason') };
}

/** Reads a map from TOML text. Every problem is told. */
export function parseMap(text: string): {
  readonly map: ImportMap;
  readonly problems: readonly MapProblem[];
} {
  const problems: MapProblem[] = [];
  let read: Readonly<Record<string, unknown>>;
  try {
    read = parse(text);
  } catch (error) {
    const found = error instanceof TomlError ? tomlTrouble(error) : String(error);
    return { map: USUAL_MAP, problems: [{ field: '', found, accepted: 'a TOML file' }] };
  }
  for (const name of Object.keys(read))
    if (!SECTIONS.includes(name))
      problems.push({
        field: name,
        found: shown(read[name]),
        accepted: nearest(name, SECTIONS) ?? SECTIONS.join(', '),
      });
  const map: ImportMap = {
    source: textOf('source', read['source'], problems),
    table: typeof read['table'] === 'string' ? read['table'] : undefined,
    offsetMinutes: zoneOf(read['timezone'], problems),
    columns: columnsOf(read['columns'], problems),
    words: wordsOf(read['words'], problems),
    strategies: new Map(pairs('strategies', read['strategies'], problems)),
    instruments: new Map(pairs('instruments', read['instruments'], problems)),
  };
  return { map, problems };
}

/** Reads the map of a file. */
export function readMap(file: string): ReturnType<typeof parseMap> {
  try {
    const text = readText(file);
    if (text !== undefined) return parseMap(text);
    const problem = { field: file, found: 'no such file', accepted: 'a TOML file' };
    return { map: USUAL_MAP, problems: [problem] };
  } catch (error) {
    const problem = { field: file, found: fileTrouble(error), accepted: 'a TOML file' };
    return { map: USUAL_MAP, problems: [problem] };
  }
}
