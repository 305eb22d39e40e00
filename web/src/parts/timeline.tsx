/** What happened to a trade in order: as a story, or fact by fact; every line opens the facts that it is made of. */
import { SegmentedControl } from '@mantine/core';
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import type { TradeDetail } from '../../../src/wire/requests.ts';
import { factPath, useAccountOfId } from '../data/accounts.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import type { Tone } from '../stream/feed.ts';
import { type StoryFact, storyOf } from '../stream/story.ts';
import { useSpell } from './feed-text.ts';
import { Icon } from './icon.tsx';
import { Empty, Section } from './section.tsx';
import { At } from './time.tsx';

type Facts = TradeDetail['timeline'];

type Line = {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly text: string;
  readonly tone: Tone;
  readonly facts: Facts;
};

const VIEWS = ['story', 'facts'] as const;
type View = (typeof VIEWS)[number];

/** Quiet time from here on is folded into a line of its own. */
const QUIET_MS = 60_000;

const SIGNS = {
  plain: '·',
  good: '✓',
  bad: '▼',
  warn: '!',
  hand: <Icon name="hand" size={13} />,
} as const;

function useLines(facts: Facts, trade: string, view: View): readonly Line[] {
  const { say, capital } = useWords();
  const spell = useSpell();
  return useMemo(
    () =>
      view === 'story'
        ? storyOf(facts, trade).map(({ key, values, ...line }) => ({
            ...line,
            text: capital(spell(key, values)),
          }))
        : facts.map((fact) => ({
            ...fact,
            text: capital(say(`web.fact.${fact.type}`)),
            tone: 'plain' as const,
            facts: [fact],
          })),
    [facts, trade, view, say, spell, capital],
  );
}

function Fact({
  fact,
  account,
}: {
  readonly fact: StoryFact;
  readonly account: string | null;
}): ReactNode {
  return (
    <>
      <p className="mono muted">
        <a href={factPath(fact.seq, account)} onClick={follow}>
          #{fact.seq}
        </a>{' '}
        {fact.type}
      </p>
      <pre className="mono">{JSON.stringify(fact.data, null, 2)}</pre>
    </>
  );
}

function Item({
  line,
  before,
  account,
}: {
  readonly line: Line;
  readonly before: Line | undefined;
  readonly account: string | null;
}): ReactNode {
  const { t, duration } = useWords();
  const [opened, setOpened] = useState(false);
  const gap = before === undefined ? 0 : Date.parse(line.at) - Date.parse(before.at);
  return (
    <Fragment>
      {gap >= QUIET_MS ? (
        <li className="quiet muted">{t('web.quiet', { time: duration(gap) })}</li>
      ) : null}
      <li data-type={line.type} data-seq={line.seq}>
        <At iso={line.at} millis />
        <span className="muted num right">
          {gap === 0 || gap >= QUIET_MS ? '' : `+${duration(gap)}`}
        </span>
        <span className={`feed-sign tone-${line.tone}`} aria-hidden="true">
          {SIGNS[line.tone]}
        </span>
        <details onToggle={(event) => setOpened(event.currentTarget.open)}>
          <summary>{line.text}</summary>
          {opened
            ? line.facts.map((fact) => <Fact key={fact.seq} fact={fact} account={account} />)
            : null}
        </details>
      </li>
    </Fragment>
  );
}

export function Timeline({
  facts,
  trade,
}: {
  readonly facts: Facts;
  readonly trade: string;
}): ReactNode {
  const { t } = useWords();
  const [view, setView] = useState<View>('story');
  const lines = useLines(facts, trade, view);
  const account = useAccountOfId(trade);
  return (
    <Section
      title={t('web.timeline')}
      aside={
        <SegmentedControl
          size="xs"
          value={view}
          onChange={(value) => setView(VIEWS.find((each) => each === value) ?? 'story')}
          aria-label={t('web.timeline')}
          data-testid="timeline-view"
          data={VIEWS.map((value) => ({ value, label: t(`web.view_${value}`) }))}
        />
      }
    >
      {lines.length === 0 ? (
        <Empty>{t('empty.feed')}</Empty>
      ) : (
        <ol className="timeline" data-testid="timeline">
          {lines.map((line, index) => (
            <Item
              key={`${view} ${line.seq}`}
              line={line}
              before={lines[index - 1]}
              account={account}
            />
          ))}
        </ol>
      )}
    </Section>
  );
}
