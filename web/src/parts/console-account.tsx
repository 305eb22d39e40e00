/** What the exchange holds for the bot: positions to be closed or liquidated, and orders to be cancelled. */
import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  liveOrdersOf,
  positionsOf,
  type PracticeOrder,
  type PracticePosition,
} from '../data/practice-state.ts';
import { usePractice } from '../data/practice.ts';
import { post } from '../data/watch.ts';
import { type Decimal, useWords } from '../data/words.ts';
import { type Attempt, isDecimal, Problem, useAttempt } from './attempt.tsx';
import { Icon } from './icon.tsx';
import { Num, Price, unitOf } from './result.tsx';
import { Empty, Loading, Section } from './section.tsx';

const absolute = (size: Decimal): Decimal => size.replace(/^-/, '') as Decimal;

/** Part of it, or at a price of one's own. */
function Partly({
  position,
  doing: { busy, attempt },
}: {
  readonly position: PracticePosition;
  readonly doing: Attempt;
}): ReactNode {
  const { t, T } = useWords();
  const { instrument, size } = position;
  const [amount, setAmount] = useState('');
  const [price, setPrice] = useState('');
  const part = amount === '' ? {} : { amount };
  const valid = amount === '' || isDecimal(amount);
  return (
    <div className="form">
      <div className="form-row">
        <TextInput
          size="xs"
          label={`${T('head.amount')} (${unitOf(instrument)})`}
          value={amount}
          placeholder={absolute(size)}
          inputMode="decimal"
          error={!valid}
          onChange={(event) => setAmount(event.currentTarget.value.trim())}
          data-testid="close-amount"
        />
        <TextInput
          size="xs"
          label={T('head.price')}
          value={price}
          inputMode="decimal"
          error={price !== '' && !isDecimal(price)}
          onChange={(event) => setPrice(event.currentTarget.value.trim())}
          data-testid="close-price"
        />
      </div>
      <div className="form-row">
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy || !isDecimal(amount)}
          onClick={() =>
            attempt(() =>
              post(
                {
                  key: 'practice.saw.close_part',
                  values: { instrument, amount: { decimal: amount } },
                },
                'close',
                { instrument, type: 'market', as: 'web', ...part },
              ),
            )
          }
          data-testid="close-part"
        >
          {t('practice.close_part')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy || !valid || !isDecimal(price)}
          onClick={() =>
            attempt(() =>
              post(
                {
                  key: 'practice.saw.close_limit',
                  values: { instrument, price: { decimal: price } },
                },
                'close',
                { instrument, type: 'limit', price, as: 'web', ...part },
              ),
            )
          }
          data-testid="close-limit"
        >
          {t('practice.close_at_limit')}
        </Button>
      </div>
    </div>
  );
}

function Liquidation({
  instrument,
  doing: { busy, attempt },
}: {
  readonly instrument: string;
  readonly doing: Attempt;
}): ReactNode {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const liquidate = (course: boolean): void => {
    setAsked(false);
    attempt(() =>
      post({ key: 'practice.saw.liquidate', values: { instrument } }, 'liquidate', {
        instrument,
        course,
      }),
    );
  };
  return (
    <>
      <Button
        size="compact-xs"
        variant="outline"
        color="kill"
        disabled={busy}
        onClick={() => setAsked(true)}
        data-testid="liquidate"
      >
        {t('practice.liquidate')}
      </Button>
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('practice.liquidate_title', { instrument })}
        centered
        lockScroll={false}
        size="sm"
        closeButtonProps={{ 'aria-label': t('button.close') }}
        transitionProps={{ duration: 100 }}
      >
        <div className="console-dialog">
          <p>{t('practice.liquidate_text')}</p>
          <div className="dialog-buttons">
            <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
              {t('practice.keep_position')}
            </Button>
            <Button
              color="kill.7"
              variant="outline"
              onClick={() => liquidate(true)}
              data-testid="liquidate-course"
            >
              {t('practice.liquidate_course')}
            </Button>
            <Button color="kill.7" onClick={() => liquidate(false)} data-testid="liquidate-confirm">
              {t('practice.liquidate')}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

function PositionRow({ position }: { readonly position: PracticePosition }): ReactNode {
  const { t, T } = useWords();
  const { instrument, size, averagePrice } = position;
  const doing = useAttempt();
  const side = size.startsWith('-') ? 'side.short' : 'side.long';
  return (
    <li
      className="console-position"
      data-testid="practice-position"
      data-instrument={instrument}
      data-size={size}
    >
      <div className="console-position-head">
        <b>
          {T(side)} <Num value={absolute(size)} unit={unitOf(instrument)} />
        </b>
        <Liquidation instrument={instrument} doing={doing} />
        <span className="cell-note">
          {instrument} @ <Price value={averagePrice ?? null} />
        </span>
      </div>
      <Button
        color="info"
        fullWidth
        disabled={doing.busy}
        onClick={() =>
          doing.attempt(() =>
            post({ key: 'practice.saw.close', values: { instrument } }, 'close', {
              instrument,
              type: 'market',
              as: 'web',
            }),
          )
        }
        data-testid="practice-close"
        data-instrument={instrument}
      >
        <Icon name="hand" />
        &nbsp;{doing.busy ? t('practice.closing') : t('practice.close_at_market')}
      </Button>
      <details>
        <summary>
          {t('practice.close_part')} · {t('practice.close_at_limit')}
        </summary>
        <Partly position={position} doing={doing} />
      </details>
      <Problem text={doing.problem} />
    </li>
  );
}

export function Positions(): ReactNode {
  const { t } = useWords();
  const state = usePractice((practice) => practice.state);
  const positions = positionsOf(state);
  if (state === null) return <Loading />;
  return (
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
  );
}

function OrderRow({ order }: { readonly order: PracticeOrder }): ReactNode {
  const { t, T, say, none, number } = useWords();
  const { orderId, instrument, direction, type, amount, label } = order;
  const price = order.triggerPrice ?? order.price;
  const { problem, busy, attempt } = useAttempt();
  const name = t('practice.cancel_order', {
    type: say(`order_type.${type}`),
    price: price === null ? none : number(price),
  });
  return (
    <li className="console-order" data-testid="practice-order" data-type={type}>
      <span>
        {T(`direction.${direction}`)} <Num value={amount} unit={unitOf(instrument)} />{' '}
        {say(`order_type.${type}`)} <Price value={price} />
        <span className="cell-note mono wrap">{label === '' ? none : label}</span>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy}
        aria-label={name}
        onClick={() =>
          attempt(() => post({ key: 'practice.saw.cancel' }, 'cancel', { orderId, as: 'web' }))
        }
        data-testid="practice-cancel"
      >
        {t('button.cancel')}
      </Button>
      <Problem text={problem} />
    </li>
  );
}

export function Orders(): ReactNode {
  const { t } = useWords();
  const orders = liveOrdersOf(usePractice((practice) => practice.state));
  return (
    <Section title={t('practice.orders')}>
      {orders.length === 0 ? (
        <Empty>{t('empty.orders')}</Empty>
      ) : (
        <ul>
          {orders.map((order) => (
            <OrderRow key={order.orderId} order={order} />
          ))}
        </ul>
      )}
    </Section>
  );
}
