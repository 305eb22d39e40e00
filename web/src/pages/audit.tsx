/** What exactly happened, and can it be trusted? Every fact of the journal, and the chain that binds them. */
import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { useOneAccount } from '../data/accounts.ts';
import { checkChain, useChain } from '../data/chain.ts';
import { useNow } from '../data/clock.ts';
import {
  followEnd,
  readOlder,
  release,
  useHead,
  useJournal,
  useJournalOpen,
} from '../data/journal.ts';
import { useLoaded } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { OneAccount } from '../parts/one-account.tsx';
import { FactList } from '../parts/fact-list.tsx';
import { FactPane } from '../parts/fact-pane.tsx';
import { usePageLink } from '../parts/link.ts';
import { Empty, Loading, Section } from '../parts/section.tsx';
import {
  actorKey,
  type Choice,
  chosen,
  EVERYTHING,
  type Facet,
  facetsOf,
  type Stretch,
} from '../stream/journal.ts';

/** The walk over the journal that is shown; one over another account's journal says nothing of it. */
function useChainHere(): ReturnType<typeof useChain.getState> {
  const chain = useChain();
  const account = useOneAccount();
  return chain.account === account ? chain : { ...chain, verdict: null, trouble: null };
}

function ChainWords(): ReactNode {
  const { t } = useWords();
  const now = useNow();
  const { checking, verdict, at, trouble } = useChainHere();
  if (checking) return t('audit.checking');
  if (trouble !== null)
    return <span className="warn">? {t('audit.check_failed', { reason: trouble })}</span>;
  if (verdict === null) return <span className="muted">{t('audit.not_checked')}</span>;
  if (!verdict.ok)
    return (
      <span className="critical strong" role="alert">
        ≠ {t('audit.broken_at', { seq: verdict.seq, problem: verdict.problem })}
      </span>
    );
  return (
    <>
      <span className="good">✓</span>{' '}
      {t('audit.intact_to', { seq: verdict.facts, age: Math.max(0, now - at) })}{' '}
      <span className="muted" title={verdict.head}>
        {t('audit.head')} <span className="mono">{verdict.head.slice(0, 12)}…</span>
      </span>
    </>
  );
}

function Chain(): ReactNode {
  const { t } = useWords();
  const account = useOneAccount();
  const { checking, verdict, trouble } = useChainHere();
  const state = verdict === null || trouble !== null ? 'unknown' : verdict.ok ? 'intact' : 'broken';
  return (
    <section className="card chain" data-testid="chain" data-state={state} aria-live="polite">
      <p>
        <ChainWords />
      </p>
      <Button
        size="compact-sm"
        variant="default"
        disabled={checking}
        onClick={() => void checkChain(account)}
        data-testid="verify-now"
      >
        {t('audit.verify_now')}
      </Button>
      <p className="chain-cli muted">
        {t('audit.yourself')} <code>npx lockstep audit verify</code>
      </p>
    </section>
  );
}

function Pick({
  name,
  all,
  value,
  facets,
  spell,
  pick,
  testId,
}: {
  readonly name: string;
  readonly all: string;
  readonly value: string | null;
  readonly facets: readonly Facet[];
  readonly spell: (key: string) => string;
  readonly pick: (key: string | null) => void;
  readonly testId: string;
}): ReactNode {
  const { count } = useWords();
  const gone = value !== null && facets.every(({ key }) => key !== value);
  return (
    <select
      className="pick"
      aria-label={name}
      value={value ?? ''}
      onChange={(event) =>
        pick(event.currentTarget.value === '' ? null : event.currentTarget.value)
      }
      data-testid={testId}
    >
      <option value="">{all}</option>
      {gone ? <option value={value}>{spell(value)} (0)</option> : null}
      {facets.map((facet) => (
        <option key={facet.key} value={facet.key}>
          {spell(facet.key)} ({count(facet.count)})
        </option>
      ))}
    </select>
  );
}

function Choosing({
  stretch,
  choice,
  choose,
}: {
  readonly stretch: Stretch;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}): ReactNode {
  const { t, say, capital } = useWords();
  const types = useMemo(
    () => facetsOf(chosen(stretch, { ...choice, type: null }), ({ type }) => type),
    [stretch, choice],
  );
  const actors = useMemo(
    () => facetsOf(chosen(stretch, { ...choice, actor: null }), actorKey),
    [stretch, choice],
  );
  const byName = (key: string): string => {
    const [kind = '', ...rest] = key.split(' ');
    return [capital(say(`audit.by_kind.${kind}`)), ...rest].join(' ');
  };
  return (
    <div className="choosing" role="search">
      <TextInput
        size="xs"
        type="search"
        value={choice.text}
        maxLength={200}
        placeholder={t('audit.search')}
        aria-label={t('audit.search')}
        onChange={(event) => choose({ ...choice, text: event.currentTarget.value })}
        data-testid="audit-search"
      />
      <Pick
        name={t('audit.type')}
        all={capital(t('audit.all_types'))}
        value={choice.type}
        facets={types}
        spell={(key) => capital(say(`web.fact.${key}`))}
        pick={(type) => choose({ ...choice, type })}
        testId="audit-type"
      />
      <Pick
        name={t('audit.actor')}
        all={capital(t('audit.all_actors'))}
        value={choice.actor}
        facets={actors}
        spell={byName}
        pick={(actor) => choose({ ...choice, actor })}
        testId="audit-actor"
      />
      {choice === EVERYTHING ? null : (
        <button type="button" className="text-button" onClick={() => choose(EVERYTHING)}>
          {t('button.clear_filter')}
        </button>
      )}
    </div>
  );
}

/** Where the list stands in the journal, and how to go with its end. */
function Standing({
  matching,
}: {
  /** How many of the facts held are shown; null when all are. */
  readonly matching: number | null;
}): ReactNode {
  const { t } = useWords();
  const head = useHead();
  const { stretch, following, reading, trouble } = useJournal();
  const { fresh } = usePageLink();
  const [from, to] = [stretch[0]?.seq ?? 0, stretch.at(-1)?.seq ?? 0];
  return (
    <p className="standing" data-testid="audit-range" data-from={from} data-to={to}>
      <span className="muted">
        {t('audit.range', { from, to, of: Math.max(head, to) })}
        {matching === null ? '' : ` · ${t('audit.matching', { n: matching })}`}
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
  const [choice, setChoice] = useState<Choice>(EVERYTHING);
  const choose = ({ type, actor, text }: Choice): void =>
    setChoice(type === null && actor === null && text === '' ? EVERYTHING : { type, actor, text });
  useJournalOpen(seq);
  const { stretch } = useJournal();
  const rows = useMemo(() => chosen(stretch, choice), [stretch, choice]);
  const waiting = !loaded || stretch.length === 0;
  return (
    <div className="page audit" data-testid="audit" data-selected={seq ?? ''}>
      <h1 className="page-title">{t('page.audit')}</h1>
      <OneAccount />
      <Chain />
      <div className="audit-columns">
        <Section title={t('audit.list')} className="facts-card">
          <Choosing stretch={stretch} choice={choice} choose={choose} />
          {waiting ? (
            <Loading lines={8} />
          ) : (
            <>
              <Standing matching={choice === EVERYTHING ? null : rows.length} />
              {rows.length === 0 ? (
                <Empty testId="audit-none">{t('audit.none_match')}</Empty>
              ) : (
                <FactList rows={rows} selected={seq} choice={JSON.stringify(choice)} />
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
