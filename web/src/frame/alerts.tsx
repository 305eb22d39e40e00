/** The bell of the frame: how many alerts fire that nobody has seen yet, and what the gravest of them says. */
import type { ReactNode } from 'react';
import { useFiringAnywhere } from '../data/alerts.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { useAlertText } from '../parts/alert-text.ts';
import { Icon } from '../parts/icon.tsx';

export function AlertsLink(): ReactNode {
  const { t, count } = useWords();
  const unseen = useFiringAnywhere().filter(({ acknowledged }) => acknowledged === null);
  const critical = unseen.some(({ severity }) => severity === 'critical');
  const tone = unseen.length === 0 ? '' : critical ? 'tone-critical' : 'tone-warn';
  return (
    <a
      href="/alerts"
      onClick={follow}
      className={`breaks-link alerts-link ${tone}`}
      aria-label={t('alerts.open', { n: unseen.length })}
      title={t('page.alerts')}
      data-testid="alerts-open"
      data-count={unseen.length}
    >
      <Icon name="alerts" /> <b>{count(unseen.length)}</b>
    </a>
  );
}

/** Rules that a bar of their own tells. */
const HAS_A_BAR: ReadonlySet<string> = new Set(['disk_full']);

/** A critical alert that nobody has seen is said at once and stands on every page until it is seen or over. */
export function CriticalAlert(): ReactNode {
  const { t } = useWords();
  const spell = useAlertText();
  const first = useFiringAnywhere().find(
    ({ rule, severity, acknowledged }) =>
      severity === 'critical' && acknowledged === null && !HAS_A_BAR.has(rule),
  );
  return (
    <div role="alert">
      {first === undefined ? null : (
        <p className="critical-bar" data-testid="critical-alert" data-rule={first.rule}>
          <span>
            <span aria-hidden="true">‼</span> <b>{t('severity.critical')}:</b> {spell(first)}
          </span>
          <a href="/alerts" onClick={follow}>
            {t('page.alerts')}
          </a>
        </p>
      )}
    </div>
  );
}
