/** What the reports of checks say together: how each one ended, and when the next is due. Pure. */
import type { Report } from '../../../src/wire/requests.ts';

export type CheckResult = 'ok' | 'differences' | 'incomplete';

/** How a check ended. */
export const resultOf = (report: Report): CheckResult =>
  report.ok ? 'ok' : report.complete ? 'differences' : 'incomplete';

const began = ({ startedAt }: Report): number => Date.parse(startedAt);

/** Reports read and those that the stream brought, each once, newest first. */
export function newestFirst(...lists: readonly (readonly Report[])[]): readonly Report[] {
  const byId = new Map(lists.flat().map((report) => [report.id, report]));
  return [...byId.values()].sort((a, b) => b.seq - a.seq);
}

const USUAL_MS = 30_000;

/** Real ms between routine checks, as the reports (newest first) show it: the median gap before a routine one. */
export function periodOf(reports: readonly Report[], speed: number): number {
  const gaps = reports
    .slice(0, 12)
    .flatMap((report, index) => {
      const before = reports[index + 1];
      if (before === undefined || report.trigger !== 'timer') return [];
      return [(began(report) - began(before)) / Math.max(speed, Number.MIN_VALUE)];
    })
    .sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? USUAL_MS;
}

/** Real ms until the next routine check; 0 when it is due. `now` is the exchange's time. */
export function untilNext(reports: readonly Report[], now: number, speed: number): number | null {
  const last = reports[0];
  if (last === undefined) return null;
  const since = (now - began(last)) / Math.max(speed, Number.MIN_VALUE);
  return Math.max(0, periodOf(reports, speed) - since);
}
