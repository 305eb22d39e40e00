/**
 * JSON of the wire without the loss of a digit. A binary float holds every number of up to 15 digits, and the shortest
 * text that names it is the number that was sent; a longer one is looked at again and kept as its own text where the
 * float would not give it back, and so is one that is too small for a float.
 */
import { parseDecimal } from '../../base/decimal.ts';

/** ES2025: text that stands in JSON as it is. */
const rawJson = (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON;

/** A number of the wire that no binary float holds, in its own spelling. */
export class LongNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Written as JSON it is the number that it was. */
  toJSON(): unknown {
    return rawJson(this.text);
  }
}

/** Digits of the shortest number that a float may not hold. */
const LONG = 16;
/** An exponent that a float may be too coarse for: what is that small may have become zero. */
const TINY = /e-\d{3}/i;
const BYTE_ORDER_MARK = 0xfeff;

/** Whether the character at a place is a digit or a point. */
const isNumeric = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code <= 57 && code >= 46 && code !== 47;
};

/** The digits that count of a number's text, without sign, point, exponent and zeros at either end. */
function significant(text: string, end: number): string {
  let digits = '';
  let from = -1;
  for (let at = 0; at <= end; at++) {
    const code = at < end ? text.charCodeAt(at) : 0;
    const isDigit = code >= 48 && code <= 57;
    if (isDigit && from < 0) from = at;
    if (isDigit || from < 0) continue;
    digits += text.slice(from, at);
    from = -1;
  }
  let first = 0;
  while (digits.charCodeAt(first) === 48) first++;
  let last = digits.length;
  while (last > first && digits.charCodeAt(last - 1) === 48) last--;
  return digits.slice(first, last);
}

/** Whether a float gives back the number that stands at a place: then its digits are the same. */
function isKept(text: string, start: number, end: number): boolean {
  let stop = end;
  const code = text.charCodeAt(stop);
  if (code === 101 || code === 69) {
    stop++;
    const sign = text.charCodeAt(stop);
    if (sign === 43 || sign === 45) stop++;
    while (text.charCodeAt(stop) >= 48 && text.charCodeAt(stop) <= 57) stop++;
  }
  const token = text.slice(start, stop);
  const shortest = String(Number(token));
  if (shortest === token) return true;
  const exponent = shortest.indexOf('e');
  return (
    significant(shortest, exponent < 0 ? shortest.length : exponent) ===
    significant(token, end - start)
  );
}

/**
 * Whether so many digits and points follow each other anywhere that a float would not give them back. Looks at one place in
 * sixteen unless a number is there. Digits within a text count as well: then more is looked at than need be.
 */
function holdsLong(text: string): boolean {
  for (let place = LONG - 1; place < text.length; ) {
    let at = place;
    while (at > place - LONG && isNumeric(text, at)) at--;
    if (at !== place - LONG) {
      place = at + LONG;
      continue;
    }
    let start = at + 1;
    while (start > 0 && isNumeric(text, start - 1)) start--;
    let end = place + 1;
    while (end < text.length && isNumeric(text, end)) end++;
    if (!isKept(text, start, end)) return true;
    place = end + LONG;
  }
  return TINY.test(text);
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** ES2025: a reviver is also given the source text of what it revives. */
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

const isZero = (source: string): boolean => !/^[^eE]*[1-9]/.test(source);

function keepDigits(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  if (value === 0) return isZero(source) ? value : new LongNumber(source);
  if (source.length < LONG) return value;
  return parseDecimal(String(value)) === parseDecimal(source) ? value : new LongNumber(source);
}

const withoutMark = (text: string): string =>
  text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;

/** Like `JSON.parse`, and throws as it does; numbers that it would round are `LongNumber`s. */
export const parseExactly = (text: string): unknown =>
  holdsLong(text)
    ? parse(withoutMark(text), (_key, value, { source }) => keepDigits(value, source))
    : parse(withoutMark(text));
