/**
 * The scalars of the wire. A number becomes a decimal through its own shortest text before any arithmetic, or through
 * the text that it came in where a binary float would lose a digit.
 */
import { z } from 'zod';
import { type Decimal, ZERO } from '../../base/decimal.ts';
import { type Result, err, ok } from '../../base/result.ts';
import { decimalFrom, idFrom } from './wire-number.ts';

/** What a reader makes of a value, where a text of its own says what was expected when there is nothing. */
const made = <T>(read: (value: unknown) => T | undefined, expected: string) =>
  z.unknown().transform((value, context): T => {
    const found = read(value);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });

export const decimal = made(decimalFrom, 'a number of a believable size');
/** An id as text, though it may come as a number. */
export const id = made(idFrom, 'an id');
export const maybeId = made((value) => (value === '' ? null : idFrom(value)), 'an id')
  .nullish()
  .transform((value): string | null => value ?? null);

/** A decimal that may be left out. */
export const maybeDecimal = decimal.nullish().transform((value): Decimal | null => value ?? null);
/** A price of which zero, null and absence all mean that there is none. */
export const priceOrNone = maybeDecimal.transform((value): Decimal | null =>
  value === ZERO ? null : value,
);
/** Milliseconds since 1970. */
export const millis = z.number().int().positive();
export const name = z.string().min(1);
export const maybeName = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** What a schema says of a value, told on within another at this path. */
function within<T>(
  schema: z.ZodType<T>,
  value: unknown,
  { context, path }: { readonly context: z.RefinementCtx; readonly path: readonly number[] },
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  context.addIssue({
    code: 'custom',
    path: [...path, ...(issue?.path ?? [])],
    message: issue?.message ?? 'not in the expected shape',
  });
  return z.NEVER;
}

/** Reads a value with the schema that its looks ask for, so that what is wrong is told in that one's words. */
export const chosen = <T>(choose: (value: unknown) => z.ZodType<T>) =>
  z.unknown().transform((value, context): T => within(choose(value), value, { context, path: [] }));

/** A list, read up to the first row that can't be: a message of a megabyte may hold a hundred thousand that can't. */
export const listOf = <T>(schema: z.ZodType<T>) =>
  z.unknown().transform((value, context): T[] => {
    if (!Array.isArray(value)) {
      context.addIssue({ code: 'custom', message: 'expected a list' });
      return z.NEVER;
    }
    const rows: T[] = [];
    for (let at = 0; at < value.length && context.issues.length === 0; at++)
      rows.push(within(schema, value[at] as unknown, { context, path: [at] }));
    return rows;
  });

/** The value in the schema's shape, or in words where it does not fit; never throws. */
export function decodeWith<T>(schema: z.ZodType<T>, value: unknown): Result<T, string> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return err(
    issue === undefined
      ? 'not in the expected shape'
      : `${issue.path.map(String).join('.') || 'value'}: ${issue.message}`,
  );
}
