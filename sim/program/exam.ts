/**
 * The simulator's own exam: each planted bug lives the lives that the tests live, then longer ones, until one goes wrong.
 * A bug that survives all of them means that a rule is missing.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Mutant, MUTANTS } from '../mutants/mutants.ts';
import { TEST_LIVES } from '../swarm/judge.ts';
import type { Told } from './planted.ts';

/** A life to be lived: its seed, and for how many minutes misfortunes befall it. */
export type Sentence = { readonly seed: number; readonly minutes: number };

/** What became of a planted bug. `lives`: how many it took. */
export type Marked =
  | {
      readonly mutant: Mutant;
      readonly end: 'killed';
      readonly lives: number;
      readonly seed: number;
      readonly by: string;
    }
  | { readonly mutant: Mutant; readonly end: 'survived'; readonly lives: number }
  | { readonly mutant: Mutant; readonly end: 'broken'; readonly by: string };

/** What the long run lives beside what the tests do. */
export const LONG: readonly Sentence[] = Array.from({ length: 40 }, (_, n) => ({
  seed: 101 + n,
  minutes: 3,
}));

const PLANTED = fileURLToPath(new URL('./planted.ts', import.meta.url));

/** Lives with one bug planted, in a process of its own. */
export function mark(mutant: Mutant, lives: readonly Sentence[]): Promise<Marked> {
  const list = lives.map(({ seed, minutes }) => `${seed}:${minutes}`).join(',');
  const child = spawn(process.execPath, [...process.execArgv, PLANTED, mutant.id, list], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const told = out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Told);
      const lived = told.filter((one) => one.kind === 'life');
      const last = lived.at(-1);
      if (told.length === 0)
        resolve({ mutant, end: 'broken', by: err.slice(0, 400) || `exit ${code}` });
      else if (last !== undefined && last.violation !== null)
        resolve({
          mutant,
          end: 'killed',
          lives: lived.length,
          seed: last.seed,
          by: last.violation,
        });
      else if (code !== 0)
        resolve({
          mutant,
          end: 'killed',
          lives: lived.length + 1,
          seed: lives[lived.length]?.seed ?? 0,
          by: `the process ended: ${err.slice(0, 300)}`,
        });
      else resolve({ mutant, end: 'survived', lives: lived.length });
    });
  });
}

/** Marks all of them, `atOnce` side by side; each is told as it comes. */
export async function examine(
  mutants: readonly Mutant[],
  {
    lives,
    atOnce,
    tell,
  }: {
    readonly lives: readonly Sentence[];
    readonly atOnce: number;
    readonly tell: (marked: Marked) => void;
  },
): Promise<readonly Marked[]> {
  const waiting = [...mutants];
  const marks: Marked[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const marked = await mark(next, lives);
      marks.push(marked);
      tell(marked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return marks;
}

/** One line about a planted bug. */
export function toldMark(marked: Marked): string {
  const { id, words } = marked.mutant;
  if (marked.end === 'broken') return `${id}: BROKEN, it does not load: ${marked.by}`;
  if (marked.end === 'survived') return `${id}: SURVIVED ${marked.lives} lives (${words})`;
  return `${id}: killed in life ${marked.lives} (seed ${marked.seed}): ${marked.by.split('\n')[0]?.slice(0, 160)}`;
}

/** The exam as `npm run sim -- --mutants` holds it: of all, or of those named. Answers the exit code. */
export async function holdExam(bugs: readonly string[], long: boolean): Promise<number> {
  const chosen = MUTANTS.filter(({ id }) => bugs.length === 0 || bugs.includes(id));
  const strange = bugs.filter((bug) => !MUTANTS.some(({ id }) => id === bug));
  if (strange.length > 0) {
    console.error(
      `--bug ${strange.join(',')}: accepted are ${MUTANTS.map(({ id }) => id).join(', ')}`,
    );
    return 2;
  }
  let done = 0;
  const marks = await examine(chosen, {
    lives: long ? [...TEST_LIVES, ...LONG] : TEST_LIVES,
    atOnce: 2,
    tell: (marked) => console.log(`${++done}/${chosen.length} ${toldMark(marked)}`),
  });
  const killed = marks.filter(({ end }) => end === 'killed').length;
  console.log(`\nplanted bugs     ${chosen.length}, ${killed} killed`);
  return killed === chosen.length ? 0 : 1;
}
