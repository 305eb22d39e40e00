/** What a deed led to, with its moments; and the trades as the engine shows them, painted in this window too. */
import type { ReactNode } from 'react';
import type { Trade } from '../../../src/wire/requests.ts';
import { useTrades } from '../data/store.ts';
import { useWatch } from '../data/watch.ts';
import type { Witness, WatchStep } from '../data/watch-steps.ts';
import { useWords } from '../data/words.ts';
import { useSpell } from './feed-text.ts';
import { Icon } from './icon.tsx';
import { Num, Price, Result, unitOf } from './result.tsx';
import { Empty, Section } from './section.tsx';

const SIGNS: Readonly<Record<Witness, ReactNode>> = {
  hand: <Icon name="hand" />,
  exchange: '◌',
  engine: '●',
  screen: '▣',
};

function Step({ step, from }: { readonly step: WatchStep; readonly from: number }): ReactNode {
  const { t, count, capital } = useWords();
  const spell = useSpell();
  const ms = Math.round(step.at - from);
  return (
    <li data-testid={`watch-${step.name}`} data-ms={ms}>
      <span className="num right">{count(ms)} ms</span>
      <span className="watch-sign" aria-hidden="true">
        {SIGNS[step.witness]}
      </span>
      <span>
        <span className="hidden">{t(`practice.witness.${step.witness}`)}: </span>
        {capital(spell(step.said.key, step.said.values ?? {}))}
      </span>
    </li>
  );
}

export function Watch(): ReactNode {
  const { t } = useWords();
  const watch = useWatch((state) => state.watch);
  if (watch === null)
    return (
      <Section title={t('practice.watch')}>
        <Empty>{t('practice.watch_hint')}</Empty>
      </Section>
    );
  const { steps, startedAt, trade, problem } = watch;
  const over =
    steps.some(({ name }) => name === 'booked') && steps.some(({ name }) => name === 'screen');
  return (
    <Section title={t('practice.watch')}>
      <ol className="watch" data-testid="watch" data-over={over}>
        {steps.map((step, index) => (
          <Step key={`${step.name} ${index}`} step={step} from={startedAt} />
        ))}
      </ol>
      {problem === null ? null : (
        <p className="critical" role="alert">
          {problem}
        </p>
      )}
      {trade === null ? null : (
        <p className="watch-link">
          <a href={`/trades/${encodeURIComponent(trade)}`} target="_blank" rel="opener">
            {t('practice.open_timeline')} ↗
          </a>
        </p>
      )}
    </Section>
  );
}

const SHOWN = 4;

/** Open trades come first, then those that were closed last. */
const newest = (a: Trade, b: Trade): number => (rankOf(a) < rankOf(b) ? 1 : -1);
const rankOf = ({ status, closedAt, openedAt }: Trade): string =>
  status === 'open' ? `open ${openedAt}` : (closedAt ?? openedAt);

export function EngineShows(): ReactNode {
  const { t, T, say } = useWords();
  const trades = Object.values(useTrades()).toSorted(newest).slice(0, SHOWN);
  return (
    <Section title={t('practice.engine_shows')}>
      {trades.length === 0 ? <Empty>{t('practice.no_trades')}</Empty> : null}
      <ul>
        {trades.map((trade) => (
          <li
            key={trade.id}
            className="console-trade"
            data-testid="console-trade"
            data-trade-id={trade.id}
            data-status={trade.status}
          >
            <span>
              <a href={`/trades/${encodeURIComponent(trade.id)}`} target="_blank" rel="opener">
                {T(`side.${trade.direction}`)}{' '}
                <Num value={trade.amount} unit={unitOf(trade.instrument)} />
              </a>{' '}
              @ <Price value={trade.entryPrice} />
            </span>
            <span className="right">
              {trade.status === 'open' ? (
                <b>{t('trade_status.open')}</b>
              ) : (
                <Result value={trade.netPnl} currency={trade.currency} />
              )}
              {trade.closedBy === null ? null : (
                <span className="cell-note">{say(`closed_by.${trade.closedBy}`)}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
