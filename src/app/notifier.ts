/** Tells people of alerts: puts a notice into words for the webhook's receiver, sends it, and hands back what became of it. */
import { isoTime, type Millis } from '../base/time.ts';
import type { Alert, AlertState } from '../domain/alert.ts';
import { systemClock } from '../edge/clock.ts';
import { type Sent, type WebhookTarget, createWebhook } from '../edge/webhook.ts';

export type Notifier = {
  /** Name of the receiver, for people. */
  readonly host: string;
  readonly notify: (alert: Alert, notice: number) => void;
  /** Sends a notice that is about nothing. */
  readonly test: () => Promise<Sent>;
  /** Where the dashboard is; notices wait for it. */
  readonly open: (port: number) => void;
  readonly close: () => void;
};

type Outcome = {
  readonly kind: 'notified';
  readonly alert: string;
  readonly notice: number;
  readonly says: AlertState;
  readonly outcome: Sent;
};

type Channel = {
  readonly mode: string;
  readonly webhook: WebhookTarget | null;
};

type Surroundings = {
  readonly account: () => string | null;
  readonly serverNow: () => Millis;
  readonly onOutcome: (outcome: Outcome) => void;
};

/** What a receiver reads of an alert. `notice` counts what is sent about it: the same number again is the same notice. */
function bodyOf(
  alert: Alert,
  notice: number,
  more: { readonly mode: string; readonly link: string },
): string {
  const { id, rule, severity, state, subject, text, since, clearedAt, count, account } = alert;
  return JSON.stringify({
    id,
    notice,
    rule,
    severity,
    state,
    subject,
    text,
    since,
    clearedAt,
    count,
    account,
    ...more,
  });
}

/** The notifier of an engine; null where nobody is to be told. */
export function openNotifier(
  { mode, webhook: target }: Channel,
  { account, serverNow, onOutcome }: Surroundings,
): Notifier | null {
  if (target === null) return null;
  const webhook = createWebhook(target, systemClock.wall);
  const dashboard = Promise.withResolvers<string>();
  return {
    host: webhook.host,
    open: (port) => dashboard.resolve(`http://127.0.0.1:${port}/alerts`),
    close: webhook.close,
    notify: (alert, notice) => {
      void dashboard.promise
        .then((link) => webhook.send(bodyOf(alert, notice, { mode, link })))
        .then((outcome) =>
          onOutcome({ kind: 'notified', alert: alert.id, notice, says: alert.state, outcome }),
        );
    },
    test: async () => {
      const link = await dashboard.promise;
      const body = {
        id: 'test',
        notice: 1,
        rule: 'test',
        severity: 'info',
        state: 'firing',
        subject: { kind: 'engine', id: 'test' },
        text: 'A test: alerts of this engine arrive here.',
        since: isoTime(serverNow()),
        clearedAt: null,
        count: 1,
        account: account() ?? '',
        mode,
        link,
      };
      return webhook.send(JSON.stringify(body));
    },
  };
}
