/** What wants to be heard: alerts that fire, those that somebody has seen, those that are over, and who is told of them. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Alert } from '../../../src/wire/requests.ts';
import { useEndedAlerts, useFiring } from '../data/alerts.ts';
import { failureText, testChannel } from '../data/api.ts';
import { useLoaded } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { AlertCard } from '../parts/alert-card.tsx';
import { Empty, Loading, More, Section } from '../parts/section.tsx';

/** What the last try of the channel came to. */
type Tried = { readonly good: boolean; readonly words: string };

function SendTest(): ReactNode {
  const { t } = useWords();
  const [tried, setTried] = useState<Tried | 'under way' | null>(null);
  const send = async (): Promise<void> => {
    setTried('under way');
    const answer = await testChannel();
    if (!answer.ok)
      setTried({
        good: false,
        words: t('alert.test_failed', { problem: failureText(answer.failure) }),
      });
    else if (answer.body.ok)
      setTried({ good: true, words: t('alert.test_ok', { status: String(answer.body.status) }) });
    else setTried({ good: false, words: t('alert.test_failed', { problem: answer.body.problem }) });
  };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        disabled={tried === 'under way'}
        onClick={() => void send()}
        data-testid="send-test"
      >
        {t('alert.send_test')}
      </Button>
      <span role="status" className={tried === null ? 'hidden' : ''} data-testid="test-result">
        {tried === null || tried === 'under way' ? null : (
          <span className={tried.good ? 'good' : 'tone-warn'}>
            <span aria-hidden="true">{tried.good ? '✓' : '!'}</span> {tried.words}
          </span>
        )}
      </span>
    </>
  );
}

function Channel({
  channel,
  alerts,
}: {
  readonly channel: string | null;
  readonly alerts: readonly Alert[];
}): ReactNode {
  const { t } = useWords();
  if (channel === null)
    return (
      <div className="card channel channel-none" data-testid="no-channel">
        <p className="tone-warn">
          <span aria-hidden="true">!</span> <b>{t('alert.no_channel')}</b>
        </p>
        <p>{t('alert.no_channel_how')}</p>
      </div>
    );
  const failing = alerts
    .map(({ deliveries }) => deliveries.at(-1))
    .find((last) => last?.state === 'retrying' || last?.state === 'given_up');
  return (
    <div className="card channel" data-testid="channel">
      <p>{t('alert.channel', { host: channel })}</p>
      <SendTest />
      {failing === undefined ? null : (
        <p className="tone-warn" data-testid="channel-failing">
          <span aria-hidden="true">!</span>{' '}
          {t('alert.failing', { host: channel, problem: failing.problem ?? '' })}
        </p>
      )}
    </div>
  );
}

function List({
  title,
  alerts,
}: {
  readonly title: string;
  readonly alerts: readonly Alert[];
}): ReactNode {
  if (alerts.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="list-title">{title}</h2>
      <ul className="stack">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <AlertCard alert={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Alerts(): ReactNode {
  const { t, T } = useWords();
  const loaded = useLoaded();
  const firing = useFiring();
  const { ended, more, channel } = useEndedAlerts();
  const isSeen = ({ acknowledged }: Alert): boolean => acknowledged !== null;
  return (
    <div className="page" data-testid="alerts">
      <h1 className="page-title">{t('page.alerts')}</h1>
      {channel === undefined ? null : (
        <Channel channel={channel} alerts={[...firing, ...(ended ?? [])]} />
      )}
      {!loaded ? <Loading /> : null}
      {loaded && firing.length === 0 ? (
        <Section title={t('alerts.firing')}>
          <Empty testId="alerts-none">
            <span className="good">✓</span> {t('alerts.none')}
          </Empty>
        </Section>
      ) : null}
      <List title={T('alerts.firing')} alerts={firing.filter((alert) => !isSeen(alert))} />
      <List title={T('alerts.seen')} alerts={firing.filter(isSeen)} />
      {ended === null ? null : <List title={T('alerts.history')} alerts={ended} />}
      <More bring={more} />
    </div>
  );
}
