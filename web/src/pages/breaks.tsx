/** Where books and exchange differ, and what a person decides about it. Every difference has an address of its own. */
import type { ReactNode } from 'react';
import type { Break } from '../../../src/wire/requests.ts';
import { useBreak, useEndedBreaks, useOpenBreaks } from '../data/breaks.ts';
import { follow } from '../data/router.ts';
import { useLoaded } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { BreakCard, BreakSide } from '../parts/break-card.tsx';
import { useVerifiedAge } from '../parts/link.ts';
import { Empty, Loading, More, Section } from '../parts/section.tsx';
import { At } from '../parts/time.tsx';

function EndedRow({ found }: { readonly found: Break }): ReactNode {
  const { t, T, actor, reason } = useWords();
  const { id, kind, life, instrument, resolution, lastSeenAt } = found;
  return (
    <tr data-testid="break-ended" data-kind={kind} data-life={life}>
      <td>
        <a href={`/breaks/${encodeURIComponent(id)}`} onClick={follow} className="mono">
          {id}
        </a>
      </td>
      <td>
        {T(`break.${kind}`)}
        <span className="cell-note">{instrument}</span>
      </td>
      <td>
        <BreakSide found={found} side="books" /> ≠ <BreakSide found={found} side="exchange" />
      </td>
      <td>
        {t(`life.${life}`)}
        {resolution === null ? null : (
          <span className="cell-note">
            {resolution.action === 'auto' ? '' : `${t(`action.${resolution.action}`)} · `}
            {actor(resolution.by)}
            {resolution.reason === '' ? '' : ` · ${reason(resolution)}`}
          </span>
        )}
      </td>
      <td className="right">
        <At iso={resolution?.at ?? lastSeenAt} date />
      </td>
    </tr>
  );
}

function Ended(): ReactNode {
  const { t } = useWords();
  const { ended, more } = useEndedBreaks();
  if (ended === null || ended.length === 0) return null;
  return (
    <Section title={t('web.ended_breaks')}>
      <div className="table-scroll">
        <table className="table ended" data-testid="breaks-ended">
          <thead>
            <tr>
              <th scope="col">{t('head.id')}</th>
              <th scope="col">{t('head.kind')}</th>
              <th scope="col">{t('head.difference')}</th>
              <th scope="col">{t('web.how_ended')}</th>
              <th scope="col" className="right">
                {t('head.time')}
              </th>
            </tr>
          </thead>
          <tbody>
            {ended.map((found) => (
              <EndedRow key={found.id} found={found} />
            ))}
          </tbody>
        </table>
      </div>
      <More bring={more} />
    </Section>
  );
}

export function Breaks(): ReactNode {
  const { t, age } = useWords();
  const open = useOpenBreaks();
  const loaded = useLoaded();
  const verified = useVerifiedAge();
  return (
    <div className="page" data-testid="breaks">
      <h1 className="page-title">{t('section.breaks')}</h1>
      {!loaded ? (
        <Loading />
      ) : open.length === 0 ? (
        <Section title={t('web.open_breaks')}>
          <Empty testId="breaks-none">
            <span className="good">✓</span> {t('empty.breaks')}{' '}
            {verified.age === null
              ? t('fresh.never_verified')
              : t('fresh.verified_ago', { age: age(verified.age) })}
          </Empty>
        </Section>
      ) : (
        <ul className="stack" data-testid="break-list">
          {open.map((found) => (
            <li key={found.id}>
              <BreakCard found={found} whole={open.length === 1} />
            </li>
          ))}
        </ul>
      )}
      <Ended />
    </div>
  );
}

export function BreakPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords();
  const held = useBreak(id);
  return (
    <div className="page" data-testid="break-page">
      <p className="crumbs">
        <a href="/breaks" onClick={follow}>
          {t('page.breaks')}
        </a>{' '}
        / <span className="mono">{id}</span>
      </p>
      <h1 className="hidden">{id}</h1>
      {held.is === 'loading' ? (
        <Loading />
      ) : held.is === 'problem' ? (
        <Section title={id}>
          <Empty testId="not-found">{held.text}</Empty>
        </Section>
      ) : (
        <BreakCard found={held.found} whole own />
      )}
    </div>
  );
}
