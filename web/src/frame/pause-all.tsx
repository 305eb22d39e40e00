/** Pausing every strategy at once: by one click in the frame, or by a dialog that the keyboard opens. */
import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Strategy } from '../../../src/wire/requests.ts';
import { useAccountIds } from '../data/accounts.ts';
import { ask } from '../data/commands.ts';
import { useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { Empty } from '../parts/section.tsx';

export const usePausing = create<{ readonly opened: boolean }>()(() => ({ opened: false }));

export const considerPause = (opened: boolean): void => usePausing.setState({ opened });

/** Those of all accounts, whichever is looked at. */
const useRunning = (): readonly Strategy[] =>
  useLive(
    useShallow(({ accounts }) =>
      Object.values(accounts.byId).flatMap(({ mirror }) =>
        Object.values(mirror?.strategies ?? {}).filter(
          ({ control }) => control.value === 'running',
        ),
      ),
    ),
  );

/** What pausing does, and in which accounts where there are several. */
function useHint(): string {
  const { t } = useWords();
  const ids = useAccountIds();
  const hint = t('action_hint.pause');
  return ids.length < 2 ? hint : `${hint} (${t('web.in_accounts', { ids: ids.join(', ') })})`;
}

function pauseAll(strategies: readonly Strategy[], reason: string): void {
  for (const { id } of strategies) void ask({ verb: 'pause', strategy: id, reason });
}

export function PauseAll({
  testId = 'pause-all',
  done,
}: {
  readonly testId?: string;
  /** Called when it was pressed. */
  readonly done?: () => void;
}): ReactNode {
  const { T, t } = useWords();
  const running = useRunning();
  const hint = useHint();
  return (
    <Button
      size="compact-sm"
      variant="default"
      className="pause-all"
      disabled={running.length === 0}
      onClick={() => {
        pauseAll(running, t('web.by_dashboard'));
        done?.();
      }}
      title={hint}
      data-testid={testId}
    >
      {T('action.pause_all')}
    </Button>
  );
}

function Body({ close }: { readonly close: () => void }): ReactNode {
  const { t, T } = useWords();
  const running = useRunning();
  const hint = useHint();
  const [reason, setReason] = useState('');
  if (running.length === 0) return <Empty>{t('web.none_running')}</Empty>;
  return (
    <div className="dialog">
      <p className="muted">{hint}</p>
      <ol className="plan" data-testid="plan">
        {running.map(({ id, instrument }) => (
          <li key={id}>
            {t('button.pause')} <b>{id}</b> <span className="muted">{instrument}</span>
          </li>
        ))}
      </ol>
      <TextInput
        label={t('dialog.reason')}
        value={reason}
        maxLength={500}
        placeholder={t('web.reason_hint')}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-testid="reason"
      />
      <div className="dialog-buttons">
        <Button variant="default" onClick={close}>
          {t('button.cancel')}
        </Button>
        <Button
          data-autofocus
          data-testid="pause-all-confirm"
          onClick={() => {
            pauseAll(running, reason.trim() || t('web.no_reason'));
            close();
          }}
        >
          {T('action.pause_all')}
        </Button>
      </div>
    </div>
  );
}

export function PauseDialog(): ReactNode {
  const { T, t } = useWords();
  const opened = usePausing((pausing) => pausing.opened);
  const close = (): void => considerPause(false);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={T('action.pause_all')}
      centered
      lockScroll={false}
      yOffset={84}
      size="md"
      closeButtonProps={{ 'aria-label': t('button.close') }}
      transitionProps={{ duration: 100 }}
    >
      {opened ? <Body close={close} /> : null}
    </Modal>
  );
}
