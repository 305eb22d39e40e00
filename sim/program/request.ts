/** What the simulator's command line asks for; a text says what does not fit. */
import { parseArgs } from 'node:util';

export type Request = {
  readonly seed: number;
  /** Lives at most. */
  readonly count: number;
  /** Market time after which no further life begins, in hours. */
  readonly hours: number;
  /** Real time after which no further life begins, in minutes. */
  readonly minutes: number;
  /** For how many minutes misfortunes befall each life. */
  readonly life: number;
  readonly only: readonly number[] | undefined;
  /** Days of one account's life on which everything happens, in place of lives of the swarm; 0: none. */
  readonly days: number;
  readonly trace: boolean;
  /** Which lives that went wrong are shrunk. */
  readonly shrinks: 'all' | 'first' | 'none';
  readonly json: boolean;
  /** The exam instead of lives: of these planted bugs, of all where none is named. */
  readonly exam: { readonly bugs: readonly string[]; readonly long: boolean } | null;
};

export const USAGE = `usage: npx lockstep sim [options]

  --seed N        the first seed; 1 unless told
  --count N       so many lives: 1 with --seed, else 40
  --hours H       lives until H hours of market time have passed
  --minutes N     lives until N minutes have passed
  --life M        misfortunes befall each life for M minutes; 1 unless told
  --only N,N      only these misfortunes of a life come, by their numbers
  --trace         each misfortune as it happens
  --shrink        every life that goes wrong is shrunk, not only the first; --no-shrink: none
  --json          one line of JSON for each life
  --days N        in place of lives: N days of one account on which everything
                  happens, and every row of its cash has to be explained; another
                  seed each time unless told
  --night         long lives without an end, until Ctrl-C

  --mutants       the exam: planted bugs, each of which has to be noticed
  --bug ID,ID     only these bugs
  --long          lives longer than those of the tests as well

The exit code is 1 where a life went wrong or a bug was not noticed, 2 on wrong usage.`;

const LIVES = 40;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  seed: text,
  count: text,
  hours: text,
  minutes: text,
  life: text,
  days: text,
  only: text,
  bug: text,
  night: flag,
  trace: flag,
  shrink: flag,
  json: flag,
  mutants: flag,
  long: flag,
  help: flag,
} as const;

function aboveZero(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (!/^\d+(?:\.\d+)?$/.test(given) || Number(given) <= 0)
    throw new Error(`--${name} ${given}: accepted is a number above 0`);
  return Number(given);
}

function numbers(given: string | undefined): readonly number[] | undefined {
  if (given !== undefined && !/^\d+(?:,\d+)*$/.test(given))
    throw new Error(`--only ${given}: accepted are numbers with commas between them`);
  return given?.split(',').map(Number);
}

/** The request, or what to tell instead of doing anything. */
export function request(
  args: readonly string[],
): Request | { readonly tell: string; readonly wrong: boolean } {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, allowNegative: true });
    if (values.help === true) return { tell: USAGE, wrong: false };
    const { night = false, trace = false, json = false, long = false } = values;
    const isLong = night || values.hours !== undefined || values.minutes !== undefined;
    const days = aboveZero('days', values.days, 0);
    const first = days > 0 ? Date.now() % 1_000_000 : night ? 1_000 : 1;
    return {
      seed: Math.floor(aboveZero('seed', values.seed, first)),
      count: aboveZero(
        'count',
        values.count,
        isLong ? Infinity : values.seed === undefined ? LIVES : 1,
      ),
      hours: aboveZero('hours', values.hours, Infinity),
      minutes: aboveZero('minutes', values.minutes, Infinity),
      life: aboveZero('life', values.life, night ? 5 : 1),
      only: numbers(values.only),
      days,
      trace,
      json,
      shrinks: values.shrink === undefined ? 'first' : values.shrink ? 'all' : 'none',
      exam: values.mutants === true ? { bugs: values.bug?.split(',') ?? [], long } : null,
    };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { tell: `${said}\n\n${USAGE}`, wrong: true };
  }
}
