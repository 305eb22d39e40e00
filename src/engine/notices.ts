/**
 * Notices: what a person without a screen is told of an alert. Nothing is queued: from an alert and the notices that it
 * has had follows which one is owed now and when (I51), so it is the same after a crash. A notice is owed until it has
 * arrived; attempts are facts and survive restarts. The receiver may get a notice twice, never none: `notice` counts them.
 */
import { isoTime, type Millis, parseIso } from '../base/time.ts';
import { type Alert, type AlertState, type Delivery, isBelieved } from '../domain/alert.ts';
import type { Input } from './input.ts';
import {
  NOTICES_AT_ONCE,
  NOTICES_KEPT,
  NOTICE_GIVEN_UP,
  NOTICE_REPEATS,
  NOTICE_RETRIES,
} from './limits.ts';
import { type Turn, factor, record } from './turn.ts';

/** Which notice is owed, and from when on (server time). */
export type Owed = { readonly notice: number; readonly says: AlertState; readonly at: Millis };

const timeOf = (iso: string): Millis => parseIso(iso) ?? 0;

/**
 * The next notice of an alert, or undefined: the first when it is raised, again after 5, 15 and 60 minutes while it fires
 * and nobody has seen it, and one when it clears, if the receiver believes that it fires. `scale` is server time per real time.
 */
export function owedNotice(alert: Alert, scale: number): Owed | undefined {
  const last = alert.deliveries.at(-1);
  if (alert.state === 'firing' && alert.acknowledged !== null) return undefined;
  if (last?.state === 'retrying') {
    const next = timeOf(last.nextAt ?? last.lastAt);
    const asleep = alert.state === 'firing' ? timeOf(alert.snoozed?.until ?? '') : 0;
    return { notice: last.notice, says: alert.state, at: Math.max(next, asleep) };
  }
  const notice = (last?.notice ?? 0) + 1;
  const at = alert.state === 'firing' ? firingDue(alert, last, scale) : clearedDue(alert);
  return at === undefined ? undefined : { notice, says: alert.state, at };
}

function firingDue(alert: Alert, last: Delivery | undefined, scale: number): Millis | undefined {
  const since = timeOf(alert.since);
  const awake = alert.snoozed === null ? since : Math.max(since, timeOf(alert.snoozed.until));
  if (last === undefined) return awake;
  const told = timeOf(last.lastAt);
  const [soonest] = NOTICE_REPEATS;
  if (last.says === 'cleared') return Math.max(awake, told + soonest * scale);
  if (awake > told && awake > since) return awake;
  const repeat = NOTICE_REPEATS.find((after) => since + after * scale > told);
  return repeat === undefined ? undefined : since + repeat * scale;
}

const clearedDue = (alert: Alert): Millis | undefined =>
  isBelieved(alert) ? timeOf(alert.clearedAt ?? alert.since) : undefined;

/** An alert that a person has taken notice of: what was still on its way need not arrive. */
export function silenced(alert: Alert): Alert {
  const deliveries = alert.deliveries.map((one) =>
    one.state === 'retrying' ? { ...one, state: 'called_off' as const, nextAt: null } : one,
  );
  return { ...alert, deliveries };
}

/** The duty: sends what is owed now, some at a time, and tells when the next is. */
export function oweNotices(turn: Turn, later: (at: Millis) => void): void {
  const { alerts } = turn.live;
  if (!alerts.channel) return;
  for (const alert of turn.books.alerts.values()) {
    const owed = alerts.sending.has(alert.id) ? undefined : owedNotice(alert, factor(turn));
    if (owed === undefined) continue;
    const wait = (owed.at - turn.now.server) / factor(turn);
    if (wait > 0) later(turn.now.mono + Math.ceil(wait));
    else if (alerts.sending.size < NOTICES_AT_ONCE) {
      alerts.sending.add(alert.id);
      turn.wishes.push({ kind: 'notify', alert, notice: owed.notice });
    }
  }
}

/** A notice has arrived, or has not. */
export function onNotified(turn: Turn, input: Extract<Input, { readonly kind: 'notified' }>): void {
  turn.live.alerts.sending.delete(input.alert);
  turn.live.alerts.stirred = true;
  const alert = turn.books.alerts.get(input.alert);
  if (alert === undefined) return;
  const delivery = deliveryOf(turn, alert, input);
  const others = alert.deliveries.filter(({ notice }) => notice !== delivery.notice);
  const after = { ...alert, deliveries: [...others, delivery].slice(-NOTICES_KEPT) };
  const type = delivery.state === 'delivered' ? 'ALERT_DELIVERED' : 'ALERT_UNDELIVERED';
  record(turn, { type, v: 1, data: { alert: after, delivery } });
}

function deliveryOf(
  turn: Turn,
  alert: Alert,
  { notice, says, outcome }: Extract<Input, { readonly kind: 'notified' }>,
): Delivery {
  const before = alert.deliveries.find((one) => one.notice === notice);
  const now = isoTime(turn.now.server);
  const attempts = (before?.attempts ?? 0) + 1;
  const firstAt = before?.firstAt ?? now;
  const common = { notice, says, attempts, firstAt, lastAt: now, status: outcome.status };
  if (outcome.ok) return { ...common, state: 'delivered', problem: null, nextAt: null };
  const { problem } = outcome;
  const seen =
    before?.state === 'called_off' || (alert.state === 'firing' && alert.acknowledged !== null);
  if (seen) return { ...common, state: 'called_off', problem, nextAt: null };
  const delay = NOTICE_RETRIES[Math.min(attempts, NOTICE_RETRIES.length) - 1] ?? 0;
  const next = turn.now.server + delay * factor(turn);
  if (next - timeOf(firstAt) > NOTICE_GIVEN_UP * factor(turn))
    return { ...common, state: 'given_up', problem, nextAt: null };
  return { ...common, state: 'retrying', problem, nextAt: isoTime(next) };
}
