/** Be the exchange: close the bot's position behind its back, move the price, break the wires, and watch the books follow. */
import { Button } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { follow } from '../data/router.ts';
import {
  followPractice,
  liveOrdersOf,
  positionsOf,
  type PracticePosition,
  usePractice,
} from '../data/practice.ts';
import { closeByHand, type Step, useReaction } from '../data/reaction.ts';
import { type Decimal, useWords } from '../data/words.ts';
import { Faults, Market, OrderForm } from '../parts/practice-forms.tsx';
import { Icon } from '../parts/icon.tsx';
import { Num, Price, unitOf } from '../parts/result.tsx';
import { Empty, Section } from '../parts/section.tsx';

function PositionRow({ position }: { readonly position: PracticePosition }): ReactNode {
  const { t, T } = useWords();
  const { instrument, size, averagePrice } = position;
  const closing = useReaction((state) => state.closing);
  const short = size.startsWith('-');
  return (
    <li
      className="practice-position"
      data-testid="practice-position"
      data-instrument={instrument}
      data-size={size}
    >
      <div>
        <b>
          {T(short ? 'side.short' : 'side.long')}{' '}
          <Num value={(short ? size.slice(1) : size) as Decimal} unit={unitOf(instrument)} />
        </b>
        <span className="cell-note">
          {instrument} @ <Price value={averagePrice ?? null} />
        </span>
      </div>
      <Button
        color="info"
        disabled={closing !== null}
        onClick={() => void closeByHand(instrument)}
        data-testid="practice-close"
        data-instrument={instrument}
      >
        <Icon name="hand" />
        &nbsp;{closing === instrument ? t('practice.closing') : t('web.close_at_market')}
      </Button>
    </li>
  );
}

function stepText(step: Step, say: (key: string) => string): string {
  return step.status === undefined
    ? say(step.key)
    : `${say(step.key)} ${say(`status.${step.status}`)}`;
}

function Watch(): ReactNode {
  const { t, say, count } = useWords();
  const reaction = useReaction((state) => state.reaction);
  if (reaction === null)
    return (
      <Section title={t('practice.reaction')}>
        <Empty>{t('web.react_hint')}</Empty>
      </Section>
    );
  const { steps, trade, problem, instrument } = reaction;
  const steps_ = [...steps].sort((a, b) => a.ms - b.ms);
  const over = steps.some(({ key }) => key === 'web.react_status');
  return (
    <Section title={t('practice.reaction')} aside={instrument}>
      <ol className="reaction" data-testid="reaction" data-over={over}>
        {steps_.map((step) => (
          <li
            key={step.key}
            data-testid={`reaction-${step.key.replace('web.react_', '')}`}
            data-ms={Math.round(step.ms)}
          >
            <span className="num right">{count(Math.round(step.ms))} ms</span>
            <span className="reaction-sign" aria-hidden="true">
              {step.key === 'web.react_click' ? <Icon name="hand" /> : '●'}
            </span>
            <span>{stepText(step, say)}</span>
          </li>
        ))}
      </ol>
      {problem === null ? null : (
        <p className="critical" role="alert">
          {problem}
        </p>
      )}
      {!over && problem === null && trade !== null ? (
        <p className="muted">{t('practice.reaction_waiting')}</p>
      ) : null}
      {trade === null ? (
        <p className="muted">{t('web.react_no_trade')}</p>
      ) : (
        <p>
          <a href={`/trades/${encodeURIComponent(trade)}`} onClick={follow}>
            {t('web.react_open')} →
          </a>
        </p>
      )}
    </Section>
  );
}

function Orders(): ReactNode {
  const { t, say, none } = useWords();
  const state = usePractice((practice) => practice.state);
  const orders = liveOrdersOf(state);
  return (
    <Section title={t('section.orders')}>
      {orders.length === 0 ? (
        <Empty>{t('empty.orders')}</Empty>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('head.order')}</th>
                <th scope="col">{t('head.direction')}</th>
                <th scope="col" className="right">
                  {t('head.amount')}
                </th>
                <th scope="col" className="right">
                  {t('head.price')}
                </th>
                <th scope="col">{t('head.state')}</th>
                <th scope="col">{t('head.label')}</th>
              </tr>
            </thead>
            <tbody>
              {orders.map((order) => (
                <tr key={order.orderId} data-testid="practice-order">
                  <td>{say(`order_type.${order.type}`)}</td>
                  <td>{t(`direction.${order.direction}`)}</td>
                  <td className="right">
                    <Num value={order.amount} />
                  </td>
                  <td className="right">
                    <Price value={order.triggerPrice ?? order.price} />
                  </td>
                  <td>{say(`order_state.${order.state}`)}</td>
                  <td className="mono muted wrap">{order.label === '' ? none : order.label}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

export function Practice(): ReactNode {
  const { t } = useWords();
  const { state, reachable } = usePractice();
  useEffect(followPractice, []);
  const positions = positionsOf(state);
  return (
    <div className="page practice" data-testid="practice">
      <div>
        <h1 className="page-title">{t('practice.title')}</h1>
        <p className="muted">{t('practice.intro')}</p>
      </div>
      {reachable ? null : (
        <p className="critical" role="alert">
          {t('practice.unreachable')}
        </p>
      )}
      <div className="columns columns-three">
        <div className="stack">
          <Section title={t('practice.positions')}>
            {positions.length === 0 ? (
              <Empty testId="practice-flat">{t('practice.no_position')}</Empty>
            ) : (
              <ul>
                {positions.map((position) => (
                  <PositionRow key={position.instrument} position={position} />
                ))}
              </ul>
            )}
          </Section>
          <Orders />
        </div>
        <div className="stack">
          <Watch />
          <Market />
        </div>
        <div className="stack">
          <OrderForm />
          <Faults />
        </div>
      </div>
    </div>
  );
}
