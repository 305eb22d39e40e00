/** Is everything all right now? One sentence of truth, what each strategy does and waits for, the price, the books. */
import { lazy, type ReactNode, Suspense } from 'react';
import type { Strategy } from '../../../src/wire/requests.ts';
import { overviewSentence } from '../../../src/words/overview.ts';
import { useOpenBreaks } from '../data/breaks.ts';
import { useMetrics } from '../data/metrics.ts';
import { follow } from '../data/router.ts';
import { useLive, useLoaded, usePositions, useStrategies, useTrades } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { Books } from '../parts/books.tsx';
import { CoachCard } from '../parts/coach.tsx';
import { Feed } from '../parts/feed.tsx';
import { useAsOf, usePageLink, useVerifiedAge } from '../parts/link.ts';
import { Kpis } from '../parts/kpis.tsx';
import { Empty, Loading, Section } from '../parts/section.tsx';
import { StrategyPanel } from '../parts/strategy-panel.tsx';

const Chart = lazy(async () => ({ default: (await import('../parts/chart.tsx')).Chart }));

const WORST = [
  'blind',
  'mismatch',
  'unverified',
  'checking',
  'verified',
] as const satisfies readonly Strategy['assurance'][];

const SIGNS = { good: '✓', warning: '◐', critical: '!' } as const;

function Truth(): ReactNode {
  const { lang, t, T, age: spell } = useWords();
  const strategies = Object.values(useStrategies());
  const positions = Object.values(usePositions());
  const loaded = useLoaded();
  const heard = useLive(({ stream }) => stream.pulse !== null);
  const breaks = useOpenBreaks();
  const page = usePageLink();
  const verified = useVerifiedAge();
  const asOf = useAsOf();
  // The books come just before the age of their last check: all that is said of them waits for both.
  if (!loaded || !heard)
    return (
      <div className="truth" data-testid="truth" data-tone="waiting">
        <h1>{T('link.connecting')}…</h1>
      </div>
    );
  const { tone, sentence } = overviewSentence(lang, {
    linked: page.state === 'live' || page.state === 'delayed',
    halted: strategies.some(({ control }) => control.value === 'halted'),
    assurance:
      WORST.find((word) => strategies.some(({ assurance }) => assurance === word)) ?? 'verified',
    needsYou: breaks.filter(({ life }) => life === 'needs_you').length,
    strategies: strategies.length,
    paused: strategies.filter(({ control }) => control.value === 'paused').length,
    positions: positions.filter(({ size }) => size !== '0').length,
  });
  return (
    <div className={`truth truth-${tone}`} data-testid="truth" data-tone={tone}>
      {tone === 'critical' ? (
        <span className="hidden" role="alert">
          {sentence}
        </span>
      ) : null}
      <span className="truth-sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      <h1>{sentence}</h1>
      <span className="truth-end muted" data-testid="truth-end">
        {asOf ??
          (verified.age === null
            ? t('fresh.never_verified')
            : t('fresh.verified_ago', { age: spell(verified.age) }))}
      </span>
      {breaks.length === 0 ? null : (
        <a
          className="truth-link"
          href={
            breaks[0] !== undefined && breaks.length === 1
              ? `/breaks/${encodeURIComponent(breaks[0].id)}`
              : '/breaks'
          }
          onClick={follow}
          data-testid="truth-look"
        >
          {t('web.look')} →
        </a>
      )}
    </div>
  );
}

export function Overview(): ReactNode {
  const { t } = useWords();
  const strategies = Object.values(useStrategies());
  const trades = useTrades();
  const loaded = useLoaded();
  const metrics = useMetrics();
  const traded = [...new Set(strategies.map(({ instrument }) => instrument))];
  return (
    <div className="page">
      <Truth />
      <CoachCard />
      {loaded ? <Kpis metrics={metrics} /> : <Loading lines={2} />}
      {loaded ? null : <Loading lines={5} />}
      {strategies.map((strategy) => (
        <StrategyPanel
          key={strategy.id}
          strategy={strategy}
          trade={strategy.position === null ? null : (trades[strategy.position] ?? null)}
        />
      ))}
      {loaded && strategies.length === 0 ? (
        <Section title={t('section.strategies')}>
          <Empty>{t('empty.strategies')}</Empty>
        </Section>
      ) : null}
      <div className="columns">
        <div className="column-main">
          {traded.map((instrument) => (
            <Suspense
              key={instrument}
              fallback={
                <Section title={t('section.chart')} className="chart-card">
                  <Empty>{t('empty.loading')}</Empty>
                </Section>
              }
            >
              <Chart instrument={instrument} />
            </Suspense>
          ))}
        </div>
        <div className="column-side">
          {loaded ? <Books /> : null}
          {loaded ? <Feed /> : null}
        </div>
      </div>
    </div>
  );
}
