/**
 * The one door of decimal arithmetic: exact numbers of any size, kept as canonical text.
 * Canonical means: optional minus, digits, at most one point, no exponent, no leading zeros, no trailing zeros after
 * the point, and zero is "0". Two equal numbers are therefore equal strings, in memory, in the journal and on the wire.
 * Additions and products are exact; only `div` and `roundTo` round, and both ask how.
 */
import { AssertionFailed, assert } from './assert.ts';
import type { Brand } from './brand.ts';

export type Decimal = Brand<string, 'Decimal'>;

/** Rounding: toward zero, to nearest with ties away from zero, toward minus infinity, toward plus infinity. */
export type Rounding = 'down' | 'half_up' | 'floor' | 'ceil';

type Scaled = { readonly units: bigint; readonly scale: number };

export const ZERO = '0' as Decimal;
export const ONE = '1' as Decimal;

const SHAPE = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?0*\d{1,4}))?$/;
const CANONICAL = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const POWERS: bigint[] = [1n];

function pow10(n: number): bigint {
  for (let i = POWERS.length; i <= n; i++) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[n] as bigint;
}

function format({ units, scale }: Scaled): Decimal {
  if (units === 0n) return ZERO;
  const negative = units < 0n;
  let digits = (negative ? -units : units).toString();
  let places = scale;
  if (places > 0) {
    if (digits.length <= places) digits = '0'.repeat(places - digits.length + 1) + digits;
    let end = digits.length;
    while (places > 0 && digits.charCodeAt(end - 1) === 48) {
      end--;
      places--;
    }
    digits =
      places === 0
        ? digits.slice(0, end)
        : `${digits.slice(0, end - places)}.${digits.slice(end - places, end)}`;
  }
  return (negative ? `-${digits}` : digits) as Decimal;
}

function parts(value: Decimal): Scaled {
  if (isShort(value)) return { units: BigInt(unitsOf(value)), scale: scaleOf(value) };
  const point = value.indexOf('.');
  if (point < 0) return { units: BigInt(value), scale: 0 };
  return {
    units: BigInt(value.slice(0, point) + value.slice(point + 1)),
    scale: value.length - point - 1,
  };
}

/**
 * Reads decimal text, plain or with an exponent as numbers are spelt on the wire ("9.21e4", "10.0", "-5.0e-8").
 * Answers undefined for anything else: empty text, NaN, hexadecimal, spaces, more than 400 digits.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > 400) return undefined;
  if (isCanonical(text)) return text;
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  const exponent = match[4] === undefined ? 0 : parseInt(match[4], 10);
  if (exponent > 400 || exponent < -400) return undefined;
  let units = BigInt((match[2] ?? '') + fraction);
  let scale = fraction.length - exponent;
  if (scale < 0) {
    units *= pow10(-scale);
    scale = 0;
  }
  return format({ units: match[1] === '-' ? -units : units, scale });
}

/** A decimal from trusted text or a number of the program; throws on what is not a finite number. */
export function dec(value: string | number | bigint): Decimal {
  const parsed = parseDecimal(String(value));
  if (parsed === undefined)
    throw new AssertionFailed(`not a decimal: ${JSON.stringify(String(value))}`);
  return parsed;
}

/** Whether a text is a decimal in canonical spelling. */
export const isCanonical = (text: string): text is Decimal => CANONICAL.test(text) && text !== '-0';

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const x = parts(a);
  const y = parts(b);
  if (x.scale === y.scale) return [x.units, y.units, x.scale];
  return x.scale > y.scale
    ? [x.units, y.units * pow10(x.scale - y.scale), x.scale]
    : [x.units * pow10(y.scale - x.scale), y.units, y.scale];
}

/** Text of up to so many letters has digits that a binary float holds exactly, with room for a shift. */
const SHORT = 14;
const EXACT = Number.MAX_SAFE_INTEGER;
const SHIFTS = Array.from({ length: 16 }, (_, n) => 10 ** n);
const [MINUS, NOUGHT] = [45, 48];

const isShort = (value: Decimal): boolean => value.length <= SHORT;

/** How many digits stand after the point. */
function scaleOf(value: Decimal): number {
  const point = value.indexOf('.');
  return point < 0 ? 0 : value.length - point - 1;
}

/** The digits of a short text as one whole number. */
function unitsOf(value: Decimal): number {
  let units = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= NOUGHT) units = units * 10 + code - NOUGHT;
  }
  return value.charCodeAt(0) === MINUS ? -units : units;
}

/** Those digits with so many more noughts behind them; infinite where that is beyond every float that is exact. */
const shifted = (units: number, by: number): number => units * (SHIFTS[by] ?? Infinity);

const isExact = (units: number): boolean => units <= EXACT && units >= -EXACT;

/** As `format`, for a whole number that a float holds exactly. */
function spell(units: number, scale: number): Decimal {
  const left = units < 0 ? -units : units;
  const one = SHIFTS[scale];
  if (one === undefined) return format({ units: BigInt(units), scale });
  const whole = scale === 0 ? left : Math.floor(left / one);
  let rest = left - whole * one;
  let text = String(whole);
  if (rest > 0) {
    let places = scale;
    for (; rest % 10 === 0; rest /= 10) places--;
    text += `.${String(rest).padStart(places, '0')}`;
  }
  return (units < 0 ? `-${text}` : text) as Decimal;
}

/** The sum of two short texts; undefined where a float could not hold it exactly. */
function smallSum(a: Decimal, b: Decimal): Decimal | undefined {
  const [x, y] = [scaleOf(a), scaleOf(b)];
  const scale = x > y ? x : y;
  const left = shifted(unitsOf(a), scale - x);
  const right = shifted(unitsOf(b), scale - y);
  const units = left + right;
  return isExact(left) && isExact(right) && isExact(units) ? spell(units, scale) : undefined;
}

/** `by` > 0 and `units` exact: the rest of a division of floats is exact, and so is what it leaves to divide. */
function smallDivide(units: number, by: number, rounding: Rounding): number {
  const rest = units % by;
  const quotient = (units - rest) / by;
  if (rest === 0) return quotient;
  switch (rounding) {
    case 'down':
      return quotient;
    case 'floor':
      return rest < 0 ? quotient - 1 : quotient;
    case 'ceil':
      return rest < 0 ? quotient : quotient + 1;
    case 'half_up': {
      const far = rest < 0 ? -rest : rest;
      return far < by - far ? quotient : rest < 0 ? quotient - 1 : quotient + 1;
    }
  }
}

/** a + b, exact. */
export function add(a: Decimal, b: Decimal): Decimal {
  if (a === '0') return b;
  if (b === '0') return a;
  if (isShort(a) && isShort(b)) {
    const small = smallSum(a, b);
    if (small !== undefined) return small;
  }
  const [x, y, scale] = aligned(a, b);
  return format({ units: x + y, scale });
}

/** a - b, exact. */
export const sub = (a: Decimal, b: Decimal): Decimal => add(a, neg(b));

/** The sum of all values, exact; zero when there are none. */
export const sum = (values: readonly Decimal[]): Decimal => values.reduce(add, ZERO);

/** a x b, exact. */
export function mul(a: Decimal, b: Decimal): Decimal {
  if (a === '0' || b === '0') return ZERO;
  if (isShort(a) && isShort(b)) {
    const units = unitsOf(a) * unitsOf(b);
    if (isExact(units)) return spell(units, scaleOf(a) + scaleOf(b));
  }
  const x = parts(a);
  const y = parts(b);
  return format({ units: x.units * y.units, scale: x.scale + y.scale });
}

function divide(units: bigint, by: bigint, rounding: Rounding): bigint {
  const quotient = units / by;
  const rest = units - quotient * by;
  if (rest === 0n) return quotient;
  const negative = rest < 0n !== by < 0n;
  const away = negative ? quotient - 1n : quotient + 1n;
  switch (rounding) {
    case 'down':
      return quotient;
    case 'floor':
      return negative ? away : quotient;
    case 'ceil':
      return negative ? quotient : away;
    case 'half_up': {
      const twice = (rest < 0n ? -rest : rest) * 2n;
      return twice >= (by < 0n ? -by : by) ? away : quotient;
    }
  }
}

/** a / b to `places` (>= 0) digits after the point. Throws on a division by zero. */
export function div(
  a: Decimal,
  b: Decimal,
  places: number,
  rounding: Rounding = 'half_up',
): Decimal {
  assert(places >= 0, 'places to round to are not below zero');
  if (b === '0') throw new AssertionFailed('division by zero');
  if (a === '0') return ZERO;
  if (isShort(a) && isShort(b)) {
    const small = smallQuotient(a, b, { places, rounding });
    if (small !== undefined) return small;
  }
  const x = parts(a);
  const y = parts(b);
  const shift = places + y.scale - x.scale;
  const units =
    shift >= 0
      ? divide(x.units * pow10(shift), y.units, rounding)
      : divide(x.units, y.units * pow10(-shift), rounding);
  return format({ units, scale: places });
}

/** The quotient of two short texts; undefined where a float could not hold what is to be divided exactly. */
function smallQuotient(
  a: Decimal,
  b: Decimal,
  to: { readonly places: number; readonly rounding: Rounding },
): Decimal | undefined {
  const [x, y] = [unitsOf(a), unitsOf(b)];
  const scale = scaleOf(a) - scaleOf(b);
  if (x % y === 0 && scale <= to.places) {
    const whole = shifted(x / y, scale < 0 ? -scale : 0);
    if (isExact(whole)) return spell(whole, scale < 0 ? 0 : scale);
  }
  const shift = to.places - scale;
  if (shift > SHORT) return undefined;
  const units = shift > 0 ? shifted(x, shift) : x;
  const by = shift < 0 ? shifted(y, -shift) : y;
  if (!isExact(units) || !isExact(by)) return undefined;
  return spell(
    by < 0 ? smallDivide(-units, -by, to.rounding) : smallDivide(units, by, to.rounding),
    to.places,
  );
}

/** The value with at most `places` (>= 0) digits after the point. */
export function roundTo(value: Decimal, places: number, rounding: Rounding = 'half_up'): Decimal {
  assert(places >= 0, 'places to round to are not below zero');
  const scale = scaleOf(value);
  if (scale <= places) return value;
  if (isShort(value))
    return spell(smallDivide(unitsOf(value), shifted(1, scale - places), rounding), places);
  const { units } = parts(value);
  return format({ units: divide(units, pow10(scale - places), rounding), scale: places });
}

/** The value as a whole multiple of `step` (> 0), for prices on ticks and amounts on contracts. */
export function toStep(value: Decimal, step: Decimal, rounding: Rounding): Decimal {
  return mul(div(value, step, 0, rounding), step);
}

/** Whether the value is a whole multiple of `step` (> 0). */
export function isMultiple(value: Decimal, step: Decimal): boolean {
  if (isShort(value) && isShort(step)) {
    const [x, y] = [scaleOf(value), scaleOf(step)];
    const units = shifted(unitsOf(value), y > x ? y - x : 0);
    const by = shifted(unitsOf(step), x > y ? x - y : 0);
    if (isExact(units) && isExact(by)) return by !== 0 && units % by === 0;
  }
  const [x, y] = aligned(value, step);
  return y !== 0n && x % y === 0n;
}

const wholeLength = (a: Decimal): number => {
  const point = a.indexOf('.');
  return point === -1 ? a.length : point;
};

/** -1, 0 or 1 as a is below, equal to or above b. */
export function cmp(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a === b) return 0;
  const negative = a.startsWith('-');
  if (negative !== b.startsWith('-')) return negative ? -1 : 1;
  // Canonical text of one sign: the longer whole part is further from zero, else the letters decide ("." is below "0").
  const [x, y] = [wholeLength(a), wholeLength(b)];
  const further = x === y ? a > b : x > y;
  return further === negative ? -1 : 1;
}

export const lt = (a: Decimal, b: Decimal): boolean => cmp(a, b) < 0;
export const lte = (a: Decimal, b: Decimal): boolean => cmp(a, b) <= 0;
export const gt = (a: Decimal, b: Decimal): boolean => cmp(a, b) > 0;
export const gte = (a: Decimal, b: Decimal): boolean => cmp(a, b) >= 0;
export const isZero = (a: Decimal): boolean => a === '0';

/** -a. */
export const neg = (a: Decimal): Decimal =>
  a === '0' ? a : ((a.startsWith('-') ? a.slice(1) : `-${a}`) as Decimal);

/** |a|. */
export const abs = (a: Decimal): Decimal => (a.startsWith('-') ? (a.slice(1) as Decimal) : a);

/** -1, 0 or 1 as a is negative, zero or positive. */
export const sign = (a: Decimal): -1 | 0 | 1 => (a === '0' ? 0 : a.startsWith('-') ? -1 : 1);

export const min = (a: Decimal, b: Decimal): Decimal => (lte(a, b) ? a : b);
export const max = (a: Decimal, b: Decimal): Decimal => (gte(a, b) ? a : b);

/** The nearest binary float, for indicators and pictures only; never for money. */
export const toApproximate = (a: Decimal): number => Number(a);
