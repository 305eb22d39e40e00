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

/** Seventeen characters of one number: 16 digits and a point, or 17 digits. Microsecond stamps have 16 and no point. */
const MAY_BE_LONG = /[\d.]{17}/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** ES2025: a reviver is also given the source text of what it revives. */
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

function keepDigits(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined || source.length < 17) return value;
  return parseDecimal(String(value)) === parseDecimal(source) ? value : new LongNumber(source);
}

/** Like `JSON.parse`, and throws as it does; numbers that it would round are `LongNumber`s. */
export const parseExactly = (text: string): unknown =>
  MAY_BE_LONG.test(text)
    ? parse(text, (_key, value, { source }) => keepDigits(value, source))
    : parse(text);
