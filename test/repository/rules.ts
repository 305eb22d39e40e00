/** Reads rule ids from the spec's pages and from the titles of tests. */
import { scan } from './source.ts';

const id = String.raw`[INLT]\d+`;
const defined = new RegExp(String.raw`^(?:\|\s*|#{1,6}\s+)\**(${id})\b`, 'gm');
const bracketed = new RegExp(String.raw`\[(${id}(?:,\s*${id})*)\]`, 'g');

/** The ids that a page of the spec defines: the first cell of a table's row, or the start of a heading. */
export function idsDefined(page: string): readonly string[] {
  return [...page.matchAll(defined)].map((match) => match[1] ?? '');
}

/** The ids that stand in brackets at the start of a string of a test file, as in `[I6] …` or `[I6] [I7] …`. */
export function idsNamed(source: string): readonly string[] {
  return scan(source)
    .strings.flatMap(({ text }) => /^(?:\s*\[[^\]]*\])+/.exec(text)?.[0] ?? [])
    .flatMap((prefix) => [...prefix.matchAll(bracketed)])
    .flatMap((match) => (match[1] ?? '').split(/,\s*/));
}
