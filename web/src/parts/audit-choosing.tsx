/** What stands above the facts of the audit log: the chain that binds them, and the choice of which are shown. */
import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { FACT_OBJECTS, FACT_SEVERITIES, objectOf, severityOf } from '../../../src/wire/facets.ts';
import { about, useOneAccount } from '../data/accounts.ts';
import { checkChain, useChain } from '../data/chain.ts';
import { useNow } from '../data/clock.ts';
import { useWords } from '../data/words.ts';
import {
  actorKey,
  type Choice,
  chosen,
  EVERYTHING,
  type Facet,
  facetsOf,
  isEverything,
  queryOf,
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

export function Chain(): ReactNode {
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
        {t('audit.yourself')} <code>npx lockstep audit verify</code> ·{' '}
        <code>npx lockstep audit export</code>
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
      {gone ? <option value={value}>{spell(value)}</option> : null}
      {facets.map((facet) => (
        <option key={facet.key} value={facet.key}>
          {spell(facet.key)}
          {facet.count === 0 ? '' : ` (${count(facet.count)})`}
        </option>
      ))}
    </select>
  );
}

/** A facet whose words are known beforehand, with how many of the facts held here have each. */
function useFixed<Key extends 'object' | 'severity'>(
  name: Key,
  stretch: Stretch,
  choice: Choice,
): readonly Facet[] {
  return useMemo(() => {
    const words: readonly string[] = name === 'object' ? FACT_OBJECTS : FACT_SEVERITIES;
    const found = facetsOf(chosen(stretch, { ...choice, [name]: null }), (fact) =>
      name === 'object' ? objectOf(fact.type) : severityOf(fact),
    );
    return words.map((key) => found.find((facet) => facet.key === key) ?? { key, count: 0 });
  }, [name, stretch, choice]);
}

export function Choosing({
  stretch,
  choice,
  choose,
}: {
  readonly stretch: Stretch;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}): ReactNode {
  const { t, say, capital } = useWords();
  const account = useOneAccount();
  const types = useMemo(
    () => facetsOf(chosen(stretch, { ...choice, type: null }), ({ type }) => type),
    [stretch, choice],
  );
  const actors = useMemo(
    () => facetsOf(chosen(stretch, { ...choice, actor: null }), actorKey),
    [stretch, choice],
  );
  const objects = useFixed('object', stretch, choice);
  const severities = useFixed('severity', stretch, choice);
  const byName = (key: string): string => {
    const [kind = '', ...rest] = key.split(' ');
    return [capital(say(`audit.by_kind.${kind}`)), ...rest].join(' ');
  };
  return (
    <div className="choosing" role="search" title={t('audit.counts_note')}>
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
        name={t('audit.severity')}
        all={capital(t('audit.all_severities'))}
        value={choice.severity}
        facets={severities}
        spell={(key) => capital(say(`severity.${key}`))}
        pick={(key) =>
          choose({ ...choice, severity: FACT_SEVERITIES.find((one) => one === key) ?? null })
        }
        testId="audit-severity"
      />
      <Pick
        name={t('audit.object')}
        all={capital(t('audit.all_objects'))}
        value={choice.object}
        facets={objects}
        spell={(key) => capital(say(`audit.object.${key}`))}
        pick={(key) =>
          choose({ ...choice, object: FACT_OBJECTS.find((one) => one === key) ?? null })
        }
        testId="audit-object"
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
      {isEverything(choice) ? null : (
        <button
          type="button"
          className="text-button"
          onClick={() => choose(EVERYTHING)}
          data-testid="audit-clear"
        >
          {t('button.clear_filter')}
        </button>
      )}
      <a
        className="audit-export"
        href={`/api/v1${about(`/journal/export?${queryOf(choice)}`, account)}`}
        download
        data-testid="audit-export"
      >
        {isEverything(choice) ? t('audit.export_all') : t('audit.export')}
      </a>
    </div>
  );
}
