/**
 * Reading parameters. Over HTTP GET everything comes as text, so numbers, flags and lists are accepted in both spellings;
 * what does not fit is refused with -32602 and the name of the parameter.
 */
import * as z from 'zod';
import { type Decimal, parseDecimal } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { type Answer, refuseParam } from './refusal.ts';

/** A finite number of any spelling, exact. */
export const decimal = z.union([z.number(), z.string()]).transform((value, context): Decimal => {
  const read = parseDecimal(String(value));
  if (read !== undefined) return read;
  context.issues.push({ code: 'custom', message: 'wrong format', input: value });
  return z.NEVER;
});

/** A whole number. */
export const integer = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);

/** A list, or JSON text of one. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.startsWith('[') ? parseList(value) : value),
    z.array(item),
  );

function parseList(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export const text = z.string();
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) => z.enum(values);

/** A schema's reading of `params`, or the refusal of the first parameter that does not fit. Unknown ones are ignored. */
export function readParams<T extends z.ZodType>(schema: T, params: unknown): Answer<z.output<T>> {
  const read = schema.safeParse(params);
  if (read.success) return ok(read.data);
  const issue = read.error.issues[0];
  const path = issue?.path ?? [];
  const missing = valueAt(params, path) === undefined;
  return refuseParam(path.join('.'), missing ? 'value required' : 'wrong format');
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  let value = params;
  for (const key of path)
    value =
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined;
  return value;
}
