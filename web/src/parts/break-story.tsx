/** Who has a difference, what a person has decided about it and is owed, and how it ended before it came back. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Break } from '../../../src/wire/requests.ts';
import { ask, consider, useSending } from '../data/commands.ts';
import { useWords } from '../data/words.ts';
import { Num, unitOf } from './result.tsx';
import { At } from './time.tsx';

/** Kinds whose difference is an amount of money, and not of the instrument. */
export const IN_MONEY: ReadonlySet<string> = new Set([
  'balance_drift',
  'fee_or_funding_difference',
]);

/** The unit of a difference's amount. */
export const unitOfBreak = ({ kind, difference, instrument }: Break): string =>
  IN_MONEY.has(kind) ? difference.currency : unitOf(instrument);

/** Who has it, and the button that says that it is you, or that it is nobody. */
export function Owner({ found }: { readonly found: Break }): ReactNode {
  const { t, actor } = useWords();
  const { id, owner } = found;
  const order = { verb: owner === null ? 'take' : 'release', breakId: id } as const;
  const sending = useSending(order);
  return (
    <span data-testid="break-owner" data-owner={owner ?? ''}>
      {owner === null ? t('web.owner_nobody') : actor(owner)}{' '}
      <Button
        size="compact-xs"
        variant="default"
        disabled={sending}
        onClick={() => void ask(order)}
        title={t(`action_hint.${order.verb}`)}
        data-testid={`break-${order.verb}`}
      >
        {t(`button.${order.verb}`)}
      </Button>
    </span>
  );
}

/** Takes the last decision back, after a look at what that does. */
export function UndoButton({ found }: { readonly found: Break }): ReactNode {
  const { t, T } = useWords();
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => consider({ verb: 'undo', breakId: found.id, reason: '' })}
      title={t('action_hint.undo')}
      data-testid="break-undo"
    >
      {T('action.undo')}
    </Button>
  );
}

/** What a person has decided about one that still stands. */
export function Owed({ found }: { readonly found: Break }): ReactNode {
  const { t, T, actor } = useWords();
  const { resolution } = found;
  if (resolution === null || resolution.action === 'auto') return null;
  const { action, by, reason, at } = resolution;
  return (
    <p data-testid="break-owed">
      <b>{T(`action.${action}`)}</b>{' '}
      <span className="muted">
        {t('web.by')} {actor(by)} · <At iso={at} date /> · {reason}
      </span>{' '}
      <UndoButton found={found} />
    </p>
  );
}

/** How it ended before it came back. */
export function History({ found }: { readonly found: Break }): ReactNode {
  const { t, T, actor } = useWords();
  const { history = [] } = found;
  if (history.length === 0) return null;
  const unit = unitOfBreak(found);
  return (
    <section aria-label={t('web.history')} data-testid="break-history">
      <h3 className="plan-head">{T('web.history')}</h3>
      <ul className="evidence">
        {history.map(({ action, life, amount, by, reason, at, undone }) => (
          <li key={at}>
            <At iso={at} date />
            <span className="muted">
              <Num value={amount} unit={unit} />
            </span>
            <div>
              {t(action === 'auto' || action === 'accept' ? `life.${life}` : `action.${action}`)}{' '}
              <span className="muted">
                {t('web.by')} {actor(by)}
                {reason === '' ? '' : ` · ${reason}`}
              </span>
              {undone === undefined ? null : (
                <span className="cell-note warn" data-testid="break-undone">
                  {t('web.undone')} {t('web.by')} {actor(undone.by)} · {undone.reason}{' '}
                  <At iso={undone.at} date />
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
