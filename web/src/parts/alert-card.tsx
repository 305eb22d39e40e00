/** One alert: what it says, since when, what to do and where; seen and snoozed by a person; what was sent of it. */
import { Button, NativeSelect } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import type { Alert } from '../../../src/wire/requests.ts';
import { ask, useSending } from '../data/commands.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { alertPlace, isSnoozed } from '../stream/alerts.ts';
import { useAlertText } from './alert-text.ts';
import { Ago, At, Took, useServerNow } from './time.tsx';

const SIGNS = { critical: '‼', warning: '!', info: 'i' } as const;
const TONES = { critical: 'critical', warning: 'warn', info: 'muted' } as const;
const SNOOZES = [15, 60, 240, 1_440] as const;

export function Severity({ alert }: { readonly alert: Alert }): ReactNode {
  const { T } = useWords();
  const over = alert.state === 'cleared';
  return (
    <span className={`tone-${over ? 'muted' : TONES[alert.severity]}`}>
      <span aria-hidden="true">{over ? '✓' : SIGNS[alert.severity]}</span>{' '}
      {T(over ? 'alerts.history' : `severity.${alert.severity}`)}
    </span>
  );
}

function Deliveries({ alert }: { readonly alert: Alert }): ReactNode {
  const { t, T, clock } = useWords();
  const { deliveries } = alert;
  if (deliveries.length === 0) return null;
  return (
    <details className="alert-sent" open={deliveries.at(-1)?.state !== 'delivered'}>
      <summary>{T('alerts.deliveries')}</summary>
      <ul>
        {deliveries.map((one) => (
          <li key={one.notice} data-testid="delivery" data-state={one.state}>
            <At iso={one.lastAt} /> <span>{t(`alerts.says.${one.says}`)}</span>{' '}
            <span className={one.state === 'delivered' ? 'good' : 'muted'}>
              <span aria-hidden="true">{one.state === 'delivered' ? '✓' : '✗'}</span>{' '}
              {t(`alerts.delivery.${one.state}`)}
            </span>{' '}
            <span className="muted">
              {[
                t('alerts.attempts', { n: one.attempts }),
                one.status === null
                  ? one.problem
                  : t('alerts.status', { status: String(one.status) }),
                one.nextAt === null
                  ? null
                  : t('alerts.next_try', { time: clock(Date.parse(one.nextAt)) }),
              ]
                .filter((part) => part !== null)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Answers({ alert }: { readonly alert: Alert }): ReactNode {
  const { t, T } = useWords();
  const [minutes, setMinutes] = useState<number>(SNOOZES[1]);
  const id = useId();
  const seen = { verb: 'ack_alert', alert: alert.id } as const;
  const later = { verb: 'snooze_alert', alert: alert.id, minutes } as const;
  const busy = [useSending(seen), useSending(later)].includes(true);
  const name = (length: number): string =>
    length < 60
      ? t('alerts.minutes', { n: String(length) })
      : t('alerts.hours', { n: String(length / 60) });
  return (
    <div className="alert-answers">
      {alert.acknowledged === null ? (
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy}
          onClick={() => void ask(seen)}
          data-testid="alert-ack"
        >
          ✓&nbsp;{t('button.ack_alert')}
        </Button>
      ) : null}
      <label htmlFor={id} className="hidden">
        {t('alerts.snooze_for')}
      </label>
      <NativeSelect
        id={id}
        size="xs"
        value={String(minutes)}
        onChange={(event) => setMinutes(Number(event.currentTarget.value))}
        data={SNOOZES.map((length) => ({ value: String(length), label: name(length) }))}
        data-testid="snooze-minutes"
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy}
        onClick={() => void ask(later)}
        data-testid="alert-snooze"
      >
        {T('action.snooze')}
      </Button>
    </div>
  );
}

function Story({ alert }: { readonly alert: Alert }): ReactNode {
  const { t, actor, clock, dateTime } = useWords();
  const now = useServerNow();
  const { acknowledged, snoozed, count, since, clearedAt, state } = alert;
  return (
    <p className="alert-story muted">
      <span className="mono">{alert.id}</span>
      <span>
        {t('alerts.since')} <At iso={since} date />{' '}
        {state === 'firing' ? <Ago iso={since} ago /> : null}
      </span>
      {clearedAt === null ? null : (
        <span>
          {t('alerts.lasted')} <Took from={since} to={clearedAt} />
        </span>
      )}
      {count > 1 ? <span>{t('alerts.times', { n: count })}</span> : null}
      {acknowledged === null ? null : (
        <span>
          {t('alerts.seen_by', {
            by: actor(acknowledged.by),
            time: dateTime(Date.parse(acknowledged.at)),
          })}
        </span>
      )}
      {snoozed === null || now === null || !isSnoozed(alert, now) ? null : (
        <span data-testid="snoozed">
          {t('alerts.snoozed_by', {
            by: actor(snoozed.by),
            time: clock(Date.parse(snoozed.until)),
          })}
        </span>
      )}
    </p>
  );
}

export function AlertCard({ alert }: { readonly alert: Alert }): ReactNode {
  const { say, capital, t } = useWords();
  const spell = useAlertText();
  const { path, key } = alertPlace(alert);
  const firing = alert.state === 'firing';
  return (
    <article
      className="card alert"
      data-testid="alert"
      data-rule={alert.rule}
      data-state={alert.state}
      data-seen={alert.acknowledged !== null}
    >
      <header className="alert-head">
        <Severity alert={alert} />
        <h3>{capital(say(`alert_name.${alert.rule}`))}</h3>
      </header>
      <p className="alert-text">{spell(alert)}</p>
      {firing ? <p className="alert-do">{t(`alert_do.${alert.rule}`)}</p> : null}
      <Story alert={alert} />
      <div className="alert-foot">
        <a href={path} onClick={follow} data-testid="alert-look">
          {capital(say(key))} →
        </a>
        {firing ? <Answers alert={alert} /> : null}
      </div>
      <Deliveries alert={alert} />
    </article>
  );
}
