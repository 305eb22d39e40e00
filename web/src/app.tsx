/** Chooses the page by the address, or the login when the engine does not know this browser. */
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { cspNonce, practiceOrigin } from './data/meta.ts';
import { follow, type Route, routeOf, usePath } from './data/router.ts';
import { start, useLive } from './data/store.ts';
import { useWords } from './data/words.ts';
import { ConsoleFrame } from './frame/console-frame.tsx';
import { Frame } from './frame/frame.tsx';
import { Alerts } from './pages/alerts.tsx';
import { Audit } from './pages/audit.tsx';
import { BreakPage, Breaks } from './pages/breaks.tsx';
import { Controls } from './pages/controls.tsx';
import { DailyPage } from './pages/daily.tsx';
import { Login, takeKey } from './pages/login.tsx';
import { Overview } from './pages/overview.tsx';
import { Practice } from './pages/practice.tsx';
import { Recon } from './pages/recon.tsx';
import { ReportPage } from './pages/report.tsx';
import { TradePage } from './pages/trade.tsx';
import { Trades } from './pages/trades.tsx';
import { Empty } from './parts/section.tsx';
import { theme } from './theme.ts';

const colours = localStorageColorSchemeManager({ key: 'lockstep.colours' });
const nonce = (): string => cspNonce;
const firstKey = takeKey();

function NotFound(): ReactNode {
  const { t } = useWords();
  return (
    <div className="page" data-testid="not-found">
      <h1 className="page-title">{t('page.not_found')}</h1>
      <Empty>
        <a href="/" onClick={follow}>
          {t('page.back_to_overview')}
        </a>
      </Empty>
    </div>
  );
}

function Page({ route }: { readonly route: Route }): ReactNode {
  switch (route.page) {
    case 'overview':
    case 'login':
      return <Overview />;
    case 'trades':
      return <Trades />;
    case 'trade':
      return <TradePage key={route.id} id={route.id} />;
    case 'breaks':
      return <Breaks />;
    case 'break':
      return <BreakPage key={route.id} id={route.id} />;
    case 'recon':
      return <Recon />;
    case 'daily':
      return <DailyPage key={route.id} id={route.id} />;
    case 'report':
      return <ReportPage key={route.id} id={route.id} />;
    case 'audit':
      return <Audit seq={null} />;
    case 'fact':
      return /^[1-9]\d{0,14}$/.test(route.id) ? <Audit seq={Number(route.id)} /> : <NotFound />;
    case 'alerts':
      return <Alerts />;
    case 'controls':
      return <Controls />;
    case 'practice':
    case 'not_found':
      return <NotFound />;
  }
}

function Door(): ReactNode {
  const route = routeOf(usePath());
  const session = useLive((live) => live.session);
  const [loginKey, setLoginKey] = useState(firstKey);
  const done = useCallback(() => setLoginKey(null), []);
  useEffect(() => {
    if (firstKey === null) start();
  }, []);
  if (loginKey !== null) return <Login loginKey={loginKey} done={done} />;
  if (session === 'refused') return <Login loginKey={null} done={done} />;
  if (route.page === 'practice' && practiceOrigin !== '')
    return (
      <ConsoleFrame>
        <Practice />
      </ConsoleFrame>
    );
  return (
    <Frame page={route.page}>
      <Page route={route} />
    </Frame>
  );
}

export function App(): ReactNode {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colours}
      {...(cspNonce === '' ? {} : { getStyleNonce: nonce })}
    >
      <Door />
    </MantineProvider>
  );
}
