/**
 * What the command line prints: plain text, in colour on a terminal only. Texts that came from outside (labels, reasons) are
 * stripped of control characters, so that no exchange and no person can steer the terminal.
 */
import { parseIso } from '../base/time.ts';
import { formatDateTime, type Lang, NONE } from '../words/format.ts';
import type { Environment } from './config-sources.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

export type World = {
  readonly env: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
};

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export type Io = World & {
  readonly lang: Lang;
  readonly line: (text?: string) => void;
  readonly paint: (colour: Colour, text: string) => string;
};

const CODES: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

const wantsColour = ({ env, outIsTerminal }: World): boolean =>
  outIsTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

/** A text without control characters. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '·');

/** The printing end of a world, in a language. */
export function createIo(world: World, lang: Lang): Io {
  const coloured = wantsColour(world);
  return {
    ...world,
    lang,
    line: (text = '') => world.out(`${text}\n`),
    paint: (colour, text) =>
      coloured && text !== '' ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text,
  };
}

/** Prints an answer as it came, for scripts. */
export const printJson = (io: Io, body: unknown): void => io.line(JSON.stringify(body, null, 2));

/** How a person names the engine that is meant. */
export type Whereabouts = { readonly data?: string | undefined };

/** Flags of the verbs that look. */
export type LookFlags = Whereabouts & {
  readonly json?: boolean | undefined;
  /** One account by its id; without it all are meant. */
  readonly account?: string | undefined;
};

/** Ends a verb with its answer as JSON. */
export function inJson(io: Io, body: unknown, code: ExitCode = EXIT.fine): ExitCode {
  printJson(io, body);
  return code;
}

/** Ends a verb with one sentence. */
export function inWords(io: Io, words: string): ExitCode {
  io.line(words);
  return EXIT.fine;
}

/** A moment on the clock of UTC; a dash where there is none. */
export function timeOf(io: Io, iso: string | null): string {
  const at = iso === null ? undefined : parseIso(iso);
  return at === undefined ? NONE : formatDateTime(io.lang, at, { offsetMinutes: 0 });
}

/** A cell: its text and, on a terminal, its colour. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

export type TableText = {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns with numbers, which stand to the right. */
  readonly right?: readonly number[];
};

const textOf = (cell: Cell): string => plain(typeof cell === 'string' ? cell : cell.text);
/** In code points: the texts of tables hold no composed characters. */
const widthOf = (text: string): number => Array.from(text).length;

/** Prints rows in columns under their heads. */
export function printTable(io: Io, { heads, rows, right = [] }: TableText): void {
  const titles = heads.map((head) => head.toUpperCase());
  const widths = titles.map((head, column) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(textOf(row[column] ?? '')))),
  );
  const laid = (cells: readonly Cell[], colour?: Colour): string =>
    cells
      .map((cell, column) => {
        const text = textOf(cell);
        const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
        const shade = colour ?? (typeof cell === 'string' ? undefined : cell.colour);
        const painted = shade === undefined ? text : io.paint(shade, text);
        return right.includes(column) ? gap + painted : painted + gap;
      })
      .join('  ')
      .trimEnd();
  io.line(laid(titles, 'dim'));
  for (const row of rows) io.line(laid(row));
}
