/** The one-time link: its key leaves the address bar at once, is traded for a session, and never stands anywhere again. */
import { type ReactNode, useEffect, useState } from 'react';
import { logIn } from '../data/api.ts';
import { replace } from '../data/router.ts';
import { start } from '../data/store.ts';
import { useWords } from '../data/words.ts';

/** Takes the key out of the address, so that neither history nor a copied address holds it. */
export function takeKey(): string | null {
  const key = new URLSearchParams(location.search).get('k');
  if (key !== null) replace(location.pathname === '/login' ? '/' : location.pathname);
  return key;
}

type Stage = 'working' | 'used' | 'no_link' | 'no_answer';

/** `loginKey` null: there is no link to follow, only a session that is missing or over. */
export function Login({
  loginKey,
  done,
}: {
  readonly loginKey: string | null;
  readonly done: () => void;
}): ReactNode {
  const { t, T } = useWords();
  const [stage, setStage] = useState<Stage>(loginKey === null ? 'no_link' : 'working');
  useEffect(() => {
    if (loginKey === null) return;
    void logIn(loginKey).then((answer) => {
      if (answer.ok) {
        start();
        done();
      } else setStage(answer.failure.kind === 'refused' ? 'used' : 'no_answer');
    });
  }, [loginKey, done]);
  return (
    <main className="login" data-testid="login" data-stage={stage}>
      <h1>{t('login.title')}</h1>
      {stage === 'working' ? <p>{t('login.working')}</p> : null}
      {stage === 'used' ? <p role="alert">{t('login.used')}</p> : null}
      {stage === 'no_link' ? <p>{t('login.text')}</p> : null}
      {stage === 'no_answer' ? <p role="alert">{T('web.no_engine')}</p> : null}
      <p>
        <code>npx lockstep open</code>
      </p>
    </main>
  );
}
