/** A titled panel. */
import type { ReactNode } from 'react';

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
