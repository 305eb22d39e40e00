/** The verbs that look at the books themselves: breaks, report, journal, and a new login link. */
import type { Fact } from '../../domain/fact.ts';
import type { Break, BreakAction, Report } from '../../domain/shown.ts';
import type { Page, StatusAnswer } from '../../wire/requests.ts';
import { NONE } from '../../words/format.ts';
import { retold } from '../../words/said.ts';
import { sentence, text } from '../../words/text.ts';
import { about, theEngine } from '../cli-engine.ts';
import {
  type Io,
  inJson,
  inWords,
  type LookFlags,
  plain,
  printJson,
  printTable,
  timeOf,
} from '../cli-io.ts';
import { EXIT, type ExitCode, Refused } from '../exit-codes.ts';

/** Ids go into addresses. */
const inPath = (id: string): string => encodeURIComponent(id);

/** Who has a difference, what a person has decided and is owed, and how it ended before. */
function printStory(io: Io, { owner, resolution, history = [] }: Break): void {
  if (owner !== null) io.line(`  ${text(io.lang, 'cli.break_owner', { by: plain(owner) })}`);
  const utc = (at: string): string => `${timeOf(io, at)} UTC`;
  if (resolution !== null) {
    const action = text(io.lang, `action.${resolution.action as BreakAction}`);
    const { by, reason } = resolution;
    io.line(`  ${plain(text(io.lang, 'cli.break_owed', { action, by, reason }))}`);
  }
  for (const { action, life, by, reason, at, undone } of history) {
    const how = text(
      io.lang,
      action === 'auto' || action === 'accept' ? `life.${life}` : `action.${action}`,
    );
    const before = { life: how, by, reason, time: utc(at) };
    io.line(`  ${plain(text(io.lang, 'cli.break_before', before))}`);
    if (undone === undefined) continue;
    const back = { by: undone.by, reason: undone.reason, time: utc(undone.at) };
    io.line(`    ${plain(text(io.lang, 'cli.break_undone', back))}`);
  }
}

/** Differences with what may be decided about them. */
export function printBreaks(io: Io, breaks: readonly Break[]): void {
  for (const found of breaks) {
    const { id, kind, life, instrument, books, exchange, timesSeen, who, options } = found;
    const hand = who === null ? '' : ` · ${text(io.lang, `closed_by.${who}`)}`;
    io.line(
      `${io.paint('bold', plain(id))}  ${text(io.lang, `break.${kind}`)}  ${plain(instrument)}  ${io.paint('yellow', text(io.lang, `life.${life}`))}`,
    );
    io.line(
      `  ${plain(text(io.lang, 'cli.break_sides', { books: retold(io.lang, books), exchange: retold(io.lang, exchange), times: timesSeen }))}${hand}`,
    );
    printStory(io, found);
    if (options.length > 0)
      io.line(
        `  lockstep resolve ${plain(id)} ${options.map(({ action }) => OPTION_OF[action]).join(' | ')} --reason …`,
      );
  }
}

const OPTION_OF = {
  adopt: '--adopt STRATEGY',
  by_hand: '--by-hand',
  flatten: '--flatten',
  accept: '--accept',
  enter: '--enter PRICE',
} as const;

/** `breaks`: those that still stand; exit code 8 when there are any. */
export async function showBreaks(io: Io, flags: LookFlags): Promise<ExitCode> {
  const page = await theEngine(io, flags).get<Page<Break>>(
    about('/breaks?open=true&limit=500', flags),
  );
  const code = page.items.length === 0 ? EXIT.fine : EXIT.breaksOpen;
  if (flags.json === true) return inJson(io, page, code);
  if (page.items.length === 0) io.line(text(io.lang, 'cli.no_breaks'));
  else printBreaks(io, page.items);
  return code;
}

/** One report in words. */
export function printReport(io: Io, report: Report): void {
  const { id, trigger, finishedAt, complete, ok, breaks, coverage, verdicts, problem } = report;
  const result = !complete
    ? text(io.lang, 'report.incomplete')
    : breaks.length === 0
      ? text(io.lang, 'report.ok')
      : text(io.lang, 'report.breaks', { n: breaks.length });
  io.line(
    `${io.paint('bold', plain(id))}  ${timeOf(io, finishedAt)} UTC  ${text(io.lang, `trigger.${trigger}`)}`,
  );
  io.line(
    `  ${io.paint(ok ? 'green' : 'yellow', result)}${problem === null ? '' : ` ${plain(retold(io.lang, problem))}`}`,
  );
  const covered = PARTS.map(
    (part) => `${text(io.lang, `coverage.${part}`)} ${COVERED[coverage[part]]}`,
  );
  io.line(`  ${covered.join(' · ')}`);
  for (const { strategy, instrument, verdict, action } of verdicts) {
    io.line(
      `  ${plain(strategy ?? NONE)}  ${plain(instrument)}  ${text(io.lang, `verdict.${verdict}`)}  ${plain(action)}`,
    );
  }
}

const PARTS = [
  'orders',
  'positions',
  'fills',
  'fees',
  'funding',
  'balance',
] as const satisfies readonly (keyof Report['coverage'])[];
const COVERED = { ok: '✓', difference: '✗', unknown: '?' } as const;

/** `report [ID]`: the newest one when no id is given. */
export async function showReport(
  io: Io,
  id: string | undefined,
  flags: LookFlags,
): Promise<ExitCode> {
  const engine = theEngine(io, flags);
  const report =
    id === undefined
      ? (await engine.get<Page<Report>>(about('/reports?limit=1', flags))).items[0]
      : await engine.get<Report>(`/reports/${inPath(id)}`);
  if (report === undefined) return inWords(io, text(io.lang, 'cli.no_reports'));
  if (flags.json === true) printJson(io, report);
  else printReport(io, report);
  return EXIT.fine;
}

export type JournalFlags = LookFlags & {
  readonly at?: string | undefined;
  readonly after?: string | undefined;
  readonly limit?: string | undefined;
};

/** `journal`: facts as lines; the newest ones, those behind a seq, or one. */
export async function showJournal(io: Io, flags: JournalFlags): Promise<ExitCode> {
  const engine = theEngine(io, flags);
  const limit = flags.at === undefined ? Number(flags.limit ?? '20') : 1;
  const newest = async (): Promise<number> =>
    Math.max(0, (await engine.get<StatusAnswer>(about('/status', flags))).seq - limit);
  const after =
    flags.at !== undefined
      ? Number(flags.at) - 1
      : flags.after !== undefined
        ? Number(flags.after)
        : await newest();
  const page = await engine.get<Page<Fact>>(about(`/journal?after=${after}&limit=${limit}`, flags));
  if (flags.at !== undefined && page.items.length === 0)
    throw new Refused(
      EXIT.error,
      text(io.lang, 'error.not_found', { what: text(io.lang, 'cli.fact'), id: flags.at }),
    );
  if (flags.json === true || flags.at !== undefined)
    return inJson(io, flags.at === undefined ? page : page.items[0]);
  printTable(io, {
    heads: ['seq', 'time', 'type', 'who', 'cause'].map((head) =>
      sentence(io.lang, `cli.head.${head}`),
    ),
    right: [0],
    rows: page.items.map(({ seq, at, type, actor, cause }) => [
      String(seq),
      timeOf(io, at),
      type,
      `${actor.kind} ${actor.id}`,
      cause,
    ]),
  });
  return EXIT.fine;
}

/** `open`: a new one-time login link. */
export async function makeLink(io: Io, flags: LookFlags): Promise<ExitCode> {
  const made = await theEngine(io, flags).post<{
    readonly link: string;
    readonly expiresAt: string;
  }>('/login-links', {});
  if (flags.json === true) printJson(io, made);
  else io.line(text(io.lang, 'cli.login_link', { link: made.link }));
  return EXIT.fine;
}
