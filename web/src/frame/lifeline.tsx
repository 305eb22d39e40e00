/** The line that all depends on: page ⇄ engine ⇄ exchange, each link with the age of its last word. */
import type { ReactNode } from 'react';
import { useNow } from '../data/clock.ts';
import { useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { usePageLink, useVerifiedAge } from '../parts/link.ts';
import { type LinkState, venueLinkState } from '../stream/freshness.ts';

const SIGNS: Readonly<Record<LinkState, string>> = {
  live: '◉',
  delayed: '◐',
  stale: '▨',
  lost: '✕',
};
const TONES: Readonly<Record<LinkState, string>> = {
  live: 'good',
  delayed: 'warn',
  stale: 'critical',
  lost: 'critical',
};

function Link({
  name,
  state,
  age,
  testId,
}: {
  readonly name: string;
  readonly state: LinkState;
  readonly age: number | null;
  readonly testId: string;
}): ReactNode {
  const words = useWords();
  const word =
    state === 'live'
      ? words.t('fresh.live')
      : state === 'lost'
        ? words.t('link.disconnected')
        : words.t(`fresh.${state}`);
  const shown = age === null || !Number.isFinite(age) ? '' : words.age(age);
  return (
    <span
      className={`link tone-${TONES[state]}`}
      data-testid={testId}
      data-state={state}
      title={`${name}: ${word} ${shown}`}
    >
      <span aria-hidden="true">{SIGNS[state]}</span>{' '}
      <span className="link-word">{state === 'live' ? word : `${word} ${shown}`}</span>
      <span className="hidden">{name}</span>
    </span>
  );
}

export function Lifeline(): ReactNode {
  const { t, age: spell } = useWords();
  const now = useNow();
  const page = usePageLink();
  const heardAt = useLive((live) => live.heardAt);
  const links = useLive(({ stream }) => stream.pulse?.links);
  const verified = useVerifiedAge();
  const since = heardAt === null ? 0 : Math.max(0, now - heardAt);
  const trading = links?.trading ?? null;
  const market = links?.market ?? null;
  const copy = links?.drop_copy;
  const known = links !== undefined && page.fresh !== 'stale';
  return (
    <div className="lifeline">
      <span className="node">{t('web.node_page')}</span>
      <Link name={t('link.page')} state={page.state} age={page.age} testId="link" />
      <span className="node">{t('web.node_engine')}</span>
      {known ? (
        <>
          <Link
            name={t('link.exchange')}
            state={venueLinkState(trading === null ? null : trading + since)}
            age={trading}
            testId="link-trading"
          />
          {venueLinkState(market) === 'live' || trading === null ? null : (
            <>
              <span className="node">{t('link.market')}</span>
              <Link
                name={t('link.market')}
                state={venueLinkState(market)}
                age={market}
                testId="link-market"
              />
            </>
          )}
          {copy === undefined ? null : (
            <>
              <span className="node">{t('link.drop_copy')}</span>
              <Link
                name={t('link.drop_copy')}
                state={venueLinkState(copy)}
                age={copy}
                testId="link-drop-copy"
              />
            </>
          )}
        </>
      ) : (
        <span className="link muted">?</span>
      )}
      <span className="node">{t('web.node_exchange')}</span>
      <span
        className={`verified tone-${verified.fresh === 'fresh' ? 'muted' : 'warn'}`}
        data-testid="verified"
      >
        {verified.age === null
          ? t('fresh.never_verified')
          : t('fresh.verified_ago', { age: spell(verified.age) })}
      </span>
    </div>
  );
}
