/** Benchmarks that are lists of measures: their outcome and how it is shown, interleaved rounds, a clock that processes share, folders. */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, median } from './measure.ts';

/** Where results and cached journals are kept. */
export const RESULTS = join(import.meta.dirname, '..', '.build', 'bench');

/** One line of the table: a name, a figure for each round, and the unit that they are in. */
export type Measure = {
  readonly name: string;
  readonly unit: string;
  readonly rounds: readonly number[];
  /** What is asked of the median: at least, or at most, so much. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
};

export type Outcome = {
  readonly measures: readonly Measure[];
  /** What was done, and whatever limits what the figures mean. */
  readonly notes: readonly string[];
};

export type Progress = (what: string) => void;

/** Four digits that count. */
const figure = (value: number): string =>
  Number.isFinite(value)
    ? value >= 1_000
      ? String(Math.round(value))
      : String(Number(value.toPrecision(4)))
    : '-';

function judged({ goal, rounds }: Measure): string {
  if (goal === undefined) return '';
  const found = median(rounds);
  if ('atLeast' in goal)
    return `>= ${goal.atLeast} ${found >= goal.atLeast ? 'reached' : 'NOT reached'}`;
  return `<= ${goal.atMost} ${found <= goal.atMost ? 'reached' : 'NOT reached'}`;
}

/** A benchmark whose outcome is a list of measures: medians, goals and all rounds, and below them what limits the figures. */
export const benchOf = (
  id: string,
  about: string,
  run: (progress: Progress) => Promise<Outcome>,
): Bench => ({
  id,
  about,
  run: async (tell) => {
    const outcome = await run(tell);
    for (const note of outcome.notes) tell(note);
    const rows = outcome.measures.map((measure) => [
      measure.name,
      `${figure(median(measure.rounds))} ${measure.unit}`,
      judged(measure),
      measure.rounds.map(figure).join(' '),
    ]);
    return { table: [['what', 'median', 'goal', 'all rounds'], ...rows], data: outcome };
  },
});

/** Monotonic milliseconds that all processes of the machine share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Takes `work` and answers how long it took, in ms. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs all variants in turn, so many times, so that what changes on the machine meets all of them. */
export async function interleaved<Name extends string>(
  rounds: number,
  variants: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(variants) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) found[name].push(await variants[name](round));
  }
  return found;
}

/** A fresh folder for one run, and how to remove it. */
export function scratch(name: string): { readonly path: string; readonly remove: () => void } {
  const path = join(tmpdir(), `lockstep-bench-${process.pid}-${name}`);
  mkdirSync(path, { recursive: true });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
