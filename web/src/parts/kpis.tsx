/** The figures of the account at a glance; the open result moves with the market, the rest is booked. */
import type { ReactNode } from 'react';
import type { Metrics, Trade } from '../../../src/wire/requests.ts';
import { useLive, useMirror, useTrades } from '../data/store.ts';
import { type Decimal, useWords } from '../data/words.ts';
import { useAsOf, usePriceFreshness } from './link.ts';
import { Num, Result } from './result.tsx';

function Kpi({
  name,
  children,
  note,
}: {
  readonly name: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}): ReactNode {
  const asOf = useAsOf();
  return (
    <div className="kpi">
      <dt>{name}</dt>
      <dd>{children}</dd>
      {asOf !== null ? (
        <dd className="kpi-note warn">{asOf}</dd>
      ) : note === undefined ? null : (
        <dd className="kpi-note">{note}</dd>
      )}
    </div>
  );
}

/** The open result of one trade: by the last price, never by one that is stale. */
export function Unrealised({
  trade,
  testId,
}: {
  readonly trade: Trade;
  readonly testId?: string;
}): ReactNode {
  const { none } = useWords();
  const fresh = usePriceFreshness(trade.instrument);
  const value: Decimal | null = useLive(
    ({ stream }) => stream.market[trade.instrument]?.unrealised[trade.id] ?? null,
  );
  if (value === null || fresh === 'stale')
    return (
      <span className="muted" data-testid={testId}>
        {none}
      </span>
    );
  return (
    <Result value={value} currency={trade.currency} {...(testId === undefined ? {} : { testId })} />
  );
}

export function Kpis({ metrics }: { readonly metrics: Metrics | null }): ReactNode {
  const { T, t, percent, count, none, number } = useWords();
  const open = Object.values(useTrades()).filter(({ status }) => status === 'open');
  const instrument = useMirror(
    (mirror) => Object.values(mirror.strategies)[0]?.instrument ?? '',
    '',
  );
  const price = useLive(({ stream }) => stream.market[instrument]);
  const priceFresh = usePriceFreshness(instrument);
  return (
    <dl className="kpis">
      <Kpi name={instrument === '' ? T('head.mark') : instrument} note={t('head.mark')}>
        <span data-testid="mark-price" data-fresh-price={priceFresh}>
          <Num value={price?.markPrice ?? null} places={2} />
        </span>
      </Kpi>
      <Kpi name={T('pnl.unrealised')} note={t('web.open_trades', { n: open.length })}>
        {open[0] === undefined ? (
          <span className="muted">{none}</span>
        ) : open.length === 1 ? (
          <Unrealised trade={open[0]} testId="unrealised" />
        ) : (
          open.map((trade) => <Unrealised key={trade.id} trade={trade} />)
        )}
      </Kpi>
      <Kpi name={T('pnl.net')} note={t('web.booked')}>
        <Result value={metrics?.net ?? null} currency={metrics?.currency ?? ''} testId="kpi-net" />
      </Kpi>
      <Kpi
        name={T('web.trades_closed')}
        note={
          metrics === null
            ? none
            : `${count(metrics.wins)} ${t('metric.wins')} · ${count(metrics.losses)} ${t('metric.losses')}`
        }
      >
        <span className="num">{metrics === null ? none : count(metrics.count)}</span>
        {metrics === null || metrics.winRate === null ? null : (
          <span className="kpi-more">{percent(metrics.winRate, { places: 1 })}</span>
        )}
      </Kpi>
      <Kpi
        name={T('pnl.fees')}
        note={
          metrics === null
            ? none
            : `${t('pnl.funding')} ${number(metrics.funding, { places: 4, plus: true })}`
        }
      >
        <Num
          value={metrics?.fees ?? null}
          places={2}
          {...(metrics === null ? {} : { unit: metrics.currency })}
        />
      </Kpi>
      <Kpi
        name={T('metric.unexplained')}
        note={
          metrics === null
            ? none
            : t(metrics.unexplained === 0 ? 'web.all_explained' : 'break.needs_you')
        }
      >
        <span
          className={`num ${metrics === null || metrics.unexplained === 0 ? '' : 'critical'}`}
          data-testid="unexplained"
        >
          {metrics === null ? none : count(metrics.unexplained)}{' '}
          {metrics?.unexplained === 0 ? '✓' : ''}
        </span>
      </Kpi>
    </dl>
  );
}
