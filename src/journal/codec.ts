/**
 * Facts to text and back. The text is what is stored, hashed and exported: the envelope's keys in their fixed order, the
 * keys of `data` sorted at every depth, no spaces. Equal facts give equal text, so the chain is reproducible anywhere.
 * Old versions of a fact are lifted on the way in; an unknown type or a version newer than ours is refused, never guessed.
 */
import { z } from 'zod';
import { canonical, type Json } from '../base/canonical.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Fact } from '../domain/fact.ts';
import { type Upcasts, UPCASTS } from './upcasts.ts';

const ACTORS = ['engine', 'strategy', 'person', 'token', 'exchange', 'reconciler'] as const;

const envelope = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime({ precision: 3 }),
  epoch: z.int().positive(),
  type: z.string(),
  v: z.int().positive(),
  actor: z.strictObject({
    kind: z.enum(ACTORS),
    id: z.string(),
  }),
  cause: z.string(),
  build: z.string(),
  config: z.string(),
  data: z.record(z.string(), z.unknown()),
});

type Envelope = z.output<typeof envelope>;

const MEMBERS = Object.keys(envelope.shape).length;
const DAY_AND_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is plainly what `envelope` accepts; what is not (and the last days of a month) is for the schema to judge. */
function isPlain(value: unknown): value is Envelope {
  if (!isObject(value) || Object.keys(value).length !== MEMBERS) return false;
  const { seq, at, epoch, type, v, actor, cause, build, config, data } = value;
  if (!isCount(seq) || !isCount(epoch) || !isCount(v) || !isObject(data) || !isObject(actor))
    return false;
  if (typeof at !== 'string' || !DAY_AND_TIME.test(at)) return false;
  if ([type, cause, build, config, actor['id']].some((text) => typeof text !== 'string'))
    return false;
  return ACTORS.some((kind) => kind === actor['kind']) && Object.keys(actor).length === 2;
}

/** The envelope of a parsed value. Most facts are ours and plain, and the schema takes far longer to say so. */
function readEnvelope(value: unknown): Result<Envelope, string> {
  if (isPlain(value)) return ok(value);
  const parsed = envelope.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(
    `a fact is not well-formed at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}`,
  );
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
