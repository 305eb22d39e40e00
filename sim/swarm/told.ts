/** What is told of lives: one line for each, the sum of many, and of one that went wrong all that is needed to live it again. */
import { HOUR, MINUTE } from '../../src/base/time.ts';
import { type LifeLength, type Outcome, spelt } from './life.ts';
import { PROBES } from './probes.ts';

/** The command that lives a life again. */
export const replayCommand = (seed: number, { horizonMs, only }: LifeLength): string =>
  `npx lockstep sim --seed ${seed} --life ${horizonMs / MINUTE}${only === undefined ? '' : ` --only ${only.join(',')}`} --trace`;

const hours = (ms: number): string => (ms / HOUR).toFixed(1);

/** One line. */
export function told(outcome: Outcome): string {
  const { seed, plan, marketMs, faults, crashes, powerLosses, orders, fills, violation } = outcome;
  const end = violation === undefined ? 'well' : `WRONG: ${violation.split('\n')[0]}`;
  return (
    `seed ${seed}: ${hours(marketMs)} h of market at x${plan.speed}, ${plan.strategies.length} strategies, ` +
    `${faults} misfortunes, ${crashes} ends (${powerLosses} of power), ${orders} orders, ${fills} fills: ${end}`
  );
}

/** What is left of a life once all that its end does not need is left out. */
export function toldShrunk(outcome: Outcome, length: LifeLength): string {
  const { seed, plan, story, violation = '' } = outcome;
  return [
    `life ${seed}, shrunk to ${length.only?.length ?? 0} misfortunes (${plan.strategies.length} strategies, x${plan.speed}, ${plan.latencyMs} ms away):`,
    ...story.map(({ at, what }) => `  after ${(at / 1000).toFixed(1)} s  ${what}`),
    `  then            ${violation.split('\n')[0]}`,
    `Live it again: ${replayCommand(seed, length)}`,
  ].join('\n');
}

/** A life that went wrong, whole. */
export function toldWrong(outcome: Outcome, length: LifeLength): string {
  const { seed, plan, story, violation = '' } = outcome;
  return [
    `life ${seed} (${plan.kinds.join(', ')}; x${plan.speed})`,
    ...story.map(spelt),
    violation,
    `Live it again: ${replayCommand(seed, length)}`,
  ].join('\n');
}

export type Sum = {
  readonly lives: number;
  readonly wrong: readonly Outcome[];
  readonly marketMs: number;
  readonly livedMs: number;
  readonly totals: Readonly<
    Record<
      'faults' | 'crashes' | 'powerLosses' | 'exits' | 'orders' | 'fills' | 'trades' | 'facts',
      number
    >
  >;
  /** How many lives came by each place. */
  readonly reached: Readonly<Record<string, number>>;
};

const TOTALS = [
  'faults',
  'crashes',
  'powerLosses',
  'exits',
  'orders',
  'fills',
  'trades',
  'facts',
] as const;

export const EMPTY: Sum = {
  lives: 0,
  wrong: [],
  marketMs: 0,
  livedMs: 0,
  totals: {
    faults: 0,
    crashes: 0,
    powerLosses: 0,
    exits: 0,
    orders: 0,
    fills: 0,
    trades: 0,
    facts: 0,
  },
  reached: Object.fromEntries(PROBES.map((name) => [name, 0])),
};

/** The sum with one more life. */
export function counted(sum: Sum, outcome: Outcome): Sum {
  const totals = { ...sum.totals };
  for (const key of TOTALS) totals[key] += outcome[key];
  const reached = { ...sum.reached };
  for (const name of outcome.probes) reached[name] = (reached[name] ?? 0) + 1;
  return {
    lives: sum.lives + 1,
    wrong: outcome.violation === undefined ? sum.wrong : [...sum.wrong, outcome],
    marketMs: sum.marketMs + outcome.marketMs,
    livedMs: sum.livedMs + outcome.livedMs,
    totals,
    reached,
  };
}

/** Places that no life came by. */
export const unreached = ({ reached }: Sum): readonly string[] =>
  PROBES.filter((name) => (reached[name] ?? 0) === 0);

/** What many lives came to; `seconds` is the real time that they took. */
export function report(sum: Sum, seconds: number): string {
  const { totals } = sum;
  const missed = unreached(sum);
  return [
    `lives            ${sum.lives}, ${sum.wrong.length} went wrong`,
    `market time      ${hours(sum.marketMs)} h (${(sum.marketMs / HOUR / seconds).toFixed(2)} h per second)`,
    `world time       ${hours(sum.livedMs)} h`,
    `misfortunes      ${totals.faults}; ${totals.crashes} ends of the process, ${totals.powerLosses} losses of power, ${totals.exits} exits for the disk`,
    `orders, fills    ${totals.orders}, ${totals.fills}; ${totals.trades} trades closed, ${totals.facts} facts`,
    missed.length === 0
      ? 'places           all were reached'
      : `never reached    ${missed.join('; ')}`,
    ...sum.wrong.map((outcome) => `WRONG            ${told(outcome)}`),
  ].join('\n');
}
