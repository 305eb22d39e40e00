/**
 * Alerts are folded from facts: the duty compares what fires now with what is open in the books, and records what was
 * raised and what cleared, in the commit of its cause. One alert per rule and subject; one that comes back within an hour
 * is the same, counted once more. Acknowledging and snoozing are facts of a named person.
 */
import { isoTime } from '../base/time.ts';
import { type Alert, alertText, fingerprintOf } from '../domain/alert.ts';
import type { Command, CommandVerb } from '../domain/command.ts';
import { type Finding, findings } from './alert-rules.ts';
import { BLIND_ALERT } from './limits.ts';
import { oweNotices, silenced } from './notices.ts';
import { type CommandOutcome, type Step, refuse } from './reply.ts';
import { type Turn, factor, record, wake } from './turn.ts';

/** The duty; after all others, so that it sees what they came to. */
export function keepAlerts(turn: Turn): void {
  if (turn.books.birth === '') return;
  const { alerts } = turn.live;
  const stirred = turn.facts.length > 0 || alerts.stirred || turn.now.mono >= alerts.nextMono;
  if (stirred) {
    alerts.stirred = false;
    alerts.nextMono = Infinity;
    watchLinks(turn);
    compare(turn);
    oweNotices(turn, (at) => later(turn, at));
  }
  wake(turn, alerts.nextMono);
}

function later({ live }: Turn, at: number): void {
  live.alerts.nextMono = Math.min(live.alerts.nextMono, at);
}

/** Since when each link is down, and when the last long blindness ended. */
function watchLinks({ live, now }: Turn): void {
  const { alerts, links } = live;
  for (const link of ['trading', 'market', 'drop_copy'] as const) {
    if (link === 'drop_copy' && !live.copy.configured) continue;
    const since = alerts.down[link];
    if (!links[link].up) alerts.down[link] = since ?? now.mono;
    else if (since !== null) {
      if (link === 'trading' && now.mono - since >= BLIND_ALERT) alerts.blindEnd = now.mono;
      alerts.down[link] = null;
    }
  }
}

function compare(turn: Turn): void {
  const found = findings(turn, (at) => later(turn, at));
  if (found.length === 0 && turn.books.alerts.size === 0) return;
  const known = new Map(
    [...turn.books.alerts.values()].map((alert) => [fingerprintOf(alert), alert]),
  );
  const seen = new Set<string>();
  for (const one of found) {
    const print = fingerprintOf(one);
    seen.add(print);
    const alert = known.get(print);
    if (one.state === 'firing' && alert?.state !== 'firing') raiseAlert(turn, one, alert);
  }
  for (const [print, alert] of known)
    if (alert.state === 'firing' && !seen.has(print)) {
      const cleared: Alert = { ...alert, state: 'cleared', clearedAt: isoTime(turn.now.server) };
      record(turn, { type: 'ALERT_CLEARED', v: 1, data: { alert: cleared } });
    }
}

function raiseAlert(turn: Turn, finding: Finding, before: Alert | undefined): void {
  const { rule, severity, subject, instrument, strategy, params } = finding;
  const alert: Alert = {
    id: before?.id ?? `alr_${turn.books.counters.alert + 1}_${turn.books.birth.slice(0, 8)}`,
    account: turn.books.account?.id ?? '',
    rule,
    severity,
    state: 'firing',
    subject,
    instrument,
    strategy,
    params,
    text: alertText(rule, params),
    since: isoTime(turn.now.server),
    clearedAt: null,
    count: (before?.count ?? 0) + 1,
    acknowledged: null,
    snoozed: before?.snoozed ?? null,
    notify: turn.live.alerts.channel,
    deliveries: before?.deliveries ?? [],
  };
  record(turn, { type: 'ALERT_RAISED', v: 1, data: { alert } });
}

type AlertVerb = Extract<CommandVerb, { readonly verb: 'ack_alert' | 'snooze_alert' }>;
type AlertCommand = Extract<Command, { readonly verb: AlertVerb['verb'] }>;

/** Whether a command is about an alert. */
export const isAboutAlert = <Verb extends CommandVerb>(
  command: Verb,
): command is Extract<Verb, AlertVerb> =>
  command.verb === 'ack_alert' || command.verb === 'snooze_alert';

/** Why an alert can't be acknowledged or snoozed, or undefined. */
export function examineAlert(turn: Turn, { alert: id }: AlertVerb): CommandOutcome | undefined {
  const alert = turn.books.alerts.get(id);
  if (alert === undefined) return refuse('unknown_alert', `there is no alert ${id} that fires`);
  if (alert.state === 'firing') return undefined;
  return refuse('alert_over', `${id} does not fire any more, since ${alert.clearedAt ?? ''}`);
}

/** What acknowledging or snoozing does, in words. */
export const alertPlan = (command: AlertVerb): readonly Step[] => [
  command.verb === 'ack_alert'
    ? { action: 'ack', text: `${command.alert}: seen; nothing more is sent until it clears` }
    : {
        action: 'snooze',
        text: `${command.alert}: nothing is sent for ${command.minutes} minutes`,
      },
];

/** A person has seen an alert, or wants to hear of it later. */
export function answerAlert(turn: Turn, command: AlertCommand): void {
  const alert = turn.books.alerts.get(command.alert);
  if (alert === undefined) return;
  const by = command.by.id;
  if (command.verb === 'ack_alert') {
    const seen = { ...silenced(alert), acknowledged: { by, at: isoTime(turn.now.server) } };
    record(turn, { type: 'ALERT_ACKNOWLEDGED', v: 1, data: { alert: seen, by } }, command.by);
    return;
  }
  const until = isoTime(turn.now.server + command.minutes * 60_000 * factor(turn));
  const asleep = { ...silenced(alert), snoozed: { by, until } };
  record(turn, { type: 'ALERT_SNOOZED', v: 1, data: { alert: asleep, by, until } }, command.by);
}
