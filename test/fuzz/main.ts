/**
 * The program of `npm run fuzz`: spoilt messages by the hundred thousand through the readers and live sessions of the
 * Deribit client. One that is believed though its text does not say so, that throws, or that takes too long, is told with
 * the command that makes it again. The exit code is 1 where one was, 2 on wrong usage.
 *
 *     npm run fuzz                                    a hundred thousand, from seed 1
 *     npm run fuzz -- --mutants 1000000 --seed 7      a million
 *     npm run fuzz -- --seed 7 --first 123400 --mutants 57
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Base, LIFE, OWN, createLife } from '../../src/venue/deribit/fuzz.contract.ts';
import { understand } from '../../src/venue/deribit/understand.ts';

type Request = {
  readonly mutants: number;
  readonly seed: number;
  readonly first: number;
  readonly own: boolean;
};

const USAGE = 'usage: npm run fuzz -- [--mutants N] [--seed N] [--first N] [--own]';
/** Of the processor, since others may use it too: more than any mutant of a message of the usual size takes. */
const SLOW_MS = 1_000;
/** Recorded messages above this size make everything slow and show nothing that smaller ones don't. */
const LARGEST = 6_000;
/** Failures that are told; more of them say the same. */
const TOLD = 5;

/** What was asked for; a text says what does not fit. */
function request(args: readonly string[]): Request | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        mutants: text,
        seed: text,
        first: text,
        own: { type: 'boolean' },
        night: { type: 'boolean' },
      },
    });
    const number = (name: 'mutants' | 'seed' | 'first', fallback: number): number => {
      const given = values[name];
      if (given === undefined) return fallback;
      if (!/^\d{1,12}$/.test(given))
        throw new Error(`--${name} ${given}: accepted is a whole number from 0`);
      return parseInt(given, 10);
    };
    const first = number('first', 0);
    if (first % LIFE !== 0) throw new Error(`--first ${first}: accepted are multiples of ${LIFE}`);
    return {
      mutants: number('mutants', values.night === true ? 1_000_000 : 100_000),
      seed: number('seed', 1),
      first,
      own: values.own === true,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}

/** Recorded messages beside the repository that are understood: sorted, so that a number means the same one everywhere. */
function recorded(): readonly Base[] {
  const folder = join(import.meta.dirname, '../../../shared/deribit/fixtures');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:json|wire\.txt)$/.test(file) && !/request/.test(file))
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8').trim();
      const [, scope, name] = /(private|public)__(\w+?)\.response/.exec(file) ?? [];
      if (text.length > LARGEST || !isJson(text)) return [];
      const said = understand(
        text,
        scope === undefined ? {} : { method: `${scope}/${name ?? ''}` },
      );
      if (said.kind !== 'answer' && said.kind !== 'notification') return [];
      return [{ text, source: said.kind === 'answer' ? { method: said.as ?? 'public/test' } : {} }];
    });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Failure = { readonly index: number; readonly what: string };

/** One life from a mutant on; the first failure in it ends it. */
function live(
  wanted: Request,
  bases: readonly Base[],
  from: number,
  to: number,
): Failure | undefined {
  let index = from;
  try {
    const { feed, end } = createLife(wanted.seed, bases);
    for (; index < to; index++) {
      const began = process.cpuUsage();
      feed(index);
      const { user, system } = process.cpuUsage(began);
      const tookMs = (user + system) / 1_000;
      if (tookMs > SLOW_MS)
        return { index, what: `took ${Math.round(tookMs)} ms of the processor` };
    }
    index = to - 1;
    end();
    return undefined;
  } catch (error) {
    return { index, what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function main(wanted: Request): number {
  const bases = wanted.own ? OWN : [...OWN, ...recorded()];
  const last = wanted.first + wanted.mutants;
  const own = bases.length === OWN.length ? ' --own' : '';
  const began = performance.now();
  const failures: Failure[] = [];
  let toldAt = began;
  console.log(`${wanted.mutants} mutants of ${bases.length} messages, seed ${wanted.seed}`);
  for (let from = wanted.first; from < last && failures.length < TOLD; from += LIFE) {
    const failure = live(wanted, bases, from, Math.min(from + LIFE, last));
    if (failure !== undefined) {
      failures.push(failure);
      const mutants = failure.index - from + 1;
      console.log(`\nmutant ${failure.index}: ${failure.what}`);
      console.log(
        `again: npm run fuzz -- --seed ${wanted.seed} --first ${from} --mutants ${mutants}${own}`,
      );
    }
    if (performance.now() - toldAt > 10_000) {
      toldAt = performance.now();
      const done = Math.min(from + LIFE, last) - wanted.first;
      const rate = Math.round((done / (toldAt - began)) * 1_000);
      console.log(`${done} of ${wanted.mutants}, ${rate} a second, ${failures.length} went wrong`);
    }
  }
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${failures.length} went wrong, ${seconds.toFixed(1)} s`);
  return failures.length > 0 ? 1 : 0;
}

const wanted = request(process.argv.slice(2));
if (typeof wanted === 'string') {
  console.error(wanted);
  process.exitCode = 2;
} else process.exitCode = main(wanted);
