/** Every fact about a trade in order: when, how long after the one before, in words, with the fact itself to open. */
import type { ReactNode } from 'react';
import type { TradeDetail } from '../../../src/wire/requests.ts';
import { useWords } from '../data/words.ts';
import { Empty, Section } from './section.tsx';
import { At } from './time.tsx';

type Facts = TradeDetail['timeline'];

/** Quiet time from here on is folded into a line of its own. */
const QUIET_MS = 60_000;

export function Timeline({ facts }: { readonly facts: Facts }): ReactNode {
  const { t, say, duration } = useWords();
  return (
    <Section title={t('web.timeline')}>
      {facts.length === 0 ? (
        <Empty>{t('empty.feed')}</Empty>
      ) : (
        <ol className="timeline" data-testid="timeline">
          {facts.map(({ seq, at, type, data }, index) => {
            const before = facts[index - 1];
            const gap = before === undefined ? 0 : Date.parse(at) - Date.parse(before.at);
            return (
              <li key={seq} data-type={type} className={gap >= QUIET_MS ? 'after-quiet' : ''}>
                <span className="mono muted">#{seq}</span>
                <At iso={at} millis />
                <span className="muted num right">
                  {before === undefined ? '' : `+${duration(gap)}`}
                </span>
                <details>
                  <summary>{say(`web.fact.${type}`)}</summary>
                  <pre className="mono">{JSON.stringify(data, null, 2)}</pre>
                </details>
              </li>
            );
          })}
        </ol>
      )}
    </Section>
  );
}
