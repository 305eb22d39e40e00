/** The alerts of a period: those that fired when it began, and those that were raised in it. */
import type { AlertLine, DailyCarry, DailyReport } from '../domain/daily.ts';
import type { Alert } from '../domain/alert.ts';

/** Alerts that a report lists; more are counted. */
const ALERTS_LISTED = 200;

export type Alerts = {
  readonly known: Map<string, AlertLine>;
  raised: number;
  undelivered: number;
};

/** The alerts with which a period begins. Reports of builds before there were alerts left none. */
export const openAlerts = (carry: DailyCarry | null): Alerts => ({
  known: new Map((carry?.alerts ?? []).map((alert) => [alert.id, alert])),
  raised: 0,
  undelivered: 0,
});

const keep = ({ id, rule, severity, params, text, since, clearedAt }: Alert): AlertLine => ({
  id,
  rule,
  severity,
  params,
  text,
  since,
  clearedAt,
});

export function onRaised(alerts: Alerts, alert: Alert): void {
  alerts.raised += 1;
  alerts.known.set(alert.id, keep(alert));
}

export const onCleared = (alerts: Alerts, alert: Alert): void =>
  void alerts.known.set(alert.id, keep(alert));

/** A notice that was given up; one that is tried again may still arrive. */
export function onUndelivered(alerts: Alerts, state: string): void {
  if (state === 'given_up') alerts.undelivered += 1;
}

const isFiring = ({ clearedAt }: AlertLine): boolean => clearedAt === null;

/** The alerts that the next period begins with. */
export const carryAlerts = ({ known }: Alerts): readonly AlertLine[] =>
  [...known.values()].filter(isFiring);

export function alertsOf({ known, raised, undelivered }: Alerts): DailyReport['alerts'] {
  const all = [...known.values()].sort((a, b) =>
    a.since === b.since ? (a.id < b.id ? -1 : 1) : a.since < b.since ? -1 : 1,
  );
  return {
    raised,
    undelivered,
    firing: all.filter(isFiring).length,
    list: all.slice(0, ALERTS_LISTED),
  };
}
