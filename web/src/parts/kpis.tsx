/** The figures of the account at a glance; the open result moves with the market, the rest is booked. */
import type { ReactNode } from 'react';
import type { Figures, Metrics, Trade } from '../../../src/wire/requests.ts';
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

/** The price of one instrument that strategies trade. */
function PriceKpi({ instrument }: { readonly instrument: string }): ReactNode {
  const { T, t } = useWords();
  const price = useLive(({ stream }) => stream.market[instrument]);
  const priceFresh = usePriceFreshness(instrument);
  return (
    <Kpi name={instrument === '' ? T('head.mark') : instrument} note={t('head.mark')}>
      <span data-testid="mark-price" data-fresh-price={priceFresh}>
        <Num value={price?.markPrice ?? null} places={2} />
      </span>
    </Kpi>
  );
}

/** Money of each currency on a line of its own: it is never added up. */
function Lines({ children }: { readonly children: readonly ReactNode[] }): ReactNode {
  return children.length === 1 ? (
    children[0]
  ) : (
    <span className="kpi-lines" data-testid="kpi-lines">
      {children}
    </span>
  );
}

const totalOf = (all: readonly Figures[], of: (one: Figures) => number): number =>
  all.reduce((total, one) => total + of(one), 0);

export function Kpis({ metrics }: { readonly metrics: Metrics | null }): ReactNode {
  const { T, t, percent, count, none, number, places } = useWords();
  const open = Object.values(useTrades()).filter(({ status }) => status === 'open');
  const traded = useMirror(
    (mirror) =>
      [...new Set(Object.values(mirror.strategies).map(({ instrument }) => instrument))].join(' '),
    '',
  );
  const all: readonly Figures[] =
    metrics === null ? [] : Object.values(metrics.byCurrency ?? { [metrics.currency]: metrics });
  const winRate = all.length === 1 ? (all[0]?.winRate ?? null) : null;
  const unexplained = totalOf(all, (one) => one.unexplained);
  const funding = all.map(
    (one) =>
      `${number(one.funding, { places: Math.max(4, places(one.currency)), plus: true })}${all.length > 1 ? ` ${one.currency}` : ''}`,
  );
  return (
    <dl className="kpis">
      {traded.split(' ').map((instrument) => (
        <PriceKpi key={instrument} instrument={instrument} />
      ))}
      <Kpi name={T('pnl.unrealised')} note={t('web.open_trades', { n: open.length })}>
        {open[0] === undefined ? (
          <span className="muted">{none}</span>
        ) : open.length === 1 ? (
          <Unrealised trade={open[0]} testId="unrealised" />
        ) : (
          <Lines>
            {open.map((trade) => (
              <Unrealised key={trade.id} trade={trade} />
            ))}
          </Lines>
        )}
      </Kpi>
      <Kpi name={T('pnl.net')} note={t('web.booked')}>
        {metrics === null ? (
          <Result value={null} currency="" testId="kpi-net" />
        ) : (
          <Lines>
            {all.map((one) => (
              <Result
                key={one.currency}
                value={one.net}
                currency={one.currency}
                testId={all.length === 1 ? 'kpi-net' : `kpi-net-${one.currency}`}
              />
            ))}
          </Lines>
        )}
      </Kpi>
      <Kpi
        name={T('web.trades_closed')}
        note={
          metrics === null
            ? none
            : `${count(totalOf(all, (one) => one.wins))} ${t('metric.wins')} · ${count(totalOf(all, (one) => one.losses))} ${t('metric.losses')}`
        }
      >
        <span className="num">
          {metrics === null ? none : count(totalOf(all, (one) => one.count))}
        </span>
        {winRate === null ? null : (
          <span className="kpi-more">{percent(winRate, { places: 1 })}</span>
        )}
      </Kpi>
      <Kpi
        name={T('pnl.fees')}
        note={metrics === null ? none : `${t('pnl.funding')} ${funding.join(' · ')}`}
      >
        {metrics === null ? (
          <Num value={null} places={2} />
        ) : (
          <Lines>
            {all.map((one) => (
              <Num
                key={one.currency}
                value={one.fees}
                places={places(one.currency)}
                unit={one.currency}
              />
            ))}
          </Lines>
        )}
      </Kpi>
      <Kpi
        name={T('metric.unexplained')}
        note={
          metrics === null ? none : t(unexplained === 0 ? 'web.all_explained' : 'break.needs_you')
        }
      >
        <span className={`num ${unexplained === 0 ? '' : 'critical'}`} data-testid="unexplained">
          {metrics === null ? none : count(unexplained)}{' '}
          {metrics !== null && unexplained === 0 ? '✓' : ''}
        </span>
      </Kpi>
    </dl>
  );
}
