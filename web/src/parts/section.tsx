/** A titled panel, and what stands in its place when there is nothing to show. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../data/words.ts';

export function Section({
  title,
  aside,
  children,
  className = '',
  testId,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly testId?: string;
}): ReactNode {
  return (
    <section className={`card ${className}`} aria-label={title} data-testid={testId}>
      <header className="card-head">
        <h2>{title}</h2>
        {aside === undefined ? null : <div className="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

export function Empty({
  children,
  testId,
}: {
  readonly children: ReactNode;
  readonly testId?: string;
}): ReactNode {
  return (
    <p className="empty" data-testid={testId}>
      {children}
    </p>
  );
}

/** Grey lines where content will stand; said once to those who hear the page. */
export function Loading({ lines = 3 }: { readonly lines?: number }): ReactNode {
  const { t } = useWords();
  return (
    <div className="card skeleton" data-testid="loading" role="status">
      <span className="hidden">{t('empty.loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** Under a list that goes on: brings its next rows. Nothing where the list has ended. */
export function More({ bring }: { readonly bring: (() => void) | null }): ReactNode {
  const { t } = useWords();
  return bring === null ? null : (
    <Button size="compact-sm" variant="default" className="more" onClick={bring}>
      {t('button.load_more')}
    </Button>
  );
}
