/**
 * The command line as a whole: verbs with their flags, help in the person's language, and one place where whatever went
 * wrong becomes words and an exit code. Nothing here touches the world but through `World` and the runners.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { KILL_STRENGTHS } from '../domain/command.ts';
import { LANGUAGES, type Lang } from '../words/format.ts';
import { sentence, text } from '../words/text.ts';
import { ACCOUNT_ID, ACCOUNT_ID_WORDS } from './account-names.ts';
import { createIo, type Io, type LookFlags, type World } from './cli-io.ts';
import { showAlerts } from './commands/alerts.ts';
import { exportJournal, verifyChain } from './commands/audit.ts';
import { type JournalFlags, makeLink, showBreaks, showJournal } from './commands/checks.ts';
import {
  control,
  type ControlFlags,
  kill,
  type KillFlags,
  reconcile,
  type ReconcileFlags,
  resolve,
  type ResolveFlags,
  take,
  type TakeFlags,
} from './commands/control.ts';
import { DECODE_EXAMPLES, decodeFiles, type DecodeFlags } from './commands/decode.ts';
import { importTable, type ImportFlags } from './commands/import.ts';
import { report, type ReportFlags } from './commands/report.ts';
import {
  showPositions,
  showStatus,
  showStrategies,
  showTrades,
  type TradeFlags,
} from './commands/look.ts';
import {
  killOptionsOf,
  runDemo,
  runEngine,
  runPractice,
  type Runners,
  type StartFlags,
} from './commands/start.ts';
import { EXIT, Refused } from './exit-codes.ts';
import { wordsOf } from './trouble.ts';
import { usageWords } from './cli-usage.ts';
import { VERSION } from './version.ts';

/** The language before anything is parsed: the flag wherever it stands, else the environment, else English. */
export function languageOf(argv: readonly string[], env: World['env']): Lang {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const asked =
    at < 0
      ? env['LOCKSTEP_LANG']
      : argv[at]?.includes('=') === true
        ? argv[at]?.slice('--lang='.length)
        : argv[at + 1];
  return LANGUAGES.find((lang) => lang === asked) ?? 'en';
}

const HELP_TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'cli.help.usage',
  'Options:': 'cli.help.options',
  'Commands:': 'cli.help.commands',
  'Arguments:': 'cli.help.arguments',
};

type Verbs = {
  readonly io: Io;
  readonly program: Command;
  readonly done: (work: Promise<number> | number) => Promise<void>;
  readonly runners: Runners;
};

/** A whole number of a flag within bounds. */
const wholeFlag =
  (io: Io, min: number, max: number) =>
  (value: string): string => {
    if (!/^\d{1,15}$/.test(value) || Number(value) < min || Number(value) > max) {
      throw new InvalidArgumentError(
        text(io.lang, 'cli.usage.whole', { given: value, min: String(min), max: String(max) }),
      );
    }
    return value;
  };

const numberFlag =
  (io: Io, max: number) =>
  (value: string): number => {
    if (!/^\d{1,6}(\.\d{1,6})?$/.test(value) || Number(value) > max) {
      throw new InvalidArgumentError(
        text(io.lang, 'cli.usage.number', { given: value, max: String(max) }),
      );
    }
    return Number(value);
  };

/** Names of accounts, one for each time that the flag stands there. */
const accountFlag =
  (io: Io) =>
  (value: string, before: readonly string[]): readonly string[] => {
    if (!ACCOUNT_ID.test(value)) {
      const words = { given: value, accepted: ACCOUNT_ID_WORDS };
      throw new InvalidArgumentError(text(io.lang, 'cli.usage.account', words));
    }
    return [...before, value];
  };

/** Each time that a flag stands there, one more. */
const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const seedFlag =
  (io: Io) =>
  (value: string): number =>
    Number(wholeFlag(io, 0, 4_294_967_295)(value));

/** A verb with the flags that all have. */
function verb(
  parent: Command,
  io: Io,
  { name, about }: { readonly name: string; readonly about: string },
): Command {
  return parent
    .command(name)
    .description(sentence(io.lang, `cli.${about}`))
    .option('--data <dir>', text(io.lang, 'cli.option.data'))
    .addOption(
      new Option('--lang <lang>', text(io.lang, 'cli.option.lang')).choices([...LANGUAGES]),
    );
}

const looking = (
  parent: Command,
  io: Io,
  names: { readonly name: string; readonly about: string },
): Command => verb(parent, io, names).option('--json', text(io.lang, 'cli.option.json'));

/** A verb that looks, at one account or at all. */
const reading = (
  parent: Command,
  io: Io,
  names: { readonly name: string; readonly about: string },
): Command =>
  looking(parent, io, names).option('--account <id>', text(io.lang, 'cli.option.account'));

/** What a newcomer needs to know of the practice exchange, below its flags. */
function practiceHelp(lang: Lang): string {
  const at = '127.0.0.1:8788';
  return [
    '',
    text(lang, 'cli.help_practice.clients'),
    `  ws://${at}/ws/api/v2`,
    `  http://${at}/api/v2/<method>`,
    text(lang, 'cli.practice_keys'),
    text(lang, 'cli.practice_control', { address: `http://${at}/practice/v1/` }),
    text(lang, 'cli.practice_more'),
  ].join('\n');
}

function addStarting({ io, program, done, runners }: Verbs): void {
  const port = wholeFlag(io, 0, 65_535);
  const exchange = (command: Command): Command =>
    command
      .option('--seed <n>', text(io.lang, 'cli.option.seed'), seedFlag(io))
      .option('--speed <x>', text(io.lang, 'cli.option.speed'), numberFlag(io, 1_000))
      .option('--prices <file>', text(io.lang, 'cli.option.prices'))
      .option('--tier <n>', text(io.lang, 'cli.option.tier'), wholeFlag(io, 0, 4))
      .option('--tls-port <n>', text(io.lang, 'cli.option.tls_port'), port)
      .option('--set <name=value>', text(io.lang, 'cli.option.set'), collect, []);
  const dashboard = (command: Command): Command =>
    command
      .option('--port <n>', text(io.lang, 'cli.option.port'), port)
      .option('--no-open', text(io.lang, 'cli.option.no_open'));
  exchange(dashboard(verb(program, io, { name: 'demo', about: 'demo' })))
    .option('--practice-port <n>', text(io.lang, 'cli.option.practice_port'), port)
    .action((flags: StartFlags) => done(runDemo(io, flags, runners)));
  dashboard(verb(program, io, { name: 'run', about: 'run' }))
    .option('--config <file>', text(io.lang, 'cli.option.config'))
    .option('--venue <name>', text(io.lang, 'cli.option.venue'))
    .option('--venue-url <url>', text(io.lang, 'cli.option.venue_url'))
    .action((flags: StartFlags) => done(runEngine(io, flags, runners)));
  exchange(verb(program, io, { name: 'practice', about: 'practice' }))
    .option('--port <n>', text(io.lang, 'cli.option.practice_port'), port)
    .option('--account <name>', text(io.lang, 'cli.option.practice_account'), accountFlag(io), [])
    .addHelpText('after', practiceHelp(io.lang))
    .action((flags: StartFlags) => done(runPractice(io, flags, runners)));
}

function addLooking({ io, program, done, runners }: Verbs): void {
  const page = wholeFlag(io, 1, 500);
  looking(program, io, { name: 'open', about: 'open' }).action((flags: LookFlags) =>
    done(makeLink(io, flags)),
  );
  reading(program, io, { name: 'status', about: 'status' }).action((flags: LookFlags) =>
    done(showStatus(io, flags)),
  );
  reading(program, io, { name: 'strategies', about: 'strategies' }).action((flags: LookFlags) =>
    done(showStrategies(io, flags)),
  );
  reading(program, io, { name: 'positions', about: 'positions' }).action((flags: LookFlags) =>
    done(showPositions(io, flags)),
  );
  reading(program, io, { name: 'trades', about: 'trades' })
    .option('--limit <n>', text(io.lang, 'cli.option.limit'), page)
    .addOption(
      new Option('--status <status>', text(io.lang, 'cli.option.status')).choices([
        'open',
        'closed',
      ]),
    )
    .option('--strategy <id>', text(io.lang, 'cli.option.strategy'))
    .action((flags: TradeFlags) => done(showTrades(io, flags)));
  reading(program, io, { name: 'breaks', about: 'breaks' }).action((flags: LookFlags) =>
    done(showBreaks(io, flags)),
  );
  reading(program, io, { name: 'alerts', about: 'alerts' }).action((flags: LookFlags) =>
    done(showAlerts(io, flags)),
  );
  reading(program, io, { name: 'report [id]', about: 'report' })
    .option('--day <date>', text(io.lang, 'cli.option.day'))
    .option('--from <time>', text(io.lang, 'cli.option.from'))
    .option('--to <time>', text(io.lang, 'cli.option.to'))
    .option('--rows', text(io.lang, 'cli.option.rows'))
    .option('--html <file>', text(io.lang, 'cli.option.html'))
    .action((id: string | undefined, flags: ReportFlags) => done(report(io, id, flags)));
  reading(program, io, { name: 'journal', about: 'journal' })
    .option('--at <seq>', text(io.lang, 'cli.option.at'), wholeFlag(io, 1, Number.MAX_SAFE_INTEGER))
    .option(
      '--after <seq>',
      text(io.lang, 'cli.option.after'),
      wholeFlag(io, 0, Number.MAX_SAFE_INTEGER),
    )
    .option('--limit <n>', text(io.lang, 'cli.option.limit'), wholeFlag(io, 1, 1_000))
    .action((flags: JournalFlags) => done(showJournal(io, flags)));
  looking(program, io, { name: 'decode', about: 'decode' })
    .argument('<file...>', text(io.lang, 'cli.option.files'))
    .option('--method <method>', text(io.lang, 'cli.option.method'))
    .option('--channel <channel>', text(io.lang, 'cli.option.channel'))
    .addHelpText('after', `\n${text(io.lang, 'cli.decode_examples')}\n${DECODE_EXAMPLES}`)
    .action((files: readonly string[], flags: DecodeFlags) => done(decodeFiles(io, files, flags)));
  program
    .command('sim')
    .description(sentence(io.lang, 'cli.sim'))
    .argument('[options...]', text(io.lang, 'cli.option.sim'))
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[]) => done(runners.sim(args)));
  const audit = program.command('audit').description(text(io.lang, 'cli.audit'));
  reading(audit, io, { name: 'verify', about: 'audit_verify' }).action((flags: LookFlags) =>
    done(verifyChain(io, flags)),
  );
  verb(audit, io, { name: 'export', about: 'audit_export' })
    .option('--account <id>', text(io.lang, 'cli.option.account'))
    .action((flags: LookFlags) => done(exportJournal(io, flags)));
}

function addControlling({ io, program, done, runners }: Verbs): void {
  const changing = (names: { readonly name: string; readonly about: string }): Command =>
    looking(program, io, names).option('--dry-run', text(io.lang, 'cli.option.dry_run'));
  const reason = text(io.lang, 'cli.option.reason');
  reading(program, io, { name: 'reconcile', about: 'reconcile' })
    .option('--check', text(io.lang, 'cli.option.check'))
    .action((flags: ReconcileFlags) => done(reconcile(io, flags)));
  for (const name of ['pause', 'resume', 'drain', 'flatten'] as const) {
    changing({ name: `${name} <strategy>`, about: name })
      .option('--reason <text>', reason)
      .action((strategy: string, flags: ControlFlags) =>
        done(control(io, name, { strategy, flags })),
      );
  }
  changing({ name: 'kill', about: 'kill' })
    .requiredOption('--reason <text>', reason)
    .addOption(
      new Option('--strength <strength>', text(io.lang, 'cli.option.strength'))
        .choices([...KILL_STRENGTHS])
        .default('cancel'),
    )
    .option('--account <id>', text(io.lang, 'cli.option.kill_account'))
    .option('--config <file>', text(io.lang, 'cli.option.config'))
    .option('--venue <name>', text(io.lang, 'cli.option.venue'))
    .option('--venue-url <url>', text(io.lang, 'cli.option.venue_url'))
    .action((flags: KillFlags & Omit<StartFlags, 'account'>) =>
      done(
        kill(io, flags, {
          kill: runners.kill,
          options: (found) => killOptionsOf(io, flags, found),
        }),
      ),
    );
  changing({ name: 'import <file>', about: 'import' })
    .option('--map <file>', text(io.lang, 'cli.option.map'))
    .option('--source <name>', text(io.lang, 'cli.option.source'))
    .option('--table <name>', text(io.lang, 'cli.option.table'))
    .option('--account <id>', text(io.lang, 'cli.option.account'))
    .addHelpText('after', `\n${text(io.lang, 'cli.import_help')}`)
    .action((file: string, flags: ImportFlags) => done(importTable(io, file, flags)));
  changing({ name: 'resolve <difference>', about: 'resolve' })
    .requiredOption('--reason <text>', reason)
    .option('--adopt <strategy>', text(io.lang, 'cli.option.adopt'))
    .option('--by-hand', text(io.lang, 'action_hint.by_hand'))
    .option('--flatten', text(io.lang, 'action_hint.flatten'))
    .option('--accept', text(io.lang, 'action_hint.accept'))
    .option('--enter <price>', text(io.lang, 'action_hint.enter'))
    .option('--fees <amount>', text(io.lang, 'cli.option.fees'))
    .option('--undo', text(io.lang, 'action_hint.undo'))
    .action((id: string, flags: ResolveFlags) => done(resolve(io, id, flags)));
  changing({ name: 'take <difference>', about: 'take' })
    .option('--release', text(io.lang, 'action_hint.release'))
    .action((id: string, flags: TakeFlags) => done(take(io, id, flags)));
}

/** Reads the arguments, does what they say and answers the exit code. Never throws. */
export async function runCli(
  argv: readonly string[],
  world: World,
  runners: Runners,
): Promise<number> {
  const io = createIo(world, languageOf(argv, world.env));
  let code: number = EXIT.fine;
  const program = new Command('lockstep')
    .description(text(io.lang, 'cli.about'))
    .version(VERSION, '-V, --version', text(io.lang, 'cli.option.version'))
    .helpOption('-h, --help', text(io.lang, 'cli.option.help'))
    .helpCommand(false)
    .addOption(
      new Option('--lang <lang>', text(io.lang, 'cli.option.lang')).choices([...LANGUAGES]),
    )
    .configureHelp({
      styleTitle: (title) =>
        HELP_TITLES[title] === undefined ? title : `${sentence(io.lang, HELP_TITLES[title])}:`,
    })
    .configureOutput({
      writeOut: world.out,
      writeErr: world.err,
      outputError: () => {},
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .exitOverride();
  const done = async (work: Promise<number> | number): Promise<void> => {
    code = await work;
  };
  const verbs: Verbs = { io, program, done, runners };
  addStarting(verbs);
  addLooking(verbs);
  addControlling(verbs);
  try {
    if (argv.length === 0) {
      world.out(program.helpInformation());
      return EXIT.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return failure(io, error, program);
  }
}

/** The words and the exit code of what went wrong. */
function failure(io: Io, error: unknown, program: Command): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.fine;
    io.err(`${io.paint('red', usageWords(io.lang, error, program))}\n`);
    return EXIT.usage;
  }
  io.err(`${wordsOf(error)}\n`);
  if (io.env['LOCKSTEP_STACK'] === '1' && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  return error instanceof Refused ? error.exitCode : codeOf(error);
}

/** Exit codes of errors that other parts throw. */
function codeOf(error: unknown): number {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  if (name === 'JournalRefused' && code === 'broken') return EXIT.chainBroken;
  return code === 'host_refused' || code === 'loopback_only' ? EXIT.unsafe : EXIT.error;
}
