/**
 * The days on which dated products end, always at 08:00 UTC, and how names spell them. Which of them are listed follows
 * from the server's date alone: each class of expiry is listed for a fixed time before it ends.
 */
import { DAY, HOUR, isoTime, type Millis, parseIso } from '../../../base/time.ts';

/** 08:00 UTC: settlement of the day, and delivery of what ends on it. */
export const DELIVERY_OF_DAY = 8 * HOUR;

/** What an expiry is: a day, a Friday, the last Friday of a month, or that of March, June, September or December. */
export type ExpiryClass = 'day' | 'week' | 'month' | 'quarter';

/** How long before its end each class is listed; a class that is left out is not. */
export type Calendar = Readonly<Partial<Record<ExpiryClass, Millis>>>;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** 1 January 1970 was a Thursday. */
const FRIDAY = 1;

/** The end in a name: `25DEC26`, the day without a leading zero (FACTS, section 8.3). */
export function expiryText(expiry: Millis): string {
  const [year, month, day] = isoTime(expiry).slice(0, 10).split('-').map(Number) as [
    number,
    number,
    number,
  ];
  return `${day}${MONTHS[month - 1]}${String(year % 100).padStart(2, '0')}`;
}

/** The end that such a text names; undefined when it is none. */
export function readExpiry(text: string): Millis | undefined {
  const [, day = '', name = '', year = ''] = /^([1-9]\d?)([A-Z]{3})(\d{2})$/.exec(text) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  const two = (value: string | number): string => String(value).padStart(2, '0');
  return parseIso(`20${year}-${two(month)}-${two(day)}T08:00:00Z`);
}

/** The class of an end. */
export function classOf(expiry: Millis): ExpiryClass {
  if (Math.floor(expiry / DAY) % 7 !== FRIDAY) return 'day';
  const month = isoTime(expiry).slice(5, 7);
  if (isoTime(expiry + 7 * DAY).slice(5, 7) === month) return 'week';
  return Number(month) % 3 === 0 ? 'quarter' : 'month';
}

/** The ends that a calendar lists at a moment, the nearest first. */
export function expiriesAt(at: Millis, calendar: Calendar): readonly Millis[] {
  const furthest = Math.max(...Object.values(calendar));
  const ends: Millis[] = [];
  let end = Math.floor(at / DAY) * DAY + DELIVERY_OF_DAY;
  if (end <= at) end += DAY;
  for (; end - furthest <= at; end += DAY) {
    const lead = calendar[classOf(end)];
    if (lead !== undefined && end - lead <= at) ends.push(end);
  }
  return ends;
}
