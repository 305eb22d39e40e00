/** What stands around every page: mode, lifeline, differences, PAUSE ALL and KILL, clock, language and colours. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNow, wallClock } from '../data/clock.ts';
import { ask } from '../data/commands.ts';
import { practiceOrigin } from '../data/meta.ts';
import { follow, type Route } from '../data/router.ts';
import { useStrategies } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { considerKill } from '../parts/controls.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { usePageLink } from '../parts/link.ts';
import { Notices } from '../parts/notices.tsx';
import { OrderDialog } from '../parts/order-dialog.tsx';
import { Announcer } from './announcer.tsx';
import { BreaksButton, BreaksDrawer, showBreaks, useOpenBreaks } from './breaks.tsx';
import { DisplayMenu } from './display-menu.tsx';
import { Lifeline } from './lifeline.tsx';
import { LostBar } from './lost-bar.tsx';
import { ModeBand } from './mode-band.tsx';

type Place = {
  readonly path: string;
  readonly page: Route['page'];
  readonly key: 'page.overview' | 'page.metrics' | 'web.page_controls' | 'page.practice';
  readonly icon: IconName;
};

const PLACES: readonly Place[] = [
  { path: '/', page: 'overview', key: 'page.overview', icon: 'overview' },
  { path: '/trades', page: 'trades', key: 'page.metrics', icon: 'trades' },
  { path: '/controls', page: 'controls', key: 'web.page_controls', icon: 'controls' },
  ...(practiceOrigin === ''
    ? []
    : [{ path: '/practice', page: 'practice', key: 'page.practice', icon: 'practice' } as const]),
];

function Nav({ page }: { readonly page: Route['page'] }): ReactNode {
  const { t } = useWords();
  const breaks = useOpenBreaks().length;
  return (
    <nav className="nav" aria-label={t('web.nav')}>
      {PLACES.map((place) => (
        <a
          key={place.path}
          href={place.path}
          onClick={follow}
          data-testid={`nav-${place.page}`}
          aria-current={
            page === place.page || (page === 'trade' && place.page === 'trades')
              ? 'page'
              : undefined
          }
        >
          <Icon name={place.icon} /> {t(place.key)}
        </a>
      ))}
      <button type="button" className="nav-breaks" onClick={() => showBreaks(true)}>
        <Icon name="breaks" />{' '}
        <span>
          {t('page.breaks')} {breaks === 0 ? '' : breaks}
        </span>
      </button>
    </nav>
  );
}

function Clock(): ReactNode {
  const { clock, utc } = useWords();
  const at = wallClock(useNow());
  return (
    <span className="clock" data-testid="clock">
      <span className="num">{clock(at)}</span>
      <span className="num muted">{utc(at)}</span>
    </span>
  );
}

function PauseAll(): ReactNode {
  const { T, t } = useWords();
  const running = Object.values(useStrategies()).filter(
    ({ control }) => control.value === 'running',
  );
  const pause = (): void => {
    for (const { id } of running)
      void ask({ verb: 'pause', strategy: id, reason: t('web.by_dashboard') });
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      className="pause-all"
      disabled={running.length === 0}
      onClick={pause}
      title={t('action_hint.pause')}
      data-testid="pause-all"
    >
      {T('action.pause_all')}
    </Button>
  );
}

export function Frame({
  page,
  children,
}: {
  readonly page: Route['page'];
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useWords();
  const { fresh } = usePageLink();
  return (
    <div className="frame" data-fresh={fresh}>
      <a className="skip" href="#content">
        {t('page.skip')}
      </a>
      <ModeBand />
      <header className="head">
        <a className="brand" href="/" onClick={follow}>
          Lockstep
        </a>
        <Lifeline />
        <span className="head-end">
          <BreaksButton />
          <PauseAll />
          <Button
            size="compact-sm"
            color="kill.7"
            className="kill"
            onClick={considerKill}
            title={t('action_hint.kill')}
            data-testid="kill"
          >
            <span aria-hidden="true">■</span>&nbsp;{t('web.kill')}
          </Button>
          <Clock />
          <DisplayMenu />
        </span>
      </header>
      <LostBar />
      <div className="under">
        <Nav page={page} />
        <main id="content" className="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <OrderDialog />
      <BreaksDrawer />
      <Notices />
      <Announcer />
    </div>
  );
}
