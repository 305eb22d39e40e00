/**
 * Rows that are read to be shown, not to be traded on: the shape is checked, every digit is kept, and names are spelt as
 * ours are. What is left out is null; words are told as they came, since no decision hangs on them.
 */
import { z } from 'zod';
import { chosen, listOf, maybeId } from './decode-values.ts';

const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Reads these members of an object, by their names on the wire. */
export function row(shape: z.ZodRawShape) {
  const names = Object.keys(shape).map((name) => [name, camel(name)] as const);
  return z
    .object(shape)
    .transform((raw) => Object.fromEntries(names.map(([name, own]) => [own, raw[name] ?? null])));
}

/** Rows under a name, with the mark of the page that follows; null after the last. */
export const page = (name: string, schema: z.ZodType) =>
  z
    .object({ [name]: listOf(schema), continuation: maybeId })
    .transform((raw) => ({ [name]: raw[name], continuation: raw['continuation'] ?? null }));

/** A list of rows, or one row alone, as recordings often hold it. */
export const oneOrMore = (schema: z.ZodType) =>
  chosen((raw): z.ZodType => (Array.isArray(raw) ? listOf(schema) : schema));

/** A list, or the same under `data` with how many there are. */
export const listed = (schema: z.ZodType) =>
  chosen((raw): z.ZodType => (Array.isArray(raw) ? listOf(schema) : page('data', schema)));

/** Text that may be empty or missing. */
export const maybeText = z.string().nullish();
