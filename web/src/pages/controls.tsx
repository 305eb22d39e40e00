/** Make it stop, make it go: each strategy's controls with who asked what, its settings, and the kill switch. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Strategy } from '../../../src/wire/requests.ts';
import { useHome } from '../data/accounts.ts';
import { ask, useSending } from '../data/commands.ts';
import { useLoaded, useMirror, useStrategies } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { considerKill, StrategyControls } from '../parts/controls.tsx';
import { Coverage } from '../parts/coverage.tsx';
import { Empty, Loading, Section } from '../parts/section.tsx';
import { StatusLabel } from '../parts/status-label.tsx';
import { At } from '../parts/time.tsx';

const VERBS = ['pause', 'resume', 'drain', 'flatten'] as const;

const HINTS = {
  pause: 'action_hint.pause',
  resume: 'action_hint.resume',
  drain: 'action_hint.drain',
  flatten: 'action_hint.flatten',
} as const;

function settingText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(value);
}

function StrategyCard({ strategy }: { readonly strategy: Strategy }): ReactNode {
  const { t, T, say, capital, actor, reason } = useWords();
  const { id, control, config, kind } = strategy;
  const home = useHome(id);
  return (
    <Section
      title={home === null ? id : `${id} · ${home}`}
      aside={<StatusLabel strategy={strategy} />}
      testId={`control-${id}`}
    >
      <p data-testid={`control-of-${id}`} data-control={control.value}>
        <b>{T(`status.${control.value}`)}</b>{' '}
        <span className="muted">
          {actor(control.by)} · <At iso={control.at} date />
          {control.reason === '' ? '' : ` · ${reason(control)}`}
        </span>
      </p>
      <StrategyControls strategy={strategy} all />
      <dl className="verbs">
        {VERBS.map((verb) => (
          <div key={verb}>
            <dt>{t(`button.${verb}`)}</dt>
            <dd className="muted">{t(HINTS[verb])}</dd>
          </div>
        ))}
      </dl>
      <details className="settings">
        <summary>
          {t('web.settings')} ({kind})
        </summary>
        <dl className="pairs">
          {Object.entries(config).map(([name, value]) => (
            <div key={name}>
              <dt>{capital(say(`setting.${name}`).replace(/^setting\./, ''))}</dt>
              <dd className="num">{settingText(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Section>
  );
}

function Check(): ReactNode {
  const { t, T } = useWords();
  const report = useMirror((mirror) => mirror.lastReport, null);
  const order = { verb: 'reconcile' } as const;
  const sending = useSending(order);
  return (
    <Section title={T('recon.title')}>
      {report === null ? (
        <p className="muted">{t('action_hint.check_now')}</p>
      ) : (
        <p data-testid="last-report" data-ok={report.ok}>
          <span className={report.ok ? 'good' : 'warn'}>{report.ok ? '✓' : '!'}</span>{' '}
          {report.ok
            ? t('report.ok')
            : report.complete
              ? t('report.breaks', { n: report.breaks.length })
              : t('report.incomplete')}{' '}
          <span className="muted">
            <At iso={report.finishedAt} millis /> · {t(`trigger.${report.trigger}`)}
          </span>
        </p>
      )}
      {report === null ? null : <Coverage coverage={report.coverage} />}
      <Button
        size="compact-sm"
        variant="default"
        disabled={sending}
        onClick={() => void ask(order)}
        data-testid="check-now"
      >
        {sending ? t('command.sending') : t('button.check_now')}
      </Button>
    </Section>
  );
}

export function Controls(): ReactNode {
  const { t } = useWords();
  const strategies = Object.values(useStrategies());
  const loaded = useLoaded();
  return (
    <div className="page">
      <h1 className="page-title">{t('web.page_controls')}</h1>
      {loaded && strategies.length === 0 ? (
        <Section title={t('section.strategies')}>
          <Empty>{t('empty.strategies')}</Empty>
        </Section>
      ) : null}
      <div className="columns columns-even">
        <div className="stack">
          {loaded ? null : <Loading lines={5} />}
          {strategies.map((strategy) => (
            <StrategyCard key={strategy.id} strategy={strategy} />
          ))}
        </div>
        <div className="stack">
          <Section title={t('button.kill')} className="kill-card">
            <p>{t('dialog.kill_text')}</p>
            <p className="muted">{t('web.kill_doors')}</p>
            <Button color="kill.7" onClick={considerKill} data-testid="kill-open">
              <span aria-hidden="true">■</span>&nbsp;{t('button.kill')}…
            </Button>
          </Section>
          <Check />
        </div>
      </div>
    </div>
  );
}
