/** What happened to one trade, and why: its sentence, how the result came about, fills, orders and every fact about it. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Trade, TradeDetail } from '../../../src/wire/requests.ts';
import { useAccountTag } from '../data/accounts.ts';
import { failureText, get } from '../data/api.ts';
import { follow } from '../data/router.ts';
import { useLive, useTrades } from '../data/store.ts';
import { type Decimal, useWords } from '../data/words.ts';
import { ClosedBy } from '../parts/actor.tsx';
import { Unrealised } from '../parts/kpis.tsx';
import { Num, Price, Result, unitOf } from '../parts/result.tsx';
import { Empty, Loading, Section } from '../parts/section.tsx';
import { At, Took } from '../parts/time.tsx';
import { isDormant } from '../stream/feed.ts';
import { Timeline } from '../parts/timeline.tsx';

type Loaded =
  | { readonly detail: TradeDetail }
  | { readonly problem: string; readonly missing: boolean }
  | null;

/** The trade as the server knows it; read anew whenever the stream brings another state of it. */
function useDetail(id: string): Loaded {
  const shown = useTrades()[id];
  const socket = useLive((live) => live.socket);
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    const abort = new AbortController();
    void get<TradeDetail>(`/trades/${encodeURIComponent(id)}`, abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      if (answer.ok) setLoaded({ detail: answer.body });
      else if (answer.failure.kind === 'refused')
        setLoaded({ problem: failureText(answer.failure), missing: answer.failure.status === 404 });
    });
    return () => abort.abort();
  }, [id, shown, socket]);
  return loaded;
}

function Story({ trade }: { readonly trade: Trade }): ReactNode {
  const { t, T } = useWords();
  const account = useAccountTag()(trade.account);
  const {
    strategy,
    direction,
    amount,
    instrument,
    entryPrice,
    exitPrice,
    exitReason,
    closedBy,
    openedAt,
    closedAt,
    origin,
    corrected,
  } = trade;
  return (
    <p className="story" data-testid="trade-story">
      {T(`origin.${origin}`)} <b>{strategy}</b>
      {account === null ? '' : ` (${account})`} <At iso={openedAt} millis />:{' '}
      {t(`side.${direction}`)} <Num value={amount} unit={unitOf(instrument)} /> @{' '}
      <Price value={entryPrice} />.{' '}
      {closedAt === null ? null : (
        <>
          {exitReason === null ? null : <b>{T(`exit.${exitReason}`)}</b>}{' '}
          {closedBy === null ? null : (
            <>
              (<ClosedBy by={closedBy} />)
            </>
          )}{' '}
          <At iso={closedAt} millis />
          {exitPrice === null ? null : (
            <>
              {' '}
              @ <Price value={exitPrice} />
            </>
          )}
          .{' '}
        </>
      )}
      {corrected ? <span className="warn">{T('trade.corrected')}.</span> : null}
    </p>
  );
}

/** Whether the funding is cash already: it is accrued until the settlement of 08:00 UTC pays it. */
function FundingState({
  trade: { funding, fundingSettled },
  digits,
}: {
  readonly trade: Trade;
  readonly digits: number;
}): ReactNode {
  const { t, number } = useWords();
  if (fundingSettled === undefined || (funding === '0' && fundingSettled === '0')) return null;
  return (
    <span className="cell-note" data-testid="funding-state">
      {fundingSettled === funding
        ? t('pnl.funding_settled')
        : fundingSettled === '0'
          ? t('pnl.funding_accrued')
          : t('pnl.funding_partly', {
              settled: number(fundingSettled, { places: digits, plus: true }),
            })}
    </span>
  );
}

function Money({ trade }: { readonly trade: Trade }): ReactNode {
  const { t, places } = useWords();
  const { currency, fees } = trade;
  const digits = Math.max(4, places(currency));
  const paid = (fees === '0' ? fees : fees.startsWith('-') ? fees.slice(1) : `-${fees}`) as Decimal;
  return (
    <dl className="waterfall">
      <div>
        <dt>{t('pnl.gross')}</dt>
        <dd>
          <Result value={trade.grossPnl} currency={currency} unit={false} places={digits} />
        </dd>
      </div>
      <div>
        <dt>{t('pnl.fees')}</dt>
        <dd>
          <Result value={paid} currency={currency} unit={false} places={digits} />
        </dd>
      </div>
      <div>
        <dt>{t('pnl.funding')}</dt>
        <dd>
          <Result value={trade.funding} currency={currency} unit={false} places={digits} />
          <FundingState trade={trade} digits={digits} />
        </dd>
      </div>
      <div className="waterfall-net">
        <dt>{t('pnl.net')}</dt>
        <dd>
          {trade.pnlSource === 'unknown' ? (
            <span className="warn">{t('pnl_source.unknown')}</span>
          ) : (
            <Result value={trade.netPnl} currency={currency} places={digits} testId="trade-net" />
          )}
          {trade.pnlSource === 'imported' ? (
            <span className="warn"> {t('pnl_source.imported')}</span>
          ) : null}
        </dd>
      </div>
      {trade.status === 'open' ? (
        <div>
          <dt>{t('pnl.unrealised')}</dt>
          <dd>
            <Unrealised trade={trade} />
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

function Fills({ detail }: { readonly detail: TradeDetail }): ReactNode {
  const { t } = useWords();
  return (
    <Section title={t('web.fills')}>
      {detail.fills.length === 0 ? (
        <Empty>{t('web.no_fills')}</Empty>
      ) : (
        <div className="table-scroll">
          <table className="table" data-testid="fills">
            <thead>
              <tr>
                <th scope="col">{t('head.time')}</th>
                <th scope="col">{t('head.direction')}</th>
                <th scope="col" className="right">
                  {t('head.amount')}
                </th>
                <th scope="col" className="right">
                  {t('head.price')}
                </th>
                <th scope="col" className="right">
                  {t('head.fees')}
                </th>
                <th scope="col">{t('head.id')}</th>
              </tr>
            </thead>
            <tbody>
              {detail.fills.map((fill) => (
                <tr key={`${fill.tradeId} ${fill.role}`}>
                  <td>
                    <At iso={fill.at} millis />
                  </td>
                  <td>
                    {t(`direction.${fill.direction}`)}{' '}
                    <span className="muted">{t(`web.fill_${fill.role}`)}</span>
                  </td>
                  <td className="right">
                    <Num value={fill.amount} />
                  </td>
                  <td className="right">
                    <Price value={fill.price} />
                  </td>
                  <td className="right">
                    <Num value={fill.fee} />
                  </td>
                  <td className="mono muted">{fill.tradeId}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Orders({ detail }: { readonly detail: TradeDetail }): ReactNode {
  const { t, say } = useWords();
  const orders = detail.orders
    .filter((order) => !isDormant(order))
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  return (
    <Section title={t('web.orders')}>
      {orders.length === 0 ? (
        <Empty>{t('empty.orders')}</Empty>
      ) : (
        <div className="table-scroll">
          <table className="table" data-testid="orders">
            <thead>
              <tr>
                <th scope="col">{t('head.order')}</th>
                <th scope="col">{t('head.direction')}</th>
                <th scope="col" className="right">
                  {t('head.filled')}
                </th>
                <th scope="col" className="right">
                  {t('head.price')}
                </th>
                <th scope="col">{t('head.state')}</th>
                <th scope="col">{t('head.label')}</th>
              </tr>
            </thead>
            <tbody>
              {orders.map((order) => (
                <tr key={`${order.orderId} ${order.label}`}>
                  <td>{say(`order_type.${order.type}`)}</td>
                  <td>
                    {t(`direction.${order.direction}`)}
                    {order.reduceOnly ? (
                      <span className="cell-note">{t('order.reduce_only')}</span>
                    ) : null}
                  </td>
                  <td className="right">
                    <Num value={order.filled} /> / <Num value={order.amount} />
                  </td>
                  <td className="right">
                    <Price value={order.averagePrice ?? order.triggerPrice ?? order.price} />
                  </td>
                  <td>{t(`order_state.${order.state}`)}</td>
                  <td className="mono muted wrap">
                    {order.label === '' ? (order.orderId ?? '') : order.label}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

export function TradePage({ id }: { readonly id: string }): ReactNode {
  const { t, T } = useWords();
  const live = useTrades()[id];
  const loaded = useDetail(id);
  if (loaded !== null && 'problem' in loaded) {
    return (
      <div className="page" data-testid="not-found">
        <h1 className="page-title mono">{id}</h1>
        <Section title={t('page.metrics')}>
          <Empty>
            {loaded.problem}{' '}
            <a href="/trades" onClick={follow}>
              {t('page.metrics')}
            </a>
          </Empty>
        </Section>
      </div>
    );
  }
  const detail = loaded?.detail;
  const trade = live ?? detail?.trade;
  if (trade === undefined)
    return (
      <div className="page">
        <h1 className="page-title mono">{id}</h1>
        <Loading lines={6} />
      </div>
    );
  return (
    <div className="page" data-testid="trade-page" data-status={trade.status}>
      <p className="crumbs">
        <a href="/trades" onClick={follow}>
          {t('page.metrics')}
        </a>{' '}
        / <span className="mono">{trade.id}</span>
      </p>
      <div className="trade-head">
        <h1 className="page-title">
          {T(`side.${trade.direction}`)} {trade.instrument}
        </h1>
        <span className={trade.status === 'open' ? 'tag tone-good' : 'tag'}>
          {t(`phase.${trade.phase}`)}
        </span>
        <span className="muted">
          <Took from={trade.openedAt} to={trade.closedAt} />
        </span>
      </div>
      <Story trade={trade} />
      <Money trade={trade} />
      {detail === undefined ? (
        <Loading />
      ) : (
        <>
          <div className="columns columns-fills">
            <Fills detail={detail} />
            <Orders detail={detail} />
          </div>
          <Timeline facts={detail.timeline} trade={trade.id} />
        </>
      )}
    </div>
  );
}
