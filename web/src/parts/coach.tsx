/** A small card for the first minutes in practice: four things to try, each ticked off when it happened. */
import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { dismissCoach, useCoach } from '../data/coach.ts';
import { COACH_STEPS } from '../data/coach-steps.ts';
import { practiceOrigin } from '../data/meta.ts';
import { followToPractice, PRACTICE_WINDOW } from '../data/window.ts';
import { useWords } from '../data/words.ts';

export function CoachCard(): ReactNode {
  const { t } = useWords();
  const { done, dismissed } = useCoach();
  if (practiceOrigin === '' || dismissed) return null;
  const next = COACH_STEPS.find((step) => !done.includes(step));
  return (
    <section className="card coach" aria-label={t('web.coach')} data-testid="coach">
      <header className="coach-head">
        <h2>{next === undefined ? t('web.coach_done') : t('web.coach')}</h2>
        <CloseButton
          size="sm"
          aria-label={t('web.coach_dismiss')}
          onClick={() => dismissCoach(true)}
          data-testid="coach-dismiss"
        />
      </header>
      <ol className="coach-steps">
        {COACH_STEPS.map((step, index) => {
          const happened = done.includes(step);
          return (
            <li
              key={step}
              data-testid={`coach-${step}`}
              data-done={happened}
              aria-current={step === next ? 'step' : undefined}
            >
              <span className="coach-mark" aria-hidden="true">
                {happened ? '✓' : index + 1}
              </span>
              <span>
                {happened ? <span className="hidden">{t('checkpoint_state.met')}: </span> : null}
                {t(`web.coach_${step}`)}{' '}
                {(step === 'hand' || step === 'restart') && !happened ? (
                  <a href="/practice" target={PRACTICE_WINDOW} onClick={followToPractice}>
                    {t('page.practice')} →
                  </a>
                ) : null}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
