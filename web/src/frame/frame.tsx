/** What stands around every page: mode, lifeline, differences, PAUSE ALL and KILL, clock, language and colours. */
import { ActionIcon, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAddressedAccount } from '../data/accounts.ts';
import { useOpenBreaks } from '../data/breaks.ts';
import { useNow, wallClock } from '../data/clock.ts';
import { practiceOrigin } from '../data/meta.ts';
import { follow, type Route } from '../data/router.ts';
import { followToPractice, PRACTICE_WINDOW } from '../data/window.ts';
import { useWords } from '../data/words.ts';
import { considerKill } from '../parts/controls.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { usePageLink } from '../parts/link.ts';
import { Notices } from '../parts/notices.tsx';
import { OrderDialog } from '../parts/order-dialog.tsx';
import { AlertsLink, CriticalAlert } from './alerts.tsx';
import { AccountSwitch } from './account-switch.tsx';
import { Announcer } from './announcer.tsx';
import { BreaksLink } from './breaks.tsx';
import { DiskBar } from './disk-bar.tsx';
import { DisplayMenu } from './display-menu.tsx';
import { Keyboard, showKeys } from './keyboard.tsx';
import { Lifeline } from './lifeline.tsx';
import { LostBar } from './lost-bar.tsx';
import { ModeBand } from './mode-band.tsx';
import { MoreMenu } from './more-menu.tsx';
import { PauseAll, PauseDialog } from './pause-all.tsx';

/** A page of the navigation; those that come `late` stand behind a button where there is little room. */
export type Place = {
  readonly path: string;
  readonly page: Route['page'];
  readonly key:
    | 'page.overview'
    | 'page.metrics'
    | 'page.breaks'
    | 'web.page_controls'
    | 'page.recon'
    | 'page.audit'
    | 'page.alerts'
    | 'page.practice';
  readonly icon: IconName;
  readonly late?: true;
};

const PLACES: readonly Place[] = [
  { path: '/', page: 'overview', key: 'page.overview', icon: 'overview' },
  { path: '/trades', page: 'trades', key: 'page.metrics', icon: 'trades' },
  { path: '/breaks', page: 'breaks', key: 'page.breaks', icon: 'breaks' },
  { path: '/recon', page: 'recon', key: 'page.recon', icon: 'recon', late: true },
  { path: '/audit', page: 'audit', key: 'page.audit', icon: 'audit', late: true },
  { path: '/alerts', page: 'alerts', key: 'page.alerts', icon: 'alerts', late: true },
  { path: '/controls', page: 'controls', key: 'web.page_controls', icon: 'controls' },
  ...(practiceOrigin === ''
    ? []
    : [{ path: '/practice', page: 'practice', key: 'page.practice', icon: 'practice' } as const]),
];

/** The page in the navigation under which a page lies. */
const ABOVE: Readonly<Partial<Record<Route['page'], Route['page']>>> = {
  trade: 'trades',
  break: 'breaks',
  report: 'recon',
  daily: 'recon',
  fact: 'audit',
};

function Nav({ page }: { readonly page: Route['page'] }): ReactNode {
  const { t, count } = useWords();
  const breaks = useOpenBreaks().length;
  const here = ABOVE[page] ?? page;
  const late = PLACES.filter((place) => place.late === true);
  return (
    <nav className="nav" aria-label={t('web.nav')}>
      {PLACES.map((place) => (
        <a
          key={place.path}
          href={place.path}
          {...(place.page === 'practice'
            ? { target: PRACTICE_WINDOW, onClick: followToPractice, title: t('practice.opens') }
            : { onClick: follow })}
          data-testid={`nav-${place.page}`}
          className={place.late === true ? 'nav-late' : undefined}
          aria-current={here === place.page ? 'page' : undefined}
        >
          <Icon name={place.icon} />{' '}
          <span>
            {t(place.key)}
            {place.page === 'practice' ? (
              <span className="hidden"> ({t('practice.opens')})</span>
            ) : null}
            {place.page === 'breaks' && breaks > 0 ? (
              <b className="badge">{count(breaks)}</b>
            ) : null}
          </span>
        </a>
      ))}
      <MoreMenu places={late} current={late.find((place) => place.page === here)?.page} />
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

export function Frame({
  page,
  children,
}: {
  readonly page: Route['page'];
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useWords();
  const { fresh } = usePageLink();
  useAddressedAccount();
  return (
    <div className="frame" data-fresh={fresh}>
      <a className="skip" href="#content">
        {t('page.skip')}
      </a>
      <ModeBand page={page} />
      <header className="head">
        <a className="brand" href="/" onClick={follow}>
          Lockstep
        </a>
        <Lifeline />
        <span className="head-end">
          <BreaksLink />
          <AlertsLink />
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
          <ActionIcon
            variant="default"
            className="help"
            aria-label={t('web.keys')}
            title={`${t('web.keys')} (?)`}
            onClick={() => showKeys(true)}
            data-testid="keys-open"
          >
            ?
          </ActionIcon>
          <DisplayMenu />
        </span>
      </header>
      <LostBar />
      <CriticalAlert />
      <DiskBar />
      <AccountSwitch />
      <div className="under">
        <Nav page={page} />
        <main id="content" className="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <OrderDialog />
      <PauseDialog />
      <Keyboard />
      <Notices />
      <Announcer />
    </div>
  );
}
