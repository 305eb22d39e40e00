/**
 * What every benchmark shares: rounds in which the variants take turns, medians beside all rounds, and probes of the
 * machine before and after, so that a figure from a busy machine is marked as one.
 */
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What one variant did in one round: wall and CPU time of the whole process, for so many units of work. */
export type Round = { readonly wallMs: number; readonly cpuMs: number; readonly units: number };

/** A benchmark: what it measures in words, and its run, which answers the lines of its table and what is kept as JSON. */
export type Bench = {
  readonly id: string;
  readonly about: string;
  readonly run: (tell: (progress: string) => void) => Promise<Outcome>;
};

export type Outcome = { readonly table: readonly (readonly string[])[]; readonly data: object };

const BUILD = join(dirname(dirname(fileURLToPath(import.meta.url))), '.build', 'bench');

/** The value in the middle; of the upper two when there is an even number. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The smallest value that at least this share of all does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Times one piece of work; what it answers is the number of units that it did. */
export async function timed(work: () => Promise<number> | number): Promise<Round> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const units = await work();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1_000, units };
}

/** A folder for the time of the work. */
export async function inFolder<Answer>(work: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Probe = { readonly syncMs: number; readonly spinMs: number };

const SPINS = 20_000_000;

/** How long a durable write and a fixed piece of arithmetic take now. */
async function probe(): Promise<Probe> {
  const syncs = await inFolder(async (folder) => {
    const file = openSync(join(folder, 'probe'), 'w');
    const block = Buffer.alloc(4_096, 1);
    const took: number[] = [];
    for (let n = 0; n < 50; n++) {
      const began = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      took.push(performance.now() - began);
    }
    closeSync(file);
    return took;
  });
  const began = performance.now();
  let sum = 0;
  for (let n = 0; n < SPINS; n++) sum = (sum + n) | 0;
  return { syncMs: median(syncs), spinMs: performance.now() - began + (sum === 1 ? 1 : 0) };
}

/** Two probes apart by more than this factor say that something else was running. */
const CALM = 1.5;

/** Runs one benchmark, prints its table and writes its JSON; answers the path. */
export async function report(bench: Bench): Promise<string> {
  console.log(`\n${bench.id}  ${bench.about}`);
  const load = loadavg()[0] ?? 0;
  const before = await probe();
  const { table, data } = await bench.run((progress) => console.error(`  ${progress}`));
  const after = await probe();
  const busy =
    load > availableParallelism() / 2 ||
    Math.max(before.spinMs, after.spinMs) / Math.min(before.spinMs, after.spinMs) > CALM ||
    Math.max(before.syncMs, after.syncMs) / Math.min(before.syncMs, after.syncMs) > 2 * CALM;
  print(table);
  if (busy) console.log(`the machine was busy (load ${load.toFixed(1)}): do not quote this run`);
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
  };
  mkdirSync(BUILD, { recursive: true });
  const path = join(BUILD, `${bench.id}.json`);
  writeFileSync(
    path,
    `${JSON.stringify({ id: bench.id, at: new Date().toISOString(), machine, busy, load, before, after, ...data }, null, 2)}\n`,
  );
  return path;
}

function print(table: readonly (readonly string[])[]): void {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of table)
    console.log(
      `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
    );
}
