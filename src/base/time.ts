/**
 * Calendar arithmetic on UTC milliseconds without a clock or locale: pure code gets its instants as numbers.
 * ISO text is always `YYYY-MM-DDTHH:mm:ss.sssZ`.
 */
export type Millis = number;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Civil date of a day number since 1970-01-01 (algorithm: Howard Hinnant, "days_from_civil", public domain). */
function civil(days: number): {
  readonly year: number;
  readonly month: number;
  readonly day: number;
} {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

/** ISO 8601 text in UTC with milliseconds. */
export function isoTime(at: Millis): string {
  const day = Math.floor(at / DAY);
  const rest = at - day * DAY;
  const { year, month, day: dayOfMonth } = civil(day);
  const clock = `${pad(Math.floor(rest / HOUR), 2)}:${pad(Math.floor(rest / MINUTE) % 60, 2)}:${pad(Math.floor(rest / SECOND) % 60, 2)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}T${clock}.${pad(Math.floor(rest % SECOND), 3)}Z`;
}

/** Day number since 1970-01-01 of a civil date (same source as `civil`). */
function daysFrom(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]00:?00)?$/;

/** Milliseconds of ISO text in UTC; undefined when it is not such a time. */
export function parseIso(text: string): Millis | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match
    .slice(1, 6)
    .map((digits) => parseInt(digits, 10)) as [number, number, number, number, number];
  const second = parseInt(match[6] ?? '0', 10);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  const days = daysFrom(year, month, day);
  if (day < 1 || civil(days).day !== day) return undefined;
  const millis = parseInt((match[7] ?? '0').padEnd(3, '0').slice(0, 3), 10);
  return days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis;
}

/** The UTC day of an instant: `2026-03-02`. */
export const dayOf = (at: Millis): string => isoTime(at).slice(0, 10);

/** The UTC midnight at or before an instant. */
export const startOfDay = (at: Millis): Millis => Math.floor(at / DAY) * DAY;
