/** The count of open differences in the frame; it leads to the page that decides them. */
import type { ReactNode } from 'react';
import { useOpenBreaks } from '../data/breaks.ts';
import { follow } from '../data/router.ts';
import { usePageLink } from '../parts/link.ts';
import { useWords } from '../data/words.ts';

export function BreaksLink(): ReactNode {
  const { t, count } = useWords();
  const breaks = useOpenBreaks();
  const stale = usePageLink().fresh === 'stale';
  const waiting = breaks.some(({ life }) => life === 'needs_you');
  return (
    <a
      href="/breaks"
      onClick={follow}
      className={`breaks-link ${breaks.length === 0 ? '' : waiting ? 'tone-critical' : 'tone-warn'}`}
      data-testid="breaks-open"
      data-count={breaks.length}
    >
      <span aria-hidden="true">{breaks.length > 0 ? '≠' : stale ? '?' : '='}</span>{' '}
      {t('page.breaks')} <b>{count(breaks.length)}</b>
    </a>
  );
}
