/** Many lives of the books, drawn from a seed, and whether they were about something. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { live } from './acts.ts';
import { compareBooks } from './compare.ts';
import type { Kind } from './exchange.ts';
import { type Act, acts, type BooksLife } from './life.ts';
import { watchBooks } from './rules.ts';

type Counts = BooksLife['counts'];
type Living = (list: readonly Act[], kind: Kind) => BooksLife;

/** A life that is judged behind each of its facts. */
export const liveUnderRules: Living = (list, kind) => live(list, kind, watchBooks());

/** A life that is compared with the model when it has ended. */
export const liveUnderModel: Living = (list, kind) => {
  const life = live(list, kind);
  compareBooks(life);
  return life;
};

export type Lives = {
  readonly lives: number;
  readonly seed: number;
  /** The most acts of one life. */
  readonly acts: number;
};

/** Lives them, half of them on an inverse instrument; answers how often what happened. */
export function liveAll(one: Living, { lives, seed, acts: most }: Lives): Counts {
  const sums = new Map<string, number>();
  fc.assert(
    fc.property(acts(most), fc.constantFrom<Kind>('linear', 'inverse'), (list, kind) => {
      for (const [what, times] of Object.entries(one(list, kind).counts))
        sums.set(what, (sums.get(what) ?? 0) + times);
    }),
    { numRuns: lives, seed },
  );
  return Object.fromEntries(sums) as Counts;
}

/** What a thousand lives see at least. */
const LEAST: Counts = {
  entries: 500,
  refused: 500,
  fills: 2_000,
  beyond: 30,
  late: 200,
  gone: 50,
  replaced: 10,
  adopted: 100,
  nights: 500,
};

/** Whether so many thousand lives were about all that can happen. */
export function seenEnough(counts: Counts, thousands: number): void {
  for (const [what, times] of Object.entries(LEAST))
    assert.ok(
      counts[what as keyof Counts] >= times * thousands,
      `${what}: ${counts[what as keyof Counts]}`,
    );
}
