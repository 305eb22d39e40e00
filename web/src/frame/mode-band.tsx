/** Which world this is: word, shape and colour in the band, in the tab's title and in the icon's place. */
import { type ReactNode, useEffect } from 'react';
import type { TextKey } from '../../../src/words/text.ts';
import type { Route } from '../data/router.ts';
import { useLive, useMirror } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { usePageLink } from '../parts/link.ts';
import { useServerNow } from '../parts/time.tsx';

const SHAPES: Readonly<Record<string, string>> = { practice: '◌', testnet: '◇', live: '●' };

/** The three worlds; the demo is the practice exchange. */
function worldOf(mode: string): 'practice' | 'testnet' | 'live' {
  return mode === 'live' || mode === 'testnet' ? mode : 'practice';
}

const NAMES: Readonly<Partial<Record<Route['page'], TextKey>>> = {
  overview: 'page.overview',
  trades: 'page.metrics',
  trade: 'page.metrics',
  breaks: 'page.breaks',
  break: 'page.breaks',
  recon: 'page.recon',
  report: 'page.recon',
  daily: 'page.recon',
  audit: 'page.audit',
  fact: 'page.audit',
  alerts: 'page.alerts',
  controls: 'web.page_controls',
  practice: 'page.practice',
};

export function ModeBand({ page }: { readonly page: Route['page'] }): ReactNode {
  const { t, utc, capital, say } = useWords();
  const mode = useMirror((mirror) => mirror.mode, '');
  const account = useMirror((mirror) => mirror.exchangeAccount, '');
  const speed = useLive(({ stream }) => stream.pulse?.speed ?? 1);
  const now = useServerNow();
  const { fresh } = usePageLink();
  const world = worldOf(mode);
  const name = NAMES[page];
  const place = name === undefined ? 'Lockstep' : `${say(name)} · Lockstep`;
  useEffect(() => {
    document.title = mode === '' ? place : `${SHAPES[world]} ${world.toUpperCase()} · ${place}`;
  }, [mode, world, place]);
  if (mode === '') return <div className="band band-none" />;
  return (
    <div className={`band band-${world}`} data-testid="mode-band" data-mode={mode}>
      <span className="band-word">
        <span aria-hidden="true">{SHAPES[world]}</span> {world.toUpperCase()}
      </span>
      <span>{capital(t(`mode.${world}`))}</span>
      {world === 'live' ? <span>{account}</span> : null}
      <span className="band-end">
        {speed === 1 ? null : (
          <span data-testid="speed">{t('clock.speed', { speed: String(speed) })}</span>
        )}
        {now === null || fresh === 'stale' ? null : (
          <span className="num">
            {t('clock.server')} {utc(now)}
          </span>
        )}
      </span>
    </div>
  );
}
