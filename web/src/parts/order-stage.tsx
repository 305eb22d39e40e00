/** Where an order stands: its plan, its steps as the engine answered them, or why there are none. */
import { type ReactNode, useEffect, useState } from 'react';
import type { CommandAnswer } from '../../../src/wire/requests.ts';
import { type Failure, failureText, type Order, type Plan, planOf } from '../data/api.ts';
import { isComplete, wishOf } from '../data/decision.ts';
import { useWords } from '../data/words.ts';

export type Stage =
  /** Something that the plan depends on is not said yet. */
  | { readonly at: 'incomplete' }
  | { readonly at: 'planning' }
  | { readonly at: 'planned'; readonly plan: Plan }
  | { readonly at: 'unplanned'; readonly failure: Failure }
  | { readonly at: 'sending' }
  | { readonly at: 'answered'; readonly answer: CommandAnswer }
  | { readonly at: 'failed'; readonly failure: Failure };

/** Typing a price asks for a plan when the hand rests. */
const TYPING_MS = 300;

/** An order without an answer for this long is not to be repeated. */
const LONG_MS = 10_000;

const STEP_SIGNS = { sent: '→', accepted: '◔', confirmed: '✓', rejected: '✗' } as const;

/** The stage, and what moves it on; the plan is asked for anew whenever the wish changes. */
export function useStage(
  order: Order,
  unreasoned: string,
): readonly [Stage, (stage: Stage) => void] {
  const [stage, setStage] = useState<Stage>({ at: 'planning' });
  const wish = wishOf(order);
  useEffect(() => {
    if (order.verb === 'resolve' && !isComplete(order)) {
      setStage({ at: 'incomplete' });
      return undefined;
    }
    let current = true;
    const ask = async (): Promise<void> => {
      const answer = await planOf('reason' in order ? { ...order, reason: unreasoned } : order);
      if (!current) return;
      setStage(
        answer.ok
          ? { at: 'planned', plan: answer.body.plan }
          : { at: 'unplanned', failure: answer.failure },
      );
    };
    setStage({ at: 'planning' });
    const timer = setTimeout(
      () => void ask(),
      order.verb === 'resolve' && order.action === 'enter' ? TYPING_MS : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
    // The plan depends on what is wished, not on the reason that is being typed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [wish]);
  return [stage, setStage];
}

/** On its way; after long without an answer it says that repeating it would be no help. */
function Sending(): ReactNode {
  const { t } = useWords();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return <p role="status">{t(long ? 'command.waiting' : 'command.sending')}</p>;
}

/** A step as the engine words it; one that only repeats the wish is said in full. */
function useStepText(order: Order): (step: { readonly text: string }) => string {
  const { t, say, retell } = useWords();
  return ({ text }) =>
    order.verb === 'resolve' && text === `${order.breakId}: ${order.action}`
      ? say(`action_hint.${order.action}`, { strategy: order.strategy ?? t('web.the_strategy') })
      : retell(text);
}

function Planned({ plan, order }: { readonly plan: Plan; readonly order: Order }): ReactNode {
  const { t, T } = useWords();
  const textOf = useStepText(order);
  return (
    <>
      <h3 className="plan-head">{t('dialog.plan')}</h3>
      <ol className="plan" data-testid="plan">
        {plan.steps.map((step, index) => (
          <li key={index}>{textOf(step)}</li>
        ))}
      </ol>
      {plan.cost === null ? null : (
        <p className="muted">{T('web.plan_cost', { cost: plan.cost })}</p>
      )}
    </>
  );
}

function Answered({
  answer,
  order,
}: {
  readonly answer: CommandAnswer;
  readonly order: Order;
}): ReactNode {
  const { t, T } = useWords();
  const textOf = useStepText(order);
  const { state, steps } = answer;
  return (
    <>
      <h3
        className={`plan-head ${state === 'done' ? 'good' : 'warn'}`}
        data-testid="command-state"
        data-state={state}
        role="status"
      >
        {state === 'done'
          ? `✓ ${t('command.done')}`
          : state === 'running'
            ? T('command.running')
            : `✗ ${t('state.rejected')}`}
      </h3>
      <ol className="plan plan-steps" data-testid="command-steps">
        {steps.map((step, index) => (
          <li key={index} data-state={step.state}>
            <span aria-hidden="true">{STEP_SIGNS[step.state]}</span> {textOf(step)}{' '}
            <span className="muted">{t(`state.${step.state}`)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

export function StageView({
  stage,
  order,
}: {
  readonly stage: Stage;
  readonly order: Order;
}): ReactNode {
  const { t, T } = useWords();
  switch (stage.at) {
    case 'incomplete':
      return null;
    case 'planning':
      return <p className="muted">{t('empty.loading')}</p>;
    case 'planned':
      return <Planned plan={stage.plan} order={order} />;
    case 'unplanned':
      return (
        <p className="warn" role="alert">
          {T('web.plan_failed', { reason: failureText(stage.failure) })}
        </p>
      );
    case 'sending':
      return <Sending />;
    case 'answered':
      return <Answered answer={stage.answer} order={order} />;
    case 'failed':
      return (
        <p className="critical" role="alert" data-testid="command-failed">
          {T(stage.failure.kind === 'refused' ? 'command.refused' : 'command.failed', {
            reason: failureText(stage.failure),
          })}
        </p>
      );
  }
}
