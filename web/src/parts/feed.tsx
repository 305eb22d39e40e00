/** The last events in plain language, newest first, to the millisecond. */
import type { ReactNode } from 'react';
import { follow } from '../data/router.ts';
import { useFeed } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import type { FeedEntry } from '../stream/feed.ts';
import { useFeedText } from './feed-text.ts';
import { Icon } from './icon.tsx';
import { Empty, Section } from './section.tsx';
import { At } from './time.tsx';

const SIGNS = {
  plain: '·',
  good: '✓',
  bad: '▼',
  warn: '!',
  hand: <Icon name="hand" size={13} />,
} as const;

function leadsTo({ trade, found }: FeedEntry): string | null {
  if (trade !== null) return `/trades/${encodeURIComponent(trade)}`;
  return found === null ? null : `/breaks/${encodeURIComponent(found)}`;
}

export function Feed(): ReactNode {
  const { t } = useWords();
  const feed = useFeed();
  const spell = useFeedText();
  const told = (entry: FeedEntry): string =>
    entry.account === undefined ? spell(entry) : `${spell(entry)} · ${entry.account}`;
  return (
    <Section title={t('section.feed')} className="feed-card">
      {feed.length === 0 ? (
        <Empty>{t('empty.feed')}</Empty>
      ) : (
        <ol className="feed" data-testid="feed">
          {feed.map((entry) => (
            <li
              key={`${entry.account ?? ''}/${entry.seq}`}
              data-testid="feed-entry"
              data-type={entry.type}
              data-seq={entry.seq}
            >
              <At iso={entry.at} millis />
              <span className={`feed-sign tone-${entry.tone}`} aria-hidden="true">
                {SIGNS[entry.tone]}
              </span>
              {leadsTo(entry) === null ? (
                <span>{told(entry)}</span>
              ) : (
                <a href={leadsTo(entry) ?? ''} onClick={follow}>
                  {told(entry)}
                </a>
              )}
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
