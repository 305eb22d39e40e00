/** Days of one account on which everything happens, told as they go; whole, with the command that lives them again, where they go wrong. */
import { HOUR } from '../../src/base/time.ts';
import { liveMonth } from '../swarm/month.ts';
import type { Request } from './request.ts';

/** Market time between two events, on average. */
const EVERY = 2 * HOUR;

/** Lives them; answers the exit code. */
export async function liveDays({ seed, days, trace, json }: Request): Promise<number> {
  const story: string[] = [];
  const began = performance.now();
  const tell = (line: string): void => {
    story.push(line);
    if (trace) console.log(`  ${line}`);
  };
  if (!json) console.log(`${days} days of seed ${seed}`);
  try {
    const month = await liveMonth({ seed, days, everyMs: EVERY, tell });
    if (json) console.log(JSON.stringify(month));
    else {
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(JSON.stringify(month, null, 2));
      console.log(`every row of cash is explained, to the last unit; ${seconds} s`);
    }
    return 0;
  } catch (error) {
    const again = `Live them again: npx lockstep sim --days ${days} --seed ${seed}`;
    console.log([...story, error instanceof Error ? error.stack : String(error), again].join('\n'));
    return 1;
  }
}
