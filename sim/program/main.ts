/**
 * The program of `npm run sim` and `npm run night`: lives the lives of seeds, tells how each went, and sums them up. One
 * that goes wrong is told whole, with the command that lives it again. The exit code is 1 where one did, 2 on wrong usage.
 *
 *     npm run sim                                 forty seeds, from 1
 *     npm run sim -- --seed 7 --trace             one seed, each misfortune as it happens
 *     npm run sim -- --seed 7 --count 20          twenty seeds, from 7
 *     npm run night -- --hours 500                lives of five minutes until so much market time has passed, or Ctrl-C
 */
import { parseArgs } from 'node:util';
import { HOUR, MINUTE } from '../../src/base/time.ts';
import { live } from '../swarm/life.ts';
import { counted, EMPTY, report, told, toldWrong } from '../swarm/told.ts';

type Request = {
  readonly seed: number;
  readonly count: number;
  readonly hours: number;
  readonly minutes: number;
  readonly trace: boolean;
  readonly json: boolean;
};

const USAGE =
  'usage: npm run sim -- [--seed N] [--count N] [--hours MARKET_HOURS] [--minutes MISFORTUNE] [--trace] [--json]';
const LIVES = 40;

/** What was asked for; a text says what does not fit. */
function request(args: readonly string[]): Request | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: text,
        count: text,
        hours: text,
        minutes: text,
        night: flag,
        trace: flag,
        json: flag,
      },
    });
    const { night = false, trace = false, json = false } = values;
    const number = (name: 'seed' | 'count' | 'hours' | 'minutes', fallback: number): number => {
      const given = values[name];
      if (given === undefined) return fallback;
      if (!/^\d+(?:\.\d+)?$/.test(given) || Number(given) <= 0)
        throw new Error(`--${name} ${given}: accepted is a number above 0`);
      return Number(given);
    };
    const long = night || values.hours !== undefined;
    return {
      seed: Math.floor(number('seed', night ? 1_000 : 1)),
      count: number('count', long ? Infinity : values.seed === undefined ? LIVES : 1),
      hours: number('hours', Infinity),
      minutes: number('minutes', night ? 5 : 1),
      trace,
      json,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}

async function main(wanted: Request): Promise<number> {
  const length = {
    horizonMs: wanted.minutes * MINUTE,
    ...(wanted.trace ? { tell: (line: string) => console.log(`  ${line}`) } : {}),
  };
  const began = performance.now();
  let sum = EMPTY;
  let stopped = false;
  process.on('SIGINT', () => {
    if (stopped) process.exit(130);
    stopped = true;
    console.log('stopping after this life');
  });
  for (
    let seed = wanted.seed;
    seed < wanted.seed + wanted.count && sum.marketMs < wanted.hours * HOUR && !stopped;
    seed++
  ) {
    const outcome = await live(seed, length);
    sum = counted(sum, outcome);
    if (wanted.json) {
      const { story: _, plan: __, ...rest } = outcome;
      console.log(JSON.stringify(rest));
    } else
      console.log(outcome.violation === undefined ? told(outcome) : toldWrong(outcome, length));
  }
  if (!wanted.json) console.log(`\n${report(sum, (performance.now() - began) / 1000)}`);
  return sum.wrong.length > 0 ? 1 : 0;
}

const wanted = request(process.argv.slice(2));
if (typeof wanted === 'string') {
  console.error(wanted);
  process.exitCode = 2;
} else process.exitCode = await main(wanted);
