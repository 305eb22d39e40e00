/** The verb `report`: a check's report by its id or the newest, or the report of a day or a period, in words, as JSON or as a page. */
import { fileTrouble, writeFile } from '../../edge/files.ts';
import { dailyDocument } from '../../wire/daily-document.ts';
import type { DailyAnswer, DocSection, Tone } from '../../wire/daily-shape.ts';
import { dailyHtml } from '../../wire/daily-html.ts';
import { text } from '../../words/text.ts';
import { about, theEngine } from '../cli-engine.ts';
import {
  type Cell,
  type Colour,
  type Io,
  inJson,
  inWords,
  type LookFlags,
  plain,
  printTable,
} from '../cli-io.ts';
import { EXIT, type ExitCode, Refused } from '../exit-codes.ts';
import { showReport } from './checks.ts';

export type ReportFlags = LookFlags & {
  readonly day?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly html?: string | undefined;
  readonly rows?: boolean | undefined;
};

const COLOURS: Readonly<Record<Tone, Colour | null>> = {
  good: 'green',
  warn: 'yellow',
  bad: 'red',
  plain: null,
};

const cellOf = ({ text: words, tone }: { readonly text: string; readonly tone: Tone }): Cell => {
  const colour = COLOURS[tone];
  return colour === null ? words : { text: words, colour };
};

const painted = (io: Io, cell: Cell): string =>
  typeof cell === 'string' ? plain(cell) : io.paint(cell.colour, plain(cell.text));

function printSection(io: Io, section: DocSection): void {
  io.line();
  io.line(io.paint('bold', section.title));
  const width = Math.max(0, ...section.pairs.map(({ label }) => label.length));
  for (const { label, cell } of section.pairs)
    io.line(`  ${label.padEnd(width)}  ${painted(io, cellOf(cell))}`);
  for (const { heads, right, rows } of section.tables) {
    if (rows.length === 0) continue;
    printTable(io, { heads, right, rows: rows.map((cells) => cells.map(cellOf)) });
  }
  for (const { title, tone, lines } of section.blocks) {
    io.line(`  ${painted(io, cellOf({ text: title, tone }))}`);
    for (const line of lines) io.line(`    ${plain(line)}`);
  }
  for (const note of section.notes) io.line(`  ${io.paint('dim', plain(note))}`);
}

function printDaily(io: Io, answer: DailyAnswer): void {
  const { title, head, verdict, sections } = dailyDocument(io.lang, answer);
  io.line(io.paint('bold', title));
  for (const { label, cell } of head) io.line(`  ${label}: ${painted(io, cellOf(cell))}`);
  for (const cell of verdict) io.line(`  ${painted(io, cellOf(cell))}`);
  for (const section of sections) printSection(io, section);
}

/** Where the API has what the flags ask for; null when they ask for a check's report. */
function addressOf(
  io: Io,
  id: string | undefined,
  { day, from, to, rows }: ReportFlags,
): string | null {
  const period = from !== undefined || to !== undefined;
  if (day === undefined && !period) return null;
  if (
    id !== undefined ||
    (day !== undefined && period) ||
    (period && (from === undefined || to === undefined))
  )
    throw new Refused(EXIT.usage, text(io.lang, 'cli.report_one'));
  const query = new URLSearchParams({
    ...(day === undefined ? { from: from ?? '', to: to ?? '' } : {}),
    ...(rows === true ? { rows: 'true' } : {}),
  });
  const path = day === undefined ? 'period' : `daily/${encodeURIComponent(day)}`;
  return `/reports/${path}${query.size === 0 ? '' : `?${query}`}`;
}

function writePage(io: Io, file: string, html: string): void {
  try {
    writeFile(file, html);
  } catch (error) {
    const values = { file, reason: fileTrouble(error) };
    throw new Refused(EXIT.error, text(io.lang, 'cli.report_unwritable', values));
  }
}

/** `report [ID]`, `report --day DAY`, `report --from TIME --to TIME`; the latter two with `--rows` or without. */
export async function report(
  io: Io,
  id: string | undefined,
  flags: ReportFlags,
): Promise<ExitCode> {
  const address = addressOf(io, id, flags);
  if (address === null) {
    if (flags.html !== undefined || flags.rows === true) {
      const option = flags.html === undefined ? '--rows' : '--html';
      throw new Refused(EXIT.usage, text(io.lang, 'cli.report_needs_day', { option }));
    }
    return showReport(io, id, flags);
  }
  const answer = await theEngine(io, flags).get<DailyAnswer>(about(address, flags));
  if (flags.html !== undefined) {
    writePage(io, flags.html, dailyHtml(dailyDocument(io.lang, answer)));
    return inWords(io, text(io.lang, 'cli.report_written', { file: flags.html }));
  }
  if (flags.json === true) return inJson(io, answer);
  printDaily(io, answer);
  return EXIT.fine;
}
