/** How the engine stands, as the window of the exchange sees it; and the bar that says that it is down. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNow } from '../data/clock.ts';
import { restoreEngine, useProcess } from '../data/engine-process.ts';
import { useStage } from '../data/scenarios/perform.ts';
import { useLive } from '../data/store.ts';
import { deed } from '../data/watch.ts';
import { useWords } from '../data/words.ts';
import { Problem, useAttempt } from './attempt.tsx';

type Word = {
  readonly state: 'up' | 'down';
  readonly tone: 'good' | 'critical';
  readonly text: string;
};

export function useEngineWord(): Word {
  const { t } = useWords();
  const up = useLive(({ socket }) => socket);
  return up
    ? { state: 'up', tone: 'good', text: t('practice.engine_up') }
    : { state: 'down', tone: 'critical', text: t('practice.engine_lost') };
}

/** So long a page that was just opened may wait for the engine's first word. */
const FIRST_WORD_MS = 3_000;

/** Only while nobody is being shown a scenario: that one restores the engine by itself. */
export function EngineDown(): ReactNode {
  const { t, age } = useWords();
  const up = useLive(({ socket }) => socket);
  const met = useLive(({ session }) => session !== 'unknown');
  const { killedAt, known } = useProcess();
  const playing = useStage((stage) => stage.playing !== null);
  const now = useNow();
  const { problem, busy, attempt } = useAttempt();
  if (up || (!met && now < FIRST_WORD_MS)) return null;
  return (
    <div className="console-down" data-testid="engine-down">
      <span className="hidden" role="alert">
        {t('practice.engine_gone')}
      </span>
      <span>
        {killedAt === null
          ? t('practice.engine_gone')
          : t('practice.engine_down', { age: age(Math.max(0, now - killedAt)) })}
      </span>
      {known && !playing ? (
        <Button
          size="compact-sm"
          variant="white"
          color="kill"
          disabled={busy}
          onClick={() =>
            attempt(() => deed({ key: 'practice.saw.restore' }, () => restoreEngine()))
          }
          data-testid="engine-restore"
        >
          {t('practice.engine_restore')}
        </Button>
      ) : null}
      <Problem text={problem} />
    </div>
  );
}
