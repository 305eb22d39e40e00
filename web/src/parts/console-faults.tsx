/** Breaking things: the wires between exchange and engine, its messages and answers, and the engine itself. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { killEngine, restoreEngine, useProcess } from '../data/engine-process.ts';
import { FAULT_GROUPS, type FaultName, plant, takeBack } from '../data/faults.ts';
import type { PracticeFault } from '../data/practice-state.ts';
import { usePractice } from '../data/practice.ts';
import { useStage } from '../data/scenarios/perform.ts';
import { useLive } from '../data/store.ts';
import { deed } from '../data/watch.ts';
import { useWords } from '../data/words.ts';
import { type Attempt, Problem, useAttempt } from './attempt.tsx';
import { FaultIds } from './console-fault-ids.tsx';
import { Section } from './section.tsx';

const NONE: readonly PracticeFault[] = [];

/** What an active fault is, in a few words: its kind and what it waits for. */
const nameOf = ({ kind, method, channel }: PracticeFault): string =>
  [kind, method ?? channel].filter((part) => part !== null).join(' ');

function Active({ doing: { busy, attempt } }: { readonly doing: Attempt }): ReactNode {
  const { t } = useWords();
  const all = usePractice(({ state }) => state?.faults ?? NONE);
  const faults = all.filter(({ active }) => active);
  if (faults.length === 0) return null;
  return (
    <div>
      <p className="field-label">{t('practice.active')}</p>
      <ul className="chips" data-testid="faults">
        {faults.map((fault) => (
          <li key={fault.id} className="chip" data-testid="fault" data-kind={fault.kind}>
            <span className="mono">{nameOf(fault)}</span>
            <span className="muted">{t('practice.hits', { n: fault.hits })}</span>
            <button
              type="button"
              className="text-button"
              disabled={busy}
              aria-label={t('practice.take_back', { fault: nameOf(fault) })}
              onClick={() => attempt(() => takeBack([fault.id]))}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      {faults.length < 2 ? null : (
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={busy}
          onClick={() => attempt(() => takeBack(faults.map(({ id }) => id)))}
          data-testid="faults-take-all"
        >
          {t('practice.take_all_back')}
        </Button>
      )}
    </div>
  );
}

/** Kill and restore of the engine's process: the demo has them, an exchange alone says that it does not know them. */
function EngineButtons({ doing: { busy, attempt } }: { readonly doing: Attempt }): ReactNode {
  const { t, T } = useWords();
  const { known } = useProcess();
  const up = useLive(({ socket }) => socket);
  if (!known) return <p className="muted small">{t('practice.demo_only')}</p>;
  return (
    <div>
      <p className="field-label">{T('practice.faults_engine')}</p>
      <div className="fault-buttons">
        <Button
          size="compact-sm"
          variant="outline"
          color="kill"
          disabled={busy || !up}
          onClick={() => attempt(() => deed({ key: 'practice.saw.kill' }, killEngine))}
          data-testid="engine-kill"
        >
          {t('practice.engine_kill')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy || up}
          onClick={() =>
            attempt(() => deed({ key: 'practice.saw.restore' }, () => restoreEngine()))
          }
        >
          {t('practice.engine_restore')}
        </Button>
      </div>
    </div>
  );
}

export function Faults(): ReactNode {
  const { t, T } = useWords();
  const playing = useStage((stage) => stage.playing !== null);
  const own = useAttempt();
  const doing = { ...own, busy: own.busy || playing };
  const start = (name: FaultName): void =>
    doing.attempt(() =>
      deed(
        {
          key: 'practice.saw.fault',
          values: { fault: { word: `practice.fault.${name}` } },
        },
        () => plant(name),
      ),
    );
  return (
    <Section title={t('practice.faults')}>
      <div className="form">
        {FAULT_GROUPS.map(({ title, names }) => (
          <div key={title}>
            <p className="field-label">{T(title)}</p>
            <div className="fault-buttons">
              {names.map((name) => (
                <Button
                  key={name}
                  size="compact-sm"
                  variant="default"
                  disabled={doing.busy}
                  title={t(`practice.fault_hint.${name}`)}
                  onClick={() => start(name)}
                  data-testid={`fault-${name}`}
                >
                  {t(`practice.fault.${name}`)}
                </Button>
              ))}
            </div>
          </div>
        ))}
        <FaultIds doing={doing} />
        <EngineButtons doing={doing} />
        <Active doing={doing} />
        <Problem text={doing.problem} />
      </div>
    </Section>
  );
}
