/** The command line inside a test: what it printed, what it ended with, and what its runners were given. */
import { runCli } from '../../src/app/cli-program.ts';
import type { Runners } from '../../src/app/commands/start.ts';

export type Ran = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly given: readonly unknown[];
};

/** Runs one command line; nothing is started, the runners only note their options and answer `runnerCode`. */
export async function lockstep(
  argv: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly terminal?: boolean;
    readonly runnerCode?: number;
  } = {},
): Promise<Ran> {
  const { env = {}, terminal = false, runnerCode = 0 } = options;
  let out = '';
  let err = '';
  const given: unknown[] = [];
  const note = async (of: unknown): Promise<number> => {
    given.push(of);
    return runnerCode;
  };
  const runners: Runners = {
    demo: note,
    engine: note,
    practice: note,
    kill: note,
    sim: note,
  };
  const world = {
    env,
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    outIsTerminal: terminal,
    errIsTerminal: terminal,
  };
  const code = await runCli(argv, world, runners);
  return { code, out, err, given };
}
