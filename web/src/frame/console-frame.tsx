/** The frame of the practice exchange's window: another system than the engine, with its own band, clock and speed. */
import { NativeSelect } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useEngineWord } from '../parts/console-engine.tsx';
import { practicePost, usePractice } from '../data/practice.ts';
import { useWords } from '../data/words.ts';
import { DisplayMenu } from './display-menu.tsx';

const SPEEDS = ['0', '1', '5', '20', '60', '300', '600'];

function Speed(): ReactNode {
  const { t } = useWords();
  const speed = usePractice(({ state }) => state?.speed ?? null);
  if (speed === null) return null;
  const now = String(speed);
  const all = SPEEDS.includes(now) ? SPEEDS : [...SPEEDS, now];
  return (
    <label className="console-speed">
      {t('practice.speed')}
      <NativeSelect
        size="xs"
        value={now}
        data-testid="practice-speed"
        data-speed={now}
        onChange={(event) =>
          void practicePost('speed', { speed: Number(event.currentTarget.value) })
        }
        data={all.map((value) => ({
          value,
          label: value === '0' ? t('practice.stands_still') : `×${value}`,
        }))}
      />
    </label>
  );
}

function Facts(): ReactNode {
  const { t, utc } = useWords();
  const seed = usePractice(({ state }) => state?.seed ?? null);
  const now = usePractice(({ state }) => state?.now ?? null);
  return (
    <>
      {seed === null ? null : (
        <span className="num" data-testid="practice-seed">
          {t('practice.seed', { seed: String(seed) })}
        </span>
      )}
      {now === null ? null : (
        <span className="num console-time">
          {t('clock.server')} {utc(now)}
        </span>
      )}
    </>
  );
}

export function ConsoleFrame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t, T } = useWords();
  const engine = useEngineWord();
  const title = t('page.practice');
  useEffect(() => {
    document.title = `◌ PRACTICE · ${title}`;
  }, [title]);
  return (
    <div className="frame console" data-engine={engine.state}>
      <a className="skip" href="#content">
        {t('page.skip')}
      </a>
      <header className="band band-practice console-band" data-testid="mode-band">
        <span className="band-word">
          <span aria-hidden="true">◌</span> {title.toUpperCase()}
        </span>
        <span className="console-you">{t('practice.band')}</span>
        <span className="band-end">
          <Facts />
        </span>
      </header>
      <div className="console-head">
        <Speed />
        <span className={`console-engine tone-${engine.tone}`} data-testid="engine-word">
          <span aria-hidden="true">{engine.tone === 'good' ? '●' : '■'}</span> {engine.text}
        </span>
        <span className="head-end">
          <a href="/" target="_blank" rel="opener">
            {T('practice.to_dashboard')} ↗
          </a>
          <DisplayMenu />
        </span>
      </div>
      <main id="content" className="content console-content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
