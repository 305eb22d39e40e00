/**
 * The one formatter of numbers, durations and times, in English and Dutch, without a locale of the machine.
 * It never computes money: it rounds a decimal to the places asked for and spells it. A negative number carries the
 * minus sign U+2212; a value that rounds to zero carries no sign at all.
 */
import { abs, type Decimal, dec, isZero, roundTo, sign } from '../base/decimal.ts';
import { DAY, HOUR, isoTime, type Millis, MINUTE, SECOND } from '../base/time.ts';

export type Lang = 'en' | 'nl';

export const LANGUAGES: readonly Lang[] = ['en', 'nl'];

export const MINUS = '\u2212';

/** Stands where a value is absent. */
export const NONE = '–';

const MARKS = { en: { group: ',', point: '.' }, nl: { group: '.', point: ',' } } as const;

/** What a number may ask for: digits after the point (all that it has, when left out) and a plus sign above zero. */
export type NumberStyle = { readonly places?: number; readonly plus?: boolean };

/** "1,234.50" or "1.234,50": rounded half up to `places`, zeros kept; exact when `places` is left out. */
export function formatNumber(lang: Lang, value: Decimal, style: NumberStyle = {}): string {
  const rounded = style.places === undefined ? value : roundTo(value, style.places);
  const [whole = '0', digits = ''] = abs(rounded).split('.');
  const { group, point } = MARKS[lang];
  const fraction = style.places === undefined ? digits : digits.padEnd(style.places, '0');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, group) + (fraction === '' ? '' : point + fraction);
  const mark = sign(rounded) < 0 ? MINUS : style.plus === true && !isZero(rounded) ? '+' : '';
  return mark + text;
}

/** "+0.50 %": the value is already in percent; two places when none are asked for. */
export const formatPercent = (lang: Lang, value: Decimal, style: NumberStyle = {}): string =>
  `${formatNumber(lang, value, { places: 2, ...style })} %`;

/** Digits after the point in which an amount of a currency is shown: cents for dollars and their tokens, else 8. */
export const placesOf = (currency: string): number =>
  /^(USD|USDC|USDT|USDE|EURR?|EURC)$/.test(currency) ? 2 : 8;

/** "+12.34 USDC", in the places of the currency unless others are asked for. */
export const formatMoney = (
  lang: Lang,
  value: Decimal,
  money: NumberStyle & { readonly currency: string },
): string => {
  const { currency, ...style } = money;
  return `${formatNumber(lang, value, { places: placesOf(currency), ...style })} ${currency}`;
};

const two = (value: number): string => String(value).padStart(2, '0');

const HOURS = { en: 'h', nl: 'u' } as const;

function long(lang: Lang, ms: Millis): string {
  const minutes = two(Math.floor(ms / MINUTE) % 60);
  const hours = Math.floor(ms / HOUR);
  return hours < 24
    ? `${hours} ${HOURS[lang]} ${minutes} m`
    : `${Math.floor(ms / DAY)} d ${two(hours % 24)}:${minutes}`;
}

/** How long ago, in the coarsest unit that still tells: "12 s", "4 m", "5 h 07 m", "3 d 04:11". Never negative. */
export function formatAge(lang: Lang, ms: Millis): string {
  const age = Math.max(0, ms);
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s`;
  return age < HOUR ? `${Math.floor(age / MINUTE)} m` : long(lang, age);
}

/** How long something took: "38 ms", "12 s", "4 m 07 s", "5 h 07 m", "3 d 04:11". Never negative. */
export function formatDuration(lang: Lang, ms: Millis): string {
  const span = Math.max(0, ms);
  if (span < SECOND) return `${Math.floor(span)} ms`;
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  return span < HOUR
    ? `${Math.floor(span / MINUTE)} m ${two(Math.floor(span / SECOND) % 60)} s`
    : long(lang, span);
}

/** Where a clock stands: minutes that it is ahead of UTC (60 in Amsterdam in winter), and whether it shows milliseconds. */
export type ClockStyle = { readonly offsetMinutes: number; readonly millis?: boolean };

const shifted = (at: Millis, offsetMinutes: number): string => isoTime(at + offsetMinutes * MINUTE);

/** "14:03:22" or "14:03:22.104" on a clock that is `offsetMinutes` ahead of UTC. */
export const formatTime = (at: Millis, style: ClockStyle): string =>
  shifted(at, style.offsetMinutes).slice(11, style.millis === true ? 23 : 19);

/** "14:03:22 UTC". */
export const formatUtc = (at: Millis, millis = false): string =>
  `${formatTime(at, { offsetMinutes: 0, millis })} UTC`;

/** "2025-01-31" in English, "31-01-2025" in Dutch. */
export function formatDate(lang: Lang, at: Millis, offsetMinutes: number): string {
  const date = shifted(at, offsetMinutes).slice(0, 10);
  return lang === 'en' ? date : date.split('-').reverse().join('-');
}

/** Date and time of day, with a space between. */
export const formatDateTime = (lang: Lang, at: Millis, style: ClockStyle): string =>
  `${formatDate(lang, at, style.offsetMinutes)} ${formatTime(at, style)}`;

/** The name of a clock that is `offsetMinutes` ahead of UTC: "UTC", "UTC+05:30", "UTC−03:00". */
export function formatOffset(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'UTC';
  const minutes = Math.abs(offsetMinutes);
  return `UTC${offsetMinutes < 0 ? MINUS : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A whole count or measured number of the program as text, exact; for money use `formatNumber` on a decimal. */
export const formatCount = (lang: Lang, value: number): string => formatNumber(lang, dec(value));
