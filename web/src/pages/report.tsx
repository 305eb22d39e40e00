/** One check with all that it compared and found; it reads the same on paper. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Report } from '../../../src/wire/requests.ts';
import { factPath, useAccountOfId } from '../data/accounts.ts';
import { useReport } from '../data/reports.ts';
import { follow } from '../data/router.ts';
import { useBreaks, useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { CheckResultText, Verdicts } from '../parts/check-result.tsx';
import { Coverage } from '../parts/coverage.tsx';
import { Empty, Loading, Section } from '../parts/section.tsx';
import { At, Took } from '../parts/time.tsx';
import { resultOf } from '../stream/checks.ts';

function Head({ report }: { readonly report: Report }): ReactNode {
  const { t, count, none } = useWords();
  const home = useAccountOfId(report.id);
  const account = useLive(
    ({ stream, accounts }) =>
      (home === null ? stream : accounts.byId[home])?.mirror?.exchangeAccount ?? '',
  );
  return (
    <dl className="recon-facts">
      <div>
        <dt>{t('recon.account')}</dt>
        <dd>
          {account === '' ? none : account}
          {home === null ? '' : ` (${home})`}
        </dd>
      </div>
      <div>
        <dt>{t('recon.why_run')}</dt>
        <dd>{t(`trigger.${report.trigger}`)}</dd>
      </div>
      <div>
        <dt>{t('recon.started')}</dt>
        <dd>
          <At iso={report.startedAt} date />
        </dd>
      </div>
      <div>
        <dt>{t('recon.finished')}</dt>
        <dd>
          <At iso={report.finishedAt} date />
        </dd>
      </div>
      <div>
        <dt>{t('recon.took')}</dt>
        <dd>
          <Took from={report.startedAt} to={report.finishedAt} />
        </dd>
      </div>
      <div>
        <dt>{t('recon.written_as')}</dt>
        <dd>
          <a href={factPath(report.seq, home)} onClick={follow} className="mono">
            #{count(report.seq)}
          </a>
        </dd>
      </div>
    </dl>
  );
}

function Found({ report }: { readonly report: Report }): ReactNode {
  const { t, T } = useWords();
  const breaks = useBreaks();
  return (
    <Section title={t('recon.found')}>
      {report.breaks.length === 0 ? (
        <p className="muted">{t('recon.none_found')}</p>
      ) : (
        <ul className="found">
          {report.breaks.map((id) => {
            const found = breaks[id];
            return (
              <li key={id}>
                <a href={`/breaks/${encodeURIComponent(id)}`} onClick={follow} className="mono">
                  {id}
                </a>{' '}
                {found === undefined ? null : (
                  <>
                    {T(`break.${found.kind}`)} · {found.instrument} ·{' '}
                    <span className="muted">{t(`life.${found.life}`)}</span>
                  </>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

export function ReportPage({ id }: { readonly id: string }): ReactNode {
  const { t, T, retell } = useWords();
  const held = useReport(id);
  const crumbs = (
    <p className="crumbs">
      <a href="/recon" onClick={follow}>
        {t('page.recon')}
      </a>{' '}
      / <span className="mono">{id}</span>
    </p>
  );
  if (held.is !== 'here')
    return (
      <div className="page">
        {crumbs}
        <h1 className="page-title mono">{id}</h1>
        {held.is === 'loading' ? (
          <Loading lines={6} />
        ) : (
          <Section title={id}>
            <Empty testId="not-found">{held.text}</Empty>
          </Section>
        )}
      </div>
    );
  const { report } = held;
  return (
    <div className="page report" data-testid="report-page" data-result={resultOf(report)}>
      {crumbs}
      <div className="trade-head">
        <h1 className="page-title">
          {T('report.title')} <span className="mono">{id}</span>
        </h1>
        <span className="report-doors">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => print()}
            data-testid="report-print"
          >
            {t('recon.print')}
          </Button>
          <a href={`/api/v1/reports/${encodeURIComponent(id)}`} target="_blank" rel="noreferrer">
            {t('recon.as_json')}
          </a>
        </span>
      </div>
      <Section title={T('head.status')}>
        <p className="recon-result">
          <CheckResultText report={report} />
        </p>
        {report.problem === null ? null : <p className="warn">{retell(report.problem)}</p>}
        <Head report={report} />
      </Section>
      <Section title={T('recon.compared')}>
        <Coverage coverage={report.coverage} />
      </Section>
      <Section title={t('recon.verdicts')}>
        <Verdicts report={report} />
      </Section>
      <Found report={report} />
    </div>
  );
}
