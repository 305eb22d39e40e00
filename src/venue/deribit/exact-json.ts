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

/** Whether a float holds the number whose 16 digits and points begin and end here: stamps of microseconds, mostly. */
function isHeld(text: string, from: number, to: number): boolean {
  const next = text[to];
  return text.slice(from, to).includes('.') || (text[from] !== '9' && next !== 'e' && next !== 'E');
}

/** Whether a number that needs a second look is anywhere. Looks at one place in sixteen unless a number is there. */
function mayHoldLong(text: string): boolean {
  for (let end = LONG - 1; end < text.length; ) {
    let at = end;
    while (at > end - LONG && isNumeric(text, at)) at--;
    if (at === end - LONG) {
      if (isNumeric(text, end + 1) || !isHeld(text, at + 1, end + 1)) return true;
      at = end + 1;
    }
    end = at + LONG;
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
  if (!mayHoldLong(json)) return parse(json);
  return canLift(json) ? lowerLong(parse(liftLong(json))) : parse(json, revive);
}
