/**
 * JSON of the wire without the loss of a digit. A binary float holds every number of up to 15 digits, and the shortest
 * text that names it is the number that was sent; a longer one is looked at again and kept as its own text where the
 * float would not give it back, and so is one that is too small for a float.
 */
import { LONG, LongNumber, TINY, canLift, isLost, liftLong, lowerLong } from './long-number.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** Whether the character at a place is a digit or a point. */
const isNumeric = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code <= 57 && code >= 46 && code !== 47;
};

/** Whether a float gives back the number whose digits stand from `start` to `end`; its exponent comes behind them. */
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
  return String(Number(token)) === token || !isLost(token);
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

const revive: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && isLost(source)
    ? new LongNumber(source)
    : value;

const withoutMark = (text: string): string =>
  text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;

/** Like `JSON.parse`, and throws as it does; numbers that it would round are `LongNumber`s. */
export function parseExactly(text: string): unknown {
  const json = withoutMark(text);
  if (!holdsLong(json)) return parse(json);
  return canLift(json) ? lowerLong(parse(liftLong(json))) : parse(json, revive);
}
