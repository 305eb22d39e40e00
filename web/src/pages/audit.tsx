/** What exactly happened, and can it be trusted? Every fact of the journal, and the chain that binds them. */
import { type ReactNode, useState } from 'react';
import {
  followEnd,
  readOlder,
  release,
  useHead,
  useJournal,
  useJournalOpen,
} from '../data/journal.ts';
import { searchOlder, useSearch, useSearchOf } from '../data/search.ts';
import { useLoaded } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { Chain, Choosing } from '../parts/audit-choosing.tsx';
import { FactList } from '../parts/fact-list.tsx';
import { FactPane } from '../parts/fact-pane.tsx';
import { usePageLink } from '../parts/link.ts';
import { OneAccount } from '../parts/one-account.tsx';
import { Empty, Loading, Section } from '../parts/section.tsx';
import { type Choice, choiceOf, isEverything, queryOf } from '../stream/journal.ts';

/** How far the search has come. */
function Searched(): ReactNode {
  const { t } = useWords();
  const head = useHead();
  const { rows, from, to, busy, trouble } = useSearch();
  return (
    <p className="standing" role="status" data-testid="audit-searched" data-busy={busy}>
      <span className="muted">
        {t('audit.found', { n: rows.length, from: Math.min(from, to), to, of: Math.max(head, to) })}
        {busy ? ` · ${t('audit.searching')}` : ''}
        {trouble === null ? null : <span className="warn"> · {trouble}</span>}
      </span>
      {from > 1 && !busy ? (
        <button
          type="button"
          className="text-button"
          onClick={() => void searchOlder()}
          data-testid="audit-further"
        >
          {t('audit.further')}
        </button>
      ) : null}
    </p>
  );
}

/** Where the list stands in the journal, and how to go with its end. */
function Standing(): ReactNode {
  const { t } = useWords();
  const head = useHead();
  const { stretch, following, reading, trouble } = useJournal();
  const { fresh } = usePageLink();
  const [from, to] = [stretch[0]?.seq ?? 0, stretch.at(-1)?.seq ?? 0];
  return (
    <p className="standing" data-testid="audit-range" data-from={from} data-to={to}>
      <span className="muted">
        {t('audit.range', { from, to, of: Math.max(head, to) })}
        {fresh === 'stale' ? (
          <span className="warn" data-testid="audit-cut">
            {' '}
            · {t('audit.cut')}
          </span>
        ) : null}
        {trouble === null ? null : <span className="warn"> · {trouble}</span>}
      </span>
      <span className="standing-end">
        {from > 1 ? (
          <button
            type="button"
            className="text-button"
            disabled={reading}
            onClick={() => {
              release();
              readOlder();
            }}
            data-testid="audit-older"
          >
            {t('button.load_more')}
          </button>
        ) : null}
        {following ? (
          <button
            type="button"
            className="text-button"
            aria-pressed="true"
            onClick={release}
            data-testid="audit-follow"
          >
            ● {t('audit.following')}
          </button>
        ) : (
          <button
            type="button"
            className="text-button strong"
            aria-pressed="false"
            onClick={followEnd}
            data-testid="audit-follow"
          >
            ↓ {t('audit.follow')}
            {head > to ? ` · ${t('audit.newer', { n: head - to })}` : ''}
          </button>
        )}
      </span>
    </p>
  );
}

function Selected({ seq }: { readonly seq: number }): ReactNode {
  const { t } = useWords();
  const head = useHead();
  const { stretch, reading, sought } = useJournal();
  const fact = stretch[seq - (stretch[0]?.seq ?? 0)];
  if (fact !== undefined) return <FactPane fact={fact} head={head} />;
  if (reading || sought !== seq || stretch.length === 0) return <Loading lines={6} />;
  return (
    <Section title={t('audit.fact', { seq })} testId="not-found">
      <Empty>{t('audit.no_fact', { seq, of: head })}</Empty>
    </Section>
  );
}

/** The audit log; `seq` is the fact of its address, null when it names none. */
export function Audit({ seq }: { readonly seq: number | null }): ReactNode {
  const { t } = useWords();
  const loaded = useLoaded();
  const [choice, setChoice] = useState<Choice>(() => choiceOf(location.search));
  const choose = (next: Choice): void => {
    setChoice(next);
    const query = queryOf(next);
    history.replaceState(null, '', `${location.pathname}${query.size === 0 ? '' : `?${query}`}`);
  };
  useJournalOpen(seq);
  const { stretch } = useJournal();
  const search = useSearchOf(choice);
  const all = isEverything(choice);
  const rows = all ? stretch : search.rows;
  const waiting = !loaded || stretch.length === 0;
  return (
    <div className="page audit" data-testid="audit" data-selected={seq ?? ''}>
      <h1 className="page-title">{t('page.audit')}</h1>
      <OneAccount />
      <Chain />
      <div className="audit-columns">
        <Section title={t('audit.list')} className="facts-card">
          <Choosing stretch={rows} choice={choice} choose={choose} />
          {waiting ? (
            <Loading lines={8} />
          ) : (
            <>
              {all ? <Standing /> : <Searched />}
              {rows.length === 0 ? (
                search.busy ? (
                  <Loading lines={4} />
                ) : (
                  <Empty testId="audit-none">{t('audit.none_match')}</Empty>
                )
              ) : (
                <FactList
                  rows={rows}
                  selected={seq}
                  choice={queryOf(choice).toString()}
                  older={all ? readOlder : searchOlder}
                />
              )}
            </>
          )}
        </Section>
        {seq === null ? (
          <p className="empty pick-one">{t('audit.pick')}</p>
        ) : waiting ? null : (
          <Selected seq={seq} />
        )}
      </div>
    </div>
  );
}
