/**
 * Runs benchmarks: `node bench/main.ts [NAME…]`, all without a name, `--list` to see them. Each prints a table of ratios
 * within one run and writes `.build/bench/NAME.json`.
 */
import { bench as check } from './check.bench.ts';
import { bench as closeBooked } from './close-booked.bench.ts';
import { bench as crash } from './crash.bench.ts';
import { bench as growth } from './growth.bench.ts';
import { bench as handClose } from './hand-close.bench.ts';
import { bench as idle } from './idle.bench.ts';
import { bench as integrity } from './integrity.bench.ts';
import { bench as journalReads } from './journal-reads.bench.ts';
import { bench as journal } from './journal.bench.ts';
import { bench as market } from './market.bench.ts';
import { bench as orderPath } from './order-path.bench.ts';
import { bench as practice } from './practice.bench.ts';
import { bench as practiceMatching } from './practice-matching.bench.ts';
import { bench as screen } from './screen.bench.ts';
import { bench as start } from './start.bench.ts';
import { bench as unknowns } from './unknowns.bench.ts';
import { type Bench, report } from './measure.ts';

const benches: readonly Bench[] = [
  check,
  closeBooked,
  crash,
  growth,
  handClose,
  idle,
  integrity,
  journalReads,
  journal,
  market,
  orderPath,
  practice,
  practiceMatching,
  screen,
  start,
  unknowns,
];
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
