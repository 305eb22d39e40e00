/** Finds what a person probably meant: the known name that is the fewest slips of the keyboard away. */
import { must } from './assert.ts';

const at = (row: readonly number[], column: number): number =>
  must(row[column], 'a column of the row');

/**
 * Slips between two texts: letters added, left out, changed or swapped with their neighbour, each counted once
 * (Damerau-Levenshtein in its restricted form: no letter is moved twice).
 */
export function slips(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(
        at(above, j - 1) + (same ? 0 : 1),
        at(above, j) + 1,
        at(row, j - 1) + 1,
      );
      row.push(swapped ? Math.min(best, at(before, j - 2) + 1) : best);
    }
    before = above;
    above = row;
  }
  return at(above, b.length);
}

/**
 * The known name nearest to `name`, letter case and `-` or `_` aside; the first one of several that are equally near.
 * Undefined when nothing is known or when even the nearest differs in more than half of its letters.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.slice(0, 100).toLowerCase().replaceAll('-', '_');
  const meant = plain(name);
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const offered = plain(candidate);
    const distance = slips(meant, offered);
    if (distance < least && distance * 2 <= Math.max(meant.length, offered.length)) {
      found = candidate;
      least = distance;
    }
  }
  return found;
}
