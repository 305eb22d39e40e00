/** The verbs that change something: pause, resume, drain, flatten, kill, resolve, reconcile. A dry run shows the plan only. */
import type { KillStrength } from '../../domain/command.ts';
import type { Break, BreakAction, Report } from '../../domain/shown.ts';
import type { CommandAnswer, Page } from '../../wire/requests.ts';
import { formatNumber } from '../../words/format.ts';
import { retold } from '../../words/said.ts';
import { text } from '../../words/text.ts';
import { about, type Engine, findRunning, theEngine } from '../cli-engine.ts';
import { type Io, type LookFlags, plain, printJson } from '../cli-io.ts';
import { EXIT, type ExitCode, Refused } from '../exit-codes.ts';
import type { KillOptions } from '../options.ts';
import { printBreaks, printReport } from './checks.ts';

export type ControlFlags = LookFlags & {
  readonly reason?: string | undefined;
  readonly dryRun?: boolean | undefined;
};

type Planned = Pick<CommandAnswer, 'plan'>;

function printPlan(io: Io, { plan }: Planned): void {
  io.line(text(io.lang, 'cli.plan'));
  for (const [index, step] of plan.steps.entries())
    io.line(`  ${index + 1}  ${plain(retold(io.lang, step.text))}`);
  if (plan.steps.length === 0) io.line(`  ${text(io.lang, 'cli.plan_empty')}`);
  if (plan.cost !== null)
    io.line(`  ${text(io.lang, 'cli.plan_cost', { cost: formatNumber(io.lang, plan.cost) })}`);
}

function printSteps(io: Io, answer: CommandAnswer, done: string): void {
  for (const step of answer.steps)
    io.line(`  ${text(io.lang, `cli.step.${step.state}`)}  ${plain(retold(io.lang, step.text))}`);
  const words =
    answer.state === 'done'
      ? io.paint('green', done)
      : answer.state === 'running'
        ? text(io.lang, 'command.running')
        : io.paint('red', text(io.lang, 'cli.refused'));
  io.line(words);
}

/** Sends a command and tells what came of it; `done` is what is said when it is done. */
async function carryOut(
  io: Io,
  engine: Engine,
  {
    path,
    body,
    flags,
    done,
  }: {
    readonly path: string;
    readonly body: object;
    readonly flags: ControlFlags;
    readonly done: string;
  },
): Promise<ExitCode> {
  const answer = await engine.post<CommandAnswer>(path, {
    ...body,
    ...(flags.dryRun === true ? { dryRun: true } : {}),
  });
  if (flags.json === true) printJson(io, answer);
  else if (flags.dryRun === true) printPlan(io, answer);
  else printSteps(io, answer, done);
  return answer.state === 'refused' ? EXIT.error : EXIT.fine;
}

/** `pause`, `resume`, `drain`, `flatten` of one strategy. */
export async function control(
  io: Io,
  verb: 'pause' | 'resume' | 'drain' | 'flatten',
  given: { readonly strategy: string; readonly flags: ControlFlags },
): Promise<ExitCode> {
  const { strategy, flags } = given;
  const said = {
    pause: 'cli.paused',
    resume: 'cli.resumed',
    drain: 'cli.draining',
    flatten: 'cli.flattening',
  } as const;
  const done = plain(text(io.lang, said[verb], { strategy }));
  const path = `/strategies/${encodeURIComponent(strategy)}/${verb}`;
  return carryOut(io, theEngine(io, flags), {
    path,
    body: { reason: flags.reason ?? '' },
    flags,
    done,
  });
}

export type KillFlags = ControlFlags & { readonly strength: KillStrength };

/** How `kill` reaches the venue when no engine does. */
export type DirectKill = {
  /** Of each account that is meant. */
  readonly options: (dataDir: string | undefined) => readonly KillOptions[];
  readonly kill: (options: KillOptions) => Promise<number>;
};

/** `kill`: by the running engine, else by a connection of its own; never asks. */
export async function kill(io: Io, flags: KillFlags, direct: DirectKill): Promise<number> {
  const engine = findRunning(io, flags);
  const { strength, account, reason = '' } = flags;
  const body = { strength, reason, ...(account === undefined ? {} : { account }) };
  if (engine !== undefined) {
    try {
      return await carryOut(io, engine, {
        path: '/kill',
        body,
        flags,
        done: text(io.lang, 'cli.killed'),
      });
    } catch (error) {
      if (!(error instanceof Refused) || error.exitCode !== EXIT.unreachable) throw error;
    }
  }
  if (flags.dryRun === true) throw new Refused(EXIT.unreachable, text(io.lang, 'cli.kill_no_plan'));
  io.err(`${text(io.lang, 'cli.kill_direct')}\n`);
  const codes = await Promise.all(direct.options(engine?.dataDir).map((one) => direct.kill(one)));
  return Math.max(...codes);
}

export type ResolveFlags = ControlFlags & {
  readonly adopt?: string | undefined;
  readonly byHand?: boolean | undefined;
  readonly flatten?: boolean | undefined;
  readonly accept?: boolean | undefined;
  readonly enter?: string | undefined;
  readonly undo?: boolean | undefined;
  readonly fees?: string | undefined;
};

/** The one decision that the flags state. */
function decisionOf(
  io: Io,
  flags: ResolveFlags,
): {
  readonly action: BreakAction;
  readonly strategy?: string;
  readonly exitPrice?: string;
  readonly fees?: string;
} {
  const { adopt, byHand, flatten, accept, enter, fees } = flags;
  const stated = [
    ...(adopt === undefined ? [] : [{ action: 'adopt' as const, strategy: adopt }]),
    ...(byHand === true ? [{ action: 'by_hand' as const }] : []),
    ...(flatten === true ? [{ action: 'flatten' as const }] : []),
    ...(accept === true ? [{ action: 'accept' as const }] : []),
    ...(enter === undefined
      ? []
      : [{ action: 'enter' as const, exitPrice: enter, ...(fees === undefined ? {} : { fees }) }]),
  ];
  const [decision] = stated;
  if (decision === undefined || stated.length > 1)
    throw new Refused(EXIT.usage, text(io.lang, 'cli.one_decision'));
  return decision;
}

/** `resolve BREAK` with one decision, or with `--undo` the last one taken back. */
export async function resolve(io: Io, breakId: string, flags: ResolveFlags): Promise<ExitCode> {
  if (flags.undo === true) return undo(io, breakId, flags);
  const body = { ...decisionOf(io, flags), reason: flags.reason ?? '' };
  const path = `/breaks/${encodeURIComponent(breakId)}/resolve`;
  return carryOut(io, theEngine(io, flags), {
    path,
    body,
    flags,
    done: text(io.lang, 'cli.resolved', { id: plain(breakId) }),
  });
}

function undo(io: Io, breakId: string, flags: ResolveFlags): Promise<ExitCode> {
  const { adopt, byHand, flatten, accept, enter, fees, reason } = flags;
  if ([adopt, byHand, flatten, accept, enter, fees].some((given) => given !== undefined))
    throw new Refused(EXIT.usage, text(io.lang, 'cli.one_decision'));
  return carryOut(io, theEngine(io, flags), {
    path: `/breaks/${encodeURIComponent(breakId)}/undo`,
    body: { reason: reason ?? '' },
    flags,
    done: text(io.lang, 'cli.undone', { id: plain(breakId) }),
  });
}

export type TakeFlags = Omit<ControlFlags, 'reason'> & { readonly release?: boolean | undefined };

/** `take BREAK`: it is yours; with `--release` nobody's again. */
export async function take(io: Io, breakId: string, flags: TakeFlags): Promise<ExitCode> {
  const verb = flags.release === true ? 'release' : 'take';
  return carryOut(io, theEngine(io, flags), {
    path: `/breaks/${encodeURIComponent(breakId)}/${verb}`,
    body: {},
    flags,
    done: text(io.lang, verb === 'take' ? 'cli.taken' : 'cli.released', { id: plain(breakId) }),
  });
}

export type ReconcileFlags = LookFlags & { readonly check?: boolean | undefined };

/** The reports of an answer: its own, or those of each account; none while it still runs. */
const reportsOf = (answer: Report | CommandAnswer): readonly Report[] =>
  'verdicts' in answer ? [answer] : (answer.reports ?? []).map(({ report }) => report);

/** `reconcile [--check]`: compares now; exit code 8 when differences stand. `--check` lists them with what may be decided. */
export async function reconcile(io: Io, flags: ReconcileFlags): Promise<ExitCode> {
  const engine = theEngine(io, flags);
  const { account } = flags;
  const answer = await engine.post<Report | CommandAnswer>(
    '/reconcile',
    account === undefined ? {} : { account },
  );
  const open = await engine.get<Page<Break>>(about('/breaks?open=true&limit=500', flags));
  const reports = reportsOf(answer);
  const differs = open.items.length > 0;
  if (flags.json === true) printJson(io, answer);
  else if (reports.length === 0) io.line(text(io.lang, 'command.running'));
  else for (const report of reports) printReport(io, report);
  if (flags.json !== true && differs) {
    if (flags.check === true) printBreaks(io, open.items);
    else io.line(text(io.lang, 'cli.breaks_open', { n: open.items.length }));
  }
  if (differs) return EXIT.breaksOpen;
  return reports.every(({ complete }) => complete) ? EXIT.fine : EXIT.error;
}
