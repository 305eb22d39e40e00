/** A table in a file: CSV, or a table of an SQLite database, which is opened for reading only. Cells are text as they stand there. */
import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Result } from '../base/result.ts';
import { parseCsv } from './csv.ts';
import { fileTrouble, readText } from './files.ts';

export type TableRow = {
  /** Where it stands: a line of the file, or its number in the table. */
  readonly at: number;
  readonly cells: ReadonlyMap<string, string>;
};

export type TableRead = { readonly columns: readonly string[]; readonly rows: readonly TableRow[] };

export type TableProblem =
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'no_table'; readonly known: readonly string[] }
  | { readonly kind: 'broken'; readonly line: number; readonly reason: string };

const MAGIC = 'SQLite format 3\0';

/** Whether a file is an SQLite database, whatever it is called. */
function isDatabase(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(MAGIC.length);
    readSync(file, head, 0, head.length, 0);
    return head.toString('latin1') === MAGIC;
  } finally {
    closeSync(file);
  }
}

const asText = (cell: unknown): string =>
  typeof cell === 'bigint' || typeof cell === 'number' || typeof cell === 'string'
    ? String(cell)
    : '';

function readDatabase(path: string, wanted: string | undefined): Result<TableRead, TableProblem> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const known = db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
      )
      .all()
      .map((row) => asText(row['name']))
      .sort();
    const table =
      wanted ?? (known.length === 1 ? known[0] : known.find((name) => name === 'trades'));
    if (table === undefined || !known.includes(table))
      return { ok: false, error: { kind: 'no_table', known } };
    const query = db.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`);
    query.setReadBigInts(true);
    const columns = query.columns().map(({ name }) => name);
    const rows = query.all().map((row, index) => ({
      at: index + 1,
      cells: new Map(columns.map((name) => [name, asText(row[name])])),
    }));
    return { ok: true, value: { columns, rows } };
  } finally {
    db.close();
  }
}

/** Reads a whole table. `table` names one of a database; without it the only one, or `trades`. */
export function readTable(path: string, table?: string): Result<TableRead, TableProblem> {
  try {
    if (isDatabase(path)) return readDatabase(path, table);
    const read = parseCsv(readText(path) ?? '');
    if (!read.ok) return { ok: false, error: { kind: 'broken', ...read.error } };
    const { header, rows } = read.value;
    return {
      ok: true,
      value: {
        columns: header,
        rows: rows.map(({ line, cells }) => ({
          at: line,
          cells: new Map(header.map((name, index) => [name, cells[index] ?? ''])),
        })),
      },
    };
  } catch (error) {
    return { ok: false, error: { kind: 'unreadable', reason: fileTrouble(error) } };
  }
}
