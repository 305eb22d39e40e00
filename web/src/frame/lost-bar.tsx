/** Full width, when the engine is silent for long: what that means, and other ways to stop it. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { retry, useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { usePageLink } from '../parts/link.ts';
import { At } from '../parts/time.tsx';

export function LostBar(): ReactNode {
  const { t, age: spell } = useWords();
  const [ways, setWays] = useState(false);
  const page = usePageLink();
  const at = useLive(({ stream }) => stream.pulse?.at ?? stream.mirror?.at);
  if (page.fresh !== 'stale' || at === undefined) return null;
  return (
    <div className="lost" data-testid="lost-bar">
      {/* Said once; the visible sentence counts up and would be said every second. */}
      <span className="hidden" role="alert">
        {t('overview.lost')}
      </span>
      <span>
        {t('link.lost_engine', { age: spell(page.age) })} {t('web.last_word')} <At iso={at} />.
      </span>
      <span className="lost-buttons">
        <Button size="compact-sm" variant="white" color="kill" onClick={retry}>
          {t('button.retry')}
        </Button>
        <Button
          size="compact-sm"
          variant="outline"
          color="white"
          onClick={() => setWays(!ways)}
          aria-expanded={ways}
        >
          {t('web.other_ways')}
        </Button>
      </span>
      {ways ? (
        <div className="lost-ways">
          <code>npx lockstep kill --reason "…"</code>
          <code>
            curl -X POST {location.origin}/api/v1/kill -H "Authorization: Bearer $(cat
            DATA/api-token)" -H "Content-Type: application/json" -H "Idempotency-Key: $(date +%s)"
            -d '{'{"strength":"cancel","reason":"…"}'}'
          </code>
          <code>touch DATA/KILL</code>
        </div>
      ) : null}
    </div>
  );
}
