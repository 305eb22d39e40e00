/**
 * Plan first, then progress: a dialog lists what an order would do, sends it once when it is confirmed, and then shows
 * each step as the engine answered it. Stopping stays possible when no plan can be had.
 */
import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Order } from '../data/api.ts';
import { useBreak } from '../data/breaks.ts';
import { consider, keyOf, send, useCommands } from '../data/commands.ts';
import { useMirror } from '../data/store.ts';
import { useWords, type Words } from '../data/words.ts';
import { isOpenBreak } from '../stream/mirror.ts';
import { DecisionForm, KillForm } from './order-forms.tsx';
import { StageView, useStage } from './order-stage.tsx';

/** A decision is carried out at once; one that still stands after this long did not settle it. */
const SETTLE_MS = 3_000;

/** What became of a difference after the engine took the decision: told by the books, not by the answer. */
function Outcome({ id }: { readonly id: string }): ReactNode {
  const { t, T } = useWords();
  const held = useBreak(id);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (held.is !== 'here') return null;
  const stands = isOpenBreak(held.found);
  if (stands && !late) return <p className="muted">{t('web.settling')}</p>;
  return (
    <p
      className={stands ? 'warn' : 'good'}
      role="status"
      data-testid="break-outcome"
      data-life={held.found.life}
    >
      {stands ? T('web.still_stands') : `✓ ${t(`life.${held.found.life}`)}`}
    </p>
  );
}

/** The button that was pressed is gone; the focus stays in the dialog. */
const takeFocus = (button: HTMLButtonElement | null): void => button?.focus();

const isDanger = ({ verb, ...order }: Order): boolean =>
  verb === 'kill' || verb === 'flatten' || ('action' in order && order.action === 'flatten');

/** Whether a field of its own wants the focus before the reason. */
const asksFirst = (order: Order): boolean => order.verb === 'resolve' && order.action === 'enter';

function confirmText(order: Order, { t, T }: Words): string {
  if (order.verb === 'resolve')
    return order.action === 'adopt'
      ? t('web.do.adopt', { strategy: order.strategy ?? '…' })
      : t(`web.do.${order.action}`);
  if (order.verb === 'undo') return T('action.undo');
  const verb = T(`button.${order.verb === 'reconcile' ? 'check_now' : order.verb}`);
  return 'strategy' in order ? `${verb} ${order.strategy}` : verb;
}

function titleOf(order: Order | null, words: Words): string {
  const { t } = words;
  switch (order?.verb) {
    case undefined:
      return '';
    case 'kill':
      return t('dialog.kill');
    case 'flatten':
      return t('dialog.flatten', { strategy: order.strategy });
    case 'undo':
    case 'resolve':
      return `${confirmText(order, words)} · ${order.breakId}`;
    case 'reconcile':
      return t('button.check_now');
    case 'pause':
    case 'resume':
    case 'drain':
      return `${t(`button.${order.verb}`)} ${order.strategy}`;
  }
}

function Head({ order, before }: { readonly order: Order; readonly before: boolean }): ReactNode {
  const { say } = useWords();
  if (order.verb === 'kill') return <KillForm order={order} locked={!before} />;
  if (order.verb === 'resolve') return <DecisionForm order={order} before={before} />;
  const values = { strategy: 'strategy' in order ? order.strategy : '' };
  return (
    <p className="muted">
      {say(`action_hint.${order.verb === 'reconcile' ? 'check_now' : order.verb}`, values)}
    </p>
  );
}

function Body({ order, close }: { readonly order: Order; readonly close: () => void }): ReactNode {
  const words = useWords();
  const { t } = words;
  const [stage, setStage] = useStage(order, t('web.no_reason'));
  const [reason, setReason] = useState('');
  const before = ['incomplete', 'planning', 'planned', 'unplanned'].includes(stage.at);
  const stops = order.verb === 'kill' || order.verb === 'pause';
  const confirm = (): void => {
    setStage({ at: 'sending' });
    const reasoned =
      order.verb === 'reconcile'
        ? order
        : { ...order, reason: reason.trim() || t('web.no_reason') };
    void send(reasoned).then((outcome) => {
      if (outcome === null) return;
      setStage(
        outcome.ok
          ? { at: 'answered', answer: outcome.body }
          : { at: 'failed', failure: outcome.failure },
      );
    });
  };
  return (
    <div className="dialog">
      <Head order={order} before={before} />
      <div className="stage">
        <StageView stage={stage} order={order} />
      </div>
      {order.verb === 'resolve' && stage.at === 'answered' ? <Outcome id={order.breakId} /> : null}
      {before && isDanger(order) && order.verb !== 'kill' ? (
        <p className="muted cap">{t('state.cannot_undo')}</p>
      ) : null}
      {before ? (
        <>
          <TextInput
            label={t('dialog.reason')}
            value={reason}
            maxLength={500}
            placeholder={t('web.reason_hint')}
            onChange={(event) => setReason(event.currentTarget.value)}
            {...(stops || asksFirst(order) ? {} : { 'data-autofocus': true })}
            data-testid="reason"
          />
          <div className="dialog-buttons">
            <Button variant="default" onClick={close} data-testid="dialog-cancel">
              {t('button.cancel')}
            </Button>
            <Button
              color={isDanger(order) ? 'kill.7' : 'info'}
              onClick={confirm}
              {...(stops ? { 'data-autofocus': true } : {})}
              disabled={!stops && stage.at !== 'planned'}
              data-testid={`${order.verb}-confirm`}
            >
              {confirmText(order, words)}
            </Button>
          </div>
        </>
      ) : (
        <div className="dialog-buttons">
          <Button
            variant="default"
            onClick={close}
            ref={stage.at === 'sending' ? null : takeFocus}
            data-testid="dialog-close"
          >
            {t('button.close')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The one dialog of the page; which order it considers stands in the store. */
export function OrderDialog(): ReactNode {
  const words = useWords();
  const order = useCommands((commands) => commands.considered);
  const live = useMirror((mirror) => mirror.mode, '') === 'live';
  const close = (): void => consider(null);
  return (
    <Modal
      opened={order !== null}
      onClose={close}
      title={titleOf(order, words)}
      centered
      lockScroll={false}
      yOffset={84}
      size="md"
      classNames={{ content: live ? 'dialog-live' : 'dialog-box' }}
      closeButtonProps={{ 'aria-label': words.t('button.close') }}
      transitionProps={{ duration: 100 }}
    >
      {order === null ? null : <Body key={keyOf(order)} order={order} close={close} />}
    </Modal>
  );
}
