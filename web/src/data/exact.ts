/** Exact sums and products of decimals, for holding two accounts of the same money against each other. */
import type { Decimal } from './words.ts';

/** Digits after the point that are kept while counting; prices, amounts and fees have far fewer. */
const SCALE = 24;

const WHOLE = 10n ** BigInt(SCALE);

function scaled(value: string): bigint {
  const negative = value.startsWith('-');
  const [whole = '0', digits = ''] = (negative ? value.slice(1) : value).split('.');
  const units = BigInt(whole) * WHOLE + BigInt(digits.padEnd(SCALE, '0').slice(0, SCALE));
  return negative ? -units : units;
}

function plain(units: bigint): Decimal {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  const text = digits.slice(0, -SCALE) + (fraction === '' ? '' : `.${fraction}`);
  return `${negative ? '-' : ''}${text}` as Decimal;
}

export const sum = (values: readonly string[]): Decimal =>
  plain(values.reduce((total, value) => total + scaled(value), 0n));

export const minus = (a: string, b: string): Decimal => plain(scaled(a) - scaled(b));

/** The product; beyond 24 digits after the point it is cut off. */
export const times = (a: string, b: string): Decimal => plain((scaled(a) * scaled(b)) / WHOLE);

/** Whether two decimals are the same number, however they are written. */
export const same = (a: string, b: string): boolean => scaled(a) === scaled(b);

export const isNone = (value: string): boolean => scaled(value) === 0n;

/** The number without its sign. */
export const size = (value: string): Decimal => plain(scaled(value.replace(/^-/, '')));
