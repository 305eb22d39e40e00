/** B-idle: what the demo uses while its market runs in real time and nobody looks: memory and processor of both processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startDemo } from '../test/e2e/support/demo.ts';
import { type Outcome, type Progress, benchOf } from './kit.ts';

const ROUNDS = 5;
const SETTLE_MS = 10_000;
const WINDOW_MS = 6_000;
/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Memory as the kernel counts it: `Rss` counts pages that processes share in each of them, `Pss` once in all. */
const memoryMb = (pid: number, kind: 'Rss' | 'Pss'): number =>
  Number(
    new RegExp(`^${kind}:\\s+(\\d+)`, 'm').exec(
      readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'),
    )?.[1] ?? NaN,
  ) / 1_024;

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function run(progress: Progress): Promise<Outcome> {
  const endings: (() => unknown)[] = [];
  try {
    progress('the demo, at the market’s own pace');
    const owner = { after: (ended: () => unknown) => void endings.push(ended) };
    const demo = await startDemo(owner, { speed: 1 });
    const engine = (
      JSON.parse(readFileSync(join(demo.dataDir, 'engine.json'), 'utf8')) as {
        readonly pid: number;
      }
    ).pid;
    const pids = [demo.process.pid, engine];
    await wait(SETTLE_MS);
    const resident: number[] = [];
    const shared: number[] = [];
    const cpu: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = pids.map(cpuMs);
      const began = performance.now();
      await wait(WINDOW_MS);
      const used = pids.map(cpuMs).reduce((sum, ms, index) => sum + ms - (before[index] ?? 0), 0);
      cpu.push((100 * used) / (performance.now() - began));
      const all = (kind: 'Rss' | 'Pss'): number =>
        pids.map((pid) => memoryMb(pid, kind)).reduce((sum, mb) => sum + mb, 0);
      resident.push(all('Rss'));
      shared.push(all('Pss'));
    }
    return {
      measures: [
        {
          name: 'memory of both processes, each with all its pages (RSS)',
          unit: 'MB',
          rounds: resident,
          goal: { atMost: 250 },
        },
        { name: 'memory of both processes, shared pages once (PSS)', unit: 'MB', rounds: shared },
        { name: 'processor', unit: '% of a core', rounds: cpu, goal: { atMost: 10 } },
      ],
      notes: [
        `five windows of ${WINDOW_MS / 1_000} s of one demo at speed 1, ${SETTLE_MS / 1_000} s after it stood; no dashboard open`,
      ],
    };
  } finally {
    for (const ended of endings.toReversed()) await ended();
  }
}

export const bench = benchOf(
  'B-idle',
  'what the idle demo uses: memory and processor of both processes',
  run,
);
