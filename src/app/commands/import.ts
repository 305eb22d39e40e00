/**
 * `import FILE`: another program's table of trades goes into the books. The whole table is checked first and one wrong cell
 * keeps it out; then its rows go to the engine in parts, with what has been done shown as it goes on.
 */
import { fullPath } from '../../edge/files.ts';
import { readTable, type TableProblem } from '../../edge/table-file.ts';
import { isoTime } from '../../base/time.ts';
import { IMPORT_ROWS, type ImportRow } from '../../domain/import.ts';
import type { CommandAnswer } from '../../wire/requests.ts';
import { formatCount } from '../../words/format.ts';
import { retold } from '../../words/said.ts';
import { hasText, sentence, text } from '../../words/text.ts';
import { type Engine, theEngine } from '../cli-engine.ts';
import { type Io, type LookFlags, plain, printJson } from '../cli-io.ts';
import { EXIT, type ExitCode, Refused } from '../exit-codes.ts';
import { type ImportMap, readMap, USUAL_MAP } from '../import-map.ts';
import { partsOf, readRows } from '../import-rows.ts';

export type ImportFlags = LookFlags & {
  readonly map?: string | undefined;
  readonly table?: string | undefined;
  readonly source?: string | undefined;
  readonly dryRun?: boolean | undefined;
};

/** Problems that are told at once; the rest is counted. */
const TOLD = 20;
/** Rows of which more is said than their number, likewise. */
const SHOWN = 40;

/** Ends the verb with a list of what is wrong. */
function refuseAll(io: Io, heading: string, lines: readonly string[]): never {
  const more = lines.length - TOLD;
  const rest = more > 0 ? [text(io.lang, 'cli.import.more', { n: more })] : [];
  const told = [heading, ...lines.slice(0, TOLD).map((line) => `  ${line}`), ...rest];
  throw new Refused(EXIT.error, told.map(plain).join('\n'));
}

function mapOf(io: Io, file: string | undefined): ImportMap {
  if (file === undefined) return USUAL_MAP;
  const { map, problems } = readMap(fullPath(file));
  if (problems.length === 0) return map;
  return refuseAll(
    io,
    text(io.lang, 'cli.import.bad_map', { file }),
    problems.map((problem) => text(io.lang, 'error.setting', problem)),
  );
}

function tableWords(io: Io, file: string, problem: TableProblem): string {
  switch (problem.kind) {
    case 'unreadable':
      return text(io.lang, 'cli.import.unreadable', { file, reason: problem.reason });
    case 'no_table':
      return text(io.lang, 'cli.import.no_table', { file, known: problem.known.join(', ') });
    case 'broken':
      return text(io.lang, 'cli.import.broken', {
        file,
        line: String(problem.line),
        reason: problem.reason,
      });
  }
}

/** The table's rows; ends the verb where anything of it is wrong. */
function rowsOf(io: Io, file: string, map: ImportMap): readonly ImportRow[] {
  const read = readTable(fullPath(file), map.table);
  if (!read.ok) throw new Refused(EXIT.error, plain(tableWords(io, file, read.error)));
  const { rows, problems } = readRows(read.value, map);
  if (problems.length > 0)
    refuseAll(
      io,
      text(io.lang, 'cli.import.bad_rows', { file, n: problems.length }),
      problems.map(({ at, ...problem }) =>
        text(io.lang, 'cli.import.problem', { at: String(at), ...problem }),
      ),
    );
  if (rows.length === 0) throw new Refused(EXIT.error, text(io.lang, 'cli.import.empty', { file }));
  return rows;
}

const onWire = ({ exit, openedAt, ...row }: ImportRow): object => ({
  ...row,
  openedAt: isoTime(openedAt),
  exit: exit === null ? null : { ...exit, at: isoTime(exit.at) },
});

type Step = CommandAnswer['plan']['steps'][number];

/** Sends one part. Every row is answered for; no answer at all means that the engine still reads. */
async function send(io: Io, engine: Engine, body: object): Promise<readonly Step[]> {
  const { plan } = await engine.post<Pick<CommandAnswer, 'plan'>>('/import', body);
  if (plan.steps.length === 0) throw new Refused(EXIT.error, text(io.lang, 'cli.import.slow'));
  return plan.steps;
}

/** What became of rows, in the order in which a person wants to read it. */
const OUTCOMES = ['proved', 'told', 'adopted', 'ended', 'unknown', 'left', 'later', 'known'];
/** Outcomes of which each row is worth a line. */
const TELLING: ReadonlySet<string> = new Set(['adopted', 'ended', 'unknown', 'left', 'later']);

function printOutcome(io: Io, steps: readonly Step[]): void {
  for (const outcome of OUTCOMES) {
    const n = steps.filter(({ action }) => action === outcome).length;
    const key = `cli.import.${outcome}`;
    if (n > 0 && hasText(key))
      io.line(`${formatCount(io.lang, n).padStart(7)}  ${sentence(io.lang, key, { n })}`);
  }
  const worth = steps.filter(
    ({ action, text: said }) => TELLING.has(action) || said.includes('the table says'),
  );
  if (worth.length > 0) io.line();
  for (const { text: said } of worth.slice(0, SHOWN)) io.line(`  ${plain(retold(io.lang, said))}`);
  if (worth.length > SHOWN)
    io.line(`  ${text(io.lang, 'cli.import.more', { n: worth.length - SHOWN })}`);
}

/** `import FILE`. */
export async function importTable(io: Io, file: string, flags: ImportFlags): Promise<ExitCode> {
  const read = mapOf(io, flags.map);
  const map = flags.table === undefined ? read : { ...read, table: flags.table };
  const source = flags.source ?? map.source;
  if (source === undefined) throw new Refused(EXIT.usage, text(io.lang, 'cli.import.no_source'));
  const rows = rowsOf(io, file, map);
  const engine = theEngine(io, flags);
  const { account, dryRun = false } = flags;
  const parts = partsOf(rows, IMPORT_ROWS);
  const steps: Step[] = [];
  for (const part of parts) {
    const body = {
      source,
      dryRun,
      rows: part.map(onWire),
      ...(account === undefined ? {} : { account }),
    };
    steps.push(...(await send(io, engine, body)));
    if (io.errIsTerminal && parts.length > 1)
      io.err(`\r${text(io.lang, 'cli.import.progress', { n: steps.length, of: rows.length })} `);
  }
  if (io.errIsTerminal && parts.length > 1) io.err('\n');
  if (flags.json === true) printJson(io, { source, dryRun, rows: rows.length, steps });
  else {
    io.line(text(io.lang, dryRun ? 'cli.import.would' : 'cli.import.done', { source }));
    printOutcome(io, steps);
  }
  const asks = steps.some(({ action }) => action === 'unknown' || action === 'left');
  return asks ? EXIT.breaksOpen : EXIT.fine;
}
