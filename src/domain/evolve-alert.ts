/** How alerts change the books, and what starts without an orderly end leave in them. */
import { HOUR, type Millis, parseIso } from '../base/time.ts';
import { type Alert, isBelieved } from './alert.ts';
import type { Books } from './books.ts';

/** How long an alert that went is remembered (real time): one that comes back within it is the same. */
export const ALERT_MEMORY: Millis = HOUR;
/** The same for one of which a notice is still owed; longer than notices are tried. */
const OWED_MEMORY: Millis = 80 * HOUR;
/** Starts after a crash that are remembered. */
const CRASHES_KEPT = 10;

/** The newest state of an alert replaces the one before. */
export function onAlert(books: Books, alert: Alert): void {
  if (!books.alerts.has(alert.id)) books.counters.alert += 1;
  books.alerts.set(alert.id, alert);
}

/** A start: without an orderly stop before it, the engine had ended unasked. */
export function onStarted({ runs }: Books, at: Millis): void {
  if (!runs.orderly) runs.crashes = [...runs.crashes, at].slice(-CRASHES_KEPT);
  runs.orderly = false;
}

/** An orderly stop. */
export function onEnded({ runs }: Books): void {
  runs.orderly = true;
}

/** Whether a person has nothing more to hear of an alert that went. */
function isToldToTheEnd(alert: Alert): boolean {
  const last = alert.deliveries.at(-1);
  return last?.says === 'cleared' ? last.state !== 'retrying' : !isBelieved(alert);
}

/** Alerts that went long ago are forgotten; screens keep their rows. */
export function pruneAlerts(books: Books, at: Millis): void {
  const factor = books.speed > 0 ? books.speed : 1;
  for (const [id, alert] of books.alerts) {
    if (alert.state === 'firing') continue;
    const age = (at - (parseIso(alert.clearedAt ?? '') ?? at)) / factor;
    if (age > (isToldToTheEnd(alert) ? ALERT_MEMORY : OWED_MEMORY)) books.alerts.delete(id);
  }
}
