/**
 * The scalars of the wire. A number becomes a decimal through its own shortest text before any arithmetic, or through
 * the text that it came in where a binary float would lose a digit.
 */
import { z } from 'zod';
import { type Decimal, ZERO, parseDecimal } from '../../base/decimal.ts';
import { type Result, err, ok } from '../../base/result.ts';
import { LongNumber } from './exact-json.ts';

/** Money, prices and amounts beyond this are not believed. */
export const LARGEST = 1e15;

/** A finite number as a decimal. Its shortest text is canonical already, unless it is so small that it has an exponent. */
export function decimalOfNumber(value: number): Decimal {
  if (value >= 1e-6 || value <= -1e-6) return String(value) as Decimal;
  return value === 0 ? ZERO : (parseDecimal(String(value)) ?? ZERO);
}

const short = z
  .number()
  .refine((value) => value < LARGEST && value > -LARGEST, 'too large to be believed')
  .transform(decimalOfNumber);
const long = z
  .instanceof(LongNumber)
  .refine(({ text }) => Math.abs(Number(text)) < LARGEST, 'too large to be believed')
  .transform(({ text }): Decimal => parseDecimal(text) ?? ZERO);
export const decimal = z.union([short, long]);

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
