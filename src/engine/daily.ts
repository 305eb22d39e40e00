/**
 * The daily report is owed: once a day of exchange time is over, the report of every day since the baseline that has none is
 * asked for, one after the other, and is a fact when it is made. What is owed is derived from the books, so a day that ended
 * while the engine was away gets its report after the start, and no day gets two (N10).
 */
import { DAY, dayOf, startOfDay } from '../base/time.ts';
import type { DailyMade } from './input.ts';
import { DAILY_AFTER, DAILY_AGAIN } from './limits.ts';
import { monoOf, RECONCILER, record, type Turn, wake } from './turn.ts';

/** The begin of the oldest day without a report; null before there is anything to report on. */
function owedDay({ books }: Turn): number | null {
  if (books.reported !== null) return books.reported.day + DAY;
  return books.baseline === null ? null : startOfDay(books.baseline.at);
}

/** The duty: asks for the oldest report that is owed. */
export function reportDays(turn: Turn): void {
  const from = owedDay(turn);
  const { daily } = turn.live;
  if (from === null || daily.busy !== null) return;
  const due = Math.max(monoOf(turn, from + DAY) + DAILY_AFTER, daily.nextMono);
  if (turn.now.mono < due) return wake(turn, due);
  daily.busy = dayOf(from);
  turn.wishes.push({ kind: 'report', day: daily.busy, from, to: from + DAY });
}

/** The report that was asked for, or none: then it is asked for again a while later. */
export function onDailyMade(turn: Turn, made: DailyMade | null): void {
  const { daily } = turn.live;
  const wanted = daily.busy;
  daily.busy = null;
  if (made === null) daily.nextMono = turn.now.mono + DAILY_AGAIN;
  else if (made.daily.day === wanted)
    record(turn, { type: 'REPORT_READY', v: 1, data: made }, RECONCILER);
}
