/** The buttons of one strategy. Pausing is one click; what costs money shows its plan first. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Strategy } from '../../../src/wire/requests.ts';
import type { Order } from '../data/api.ts';
import { ask, consider, useSending } from '../data/commands.ts';
import { useMirror } from '../data/store.ts';
import { useWords } from '../data/words.ts';

function Quick({
  order,
  hint,
}: {
  readonly order: Extract<Order, { strategy: string }>;
  readonly hint: string;
}): ReactNode {
  const { t } = useWords();
  const sending = useSending(order);
  return (
    <Button
      size="compact-sm"
      variant="default"
      title={hint}
      disabled={sending}
      onClick={() => void ask(order)}
      data-testid={`${order.verb}-${order.strategy}`}
    >
      {sending ? t('command.sending') : t(`button.${order.verb}`)}
    </Button>
  );
}

/** Pause or Resume (whichever applies) and Flatten; `all` adds Drain. */
export function StrategyControls({
  strategy,
  all = false,
}: {
  readonly strategy: Strategy;
  readonly all?: boolean;
}): ReactNode {
  const { t } = useWords();
  const mode = useMirror((mirror) => mirror.mode, '');
  const { id, control } = strategy;
  const reason = t('web.by_dashboard');
  const running = control.value === 'running';
  const resume: Order = { verb: 'resume', strategy: id, reason };
  return (
    <div className="controls">
      {running || control.value === 'draining' ? (
        <Quick order={{ verb: 'pause', strategy: id, reason }} hint={t('action_hint.pause')} />
      ) : null}
      {running ? null : mode === 'practice' || mode === 'demo' ? (
        <Quick order={resume} hint={t('action_hint.resume')} />
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => consider(resume)}
          data-testid={`resume-${id}`}
        >
          {t('button.resume')}
        </Button>
      )}
      {all && running ? (
        <Quick order={{ verb: 'drain', strategy: id, reason }} hint={t('action_hint.drain')} />
      ) : null}
      <Button
        size="compact-sm"
        variant="default"
        disabled={strategy.position === null}
        title={strategy.position === null ? t('empty.positions') : t('action_hint.flatten')}
        onClick={() => consider({ verb: 'flatten', strategy: id, reason: '' })}
        data-testid={`flatten-${id}`}
      >
        {t('button.flatten')}
      </Button>
    </div>
  );
}

/** Whatever is looked at: a kill means all accounts, unless its dialog is told otherwise. */
export const considerKill = (): void =>
  consider({ verb: 'kill', account: null, strength: 'cancel', reason: '' });
