/**
 * The program of `lockstep sim`, `npm run sim` and `npm run night`: lives the lives of seeds, tells how each went, and sums
 * them up. One that goes wrong is told whole and shrunk, with the command that lives it again. See `request.ts` for what it
 * can be asked.
 */
import { HOUR, MINUTE } from '../../src/base/time.ts';
import { live, type LifeLength, type Outcome } from '../swarm/life.ts';
import { shrink } from '../swarm/shrink.ts';
import { counted, EMPTY, report, told, toldShrunk, toldWrong } from '../swarm/told.ts';
import { liveDays } from './days.ts';
import { holdExam } from './exam.ts';
import { type Request, request } from './request.ts';

/** How one life went, as JSON or in words. */
function tell(outcome: Outcome, length: LifeLength, json: boolean): void {
  const { story: _, plan: __, ...rest } = outcome;
  if (json) console.log(JSON.stringify(rest));
  else console.log(outcome.violation === undefined ? told(outcome) : toldWrong(outcome, length));
}

async function tellShrunk(outcome: Outcome, length: LifeLength): Promise<void> {
  console.log('shrinking it: what is not needed is left out');
  const { lives, ...shrunk } = await shrink(outcome, length, {
    live,
    tell: (left) => console.log(`  ${left} misfortunes are left`),
  });
  console.log(`${toldShrunk(shrunk.outcome, shrunk.length)}\n(${lives} lives were lived for it)`);
}

async function main(wanted: Request): Promise<number> {
  const length: LifeLength = {
    horizonMs: wanted.life * MINUTE,
    only: wanted.only,
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
  const goesOn = (seed: number): boolean =>
    seed < wanted.seed + wanted.count &&
    sum.marketMs < wanted.hours * HOUR &&
    performance.now() - began < wanted.minutes * MINUTE &&
    !stopped;
  for (let { seed } = wanted; goesOn(seed); seed++) {
    const outcome = await live(seed, length);
    sum = counted(sum, outcome);
    tell(outcome, length, wanted.json);
    const shrinks =
      wanted.shrinks === 'all' || (wanted.shrinks === 'first' && sum.wrong.length === 1);
    if (outcome.violation !== undefined && shrinks && !wanted.json && wanted.only === undefined)
      await tellShrunk(outcome, length);
  }
  if (!wanted.json) console.log(`\n${report(sum, (performance.now() - began) / 1000)}`);
  return sum.wrong.length > 0 ? 1 : 0;
}

const wanted = request(process.argv.slice(2));
if ('tell' in wanted) {
  (wanted.wrong ? console.error : console.log)(wanted.tell);
  process.exitCode = wanted.wrong ? 2 : 0;
} else
  process.exitCode =
    wanted.exam !== null
      ? await holdExam(wanted.exam.bugs, wanted.exam.long)
      : wanted.days > 0
        ? await liveDays(wanted)
        : await main(wanted);
