/** What closed trades came to, line by line: by strategy and by what ended them, each currency for itself. */
import type { ReactNode } from 'react';
import type { Figures, Metrics } from '../../../src/wire/requests.ts';
import { useWords } from '../data/words.ts';
import { Num, Result } from './result.tsx';
import { Section } from './section.tsx';

function Lines({ figures }: { readonly figures: Figures }): ReactNode {
  const { t, T, count, places } = useWords();
  const { currency, results = [] } = figures;
  const digits = places(currency);
  return (
    <tbody data-testid={`results-${currency}`}>
      {results.map((line) => (
        <tr key={`${line.strategy} ${line.exitReason}`}>
          <td>{line.strategy}</td>
          <td>
            {T(line.exitReason === 'unknown' ? 'closed_by.unknown' : `exit.${line.exitReason}`)}
          </td>
          <td className="right num results-more">{count(line.count)}</td>
          <td className="right results-more">
            <Result value={line.gross} currency={currency} unit={false} places={digits} />
          </td>
          <td className="right">
            <Num value={line.fees} places={digits} />
          </td>
          <td className="right">
            <Result value={line.funding} currency={currency} unit={false} places={digits} />
          </td>
          <td className="right strong">
            <Result value={line.net} currency={currency} unit={false} places={digits} />
          </td>
        </tr>
      ))}
      <tr className="results-sum">
        <th scope="row" colSpan={2}>
          {t('web.results_sum', { currency })}
        </th>
        <td className="right num results-more">{count(figures.count)}</td>
        <td className="right results-more">
          <Result value={figures.gross} currency={currency} unit={false} places={digits} />
        </td>
        <td className="right">
          <Num value={figures.fees} places={digits} />
        </td>
        <td className="right">
          <Result value={figures.funding} currency={currency} unit={false} places={digits} />
        </td>
        <td className="right strong">
          <Result value={figures.net} currency={currency} unit={false} places={digits} />
        </td>
      </tr>
    </tbody>
  );
}

/** Nothing where no trade has closed yet. */
export function Results({ metrics }: { readonly metrics: Metrics | null }): ReactNode {
  const { t } = useWords();
  const all: readonly Figures[] =
    metrics === null ? [] : Object.values(metrics.byCurrency ?? { [metrics.currency]: metrics });
  const known = all.filter(({ results = [] }) => results.length > 0);
  if (known.length === 0) return null;
  return (
    <Section title={t('section.results')} testId="results">
      <div className="table-scroll">
        <table className="table results">
          <thead>
            <tr>
              <th scope="col">{t('head.strategy')}</th>
              <th scope="col">{t('head.reason')}</th>
              <th scope="col" className="right results-more">
                {t('metric.count')}
              </th>
              <th scope="col" className="right results-more">
                {t('head.gross')}
              </th>
              <th scope="col" className="right">
                {t('head.fees')}
              </th>
              <th scope="col" className="right">
                {t('head.funding')}
              </th>
              <th scope="col" className="right">
                {t('head.net')}
              </th>
            </tr>
          </thead>
          {known.map((figures) => (
            <Lines key={figures.currency} figures={figures} />
          ))}
        </table>
      </div>
    </Section>
  );
}
