/**
 * Facts to text and back. The text is what is stored, hashed and exported: the envelope's keys in their fixed order, the
 * keys of `data` sorted at every depth, no spaces. Equal facts give equal text, so the chain is reproducible anywhere.
 * Old versions of a fact are lifted on the way in; an unknown type or a version newer than ours is refused, never guessed.
 */
import { canonical, type Json } from '../base/canonical.ts';
import { err, ok, type Result } from '../base/result.ts';
import { isoTime, parseIso } from '../base/time.ts';
import type { Fact } from '../domain/fact.ts';
import { type Upcasts, UPCASTS } from './upcasts.ts';

const ACTORS = ['engine', 'strategy', 'person', 'token', 'exchange', 'reconciler'] as const;

/** A moment of any day that each month has, which are nearly all. */
const PLAIN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function isMoment(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (PLAIN.test(value)) return true;
  const at = parseIso(value);
  return at !== undefined && isoTime(at) === value;
}

type Envelope = {
  readonly seq: number;
  readonly type: string;
  readonly v: number;
  readonly data: Readonly<Record<string, unknown>>;
};

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an envelope, each with what it has to be; by hand, because a schema's library takes every thread's memory. */
const MEMBERS: readonly (readonly [
  member: string,
  accepted: string,
  isIt: (value: unknown) => boolean,
])[] = [
  ['seq', 'a whole number from 1', isCount],
  ['at', 'a moment like 2026-03-02T10:00:00.000Z', isMoment],
  ['epoch', 'a whole number from 1', isCount],
  ['type', 'text', isText],
  ['v', 'a whole number from 1', isCount],
  ['actor', 'an object of kind and id', (a) => isObject(a) && Object.keys(a).length === 2],
  ['cause', 'text', isText],
  ['build', 'text', isText],
  ['config', 'text', isText],
  ['data', 'an object', isObject],
];
const KNOWN = new Set(MEMBERS.map(([member]) => member));

/** What is wrong with a parsed value as an envelope: where, and what is accepted there. */
function whatIsWrong(
  value: Readonly<Record<string, unknown>>,
): readonly [place: string, accepted: string] | undefined {
  for (const [member, accepted, isIt] of MEMBERS)
    if (!isIt(value[member])) return [member, accepted];
  const { kind, id } = value['actor'] as Readonly<Record<string, unknown>>;
  if (!ACTORS.some((known) => known === kind)) return ['actor.kind', `one of ${ACTORS.join(', ')}`];
  if (!isText(id)) return ['actor.id', 'text'];
  const extra = Object.keys(value).find((member) => !KNOWN.has(member));
  return extra === undefined ? undefined : [extra, 'nothing'];
}

function readEnvelope(value: unknown): Result<Envelope, string> {
  if (!isObject(value)) return err('a fact is not well-formed: it is no object');
  const wrong = whatIsWrong(value);
  return wrong === undefined
    ? ok(value as Envelope)
    : err(`a fact is not well-formed at "${wrong[0]}": accepted is ${wrong[1]}`);
}

/** The stored text of a fact. Throws a TypeError on data that JSON can't hold (NaN, infinities, functions). */
export function encodeFact(fact: Fact): string {
  const { seq, at, epoch, type, v, actor, cause, build, config } = fact;
  const head = JSON.stringify({
    seq,
    at,
    epoch,
    type,
    v,
    actor: { kind: actor.kind, id: actor.id },
    cause,
    build,
    config,
  });
  return `${head.slice(0, -1)},"data":${canonical(fact.data as unknown as Json)}}`;
}

/** The fact of stored text, lifted to today's version; the error says what was wrong with which fact. */
export function decodeFact(text: string): Result<Fact, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(`a fact is not JSON: ${text.slice(0, 80)}`);
  }
  return liftFact(value);
}

/** The same for a fact that is parsed already; `upcasts` is given by tests only. */
export function liftFact(value: unknown, upcasts: Upcasts = UPCASTS): Result<Fact, string> {
  const read = readEnvelope(value);
  if (!read.ok) return read;
  const { seq, type, v } = read.value;
  if (!Object.hasOwn(upcasts, type)) {
    return err(
      `fact ${seq} is of the unknown type ${type}; it was written by another version of Lockstep`,
    );
  }
  const steps = upcasts[type as keyof Upcasts];
  const newest = steps.length + 1;
  if (v > newest) {
    return err(
      `fact ${seq} (${type}) has version ${v}, this build reads up to ${newest}; use the newer Lockstep that wrote it`,
    );
  }
  if (v === newest) return ok(read.value as unknown as Fact);
  const data = steps.slice(v - 1).reduce((older, lift) => lift(older), read.value.data);
  return ok({ ...read.value, v: newest, data } as unknown as Fact);
}
