/**
 * Fractions of whole numbers, exact in every operation. Written for tests apart from the product's decimals, so that a
 * mistake in those cannot hide in what is compared with them. Denominators are above zero and are only shortened when long.
 */
export type Rational = { readonly n: bigint; readonly d: bigint };

/** Denominators beyond this are worth a search for what both parts have in common. */
const LONG = 1n << 600n;

const of = (n: bigint, d: bigint): Rational => {
  if (d < 0n) return of(-n, -d);
  if (d < LONG) return { n, d };
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return { n: n / a, d: d / a };
};

export const NOUGHT: Rational = { n: 0n, d: 1n };

const TENS: readonly bigint[] = Array.from({ length: 80 }, (_, n) => 10n ** BigInt(n));
const ten = (places: number): bigint => TENS[places] ?? 10n ** BigInt(places);

/** From decimal text as it stands on the wire or in a fact (`-12.50`), or from a whole number. Throws on anything else. */
export function rational(given: string | number | bigint): Rational {
  const text = String(given);
  const point = text.indexOf('.');
  if (point < 0) return { n: BigInt(text), d: 1n };
  const places = text.length - point - 1;
  return { n: BigInt(text.slice(0, point) + text.slice(point + 1)), d: ten(places) };
}

export function plus(a: Rational, b: Rational): Rational {
  if (a.d === b.d) return { n: a.n + b.n, d: a.d };
  if (a.d % b.d === 0n) return { n: a.n + b.n * (a.d / b.d), d: a.d };
  if (b.d % a.d === 0n) return { n: a.n * (b.d / a.d) + b.n, d: b.d };
  return of(a.n * b.d + b.n * a.d, a.d * b.d);
}
export const minus = (a: Rational, b: Rational): Rational => plus(a, opposite(b));
export const times = (a: Rational, b: Rational): Rational => of(a.n * b.n, a.d * b.d);
/** Throws on a division by nought. */
export function over(a: Rational, b: Rational): Rational {
  if (b.n === 0n) throw new Error('division by nought');
  return of(a.n * b.d, a.d * b.n);
}
export const opposite = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const sizeOf = (a: Rational): Rational => (a.n < 0n ? opposite(a) : a);
export const total = (all: readonly Rational[]): Rational => all.reduce(plus, NOUGHT);

/** Below nought, nought, or above it: -1, 0, 1. */
export const signOf = (a: Rational): -1 | 0 | 1 => (a.n === 0n ? 0 : a.n < 0n ? -1 : 1);
export const isNought = (a: Rational): boolean => a.n === 0n;
/** -1, 0 or 1 as a is below, equal to or above b. */
export const compare = (a: Rational, b: Rational): -1 | 0 | 1 => {
  const [x, y] = [a.n * b.d, b.n * a.d];
  return x < y ? -1 : x > y ? 1 : 0;
};
export const least = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b);

/** Cut off behind so many digits, toward nought. */
export function cut(a: Rational, places: number): Rational {
  const one = ten(places);
  return { n: (a.n * one) / a.d, d: one };
}

/** To the nearest with so many digits; halves go away from nought. */
export function nearest(a: Rational, places: number): Rational {
  const one = ten(places);
  const half = a.n < 0n ? -a.d : a.d;
  return { n: (2n * a.n * one + half) / (2n * a.d), d: one };
}

/** As decimal text without needless digits; throws where no decimal is exact. */
export function plainText(a: Rational): string {
  const places = TENS.findIndex((one) => one % a.d === 0n);
  if (places < 0) throw new Error(`${a.n}/${a.d} is no short decimal`);
  const units = (a.n * ten(places)) / a.d;
  if (places === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const size = fraction === '' ? whole : `${whole}.${fraction}`;
  return units < 0n ? `-${size}` : size;
}
