/**
 * Rows of another program's table as rows that the engine takes. Every cell is checked; a problem names row, column, what
 * stood there and what is accepted, and one problem keeps the whole table out.
 */
import { type Decimal, gt, parseDecimal, ZERO } from '../base/decimal.ts';
import { MINUTE, type Millis, parseIso } from '../base/time.ts';
import type { ImportRow } from '../domain/import.ts';
import type { ExitReason, Side } from '../domain/shown.ts';
import type { TableRead, TableRow } from '../edge/table-file.ts';
import {
  type ColumnName,
  type ImportMap,
  meaningsOf,
  NEEDED,
  type WordKind,
  wordOf,
} from './import-map.ts';

export type RowProblem = {
  /** Line of the file or number of the row; 0 for the table itself. */
  readonly at: number;
  readonly column: string;
  readonly found: string;
  readonly accepted: string;
};

type Reading = {
  readonly map: ImportMap;
  readonly row: TableRow;
  readonly problems: RowProblem[];
};

const columnOf = (map: ImportMap, name: ColumnName): string => map.columns.get(name) ?? name;

const cellOf = ({ map, row }: Reading, name: ColumnName): string => {
  const cell = (row.cells.get(columnOf(map, name)) ?? '').trim();
  return /^(null|none|nan)$/i.test(cell) ? '' : cell;
};

function wrong(reading: Reading, name: ColumnName, accepted: string): undefined {
  const found = cellOf(reading, name);
  reading.problems.push({
    at: reading.row.at,
    column: columnOf(reading.map, name),
    found: found === '' ? 'nothing' : found.slice(0, 60),
    accepted,
  });
  return undefined;
}

function textIn(reading: Reading, name: ColumnName): string {
  const cell = cellOf(reading, name);
  const fits = /^[^\p{Cc}]{1,64}$/u.test(cell);
  return fits ? cell : (wrong(reading, name, '1 to 64 characters') ?? '');
}

/** A decimal above 0; null where the cell is empty, or 0 where that means none. */
function decimalIn(reading: Reading, name: ColumnName): Decimal | null {
  const cell = cellOf(reading, name);
  if (cell === '') return null;
  const value = parseDecimal(cell);
  if (value === undefined || (!gt(value, ZERO) && value !== ZERO)) {
    wrong(reading, name, 'a decimal above 0, such as 64210.5');
    return null;
  }
  return value === ZERO ? null : value;
}

function neededDecimal(reading: Reading, name: ColumnName): Decimal {
  const before = reading.problems.length;
  const value = decimalIn(reading, name);
  if (value === null && reading.problems.length === before)
    wrong(reading, name, 'a decimal above 0, such as 64210.5');
  return value ?? ZERO;
}

function signedIn(reading: Reading, name: ColumnName): Decimal | null {
  const cell = cellOf(reading, name);
  if (cell === '') return null;
  return parseDecimal(cell) ?? wrong(reading, name, 'a decimal, such as -12.5') ?? null;
}

const STAMP =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,9}))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;

/** A moment as programs write them: ISO with or without zone, or seconds, milliseconds or microseconds since 1970. */
export function momentOf(text: string, offsetMinutes: number): Millis | undefined {
  if (/^\d{10}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1_000);
  if (/^\d{13}$/.test(text)) return Number(text);
  if (/^\d{16}$/.test(text)) return Math.floor(Number(text) / 1_000);
  const [whole, day, clock, seconds = ':00', fraction = '', zone] = STAMP.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const at = parseIso(
    `${day ?? ''}T${clock ?? ''}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`,
  );
  if (at === undefined) return undefined;
  const [, side, hours, minutes] = /([+-])(\d{2}):?(\d{2})/.exec(zone ?? '') ?? [];
  const ahead =
    zone === undefined
      ? offsetMinutes
      : (side === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  return at - ahead * MINUTE;
}

function momentIn(reading: Reading, name: ColumnName): Millis {
  const at = momentOf(cellOf(reading, name), reading.map.offsetMinutes);
  return (
    at ??
    wrong(reading, name, 'a time such as 2026-01-31T14:00:00Z, or milliseconds since 1970') ??
    0
  );
}

function wordIn(reading: Reading, name: WordKind): string | undefined {
  const meaning = reading.map.words[name].get(wordOf(cellOf(reading, name)));
  if (meaning !== undefined) return meaning;
  const accepted = `${meaningsOf(name).join(', ')}; other words under [words.${name}] of the map`;
  return wrong(reading, name, accepted);
}

const mapped = (names: ReadonlyMap<string, string>, name: string): string =>
  names.get(name) ?? name;

/** Whether the table says that a row is open: by its status, else by having no end. */
function isOpen(reading: Reading): boolean {
  if (reading.row.cells.has(columnOf(reading.map, 'status')) && cellOf(reading, 'status') !== '')
    return wordIn(reading, 'status') === 'open';
  return cellOf(reading, 'exit_time') === '';
}

function exitIn(reading: Reading, openedAt: Millis): ImportRow['exit'] {
  if (isOpen(reading)) return null;
  const at = momentIn(reading, 'exit_time');
  if (at < openedAt) wrong(reading, 'exit_time', 'a time not before the entry');
  return {
    price: neededDecimal(reading, 'exit_price'),
    at,
    reason: (wordIn(reading, 'exit_reason') ?? 'external_close') as ExitReason,
  };
}

function rowOf(reading: Reading): ImportRow {
  const { map } = reading;
  const openedAt = momentIn(reading, 'entry_time');
  return {
    row: textIn(reading, 'id'),
    strategy: mapped(map.strategies, textIn(reading, 'strategy')),
    instrument: mapped(map.instruments, textIn(reading, 'instrument')),
    direction: (wordIn(reading, 'side') ?? 'long') as Side,
    amount: neededDecimal(reading, 'amount'),
    entryPrice: neededDecimal(reading, 'entry_price'),
    openedAt,
    stopLoss: decimalIn(reading, 'stop_loss'),
    takeProfit: decimalIn(reading, 'take_profit'),
    exit: exitIn(reading, openedAt),
    told: signedIn(reading, 'pnl'),
  };
}

/** All rows, and all that is wrong with them. */
export function readRows(
  table: TableRead,
  map: ImportMap,
): { readonly rows: readonly ImportRow[]; readonly problems: readonly RowProblem[] } {
  const missing = NEEDED.map((name) => columnOf(map, name)).filter(
    (column) => !table.columns.includes(column),
  );
  if (missing.length > 0) {
    const accepted = `one of ${table.columns.join(', ')}, named under [columns] of the map`;
    return {
      rows: [],
      problems: missing.map((column) => ({ at: 0, column, found: 'no such column', accepted })),
    };
  }
  const problems: RowProblem[] = [];
  const rows = table.rows.map((row) => rowOf({ map, row, problems }));
  const seen = new Map<string, number>();
  for (const [index, { row }] of rows.entries()) {
    const at = table.rows[index]?.at ?? 0;
    const before = seen.get(row);
    if (before === undefined) seen.set(row, at);
    else
      problems.push({
        at,
        column: columnOf(map, 'id'),
        found: row,
        accepted: `an id of its own; ${before} has the same`,
      });
  }
  return { rows, problems };
}

/** Rows that go to the engine together: closed ones by time, then open ones, of which those of one instrument and side belong together. */
export function partsOf(
  rows: readonly ImportRow[],
  most: number,
): readonly (readonly ImportRow[])[] {
  const byTime = [...rows].sort((a, b) => a.openedAt - b.openedAt);
  const closed = byTime.filter(({ exit }) => exit !== null);
  const parts: ImportRow[][] = [];
  for (let from = 0; from < closed.length; from += most)
    parts.push(closed.slice(from, from + most));
  const open = byTime.filter(({ exit }) => exit === null);
  const groups = Map.groupBy(open, ({ instrument, direction }) => `${instrument}/${direction}`);
  return [...parts, ...groups.values()];
}
