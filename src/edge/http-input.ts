/** The border of the HTTP API: queries and bodies are read by strict schemas; a refusal names the field, what it held and what is accepted. */
import type { z } from 'zod';
import { nearest } from '../base/nearest.ts';
import type { Result } from '../base/result.ts';
import { type Answer, refuse } from './http-answer.ts';

/** Bytes that a body may have. */
export const BODY_LIMIT = 65_536;

type Issue = z.core.$ZodIssue;
type Place = 'query' | 'body' | 'path';

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (held, key) => (held as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );

function acceptedBy(issue: Issue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type')
    return `a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
  return issue.message;
}

function unknownName(
  place: Place,
  issue: Issue & { readonly code: 'unrecognized_keys' },
  known: readonly string[],
): Answer {
  const field = [...issue.path, issue.keys[0]].join('.');
  const meant = nearest(issue.keys[0] ?? '', known);
  return refuse(400, place === 'query' ? 'unknown_parameter' : 'unknown_field', {
    title: place === 'query' ? 'Unknown query parameter' : 'Unknown field',
    detail: `"${field}" is not known here.`,
    field,
    accepted: known.length === 0 ? 'none' : known.join(', '),
    next: meant === undefined ? `Leave "${field}" out.` : `Did you mean "${meant}"?`,
  });
}

function wrongValue(place: Place, issue: Issue, input: unknown): Answer {
  const field = issue.path.join('.');
  const held = at(input, issue.path);
  const accepted = acceptedBy(issue);
  const missing = held === undefined && field !== '';
  const object = field === '' ? `the ${place}` : `"${field}"`;
  const subject = field === '' ? `The ${place}` : `"${field}"`;
  return refuse(400, missing ? 'missing_field' : 'invalid_field', {
    title: missing ? 'Missing value' : 'Invalid value',
    detail: missing ? `"${field}" is missing.` : `${subject} is ${shown(held)}.`,
    ...(field === '' ? {} : { field }),
    accepted,
    next: `Send ${object} as ${accepted}.`,
  });
}

/** Reads a value by a strict object schema, or answers the first thing that is wrong with it; unknown names come first. */
export function readStrictly<Schema extends z.ZodType>(
  schema: Schema & { readonly shape: Readonly<Record<string, unknown>> },
  place: Place,
  input: unknown,
): Result<z.output<Schema>, Answer> {
  const read = schema.safeParse(input);
  if (read.success) return { ok: true, value: read.data };
  const { issues } = read.error;
  const stranger = issues.find((issue) => issue.code === 'unrecognized_keys');
  const issue = issues[0] as Issue;
  const error =
    stranger === undefined
      ? wrongValue(place, issue, input)
      : unknownName(place, stranger, Object.keys(schema.shape));
  return { ok: false, error };
}

/** The parameters of a query as plain text; one that stands there twice is refused. */
export function queryOf(url: URL): Result<Readonly<Record<string, string>>, Answer> {
  const found = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (found.has(name)) {
      const words = {
        title: 'Repeated query parameter',
        detail: `"${name}" stands in the query twice.`,
        field: name,
      };
      return {
        ok: false,
        error: refuse(400, 'repeated_parameter', { ...words, accepted: `"${name}" once` }),
      };
    }
    found.set(name, value);
  }
  return { ok: true, value: Object.fromEntries(found) };
}

const tooLarge = (): Answer =>
  refuse(413, 'too_large', {
    title: 'Request too large',
    detail: 'The body is larger than this server reads.',
    accepted: `at most ${BODY_LIMIT} bytes`,
  });

/** Reads no more than the limit, whatever the length header says. */
async function boundedText(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT) return undefined;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > BODY_LIMIT) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The JSON body of a request; none at all reads as `{}`. */
export async function bodyOf(request: Request): Promise<Result<unknown, Answer>> {
  const text = await boundedText(request);
  if (text === undefined) return { ok: false, error: tooLarge() };
  if (text === '') return { ok: true, value: {} };
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const words = {
      title: 'Unsupported media type',
      detail: `The body came as "${type}".`,
      field: 'Content-Type',
    };
    return {
      ok: false,
      error: refuse(415, 'not_json', { ...words, accepted: 'application/json' }),
    };
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    const words = {
      title: 'Malformed JSON',
      detail: 'The body is not JSON.',
      accepted: 'one JSON object',
    };
    return { ok: false, error: refuse(400, 'bad_json', words) };
  }
}
