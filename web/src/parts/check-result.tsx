/** How a check ended, in one look and one sentence; and what it judged of each strategy. */
import type { ReactNode } from 'react';
import type { Report } from '../../../src/wire/requests.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { type CheckResult, resultOf } from '../stream/checks.ts';
import { Empty } from './section.tsx';

export const RESULTS: Readonly<
  Record<CheckResult, { readonly sign: string; readonly tone: string }>
> = {
  ok: { sign: '✓', tone: 'good' },
  differences: { sign: '≠', tone: 'critical' },
  incomplete: { sign: '?', tone: 'warn' },
};

export const reportPath = (id: string): string => `/recon/reports/${encodeURIComponent(id)}`;

export function CheckResultText({ report }: { readonly report: Report }): ReactNode {
  const { t } = useWords();
  const result = resultOf(report);
  const { sign, tone } = RESULTS[result];
  return (
    <>
      <span className={tone} aria-hidden="true">
        {sign}
      </span>{' '}
      {result === 'ok'
        ? t('report.ok')
        : result === 'differences'
          ? t('report.breaks', { n: report.breaks.length })
          : t('report.incomplete')}
    </>
  );
}

const VERDICT_TONES = {
  valid: 'good',
  clean: 'good',
  ghost: 'critical',
  orphan: 'critical',
  unknown: 'warn',
} as const;

export function Verdicts({ report }: { readonly report: Report }): ReactNode {
  const { t, say } = useWords();
  if (report.verdicts.length === 0) return <Empty>{t('recon.no_verdicts')}</Empty>;
  return (
    <div className="table-scroll">
      <table className="table verdicts" data-testid="verdicts">
        <thead>
          <tr>
            <th scope="col">{t('head.strategy')}</th>
            <th scope="col">{t('recon.verdict')}</th>
            <th scope="col">{t('recon.action')}</th>
            <th scope="col">{t('head.trade')}</th>
          </tr>
        </thead>
        <tbody>
          {report.verdicts.map(({ strategy, instrument, verdict, tradeId, action }) => (
            <tr
              key={`${strategy ?? ''} ${instrument} ${tradeId ?? ''}`}
              data-testid="verdict"
              data-verdict={verdict}
            >
              <td>
                {strategy ?? t('recon.nobody')}
                <span className="cell-note">{instrument}</span>
              </td>
              <td className={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</td>
              <td>{say(`recon.did.${action.replaceAll(' ', '_')}`)}</td>
              <td>
                {tradeId === null ? null : (
                  <a
                    href={`/trades/${encodeURIComponent(tradeId)}`}
                    onClick={follow}
                    className="mono"
                  >
                    {tradeId}
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
