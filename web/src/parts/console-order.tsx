/** An order by a hand that is not the engine's: from the website, the app, or another key. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { post } from '../data/watch.ts';
import { useWords } from '../data/words.ts';
import { isDecimal, Problem, useAttempt } from './attempt.tsx';
import { unitOf } from './result.tsx';
import { Section } from './section.tsx';

const AS = ['web', 'mobile', 'api'] as const;
const TYPES = ['market', 'limit', 'stop_market'] as const;
type Type = (typeof TYPES)[number];

/** The price that an order of a type needs, by the name of its field. */
const PRICE_OF: Readonly<Record<Type, 'price' | 'triggerPrice' | null>> = {
  market: null,
  limit: 'price',
  stop_market: 'triggerPrice',
};

export function OrderForm({ instrument }: { readonly instrument: string }): ReactNode {
  const { t, T, say } = useWords();
  const [type, setType] = useState<Type>('market');
  const [as, setAs] = useState<(typeof AS)[number]>('web');
  const [amount, setAmount] = useState('');
  const [price, setPrice] = useState('');
  const [reduceOnly, setReduceOnly] = useState(false);
  const { problem, busy, attempt } = useAttempt();
  const field = PRICE_OF[type];
  const valid = isDecimal(amount) && (field === null || isDecimal(price));
  const send = (direction: 'buy' | 'sell'): void =>
    attempt(() =>
      post({ key: 'practice.saw.order', values: { instrument } }, 'order', {
        instrument,
        direction,
        amount,
        type,
        as,
        reduceOnly,
        ...(field === null ? {} : { [field]: price }),
      }),
    );
  return (
    <Section title={t('practice.order')} aside={instrument}>
      <div className="form">
        <div className="form-row">
          <NativeSelect
            size="xs"
            label={T('practice.type')}
            value={type}
            onChange={(event) =>
              setType(TYPES.find((each) => each === event.currentTarget.value) ?? 'market')
            }
            data={TYPES.map((value) => ({ value, label: say(`order_type.${value}`) }))}
            data-testid="practice-type"
          />
          <NativeSelect
            size="xs"
            label={T('practice.as')}
            value={as}
            onChange={(event) =>
              setAs(AS.find((each) => each === event.currentTarget.value) ?? 'web')
            }
            data={AS.map((value) => ({ value, label: t(`practice.as_${value}`) }))}
            data-testid="practice-as"
          />
        </div>
        <div className="form-row">
          <TextInput
            size="xs"
            label={`${T('head.amount')} (${unitOf(instrument)})`}
            value={amount}
            inputMode="decimal"
            placeholder={unitOf(instrument) === 'USD' ? '100' : '0.001'}
            error={amount !== '' && !isDecimal(amount)}
            onChange={(event) => setAmount(event.currentTarget.value.trim())}
            data-testid="practice-amount"
          />
          {field === null ? null : (
            <TextInput
              size="xs"
              label={T(field === 'price' ? 'head.price' : 'practice.trigger')}
              value={price}
              inputMode="decimal"
              error={price !== '' && !isDecimal(price)}
              onChange={(event) => setPrice(event.currentTarget.value.trim())}
              data-testid="practice-order-price"
            />
          )}
        </div>
        <label className="console-check">
          <input
            type="checkbox"
            checked={reduceOnly}
            onChange={(event) => setReduceOnly(event.currentTarget.checked)}
            data-testid="practice-reduce-only"
          />{' '}
          {T('practice.reduce_only')}
        </label>
        <div className="form-row">
          {(['buy', 'sell'] as const).map((direction) => (
            <Button
              key={direction}
              size="compact-sm"
              variant="default"
              disabled={!valid || busy}
              onClick={() => send(direction)}
              data-testid={`practice-${direction}`}
            >
              <span className={direction === 'buy' ? 'gain' : 'loss'} aria-hidden="true">
                {direction === 'buy' ? '▲' : '▼'}
              </span>
              &nbsp;{t(`practice.${direction}`)}
            </Button>
          ))}
        </div>
        <Problem text={problem} />
      </div>
    </Section>
  );
}
