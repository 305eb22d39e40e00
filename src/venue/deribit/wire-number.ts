/**
 * Numbers and ids of the wire as the text that we hold them in: every digit kept, or nothing. What is too large, too small
 * or too long to come from an exchange is not a number to us, and is never rounded to one.
 */
import { type Decimal, ZERO, parseDecimal } from '../../base/decimal.ts';
import { LongNumber } from './long-number.ts';

/** Money, prices and amounts beyond this are not believed. */
export const LARGEST = 1e15;
/** Nor is what is closer to zero than this, unless it is zero: rates and leftovers of sums reach down to 1e-35. */
const SMALLEST = 1e-60;
/** Nor what takes more characters. */
const LONGEST = 80;

const isBelieved = (value: number): boolean =>
  value <= LARGEST && value >= -LARGEST && (value >= SMALLEST || value <= -SMALLEST);

/** A float may have been rounded up to the bound: the digits decide. */
function fromLong({ text }: LongNumber): Decimal | undefined {
  if (text.length > LONGEST || !isBelieved(Number(text))) return undefined;
  const value = parseDecimal(text);
  return value !== undefined && /^-?\d{1,15}(?:\.|$)/.test(value) ? value : undefined;
}

/** A finite number as a decimal. Its shortest text is canonical already, unless it is so small that it has an exponent. */
export function decimalOfNumber(value: number): Decimal {
  if (value >= 1e-6 || value <= -1e-6) return String(value) as Decimal;
  return value === 0 ? ZERO : (parseDecimal(String(value)) ?? ZERO);
}

/** A number as `parseExactly` gives it, as a decimal; undefined for all else. */
export function decimalFrom(value: unknown): Decimal | undefined {
  if (typeof value !== 'number') return value instanceof LongNumber ? fromLong(value) : undefined;
  if (value === 0) return ZERO;
  return isBelieved(value) && Math.abs(value) < LARGEST ? decimalOfNumber(value) : undefined;
}

const WHOLE = /^\d{1,60}$/;

/** An id, which may be text or a whole number of any length; undefined for all else, and for text that is empty. */
export function idFrom(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (Number.isSafeInteger(value)) return (value as number) < 0 ? undefined : String(value);
  const text =
    value instanceof LongNumber
      ? value.text
      : typeof value === 'number'
        ? parseDecimal(String(value))
        : undefined;
  return text !== undefined && WHOLE.test(text) ? text : undefined;
}
