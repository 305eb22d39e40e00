/**
 * JSON text with exact numbers. A decimal is marked with `num` and written digit for digit, so that no number passes
 * through a binary float on its way out. Everything else is written as `JSON.stringify` would.
 */
import type { Decimal } from '../../base/decimal.ts';

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

const isNumber = (value: object): value is WireNumber =>
  'num' in value && typeof value.num === 'string';

/** Names of members as JSON, of which there are few. */
const keys = new Map<string, string>();
const KEYS_KEPT = 1_000;

function keyText(key: string): string {
  let text = keys.get(key);
  if (text !== undefined) return text;
  text = JSON.stringify(key);
  if (keys.size < KEYS_KEPT) keys.set(key, text);
  return text;
}

/** The JSON text of `value`; members that are undefined are left out. */
export function writeJson(value: WireValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isNumber(value)) return value.num;
  let text = '';
  for (const [key, member] of Object.entries(
    value as { readonly [key: string]: WireValue | undefined },
  )) {
    if (member !== undefined)
      text += `${text === '' ? '' : ','}${keyText(key)}:${writeJson(member)}`;
  }
  return `{${text}}`;
}
