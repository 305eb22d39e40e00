/** What did it earn, exactly? Every trade with who ended it; rows come and change as commits arrive. */
import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { Metrics, Page, Trade } from '../../../src/wire/requests.ts';
import { about, useAccountTag, useSelected } from '../data/accounts.ts';
import { get } from '../data/api.ts';
import { useMetrics } from '../data/metrics.ts';
import { follow, go } from '../data/router.ts';
import { useLoaded, useTrades } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { byHand, ClosedBy } from '../parts/actor.tsx';
import { Unrealised } from '../parts/kpis.tsx';
import { Num, Price, Result, unitOf } from '../parts/result.tsx';
import { Results } from '../parts/results.tsx';
import { Empty, Loading, More, Section } from '../parts/section.tsx';
import { At, Took } from '../parts/time.tsx';

const FILTERS = ['all', 'open', 'closed', 'by_hand'] as const;
type Filter = (typeof FILTERS)[number];

const FITS: Readonly<Record<Filter, (trade: Trade) => boolean>> = {
  all: () => true,
  open: ({ status }) => status === 'open',
  closed: ({ status }) => status === 'closed',
  by_hand: byHand,
};

/** One strip of figures per currency; they are never added up. */
function Summary({ metrics }: { readonly metrics: Metrics | null }): ReactNode {
  if (metrics?.byCurrency === undefined) return <Strip metrics={metrics} />;
  return (
    <>
      {Object.entries(metrics.byCurrency).map(([currency, figures]) => (
        <div key={currency} data-testid={`summary-${currency}`}>
          <Strip metrics={figures} />
        </div>
      ))}
    </>
  );
}

function Strip({ metrics }: { readonly metrics: Metrics | null }): ReactNode {
  const { t, T, count, percent, number, none, places: placesOf } = useWords();
  if (metrics === null)
    return (
      <dl className="kpis kpis-tight">
        <div className="kpi">
          <dt>{T('section.summary')}</dt>
          <dd>{none}</dd>
        </div>
      </dl>
    );
  const { currency } = metrics;
  const cells: readonly (readonly [string, string, ReactNode])[] = [
    [
      'count',
      t('metric.count'),
      <span key="v" className="num">
        {count(metrics.count)}
      </span>,
    ],
    [
      'winRate',
      t('metric.win_rate'),
      <span key="v" className="num">
        {percent(metrics.winRate, { places: 1 })}
      </span>,
    ],
    [
      'gross',
      t('pnl.gross'),
      <Result key="v" value={metrics.gross} currency={currency} unit={false} />,
    ],
    ['fees', t('pnl.fees'), <Num key="v" value={metrics.fees} places={placesOf(currency)} />],
    [
      'funding',
      t('pnl.funding'),
      <Result key="v" value={metrics.funding} currency={currency} unit={false} />,
    ],
    [
      'net',
      `${t('pnl.net')} ${currency}`,
      <Result key="v" value={metrics.net} currency={currency} unit={false} />,
    ],
    [
      'profitFactor',
      t('metric.profit_factor'),
      <span key="v" className="num">
        {number(metrics.profitFactor, { places: 2 })}
      </span>,
    ],
    [
      'maxDrawdown',
      t('web.max_drawdown'),
      <Num key="v" value={metrics.maxDrawdown} places={placesOf(currency)} />,
    ],
    [
      'best',
      t('web.best'),
      <Result key="v" value={metrics.best} currency={currency} unit={false} />,
    ],
    [
      'worst',
      t('web.worst'),
      <Result key="v" value={metrics.worst} currency={currency} unit={false} />,
    ],
    [
      'unexplained',
      t('web.unexplained'),
      <span key="v" className={`num ${metrics.unexplained === 0 ? '' : 'critical'}`}>
        {count(metrics.unexplained)}
        {metrics.unexplained === 0 ? ' ✓' : ''}
      </span>,
    ],
  ];
  return (
    <dl className={`kpis kpis-tight ${placesOf(currency) > 4 ? 'kpis-coin' : ''}`}>
      {cells.map(([id, name, value]) => (
        <div className="kpi" key={id} data-testid={`metric-${id}`}>
          <dt className="cap">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Ending({ trade }: { readonly trade: Trade }): ReactNode {
  const { t } = useWords();
  if (trade.exitReason === null)
    return (
      <span className={trade.phase === 'needs_you' ? 'critical' : 'muted'}>
        {t(`phase.${trade.phase}`)}
      </span>
    );
  return (
    <>
      {trade.closedBy === null ? null : <ClosedBy by={trade.closedBy} />}
      <span className="cell-note">{t(`exit.${trade.exitReason}`)}</span>
    </>
  );
}

function Row({ trade, unit }: { readonly trade: Trade; readonly unit: boolean }): ReactNode {
  const { t, T, places } = useWords();
  const { id, status, direction, instrument, currency, pnlSource } = trade;
  const path = `/trades/${encodeURIComponent(id)}`;
  const closed = status === 'closed';
  const digits = Math.max(4, places(currency));
  const account = useAccountTag()(trade.account);
  return (
    <tr
      className="trade-row"
      data-testid="trade-row"
      data-trade-id={id}
      data-status={status}
      data-exit-reason={trade.exitReason ?? ''}
      data-closed-by={trade.closedBy ?? ''}
      data-pnl-source={pnlSource}
      onClick={() => go(path)}
    >
      <td>
        <a href={path} onClick={follow} className="mono">
          {id}
        </a>
        <span className="cell-note">
          {trade.strategy}
          {account === null ? '' : ` · ${account}`}
          {trade.origin === 'strategy' ? '' : ` · ${t(`origin.${trade.origin}`)}`}
        </span>
      </td>
      <td>
        {T(`side.${direction}`)} <Num value={trade.amount} unit={unitOf(instrument)} />
        <span className="cell-note">{instrument}</span>
      </td>
      <td className="trade-status">
        <span className={closed ? 'muted' : 'good'}>
          <span aria-hidden="true">{closed ? '○' : '●'}</span> {t(`trade_status.${status}`)}
        </span>
        {trade.breaks.length === 0 ? null : <span className="critical"> ≠</span>}
      </td>
      <td className="right">
        <At iso={trade.openedAt} date />
        <span className="cell-note">
          <Took from={trade.openedAt} to={trade.closedAt} />
        </span>
      </td>
      <td className="right">
        <Price value={trade.entryPrice} />
      </td>
      <td className="right">
        {closed ? (
          <Price value={trade.exitPrice} />
        ) : (
          <span className="cell-note">
            <span className="loss">
              <Price value={trade.stopLoss} />
            </span>{' '}
            <span className="gain">
              <Price value={trade.takeProfit} />
            </span>
          </span>
        )}
      </td>
      <td className="right">
        {closed ? (
          <Result value={trade.grossPnl} currency={currency} unit={false} places={digits} />
        ) : (
          <Unrealised trade={trade} />
        )}
      </td>
      <td className="right">
        <Num value={trade.fees} places={digits} />
      </td>
      <td className="right">
        <Result value={trade.funding} currency={currency} unit={false} places={digits} />
      </td>
      <td className="right strong">
        {pnlSource === 'unknown' ? (
          <span className="warn">{t('pnl_source.unknown')}</span>
        ) : (
          <Result value={trade.netPnl} currency={currency} unit={unit} places={digits} />
        )}
        {pnlSource === 'unknown' || trade.pnlPercentage === null ? null : <Percent trade={trade} />}
        {pnlSource === 'imported' ? (
          <span className="cell-note warn">{t('pnl_source.imported')}</span>
        ) : null}
      </td>
      <td>
        <Ending trade={trade} />
      </td>
    </tr>
  );
}

function Percent({ trade }: { readonly trade: Trade }): ReactNode {
  const { percent } = useWords();
  return <span className="cell-note">{percent(trade.pnlPercentage, { plus: true })}</span>;
}

/** Older trades than the page was given, read on demand, page by page. */
function useOlder(account: string | null): {
  readonly older: readonly Trade[];
  readonly more: (() => void) | null;
} {
  const [held, setHeld] = useState<{
    readonly items: readonly Trade[];
    readonly next: string | null;
  } | null>(null);
  const more = (): void => {
    const cursor = held?.next ?? null;
    const page = `/trades?limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    void get<Page<Trade>>(about(page, account)).then((answer) => {
      if (answer.ok)
        setHeld({ items: [...(held?.items ?? []), ...answer.body.items], next: answer.body.next });
    });
  };
  return { older: held?.items ?? [], more: held !== null && held.next === null ? null : more };
}

/** The page begins anew for each account that is looked at. */
export function Trades(): ReactNode {
  const account = useSelected();
  return <TradesOf key={account ?? ''} account={account} />;
}

function TradesOf({ account }: { readonly account: string | null }): ReactNode {
  const { t, T } = useWords();
  const metrics = useMetrics();
  const trades = useTrades();
  const loaded = useLoaded();
  const { older, more } = useOlder(account);
  const [filter, setFilter] = useState<Filter>('all');
  const all = useMemo(() => {
    const merged = new Map(older.map((trade) => [trade.id, trade]));
    for (const trade of Object.values(trades)) merged.set(trade.id, trade);
    return [...merged.values()].sort((a, b) =>
      a.openedAt < b.openedAt ? 1 : a.openedAt > b.openedAt ? -1 : a.id < b.id ? 1 : -1,
    );
  }, [older, trades]);
  const shown = all.filter(FITS[filter]);
  return (
    <div className="page">
      <h1 className="page-title">{t('page.metrics')}</h1>
      <Summary metrics={metrics} />
      <Results metrics={metrics} />
      <Section
        title={t('section.trades')}
        className="trades-card"
        aside={
          <SegmentedControl
            size="xs"
            value={filter}
            onChange={(value) => setFilter(FILTERS.find((each) => each === value) ?? 'all')}
            aria-label={t('filter.by_exit')}
            data={FILTERS.map((value) => ({
              value,
              label: T(value === 'by_hand' ? 'web.filter_by_hand' : `filter.${value}`),
            }))}
          />
        }
      >
        {!loaded ? (
          <Loading />
        ) : shown.length === 0 ? (
          <Empty testId="trades-empty">
            {t(all.length === 0 ? 'empty.trades' : 'empty.trades_filtered')}{' '}
            {all.length === 0 ? null : (
              <button type="button" className="text-button" onClick={() => setFilter('all')}>
                {t('button.clear_filter')}
              </button>
            )}
          </Empty>
        ) : (
          <div className="table-scroll">
            <table className="table trades" data-testid="trades">
              <thead>
                <tr>
                  <th scope="col">{t('head.trade')}</th>
                  <th scope="col">{t('head.side')}</th>
                  <th scope="col">{t('head.status')}</th>
                  <th scope="col" className="right">
                    {t('head.opened')} · {t('head.duration')}
                  </th>
                  <th scope="col" className="right">
                    {t('head.entry')}
                  </th>
                  <th scope="col" className="right">
                    {t('head.exit')}
                  </th>
                  <th scope="col" className="right">
                    {t('head.gross')}
                  </th>
                  <th scope="col" className="right">
                    {t('head.fees')}
                  </th>
                  <th scope="col" className="right">
                    {t('head.funding')}
                  </th>
                  <th scope="col" className="right">
                    {t('head.net')}{' '}
                    {metrics?.byCurrency === undefined ? (metrics?.currency ?? '') : ''}
                  </th>
                  <th scope="col">{t('head.closed_by')}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((trade) => (
                  <Row key={trade.id} trade={trade} unit={metrics?.byCurrency !== undefined} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More bring={all.length < 100 ? null : more} />
      </Section>
    </div>
  );
}
