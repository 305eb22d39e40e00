/**
 * Plan first, then progress: a dialog lists what an order would do, sends it once when it is confirmed, and then shows
 * each step as the engine answered it. Stopping stays possible when no plan can be had.
 */
import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { CommandAnswer } from '../../../src/wire/requests.ts';
import { type Failure, failureText, type Order, type Plan, planOf } from '../data/api.ts';
import { consider, keyOf, send, useCommands } from '../data/commands.ts';
import { useWords } from '../data/words.ts';

type Stage =
  | { readonly at: 'planning' }
  | { readonly at: 'planned'; readonly plan: Plan }
  | { readonly at: 'unplanned'; readonly failure: Failure }
  | { readonly at: 'sending' }
  | { readonly at: 'answered'; readonly answer: CommandAnswer }
  | { readonly at: 'failed'; readonly failure: Failure };

type KillOrder = Extract<Order, { verb: 'kill' }>;

const STRENGTHS = [
  'stop',
  'reduce',
  'cancel',
  'flatten',
] as const satisfies readonly KillOrder['strength'][];

const STEP_SIGNS = { sent: '→', accepted: '◔', confirmed: '✓', rejected: '✗' } as const;

function Steps({ stage }: { readonly stage: Stage }): ReactNode {
  const { t, T } = useWords();
  switch (stage.at) {
    case 'planning':
      return <p className="muted">{t('empty.loading')}</p>;
    case 'planned':
      return (
        <>
          <h3 className="plan-head">{t('dialog.plan')}</h3>
          <ol className="plan" data-testid="plan">
            {stage.plan.steps.map((step, index) => (
              <li key={index}>{step.text}</li>
            ))}
          </ol>
          {stage.plan.cost === null ? null : (
            <p className="muted">{T('web.plan_cost', { cost: stage.plan.cost })}</p>
          )}
        </>
      );
    case 'unplanned':
      return (
        <p className="warn" role="alert">
          {T('web.plan_failed', { reason: failureText(stage.failure) })}
        </p>
      );
    case 'sending':
      return <p>{t('command.sending')}</p>;
    case 'answered': {
      const { answer } = stage;
      return (
        <>
          <h3
            className={`plan-head ${answer.state === 'done' ? 'good' : 'warn'}`}
            data-testid="command-state"
            data-state={answer.state}
          >
            {answer.state === 'done'
              ? `✓ ${t('command.done')}`
              : answer.state === 'running'
                ? T('command.running')
                : `✗ ${t('state.rejected')}`}
          </h3>
          <ol className="plan plan-steps" data-testid="command-steps">
            {answer.steps.map((step, index) => (
              <li key={index} data-state={step.state}>
                <span aria-hidden="true">{STEP_SIGNS[step.state]}</span> {step.text}{' '}
                <span className="muted">{t(`state.${step.state}`)}</span>
              </li>
            ))}
          </ol>
        </>
      );
    }
    case 'failed':
      return (
        <p className="critical" role="alert">
          {T(stage.failure.kind === 'refused' ? 'command.refused' : 'command.failed', {
            reason: failureText(stage.failure),
          })}
        </p>
      );
  }
}

function usePlan(order: Order, unreasoned: string): readonly [Stage, (stage: Stage) => void] {
  const [stage, setStage] = useState<Stage>({ at: 'planning' });
  const wish = `${keyOf(order)} ${order.verb === 'kill' ? order.strength : ''}`;
  useEffect(() => {
    let current = true;
    setStage({ at: 'planning' });
    void planOf('reason' in order ? { ...order, reason: unreasoned } : order).then((answer) => {
      if (!current) return;
      setStage(
        answer.ok
          ? { at: 'planned', plan: answer.body.plan }
          : { at: 'unplanned', failure: answer.failure },
      );
    });
    return () => {
      current = false;
    };
    // The plan depends on what is wished, not on the reason that is being typed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [wish]);
  return [stage, setStage];
}

function KillForm({
  order,
  locked,
}: {
  readonly order: KillOrder;
  readonly locked: boolean;
}): ReactNode {
  const { T } = useWords();
  return (
    <Radio.Group
      value={order.strength}
      onChange={(value) =>
        consider({ ...order, strength: STRENGTHS.find((each) => each === value) ?? 'cancel' })
      }
      label={T('web.kill_strength')}
    >
      <div className="radios">
        {STRENGTHS.map((strength) => (
          <Radio
            key={strength}
            value={strength}
            disabled={locked}
            color="kill"
            label={T(`strength.${strength}`)}
            data-testid={`kill-${strength}`}
          />
        ))}
      </div>
    </Radio.Group>
  );
}

function Body({ order, close }: { readonly order: Order; readonly close: () => void }): ReactNode {
  const { t, T, say } = useWords();
  const [stage, setStage] = usePlan(order, t('web.no_reason'));
  const [reason, setReason] = useState('');
  const before = stage.at === 'planning' || stage.at === 'planned' || stage.at === 'unplanned';
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
      {order.verb === 'kill' ? (
        <KillForm order={order} locked={!before} />
      ) : (
        <p className="muted">
          {say(`action_hint.${order.verb}`, {
            strategy: 'strategy' in order ? order.strategy : '',
          })}
        </p>
      )}
      <div>
        <Steps stage={stage} />
      </div>
      {order.verb === 'flatten' && before ? (
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
            data-testid="reason"
          />
          <div className="dialog-buttons">
            <Button variant="default" onClick={close}>
              {t('button.cancel')}
            </Button>
            <Button
              color={stops || order.verb === 'flatten' ? 'kill' : 'info'}
              onClick={confirm}
              data-autofocus
              disabled={!stops && stage.at !== 'planned'}
              data-testid={`${order.verb}-confirm`}
            >
              {T(`button.${order.verb === 'reconcile' ? 'check_now' : order.verb}`)}{' '}
              {'strategy' in order ? order.strategy : ''}
            </Button>
          </div>
        </>
      ) : (
        <div className="dialog-buttons">
          <Button variant="default" onClick={close} data-testid="dialog-close">
            {t('button.close')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The one dialog of the page; which order it considers stands in the store. */
export function OrderDialog(): ReactNode {
  const { t } = useWords();
  const order = useCommands((commands) => commands.considered);
  const close = (): void => consider(null);
  const title =
    order === null
      ? ''
      : order.verb === 'kill'
        ? t('dialog.kill')
        : order.verb === 'flatten'
          ? t('dialog.flatten', { strategy: order.strategy })
          : 'strategy' in order
            ? `${t(`button.${order.verb}`)} ${order.strategy}`
            : t('button.check_now');
  return (
    <Modal
      opened={order !== null}
      onClose={close}
      title={title}
      centered
      lockScroll={false}
      yOffset={84}
      size="md"
      closeButtonProps={{ 'aria-label': t('button.close') }}
      transitionProps={{ duration: 100 }}
    >
      {order === null ? null : <Body key={keyOf(order)} order={order} close={close} />}
    </Modal>
  );
}
