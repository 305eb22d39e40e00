/** The one label of a strategy: shape, word and colour, the worst that applies. */
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Strategy } from '../../../src/wire/requests.ts';
import { label } from '../../../src/words/label.ts';
import { useWords } from '../data/words.ts';

type Look = { readonly sign: string; readonly tone: string };

const LOOKS: Readonly<Record<Strategy['status'], Look>> = {
  halted: { sign: '■', tone: 'critical' },
  stopped: { sign: '■', tone: 'muted' },
  blind: { sign: '◌', tone: 'critical' },
  mismatch: { sign: '≠', tone: 'critical' },
  unverified: { sign: '?', tone: 'warn' },
  checking: { sign: '◐', tone: 'warn' },
  draining: { sign: '▽', tone: 'warn' },
  paused: { sign: '‖', tone: 'warn' },
  initializing: { sign: '◐', tone: 'muted' },
  analyzing: { sign: '○', tone: 'info' },
  signal_detected: { sign: '◇', tone: 'info' },
  entering: { sign: '◔', tone: 'info' },
  position_open: { sign: '●', tone: 'good' },
  exiting: { sign: '◕', tone: 'info' },
  cooldown: { sign: '◌', tone: 'muted' },
  idle: { sign: '○', tone: 'muted' },
};

export function StatusLabel({ strategy }: { readonly strategy: Strategy }): ReactNode {
  const { lang, capital, t } = useWords();
  const { control, activity, assurance, status } = strategy;
  const { sign, tone } = LOOKS[status] ?? LOOKS.unverified;
  const words = capital(label(lang, { control: control.value, activity, assurance }));
  return (
    <Tooltip label={t(`hint.${status}`)} multiline maw={280} withArrow openDelay={300}>
      <span className={`status tone-${tone}`} data-testid="status-label" data-status={status}>
        <span className="status-sign" aria-hidden="true">
          {sign}
        </span>
        {words}
      </span>
    </Tooltip>
  );
}
