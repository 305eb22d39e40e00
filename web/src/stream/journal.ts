/**
 * A stretch of the journal as the audit page holds it: facts in order of their numbers without a hole, next to each other
 * in the journal. What is missing is read once, when the stream tells of a newer commit or a person looks further. Pure.
 */
import {
  FACT_OBJECTS,
  FACT_SEVERITIES,
  type FactObject,
  type FactSeverity,
  objectOf,
  severityOf,
} from '../../../src/wire/facets.ts';

/** A fact as the server answers it. */
export type JournalFact = {
  readonly seq: number;
  readonly at: string;
  readonly epoch: number;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly cause: string;
  readonly build: string;
  readonly config: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Ascending, each one more than the one before. */
export type Stretch = readonly JournalFact[];

/** A read of `/journal`: facts after `after`, at most `limit` of them. */
export type Reading = { readonly after: number; readonly limit: number };

/** Facts of one read. */
export const PAGE = 500;
/** Facts that a page keeps; the end that is not looked at is let go. */
export const MOST_HELD = 20_000;

/** The read that begins a stretch: the last facts, or those around one that a link names. */
export function firstReading(head: number, around: number | null): Reading {
  const from = around === null ? head - PAGE : Math.min(around, head) - PAGE / 2;
  return { after: Math.max(0, Math.floor(from)), limit: PAGE };
}

/** The read that goes on before the stretch; null at the beginning of the journal. */
export function olderReading(stretch: Stretch): Reading | null {
  const first = stretch[0]?.seq ?? 1;
  if (first <= 1) return null;
  const after = Math.max(0, first - 1 - PAGE);
  return { after, limit: first - 1 - after };
}

/** The read that goes on behind the stretch; null when it holds all up to `head`. */
export function newerReading(stretch: Stretch, head: number): Reading | null {
  const last = stretch.at(-1)?.seq ?? 0;
  return last >= head ? null : { after: last, limit: PAGE };
}

/** Whether one read can't close what lies between the stretch and the head: then following begins a new stretch. */
export const isFarBehind = (stretch: Stretch, head: number): boolean =>
  head - (stretch.at(-1)?.seq ?? 0) > PAGE;

/** The stretch with newer facts behind it; facts that it holds are passed over, nothing is joined across a hole. */
export function withNewer(stretch: Stretch, facts: Stretch): Stretch {
  const last = stretch.at(-1)?.seq;
  const fresh = last === undefined ? facts : facts.filter(({ seq }) => seq > last);
  const next = fresh[0];
  if (next === undefined || (last !== undefined && next.seq !== last + 1)) return stretch;
  return [...stretch, ...fresh].slice(-MOST_HELD);
}

/** The stretch with older facts before it, on the same terms. */
export function withOlder(stretch: Stretch, facts: Stretch): Stretch {
  const first = stretch[0]?.seq;
  const fresh = first === undefined ? facts : facts.filter(({ seq }) => seq < first);
  const next = fresh.at(-1);
  if (next === undefined || (first !== undefined && next.seq !== first - 1)) return stretch;
  return [...fresh, ...stretch].slice(0, MOST_HELD);
}

/** What a person chose to see; null is everything. `text` is compared without regard to capitals. */
export type Choice = {
  readonly type: string | null;
  readonly actor: string | null;
  readonly object: FactObject | null;
  readonly severity: FactSeverity | null;
  readonly text: string;
};

export const EVERYTHING: Choice = {
  type: null,
  actor: null,
  object: null,
  severity: null,
  text: '',
};

/** The choice that an address names; what it does not name, or names wrongly, is everything. */
export function choiceOf(search: string): Choice {
  const query = new URLSearchParams(search);
  const one = <Word extends string>(name: string, words: readonly Word[]): Word | null =>
    words.find((word) => word === query.get(name)) ?? null;
  return {
    type: query.get('type'),
    actor: query.get('actor'),
    object: one('object', FACT_OBJECTS),
    severity: one('severity', FACT_SEVERITIES),
    text: query.get('q') ?? '',
  };
}

/** The choice as the API and the address want it. */
export function queryOf({ type, actor, object, severity, text }: Choice): URLSearchParams {
  const parts = { type, actor, object, severity, q: text.trim() === '' ? null : text.trim() };
  return new URLSearchParams(
    Object.entries(parts).filter((part): part is [string, string] => part[1] !== null),
  );
}

export const isEverything = (choice: Choice): boolean => queryOf(choice).size === 0;

/** Who made a fact, in the form that the choice names: the kind, and the name where kind and name differ. */
export const actorKey = ({ actor }: JournalFact): string =>
  actor.id === actor.kind ? actor.kind : `${actor.kind} ${actor.id}`;

const holdsText = (fact: JournalFact, text: string): boolean =>
  JSON.stringify(fact).toLowerCase().includes(text);

/** The facts that fit a choice. */
export function chosen(stretch: Stretch, choice: Choice): Stretch {
  const { type, actor, object, severity } = choice;
  const text = choice.text.trim().toLowerCase();
  if (isEverything(choice)) return stretch;
  return stretch.filter(
    (fact) =>
      (type === null || fact.type === type) &&
      (actor === null || actorKey(fact) === actor) &&
      (object === null || objectOf(fact.type) === object) &&
      (severity === null || severityOf(fact) === severity) &&
      (text === '' || holdsText(fact, text)),
  );
}

export type Facet = { readonly key: string; readonly count: number };

/** How often each key occurs, the most frequent first. */
export function facetsOf(stretch: Stretch, keyOf: (fact: JournalFact) => string): readonly Facet[] {
  const counts = new Map<string, number>();
  for (const fact of stretch) counts.set(keyOf(fact), (counts.get(keyOf(fact)) ?? 0) + 1);
  return [...counts]
    .map(([key, count]) => ({ key, count }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** The rows of a list that have to be drawn: `from` up to but not including `to`. Heights in px. */
export function visibleRows(view: {
  readonly top: number;
  readonly height: number;
  readonly row: number;
  readonly count: number;
}): { readonly from: number; readonly to: number } {
  const beyond = 10;
  const from = Math.max(0, Math.min(view.count, Math.floor(view.top / view.row)) - beyond);
  const shown = Math.ceil(view.height / view.row) + 2 * beyond;
  return { from, to: Math.min(view.count, from + shown) };
}
