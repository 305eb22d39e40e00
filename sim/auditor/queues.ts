/**
 * [L5] What waits comes to an end: in a world at rest no request about an order is under way, no search, change, repair or
 * close is going on, and nobody waits for a reply. Only the routine goes on: checks, the log, candles, terms and prices.
 */
import type { Errand } from '../../src/engine/live.ts';
import { type Evidence, rule } from './evidence.ts';

/** What is asked for again and again; the late answer to an order is listened for as long as its intent is remembered. */
const ROUTINE: ReadonlySet<Errand['for']> = new Set([
  'check',
  'cash',
  'candles',
  'instrument',
  'price',
  'place',
]);

/** How much waits in each queue of the engine, by name; those that are empty are left out. */
function waiting({ life }: Pick<Evidence, 'life'>): Readonly<Record<string, number>> {
  const { live, books } = life().driver.cell;
  const queues = {
    errands: [...live.errands.values()].filter((errand) => !ROUTINE.has(errand.for)).length,
    searches: live.resolving.size,
    rounds: live.round === null ? 0 : 1,
    changes: books.changes.size,
    attempts: live.changing.size,
    repairs: live.unprotected.size,
    closes: live.closing.size,
    commands: live.waitingCommands.length,
    imports: live.importing === null ? 0 : 1,
    doubts: live.doubts.size,
  };
  return Object.fromEntries(Object.entries(queues).filter(([, count]) => count > 0));
}

export function auditQueues(evidence: Evidence): void {
  const left = waiting(evidence);
  rule('L5', Object.keys(left).length === 0, () => JSON.stringify(left), evidence);
}
