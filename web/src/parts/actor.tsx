/** Who ended a trade, as shape and words: ● the engine, ✋ a hand, ⚠ the exchange. */
import type { ReactNode } from 'react';
import type { Trade } from '../../../src/wire/requests.ts';
import { useWords } from '../data/words.ts';

type ClosedBy = NonNullable<Trade['closedBy']>;

const SIGNS: Readonly<Record<ClosedBy, { readonly sign: string; readonly tone: string }>> = {
  target: { sign: '●', tone: 'muted' },
  stop: { sign: '●', tone: 'muted' },
  strategy: { sign: '●', tone: 'muted' },
  operator: { sign: '◆', tone: 'info' },
  kill: { sign: '■', tone: 'critical' },
  web: { sign: '✋', tone: 'warn' },
  mobile: { sign: '✋', tone: 'warn' },
  other_api: { sign: '✋', tone: 'warn' },
  liquidation: { sign: '⚠', tone: 'critical' },
  delivery: { sign: '◷', tone: 'muted' },
  unknown: { sign: '?', tone: 'warn' },
};

/** Whether a hand outside the engine did it. */
export const byHand = (trade: Trade): boolean =>
  trade.closedBy === 'web' || trade.closedBy === 'mobile' || trade.closedBy === 'other_api';

export function ClosedBy({ by }: { readonly by: ClosedBy }): ReactNode {
  const { t } = useWords();
  const { sign, tone } = SIGNS[by];
  return (
    <span className="nowrap">
      <span aria-hidden="true" className={`actor tone-${tone}`}>{sign}</span> {t(`closed_by.${by}`)}
    </span>
  );
}
