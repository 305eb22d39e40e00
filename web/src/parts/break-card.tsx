/** One difference with both sides, its evidence, and the decisions that it offers. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Break } from '../../../src/wire/requests.ts';
import { useAccountTag, useStrategiesOf } from '../data/accounts.ts';
import { consider } from '../data/commands.ts';
import { firstDecision } from '../data/decision.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { isOpenBreak } from '../stream/mirror.ts';
import { sideText } from '../stream/sides.ts';
import { History, IN_MONEY, Owed, Owner, UndoButton, unitOfBreak } from './break-story.tsx';
import { Icon } from './icon.tsx';
import { useSpell } from './feed-text.ts';
import { Num } from './result.tsx';
import { Ago, At } from './time.tsx';

type Evidence = Break['evidence'][number];

const SIGNS = { critical: '‼', warning: '!', info: 'i' } as const;
const TONES = { critical: 'critical', warning: 'warn', info: 'muted' } as const;

const HANDS: ReadonlySet<string | null> = new Set(['web', 'mobile', 'other_api', 'somebody']);

/** Lives in which it waits for a person. */
const ASKING: ReadonlySet<string> = new Set(['needs_you', 'regressed']);

export function BreakSide({
  found,
  side,
}: {
  readonly found: Break;
  readonly side: 'books' | 'exchange';
}): ReactNode {
  const { capital, retell } = useWords();
  const spell = useSpell();
  const text = sideText(found.kind, found[side]);
  return <>{capital('plain' in text ? retell(text.plain) : spell(text.key, text.values))}</>;
}

function Sides({ found }: { readonly found: Break }): ReactNode {
  const { money, T } = useWords();
  const { difference, kind } = found;
  const unit = unitOfBreak(found);
  return (
    <div className="sides">
      <div>
        <p className="sides-name">{T('head.books')}</p>
        <p className="sides-value" data-testid="break-books">
          <BreakSide found={found} side="books" />
        </p>
      </div>
      <span className="sides-sign critical" aria-hidden="true">
        ≠
      </span>
      <div>
        <p className="sides-name">{T('head.exchange')}</p>
        <p className="sides-value" data-testid="break-exchange">
          <BreakSide found={found} side="exchange" />
        </p>
      </div>
      <div className="sides-difference">
        <p className="sides-name">{T('head.difference')}</p>
        <p className="sides-value">
          <Num value={difference.amount} unit={unit} />
          {difference.value === '0' || IN_MONEY.has(kind) ? null : (
            <span className="cell-note num">
              ≈ {money(difference.value, { currency: difference.currency, places: 2 })}
            </span>
          )}
        </p>
      </div>
    </div>
  );
}

function Flags({ flags }: { readonly flags: Evidence['flags'] }): ReactNode {
  const { t } = useWords();
  return (
    <>
      {Object.entries(flags).map(([name, value]) => (
        <span key={name} className="flag">
          {name}: {t(value === null ? 'web.flag_absent' : value ? 'web.flag_yes' : 'web.flag_no')}
        </span>
      ))}
    </>
  );
}

function EvidenceLine({ each }: { readonly each: Evidence }): ReactNode {
  const { t, retell } = useWords();
  return (
    <li data-testid="evidence" data-kind={each.kind}>
      <At iso={each.at} millis />
      <span className="muted">{t(`web.evidence.${each.kind}`)}</span>
      <div>
        {retell(each.text)} <span className="mono muted">{each.id}</span>{' '}
        <Flags flags={each.flags} />
        {each.raw === null ? null : (
          <details>
            <summary>{t('web.raw')}</summary>
            <pre className="mono">{JSON.stringify(each.raw, null, 2)}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

function Decisions({ found }: { readonly found: Break }): ReactNode {
  const { t } = useWords();
  const strategies = Object.values(useStrategiesOf(found.account))
    .filter(({ instrument }) => instrument === found.instrument)
    .map(({ id }) => id);
  if (found.options.length === 0)
    return (
      <p className="muted">{t(`web.no_decision.${found.life === 'seen' ? 'seen' : 'other'}`)}</p>
    );
  return (
    <div className="decisions">
      {found.options.map(({ action }) => {
        const decision = firstDecision(found, action, strategies);
        const proposed = found.proposal === action;
        return (
          <div key={action} className="decision">
            <Button
              variant={action === 'flatten' ? 'outline' : 'default'}
              color={action === 'flatten' ? 'kill' : 'info'}
              onClick={() => consider(decision)}
              data-testid={`decide-${action}`}
              data-proposed={proposed}
              aria-describedby={`${found.id}-${action}`}
            >
              {action === 'adopt'
                ? t('web.do.adopt', { strategy: decision.strategy ?? '…' })
                : t(`web.do.${action}`)}
            </Button>
            <span className="small muted" id={`${found.id}-${action}`}>
              {t(`action_hint.${action}`, { strategy: decision.strategy ?? t('web.the_strategy') })}
              {proposed ? <b> {t('web.proposed')}</b> : null}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function Resolution({ found }: { readonly found: Break }): ReactNode {
  const { t, T, actor, reason: why } = useWords();
  const { resolution, life } = found;
  if (resolution === null) return <p className="muted">{T(`life.${life}`)}</p>;
  const { action, by, reason, at } = resolution;
  return (
    <p data-testid="resolution">
      <span className="good">✓</span>{' '}
      <b>{T(action === 'auto' ? 'life.auto_resolved' : `action.${action}`)}</b>{' '}
      <span className="muted">
        {t('web.by')} {actor(by)} · <At iso={at} date />
        {reason === '' ? '' : ` · ${why(resolution)}`}
      </span>{' '}
      {action === 'auto' ? null : <UndoButton found={found} />}
    </p>
  );
}

/** Who did it: as the engine concluded, else what a flag of the exchange rules out. */
function Who({ found }: { readonly found: Break }): ReactNode {
  const { t } = useWords();
  const { who, evidence } = found;
  if (who !== null)
    return HANDS.has(who) ? (
      <span className="tone-warn">
        <Icon name="hand" /> {t(`closed_by.${who}`)}
      </span>
    ) : (
      t(`closed_by.${who}`)
    );
  const newest = evidence
    .filter(({ kind }) => kind === 'fill' || kind === 'order')
    .reduce<Evidence | undefined>(
      (last, each) => (last === undefined || last.at <= each.at ? each : last),
      undefined,
    );
  const notApi = newest?.flags['api'] === false;
  return notApi ? (
    <span className="tone-warn">
      <Icon name="hand" /> {t('web.who_not_api')}
    </span>
  ) : (
    t('web.who_unknown')
  );
}

function Facts({ found }: { readonly found: Break }): ReactNode {
  const { t, T } = useWords();
  const { instrument, strategy, firstSeenAt, lastSeenAt, timesSeen, severity } = found;
  const account = useAccountTag()(found.account);
  const open = isOpenBreak(found);
  return (
    <dl className="break-facts">
      <div>
        <dt>{T('head.instrument')}</dt>
        <dd>
          {instrument}
          {strategy === null ? '' : ` · ${strategy}`}
          {account === null ? '' : ` · ${account}`}
        </dd>
      </div>
      <div>
        <dt>{T('web.who')}</dt>
        <dd>
          <Who found={found} />
        </dd>
      </div>
      <div>
        <dt>{T('head.first_seen')}</dt>
        <dd>
          <At iso={firstSeenAt} millis /> {open ? <Ago iso={firstSeenAt} ago /> : null}
        </dd>
      </div>
      <div>
        <dt>{T('web.last_seen')}</dt>
        <dd>
          <At iso={lastSeenAt} millis /> · {timesSeen}×
        </dd>
      </div>
      {open ? (
        <div>
          <dt>{T('web.owner')}</dt>
          <dd>
            <Owner found={found} />
          </dd>
        </div>
      ) : null}
      <div>
        <dt>{T('web.severity')}</dt>
        <dd className={`tone-${TONES[severity]}`}>{t(`severity.${severity}`)}</dd>
      </div>
    </dl>
  );
}

/** `whole`: with the evidence open; `own`: on its own page, which needs no link to itself. */
export function BreakCard({
  found,
  whole = false,
  own = false,
}: {
  readonly found: Break;
  readonly whole?: boolean;
  readonly own?: boolean;
}): ReactNode {
  const { t, T } = useWords();
  const { id, kind, life, severity, evidence } = found;
  const open = isOpenBreak(found);
  const path = `/breaks/${encodeURIComponent(id)}`;
  const name = T(`break.${kind}`);
  return (
    <article
      className="card break"
      data-testid="break-item"
      data-break-id={id}
      data-kind={kind}
      data-life={life}
      aria-label={`${name} ${id}`}
    >
      <header className="break-head">
        <h2 className={open ? `tone-${TONES[severity]}` : ''}>
          <span aria-hidden="true">{open ? SIGNS[severity] : '○'}</span> {name}
        </h2>
        <span className={ASKING.has(life) ? 'tag tone-critical' : 'tag'}>{t(`life.${life}`)}</span>
        {own ? null : (
          <a href={path} onClick={follow} className="mono break-link">
            {id}
          </a>
        )}
      </header>
      <p className="muted">{t(`break_hint.${kind}`)}</p>
      <Sides found={found} />
      <Facts found={found} />
      {evidence.length === 0 ? null : (
        <details className="break-evidence" open={whole}>
          <summary>
            {T('head.evidence')} ({evidence.length})
          </summary>
          <ul className="evidence">
            {evidence.map((each, index) => (
              <EvidenceLine key={index} each={each} />
            ))}
          </ul>
        </details>
      )}
      <History found={found} />
      {open ? (
        <section aria-label={t('break.decide_title')}>
          <h3 className="plan-head">{t('break.decide_title')}</h3>
          <Owed found={found} />
          <Decisions found={found} />
        </section>
      ) : (
        <Resolution found={found} />
      )}
    </article>
  );
}
