/**
 * Searching the journal: a stretch of it at a time, forwards or backwards, so that no question costs more than one stretch
 * however long the journal is. Whoever asks goes on where the answer ended.
 */
import type { Fact } from '../domain/fact.ts';
import { type FactObject, type FactSeverity, objectOf, severityOf } from '../domain/facets.ts';

/** Facts that one question looks at. */
export const SEARCH_STRETCH = 20_000;

/** What is looked for; absent members do not choose. `text` is compared without regard to (ASCII) capitals. */
export type FactFilter = {
  readonly type?: string;
  /** `kind`, or `kind id`. */
  readonly actor?: string;
  readonly object?: FactObject;
  readonly severity?: FactSeverity;
  readonly text?: string;
};

/** Facts behind `after`, oldest first, or before `before`, newest first. */
export type Direction = { readonly after: number } | { readonly before: number };

export type SearchQuery = {
  readonly filter: FactFilter;
  readonly from: Direction;
  readonly limit: number;
};

/** A fact that fits, with its hash and the very text that was hashed. */
export type FoundFact = { readonly hash: string; readonly text: string };

/** `from` to `to` were looked at, all of them; `to` is one less than `from` when there is nothing there. */
export type Found = {
  readonly items: readonly FoundFact[];
  readonly from: number;
  readonly to: number;
  readonly head: number;
};

/** The stretch that a question looks at. */
export function stretchOf(
  from: Direction,
  head: number,
): { readonly first: number; readonly last: number } {
  if ('after' in from)
    return { first: from.after + 1, last: Math.min(head, from.after + SEARCH_STRETCH) };
  const last = Math.min(head, from.before - 1);
  return { first: Math.max(1, last - SEARCH_STRETCH + 1), last };
}

/** Who made a fact, as `actor` names it. */
const isActor = (wanted: string, { kind, id }: Fact['actor']): boolean =>
  wanted === kind || wanted === `${kind} ${id}`;

/** Letters of ASCII in lower case, as the database compares them. */
export const lowered = (text: string): string =>
  text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a fact fits. */
export function fits(filter: FactFilter, fact: Fact, text: string): boolean {
  const { type, actor, object, severity, text: wanted } = filter;
  return (
    (type === undefined || fact.type === type) &&
    (object === undefined || objectOf(fact.type) === object) &&
    (actor === undefined || isActor(actor, fact.actor)) &&
    (wanted === undefined || lowered(text).includes(lowered(wanted))) &&
    (severity === undefined || severityOf(fact) === severity)
  );
}
