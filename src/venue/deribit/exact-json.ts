/**
 * JSON of the wire without the loss of a digit. A binary float holds every number of up to 15 digits, and the shortest
 * text that names it is the number that was sent; a longer one is looked at again and kept as its own text where the
 * float would not give it back.
 */
import { parseDecimal } from '../../base/decimal.ts';

/** A number of the wire that no binary float holds, in its own spelling. */
export class LongNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Characters of the shortest number that a float may not hold: 16 digits and a point, or 17 digits. Stamps have fewer. */
const LONG = 17;

/** Whether the character at a place is a digit or a point. */
const isNumeric = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code <= 57 && code >= 46 && code !== 47;
};

/** Whether so many digits and points follow each other anywhere. Looks at one place in seventeen unless a number is there. */
function mayHoldLong(text: string): boolean {
  for (let end = LONG - 1; end < text.length; ) {
    let at = end;
    while (at > end - LONG && isNumeric(text, at)) at--;
    if (at === end - LONG) return true;
    end = at + LONG;
  }
  return false;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** ES2025: a reviver is also given the source text of what it revives. */
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

function keepDigits(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined || source.length < LONG) return value;
  return parseDecimal(String(value)) === parseDecimal(source) ? value : new LongNumber(source);
}

/** Like `JSON.parse`, and throws as it does; numbers that it would round are `LongNumber`s. */
export const parseExactly = (text: string): unknown =>
  mayHoldLong(text)
    ? parse(text, (_key, value, { source }) => keepDigits(value, source))
    : parse(text);
