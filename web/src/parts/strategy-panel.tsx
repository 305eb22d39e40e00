/** One strategy: what it does, what it holds, whether the exchange guards it, and what it waits for. */
import type { ReactNode } from 'react';
import type { Strategy, Trade } from '../../../src/wire/requests.ts';
import { waitsFor } from '../../../src/words/text.ts';
import { useHome } from '../data/accounts.ts';
import { follow } from '../data/router.ts';
import { useMirror } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { positionOf } from '../stream/mirror.ts';
import { StrategyControls } from './controls.tsx';
import { Unrealised } from './kpis.tsx';
import { useVerifiedAge } from './link.ts';
import { Num, Price, unitOf } from './result.tsx';
import { StatusLabel } from './status-label.tsx';
import { Ago, At } from './time.tsx';

type Checkpoint = Strategy['checkpoints'][number];

const MARKS: Readonly<Record<Checkpoint['state'], string>> = {
  met: '✓',
  pending: '◔',
  failed: '✗',
};

function PositionCell({ trade }: { readonly trade: Trade | null }): ReactNode {
  const { T, none } = useWords();
  if (trade === null) return <span className="muted">{none}</span>;
  return (
    <>
      <a href={`/trades/${encodeURIComponent(trade.id)}`} onClick={follow} className="strong">
        {T(`side.${trade.direction}`)}{' '}
        <Num value={trade.openAmount} unit={unitOf(trade.instrument)} />
      </a>
      <span className="cell-note">
        @ <Price value={trade.entryPrice} />{' '}
        <Unrealised trade={trade} testId={`unrealised-${trade.strategy}`} />
      </span>
    </>
  );
}

function StopCell({ trade }: { readonly trade: Trade | null }): ReactNode {
  const { t, none } = useWords();
  const stop = useMirror(
    (mirror) => (trade === null ? undefined : positionOf(mirror, trade)?.stop),
    undefined,
  );
  if (trade === null) return <span className="muted">{none}</span>;
  if (stop === undefined) return <span className="warn">? {t('stop.unknown')}</span>;
  switch (stop.state) {
    case 'on_exchange':
      return (
        <>
          <span className="good strong">
            ✓ <Price value={stop.price} />
          </span>
          <span className="cell-note">{t('stop.on_exchange')}</span>
        </>
      );
    case 'partial':
      return (
        <span className="critical strong" role="alert">
          ! {t('stop.partial', { amount: stop.amount })}
        </span>
      );
    case 'missing':
    case 'none':
      return (
        <span className="critical strong" role="alert">
          ✗ {t('stop.missing')}
        </span>
      );
  }
}

/** The sentence of a checkpoint with its name set off, once. */
function Named({
  name,
  sentence,
}: {
  readonly name: string;
  readonly sentence: string;
}): ReactNode {
  const said = sentence.toLowerCase().startsWith(name.toLowerCase());
  return (
    <>
      <b>{said ? sentence.slice(0, name.length) : name}</b>
      <span className="muted">{said ? sentence.slice(name.length) : ` ${sentence}`}</span>
    </>
  );
}

function CheckpointItem({ checkpoint }: { readonly checkpoint: Checkpoint }): ReactNode {
  const { t, say, capital } = useWords();
  const { id, state, reason, params } = checkpoint;
  return (
    <li
      className={`checkpoint checkpoint-${state}`}
      data-testid={`checkpoint-${id}`}
      data-state={state}
    >
      <span className="checkpoint-mark" aria-hidden="true">
        {MARKS[state]}
      </span>
      <span className="checkpoint-text">
        <span className="hidden">{t(`checkpoint_state.${state}`)}: </span>
        <Named
          name={capital(say(`checkpoint_name.${id}`))}
          sentence={say(`checkpoint.${id}.${reason}`, params)}
        />
      </span>
    </li>
  );
}

function Why({ strategy }: { readonly strategy: Strategy }): ReactNode {
  const { t, say, capital, none, clock, actor, reason } = useWords();
  const { control } = strategy;
  if (control.value !== 'running') {
    const by = t('control.by', {
      control: t(`status.${control.value}`),
      name: actor(control.by),
      time: clock(Date.parse(control.at)),
    });
    return (
      <>
        {capital(by)}
        {control.reason === '' ? null : (
          <span className="cell-note">{t('control.reason', { reason: reason(control) })}</span>
        )}
      </>
    );
  }
  const what = waitsFor(strategy);
  if (what === null) return <span className="muted">{none}</span>;
  return <>{capital(say(what.key, what.params))}</>;
}

export function StrategyPanel({
  strategy,
  trade,
}: {
  readonly strategy: Strategy;
  readonly trade: Trade | null;
}): ReactNode {
  const { t, T, age: spell } = useWords();
  const verified = useVerifiedAge();
  const stop = useMirror(
    (mirror) => (trade === null ? 'none' : (positionOf(mirror, trade)?.stop.state ?? 'unknown')),
    'unknown',
  );
  const { id, kind, instrument, status, since, strength, checkpoints } = strategy;
  const home = useHome(id);
  return (
    <section
      className="card strategy"
      data-testid={`strategy-${id}`}
      data-status={status}
      aria-label={id}
    >
      <div className="strategy-row">
        <div className="cell cell-name">
          <h2>{id}</h2>
          <span className="cell-note">
            {kind === id ? instrument : `${kind} · ${instrument}`}
            {home === null ? '' : ` · ${home}`}
          </span>
        </div>
        <div className="cell">
          <span className="cell-head">{t('head.status')}</span>
          <StatusLabel strategy={strategy} />
          <span className="cell-note">
            {t('head.since')} <At iso={since} /> · <Ago iso={since} />
          </span>
        </div>
        <div className="cell" data-testid={`position-${id}`} data-side={trade?.direction ?? 'flat'}>
          <span className="cell-head">{t('head.position')}</span>
          <PositionCell trade={trade} />
        </div>
        <div className="cell" data-testid={`stop-${id}`} data-stop={stop}>
          <span className="cell-head">{t('order.protective_stop')}</span>
          <StopCell trade={trade} />
        </div>
        <div className="cell cell-why" data-testid={`why-${id}`}>
          <span className="cell-head">{t('trade.why_waiting')}</span>
          <span>
            <Why strategy={strategy} />
          </span>
        </div>
        <div className="cell">
          <span className="cell-head">{t('head.verified')}</span>
          <span className={verified.fresh === 'fresh' ? '' : 'warn'} data-testid={`verified-${id}`}>
            {verified.age === null
              ? t('fresh.never_verified')
              : t('fresh.verified_ago', { age: spell(verified.age) })}
          </span>
        </div>
        <div className="cell cell-controls">
          <StrategyControls strategy={strategy} />
        </div>
      </div>
      {checkpoints.length === 0 ? null : (
        <div className="explain">
          <div className="strength" title={T('head.strength')}>
            <span className="cell-head">{t('head.strength')}</span>
            <span className="strength-value num" data-testid={`strength-${id}`}>
              {strength}
            </span>
            <progress
              className="strength-bar"
              max={100}
              value={strength}
              aria-label={t('head.strength')}
            />
          </div>
          <ul className="checkpoints" aria-label={t('head.checkpoints')}>
            {checkpoints.map((checkpoint) => (
              <CheckpointItem key={checkpoint.id} checkpoint={checkpoint} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
