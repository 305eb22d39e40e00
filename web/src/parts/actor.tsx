/** Who ended a trade, as shape and words: a dot for the engine, a hand for people, a warning for the exchange. */
import type { ReactNode } from 'react';
import type { Trade } from '../../../src/wire/requests.ts';
import { useWords } from '../data/words.ts';
import { Icon } from './icon.tsx';

type ClosedBy = NonNullable<Trade['closedBy']>;

const HAND = { sign: <Icon name="hand" />, tone: 'warn' } as const;

const SIGNS: Readonly<Record<ClosedBy, { readonly sign: ReactNode; readonly tone: string }>> = {
  target: { sign: '●', tone: 'muted' },
  stop: { sign: '●', tone: 'muted' },
  strategy: { sign: '●', tone: 'muted' },
  operator: { sign: '◆', tone: 'info' },
  kill: { sign: '■', tone: 'critical' },
  web: HAND,
  mobile: HAND,
  other_api: HAND,
  liquidation: { sign: '!', tone: 'critical' },
  delivery: { sign: '○', tone: 'muted' },
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
      <span aria-hidden="true" className={`actor tone-${tone}`}>
        {sign}
      </span>{' '}
      {t(`closed_by.${by}`)}
    </span>
  );
}
