/** Be the exchange: its book, the bot's positions, what can go wrong, and how the engine reacts. */
import { type ReactNode, useEffect, useState } from 'react';
import { followPractice, usePractice } from '../data/practice.ts';
import { useMirror } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { Orders, Positions } from '../parts/console-account.tsx';
import { Book } from '../parts/console-book.tsx';
import { EngineDown } from '../parts/console-engine.tsx';
import { Faults } from '../parts/console-faults.tsx';
import { Margins } from '../parts/console-margin.tsx';
import { CashForm, FundingForm } from '../parts/console-money.tsx';
import { OrderForm } from '../parts/console-order.tsx';
import { Scenarios } from '../parts/console-scenarios.tsx';
import { EngineShows, Watch } from '../parts/console-watch.tsx';

/** The instrument that is looked at: the one chosen, else the bot's first. */
function useInstrument(): readonly [string, (instrument: string) => void] {
  const [chosen, choose] = useState<string | null>(null);
  const traded = useMirror((mirror) => Object.values(mirror.strategies)[0]?.instrument ?? '', '');
  const first = usePractice(({ state }) => state?.instruments[0]?.name ?? '');
  return [chosen ?? (traded === '' ? first : traded), choose];
}

export function Practice(): ReactNode {
  const { t } = useWords();
  const reachable = usePractice((practice) => practice.reachable);
  const [instrument, choose] = useInstrument();
  useEffect(followPractice, []);
  return (
    <div className="page practice" data-testid="practice">
      <h1 className="hidden">{t('page.practice')}</h1>
      {reachable ? null : (
        <p className="critical" role="alert" data-testid="practice-unreachable">
          {t('practice.unreachable')}
        </p>
      )}
      <EngineDown />
      <Scenarios />
      <div className="console-columns" data-reachable={reachable}>
        <div className="stack">
          <Book instrument={instrument} choose={choose} />
        </div>
        <div className="stack">
          <Positions />
          <Orders />
          <OrderForm instrument={instrument} />
          <Margins />
          <CashForm />
          <FundingForm instrument={instrument} />
        </div>
        <div className="stack">
          <Faults />
        </div>
        <div className="stack">
          <Watch />
          <EngineShows />
        </div>
      </div>
    </div>
  );
}
