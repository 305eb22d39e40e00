/** The chart in words and numbers: the open trade's levels and the last candles, for those who do not see the drawing. */
import { type ReactNode, useEffect, useState } from 'react';
import type { CandleAnswer, Trade } from '../../../src/wire/requests.ts';
import { get } from '../data/api.ts';
import { useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { Price } from './result.tsx';
import { At } from './time.tsx';

const SHOWN = 15;
const NONE: readonly CandleAnswer[] = [];

/** The last candles, newest first: read when the table opens, the running one by the stream. */
function useLastCandles(instrument: string): readonly CandleAnswer[] {
  const running = useLive(({ stream }) => stream.market[instrument]?.candle ?? null);
  const minute = running?.at ?? '';
  const [past, setPast] = useState(NONE);
  useEffect(() => {
    const abort = new AbortController();
    void get<{ readonly items: readonly CandleAnswer[] }>(
      `/candles?instrument=${encodeURIComponent(instrument)}`,
      abort.signal,
    ).then((answer) => {
      if (answer.ok) setPast(answer.body.items.slice(-SHOWN));
    });
    return () => abort.abort();
  }, [instrument, minute]);
  const closed = past.filter(({ at }) => at !== minute);
  return [...closed, ...(running === null ? [] : [running])].reverse().slice(0, SHOWN);
}

function Table({
  instrument,
  trade,
}: {
  readonly instrument: string;
  readonly trade: Trade | undefined;
}): ReactNode {
  const { t, T } = useWords();
  const candles = useLastCandles(instrument);
  return (
    <>
      {trade === undefined ? null : (
        <dl className="chart-levels">
          <div>
            <dt>{T('chart.entry')}</dt>
            <dd>
              <Price value={trade.entryPrice} />
            </dd>
          </div>
          <div>
            <dt>{T('chart.stop')}</dt>
            <dd>
              <Price value={trade.stopLoss} />
            </dd>
          </div>
          <div>
            <dt>{T('chart.target')}</dt>
            <dd>
              <Price value={trade.takeProfit} />
            </dd>
          </div>
        </dl>
      )}
      <div className="table-scroll">
        <table className="table" data-testid="chart-table">
          <caption className="hidden">{t('web.last_candles', { instrument })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('head.time')}</th>
              {(['open', 'high', 'low', 'close'] as const).map((part) => (
                <th key={part} scope="col" className="right">
                  {t(`web.candle_${part}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {candles.map((candle) => (
              <tr key={candle.at}>
                <th scope="row">
                  <At iso={candle.at} />
                </th>
                {(['open', 'high', 'low', 'close'] as const).map((part) => (
                  <td key={part} className="right">
                    <Price value={candle[part]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function ChartTable({
  instrument,
  trade,
}: {
  readonly instrument: string;
  readonly trade: Trade | undefined;
}): ReactNode {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <details
      className="chart-twin small"
      onToggle={(event) => setOpened(event.currentTarget.open)}
      data-testid="chart-twin"
    >
      <summary>{t('web.as_table')}</summary>
      {opened ? <Table instrument={instrument} trade={trade} /> : null}
    </details>
  );
}
