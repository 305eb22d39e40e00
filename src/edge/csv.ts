/**
 * Tables as text (RFC 4180): quoted cells may hold the separator, line ends and doubled quotes; the separator is a comma,
 * semicolon or tab, whichever the first line has most of. Every row has as many cells as the first one.
 */
import type { Result } from '../base/result.ts';

export type CsvTable = {
  readonly header: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
};

export type CsvProblem = { readonly line: number; readonly reason: string };

const SEPARATORS = [',', ';', '\t'] as const;

/** The separator that the first line has most of. */
function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const count = (separator: string): number => first.split(separator).length;
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

type Cursor = { readonly text: string; readonly separator: string; at: number; line: number };

/** A quoted cell from its first quote on; null when it has no end. */
function quoted(cursor: Cursor): string | null {
  const { text } = cursor;
  let cell = '';
  for (let at = cursor.at + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\n') cursor.line++;
    if (char !== '"') cell += char;
    else if (text.charAt(at + 1) === '"') {
      cell += '"';
      at++;
    } else {
      cursor.at = at + 1;
      return cell;
    }
  }
  return null;
}

function bare(cursor: Cursor): string {
  const { text, separator } = cursor;
  const from = cursor.at;
  while (cursor.at < text.length) {
    const char = text.charAt(cursor.at);
    if (char === separator || char === '\n' || char === '\r') break;
    cursor.at++;
  }
  return text.slice(from, cursor.at);
}

/** Steps over a line end; false where there is none. */
function lineEnd(cursor: Cursor): boolean {
  const { text } = cursor;
  const length = text.startsWith('\r\n', cursor.at)
    ? 2
    : /[\r\n]/.test(text.charAt(cursor.at))
      ? 1
      : 0;
  cursor.at += length;
  if (length > 0) cursor.line++;
  return length > 0;
}

/** One record; a problem where a quoted cell has no end or is followed by more. */
function record(cursor: Cursor): Result<readonly string[], CsvProblem> {
  const cells: string[] = [];
  const { line } = cursor;
  for (;;) {
    const cell = cursor.text.charAt(cursor.at) === '"' ? quoted(cursor) : bare(cursor);
    if (cell === null)
      return { ok: false, error: { line, reason: 'a quote that is never closed' } };
    cells.push(cell);
    if (cursor.text.charAt(cursor.at) === cursor.separator) cursor.at++;
    else if (cursor.at >= cursor.text.length || lineEnd(cursor)) return { ok: true, value: cells };
    else return { ok: false, error: { line, reason: 'text behind a closing quote' } };
  }
}

/** Reads a table; empty lines are passed over. */
export function parseCsv(content: string): Result<CsvTable, CsvProblem> {
  const text = content.replace(/^\uFEFF/, '');
  const cursor: Cursor = { text, separator: separatorOf(text), at: 0, line: 1 };
  let header: readonly string[] | undefined;
  const rows: CsvTable['rows'][number][] = [];
  while (cursor.at < text.length) {
    const { line } = cursor;
    if (lineEnd(cursor)) continue;
    const read = record(cursor);
    if (!read.ok) return read;
    if (header === undefined) header = read.value.map((name) => name.trim());
    else if (read.value.length !== header.length) {
      const reason = `${read.value.length} cells where the first line has ${header.length}`;
      return { ok: false, error: { line, reason } };
    } else rows.push({ line, cells: read.value });
  }
  if (header === undefined) return { ok: false, error: { line: 1, reason: 'no line at all' } };
  return { ok: true, value: { header, rows } };
}
