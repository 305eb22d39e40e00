/** Searching facts in memory, as the database does, for tests. */
import type { Fact } from '../domain/fact.ts';
import { type Found, fits, type SearchQuery, stretchOf } from './search.ts';

/** Facts must be all of a journal, from seq 1. */
export function searchAll(
  facts: readonly Fact[],
  { filter, from, limit }: SearchQuery,
  {
    hashAt,
    textOf,
  }: { readonly hashAt: (seq: number) => string; readonly textOf: (fact: Fact) => string },
): Found {
  const head = facts.length;
  const { first, last } = stretchOf(from, head);
  const forward = 'after' in from;
  const stretch = facts.slice(first - 1, Math.max(first - 1, last));
  const fitting = stretch.filter((fact) => fits(filter, fact, textOf(fact)));
  const shown = (forward ? fitting : fitting.toReversed()).slice(0, limit);
  const end = shown.length < limit ? undefined : shown.at(-1)?.seq;
  return {
    items: shown.map((fact) => ({ hash: hashAt(fact.seq), text: textOf(fact) })),
    from: forward ? first : (end ?? first),
    to: forward ? (end ?? last) : last,
    head,
  };
}
