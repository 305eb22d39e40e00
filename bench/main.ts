/**
 * Runs benchmarks: `node bench/main.ts [NAME…]`, all without a name, `--list` to see them. Each prints a table of ratios
 * within one run and writes `.build/bench/NAME.json`.
 */
import { readdirSync } from 'node:fs';
import { type Bench, report } from './measure.ts';

const files = readdirSync(new URL('.', import.meta.url)).filter((name) =>
  name.endsWith('.bench.ts'),
);
const benches = await Promise.all(
  files
    .toSorted()
    .map(
      async (name) =>
        ((await import(new URL(name, import.meta.url).href)) as { bench: Bench }).bench,
    ),
);
const names = process.argv.slice(2);
const isMeant = ({ id }: Bench): boolean =>
  names.length === 0 || names.some((name) => name.toLowerCase() === id.toLowerCase());
const unknown = names.filter(
  (name) => name !== '--list' && !benches.some(({ id }) => id.toLowerCase() === name.toLowerCase()),
);

if (names.includes('--list') || unknown.length > 0) {
  for (const { id, about } of benches) console.log(`${id}  ${about}`);
  if (unknown.length > 0) {
    console.error(`there is no benchmark ${unknown.join(', ')}`);
    process.exitCode = 2;
  }
} else for (const bench of benches.filter(isMeant)) console.log(`  -> ${await report(bench)}`);
