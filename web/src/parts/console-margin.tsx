/** How much of its margin each account uses, and what the insurance fund holds. */
import { type ReactNode } from 'react';
import type { Margin } from '../data/practice-state.ts';
import { usePractice } from '../data/practice.ts';
import { useWords } from '../data/words.ts';
import { Num } from './result.tsx';
import { Empty, Loading, Section } from './section.tsx';

/** Maintenance margin as a share of what there is, for the bar; an empty account that needs nothing uses none of it. */
function shareOf({ balance, maintenance }: Margin): number {
  const [has, needs] = [Number(balance), Number(maintenance)];
  if (needs === 0 && has >= 0) return 0;
  return has <= 0 ? 1 : Math.min(1, needs / has);
}

function Use({
  account,
  currency,
  margin,
}: {
  readonly account: string;
  readonly currency: string;
  readonly margin: Margin;
}): ReactNode {
  const { t } = useWords();
  const share = shareOf(margin);
  return (
    <li
      className="console-order"
      data-testid="practice-margin"
      data-account={account}
      data-currency={currency}
      data-liquidating={margin.liquidating}
    >
      <span>
        <b>{account}</b> <Num value={margin.maintenance} unit={currency} /> /{' '}
        <Num value={margin.balance} unit={currency} />
        {margin.liquidating ? (
          <>
            {' '}
            <b className="critical">{t('practice.being_liquidated')}</b>
          </>
        ) : null}
      </span>
      <meter
        value={share}
        min={0}
        max={1}
        low={0.5}
        high={0.8}
        optimum={0}
        aria-label={t('practice.margin_use', { account, currency })}
      />
    </li>
  );
}

const isUsed = ({ initial, maintenance, liquidating }: Margin): boolean =>
  liquidating || Number(initial) !== 0 || Number(maintenance) !== 0;

export function Margins(): ReactNode {
  const { t } = useWords();
  const state = usePractice((practice) => practice.state);
  if (state === null) return <Loading />;
  const used = state.accounts.flatMap(({ id, margin }) =>
    Object.entries(margin)
      .filter(([, one]) => isUsed(one))
      .map(([currency, one]) => ({ account: id, currency, margin: one })),
  );
  const fund = Object.entries(state.house.cash.insurance);
  return (
    <Section title={t('practice.margin')} testId="practice-margins">
      {used.length === 0 ? (
        <Empty>{t('practice.no_margin')}</Empty>
      ) : (
        <ul>
          {used.map((one) => (
            <Use key={`${one.account}/${one.currency}`} {...one} />
          ))}
        </ul>
      )}
      <p className="cell-note" data-testid="practice-insurance">
        {t('practice.insurance')}{' '}
        {fund.length === 0
          ? t('practice.insurance_empty')
          : fund.map(([currency, amount]) => (
              <span key={currency} data-testid={`practice-insurance-${currency}`}>
                <Num value={amount} unit={currency} />{' '}
              </span>
            ))}
      </p>
    </Section>
  );
}
