/** Do the books match the exchange? The last check, what every check before it found, and each report at its address. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Report } from '../../../src/wire/requests.ts';
import { useOpenBreaks } from '../data/breaks.ts';
import { ask, useSending } from '../data/commands.ts';
import { useReports } from '../data/reports.ts';
import { follow } from '../data/router.ts';
import { useLive, useLoaded } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { CheckResultText, RESULTS, reportPath, Verdicts } from '../parts/check-result.tsx';
import { Coverage } from '../parts/coverage.tsx';
import { usePageLink, useVerifiedAge } from '../parts/link.ts';
import { OneAccount } from '../parts/one-account.tsx';
import { DailyReports } from '../parts/daily-list.tsx';
import { Empty, Loading, More, Section } from '../parts/section.tsx';
import { At, Took, useServerNow } from '../parts/time.tsx';
import { resultOf, untilNext } from '../stream/checks.ts';

/** Cells of the strip. */
const STRIP = 120;

function CheckNow(): ReactNode {
  const { t } = useWords();
  const order = { verb: 'reconcile' } as const;
  const sending = useSending(order);
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={sending}
      title={t('action_hint.check_now')}
      onClick={() => void ask(order)}
      data-testid="check-now"
    >
      {sending ? t('command.sending') : t('button.check_now')}
    </Button>
  );
}

function Next({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  const { t, none } = useWords();
  const now = useServerNow();
  const speed = useLive(({ stream }) => stream.pulse?.speed ?? 1);
  const { fresh } = usePageLink();
  const left = now === null || fresh === 'stale' ? null : untilNext(reports, now, speed);
  return (
    <span className="num" data-testid="next-check">
      {left === null ? none : left < 1_000 ? t('recon.due') : t('recon.next_in', { age: left })}
    </span>
  );
}

function LastCheck({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  const { t, age, retell } = useWords();
  const verified = useVerifiedAge();
  const { fresh } = usePageLink();
  const last = reports[0];
  if (last === undefined)
    return (
      <Section title={t('recon.last_check')} aside={<CheckNow />}>
        <Empty>{t('recon.never')}</Empty>
      </Section>
    );
  return (
    <Section title={t('recon.last_check')} aside={<CheckNow />} testId="last-check">
      <p className="recon-result" data-testid="last-report" data-ok={last.ok}>
        <CheckResultText report={last} />
      </p>
      {last.problem === null ? null : <p className="warn">{retell(last.problem)}</p>}
      <p className={fresh === 'stale' ? 'warn' : 'muted'}>
        {verified.age === null
          ? t('fresh.never_verified')
          : t('fresh.verified_ago', { age: age(verified.age) })}
        {fresh === 'stale' ? ` ${t('recon.cannot')}` : ''}
      </p>
      <dl className="recon-facts">
        <div>
          <dt>{t('head.time')}</dt>
          <dd>
            <At iso={last.finishedAt} />
          </dd>
        </div>
        <div>
          <dt>{t('recon.why_run')}</dt>
          <dd>{t(`trigger.${last.trigger}`)}</dd>
        </div>
        <div>
          <dt>{t('recon.took')}</dt>
          <dd>
            <Took from={last.startedAt} to={last.finishedAt} />
          </dd>
        </div>
        <div>
          <dt>{t('recon.next')}</dt>
          <dd>
            <Next reports={reports} />
          </dd>
        </div>
      </dl>
      <Coverage coverage={last.coverage} />
    </Section>
  );
}

function Strip({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  const { t, clock } = useWords();
  const shown = reports.slice(0, STRIP).reverse();
  return (
    <Section title={t('recon.strip', { n: shown.length })}>
      <ol className="strip" data-testid="strip">
        {shown.map((report) => {
          const result = resultOf(report);
          const words = `${clock(Date.parse(report.finishedAt))} · ${t(`trigger.${report.trigger}`)} · ${t(`recon.result.${result}`)}`;
          return (
            <li key={report.id}>
              <a
                href={reportPath(report.id)}
                onClick={follow}
                className={`strip-cell strip-${result}`}
                title={words}
                aria-label={words}
                data-result={result}
              >
                <span aria-hidden="true">{result === 'ok' ? '' : RESULTS[result].sign}</span>
              </a>
            </li>
          );
        })}
      </ol>
      <p className="strip-ends muted" aria-hidden="true">
        {t('recon.older')} → {t('recon.newest')}
      </p>
    </Section>
  );
}

function Standing({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  const { t } = useWords();
  const open = useOpenBreaks().length;
  const clean = reports.every(({ ok }) => ok);
  const stale = usePageLink().fresh === 'stale';
  return (
    <Section title={t('section.breaks')} testId="recon-standing">
      {open > 0 ? (
        <p>
          <span className="critical strong">≠ {t('recon.standing', { n: open })}</span>{' '}
          <a href="/breaks" onClick={follow} className="truth-link">
            {t('recon.decide')} →
          </a>
        </p>
      ) : (
        <p>
          <span className={stale ? 'warn' : 'good'}>{stale ? '?' : '✓'}</span>{' '}
          {stale
            ? t('recon.cannot')
            : clean
              ? t('recon.clean_run', { n: reports.length })
              : t('recon.now_clean')}{' '}
          <a href="/breaks" onClick={follow} className="truth-link">
            {t('page.breaks')} →
          </a>
        </p>
      )}
    </Section>
  );
}

function ReportRow({ report }: { readonly report: Report }): ReactNode {
  const { t, count } = useWords();
  const result = resultOf(report);
  return (
    <tr data-testid="report-row" data-report-id={report.id} data-result={result}>
      <td>
        <a href={reportPath(report.id)} onClick={follow} className="mono">
          {report.id}
        </a>
      </td>
      <td>
        <At iso={report.finishedAt} date />
      </td>
      <td>{t(`trigger.${report.trigger}`)}</td>
      <td className={RESULTS[result].tone}>
        <span aria-hidden="true">{RESULTS[result].sign}</span> {t(`recon.result.${result}`)}
      </td>
      <td className="right num">{count(report.breaks.length)}</td>
      <td className="right">
        <Took from={report.startedAt} to={report.finishedAt} />
      </td>
    </tr>
  );
}

function Reports({
  reports,
  more,
}: {
  readonly reports: readonly Report[];
  readonly more: (() => void) | null;
}): ReactNode {
  const { t } = useWords();
  return (
    <Section title={t('recon.reports')}>
      <div className="table-scroll">
        <table className="table reports" data-testid="reports">
          <thead>
            <tr>
              <th scope="col">{t('head.id')}</th>
              <th scope="col">{t('head.time')}</th>
              <th scope="col">{t('recon.why_run')}</th>
              <th scope="col">{t('head.status')}</th>
              <th scope="col" className="right">
                {t('page.breaks')}
              </th>
              <th scope="col" className="right">
                {t('head.duration')}
              </th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <ReportRow key={report.id} report={report} />
            ))}
          </tbody>
        </table>
      </div>
      <More bring={more} />
    </Section>
  );
}

export function Recon(): ReactNode {
  const { t } = useWords();
  const loaded = useLoaded();
  const { reports, more } = useReports();
  const last = reports?.[0];
  return (
    <div className="page" data-testid="recon">
      <h1 className="page-title">{t('page.recon')}</h1>
      <OneAccount />
      {!loaded || reports === null ? (
        <Loading lines={6} />
      ) : (
        <>
          <div className="columns columns-even">
            <LastCheck reports={reports} />
            <div className="stack">
              <Standing reports={reports} />
              {last === undefined ? null : (
                <Section title={t('recon.verdicts')}>
                  <Verdicts report={last} />
                </Section>
              )}
            </div>
          </div>
          <DailyReports />
          {last === undefined ? null : (
            <>
              <Strip reports={reports} />
              <Reports reports={reports} more={more} />
            </>
          )}
        </>
      )}
    </div>
  );
}
