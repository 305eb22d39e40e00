/** Open differences: the count in the frame and the list with both sides. */
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { create } from 'zustand';
import type { Break } from '../../../src/wire/requests.ts';
import { useBreaks } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { Empty } from '../parts/section.tsx';
import { At } from '../parts/time.tsx';
import { isOpenBreak } from '../stream/mirror.ts';

const useList = create<{ readonly opened: boolean }>()(() => ({ opened: false }));

export const showBreaks = (opened: boolean): void => useList.setState({ opened });

/** Differences that stand, the gravest first. */
export function useOpenBreaks(): readonly Break[] {
  const breaks = useBreaks();
  const weight = { critical: 0, warning: 1, info: 2 } as const;
  return Object.values(breaks)
    .filter(isOpenBreak)
    .sort(
      (a, b) => weight[a.severity] - weight[b.severity] || (a.firstSeenAt < b.firstSeenAt ? -1 : 1),
    );
}

const SIGNS = { critical: '‼', warning: '!', info: 'i' } as const;

function Item({ found }: { readonly found: Break }): ReactNode {
  const { t, T, money } = useWords();
  const {
    kind,
    severity,
    instrument,
    strategy,
    books,
    exchange,
    difference,
    life,
    who,
    timesSeen,
    firstSeenAt,
    evidence,
  } = found;
  const tone = severity === 'critical' ? 'critical' : severity === 'warning' ? 'warn' : 'muted';
  return (
    <li className="break" data-testid="break-item" data-kind={kind} data-life={life}>
      <p className="break-head">
        <span className={`tone-${tone}`}>
          <span aria-hidden="true">{SIGNS[severity]}</span> <b>{T(`break.${kind}`)}</b>
        </span>
        <span className={life === 'needs_you' ? 'tag tone-critical' : 'tag'}>
          {t(`life.${life}`)}
        </span>
      </p>
      <p className="muted">{t(`break_hint.${kind}`)}</p>
      <dl className="sides">
        <div>
          <dt>{t('head.books')}</dt>
          <dd>{books}</dd>
        </div>
        <span className="sides-sign critical" aria-hidden="true">
          ≠
        </span>
        <div>
          <dt>{t('head.exchange')}</dt>
          <dd>{exchange}</dd>
        </div>
      </dl>
      <p className="small muted">
        {instrument}
        {strategy === null ? '' : ` · ${strategy}`}
        {difference.value === '0'
          ? ''
          : ` · ${t('head.difference')} ${money(difference.value, { currency: difference.currency })}`}
        {who === null ? '' : ` · ${t(`closed_by.${who}`)}`} · {t('head.first_seen')}{' '}
        <At iso={firstSeenAt} /> · {timesSeen}×
      </p>
      {evidence.length === 0 ? null : (
        <details className="small">
          <summary>
            {T('head.evidence')} ({evidence.length})
          </summary>
          <ul className="evidence">
            {evidence.map((each, index) => (
              <li key={index}>
                <At iso={each.at} millis /> {each.text}{' '}
                <span className="mono muted">{each.id}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

export function BreaksDrawer(): ReactNode {
  const { t } = useWords();
  const opened = useList((list) => list.opened);
  const breaks = useOpenBreaks();
  return (
    <Drawer
      opened={opened}
      onClose={() => showBreaks(false)}
      position="right"
      size="md"
      lockScroll={false}
      zIndex={150}
      classNames={{ content: 'drawer' }}
      title={t('section.breaks')}
      closeButtonProps={{ 'aria-label': t('button.close') }}
      transitionProps={{ duration: 120 }}
    >
      {breaks.length === 0 ? (
        <Empty>{t('empty.breaks')}</Empty>
      ) : (
        <ul data-testid="break-list">
          {breaks.map((found) => (
            <Item key={found.id} found={found} />
          ))}
        </ul>
      )}
    </Drawer>
  );
}

export function BreaksButton(): ReactNode {
  const { t, count } = useWords();
  const breaks = useOpenBreaks();
  const waiting = breaks.some(({ life }) => life === 'needs_you');
  return (
    <button
      type="button"
      className={`breaks-button ${breaks.length === 0 ? '' : waiting ? 'tone-critical' : 'tone-warn'}`}
      onClick={() => showBreaks(true)}
      data-testid="breaks-open"
      data-count={breaks.length}
    >
      <span aria-hidden="true">{breaks.length === 0 ? '=' : '≠'}</span> {t('page.breaks')}{' '}
      <b>{count(breaks.length)}</b>
    </button>
  );
}
