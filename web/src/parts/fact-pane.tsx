/** All of one fact: who made it and why, what it leads to, and its data as it is stored. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { factPath, useOneAccount } from '../data/accounts.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { linksOf } from '../stream/fact-links.ts';
import type { JournalFact } from '../stream/journal.ts';
import { reportPath } from './check-result.tsx';
import { Section } from './section.tsx';
import { At } from './time.tsx';

/** Who made a fact, in words. */
export function Maker({ fact }: { readonly fact: JournalFact }): ReactNode {
  const { say } = useWords();
  const { kind, id } = fact.actor;
  return (
    <>
      {say(`audit.by_kind.${kind}`)}
      {id === kind ? '' : ` ${id}`}
    </>
  );
}

function Leads({ fact }: { readonly fact: JournalFact }): ReactNode {
  const { t, none } = useWords();
  const { trades, breaks, reports } = linksOf(fact.data);
  const links = [
    ...trades.map((id) => [`/trades/${encodeURIComponent(id)}`, id] as const),
    ...breaks.map((id) => [`/breaks/${encodeURIComponent(id)}`, id] as const),
    ...reports.map((id) => [reportPath(id), t('audit.report_of', { id })] as const),
  ];
  if (links.length === 0) return none;
  return links.map(([path, name]) => (
    <a key={path} href={path} onClick={follow} className="fact-door">
      {name}
    </a>
  ));
}

function CopyLink({ seq }: { readonly seq: number }): ReactNode {
  const { t } = useWords();
  const account = useOneAccount();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    const address = `${location.origin}${factPath(seq, account)}`;
    void navigator.clipboard.writeText(address).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Button size="compact-sm" variant="default" onClick={copy} data-testid="fact-copy">
      {copied ? t('audit.copied') : t('audit.copy_link')}
    </Button>
  );
}

export function FactPane({
  fact,
  head,
}: {
  readonly fact: JournalFact;
  readonly head: number;
}): ReactNode {
  const { t, say, capital } = useWords();
  const account = useOneAccount();
  const { seq } = fact;
  return (
    <Section
      title={t('audit.fact', { seq })}
      className="fact-pane"
      testId="fact-pane"
      aside={
        <span className="fact-doors">
          {seq > 1 ? (
            <a href={factPath(seq - 1, account)} onClick={follow}>
              ← {t('audit.previous')}
            </a>
          ) : null}
          {seq < head ? (
            <a href={factPath(seq + 1, account)} onClick={follow}>
              {t('audit.next')} →
            </a>
          ) : null}
          <a href="/audit" onClick={follow} aria-label={t('button.close')} data-testid="fact-close">
            ✕
          </a>
        </span>
      }
    >
      <p className="strong">{capital(say(`web.fact.${fact.type}`))}</p>
      <p className="mono muted">{fact.type}</p>
      <dl className="pairs fact-pairs">
        <div>
          <dt>{t('head.time')}</dt>
          <dd>
            <At iso={fact.at} millis /> <span className="muted mono">{fact.at}</span>
          </dd>
        </div>
        <div>
          <dt>{t('audit.by')}</dt>
          <dd>
            <Maker fact={fact} />
          </dd>
        </div>
        <div>
          <dt>{t('audit.cause')}</dt>
          <dd>{fact.cause}</dd>
        </div>
        <div>
          <dt>{t('audit.about')}</dt>
          <dd>
            <Leads fact={fact} />
          </dd>
        </div>
        <div>
          <dt>{t('audit.writer')}</dt>
          <dd className="num">{fact.epoch}</dd>
        </div>
        <div>
          <dt>{t('audit.build')}</dt>
          <dd>
            {fact.build} · {fact.config}
          </dd>
        </div>
      </dl>
      <pre className="mono fact-json" data-testid="fact-json">
        {JSON.stringify(fact.data, null, 2)}
      </pre>
      <CopyLink key={seq} seq={seq} />
    </Section>
  );
}
