/**
 * JSON text with exact numbers. A decimal is marked with `num` and written digit for digit, so that no number passes
 * through a binary float on its way out. Everything else is written as `JSON.stringify` would.
 */
import type { Decimal } from '../../../base/decimal.ts';
import { nextBelow, type Prng } from '../../../base/prng.ts';

/** A decimal that stands as a JSON number in the text. */
export type WireNumber = { readonly num: Decimal };

/** What can be written: plain data, numbers of our own as integers, decimals marked. */
export type WireValue =
  | null
  | boolean
  | number
  | string
  | WireNumber
  | readonly WireValue[]
  | { readonly [key: string]: WireValue | undefined };

/** Marks a decimal as a number. */
export const num = (value: Decimal): WireNumber => ({ num: value });

/** What stands before a first member and before any other: its name as JSON and a colon. There are few names. */
type Opening = { readonly first: string; readonly next: string };
const openings = new Map<string, Opening>();
const OPENINGS_KEPT = 1_000;

function openingOf(key: string): Opening {
  let opening = openings.get(key);
  if (opening !== undefined) return opening;
  const name = JSON.stringify(key);
  opening = { first: `{${name}:`, next: `,${name}:` };
  if (openings.size < OPENINGS_KEPT) openings.set(key, opening);
  return opening;
}

/** Text in which nothing has to be escaped. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

type Members = { readonly [key: string]: WireValue | undefined };

/**
 * The JSON text of `value`; members that are undefined are left out. With draws of `spelling` decimals are written in
 * whatever way the venue might: `32000` also as `32000.0` or `3.2e4`, digit for digit the same number.
 */
export function writeJson(value: WireValue, spelling: Prng | null = null): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value))
    return `[${value.map((item: WireValue) => writeJson(item, spelling)).join(',')}]`;
  const members = value as Members;
  const decimal = members['num'];
  if (typeof decimal === 'string')
    return spelling === null ? decimal : respelt(decimal as Decimal, spelling);
  let text = '';
  for (const key in members) {
    const member = members[key];
    if (member === undefined) continue;
    const { first, next } = openingOf(key);
    text += text === '' ? first : next;
    text += writeJson(member, spelling);
  }
  return text === '' ? '{}' : `${text}}`;
}

/** The same number in one of its spellings. */
function respelt(number: Decimal, spelling: Prng): string {
  switch (nextBelow(spelling, 4)) {
    case 0:
      return withExponent(number);
    case 1:
      return number.includes('.') ? number : `${number}.0`;
    default:
      return number;
  }
}

/** With one digit before the point, at least one after it, and an exponent. */
function withExponent(number: Decimal): string {
  const minus = number.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = number.slice(minus.length).split('.');
  const digits = `${whole}${fraction}`;
  const first = digits.search(/[1-9]/);
  if (first < 0) return number;
  const rest = digits.slice(first + 1).replace(/0+$/, '');
  return `${minus}${digits.charAt(first)}.${rest === '' ? '0' : rest}e${whole.length - 1 - first}`;
}
