/** Money that moves without a trade: what the bot's account has, what a hand pays in or takes out, and funding. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { times } from '../data/exact.ts';
import { ACCOUNT, type Cash } from '../data/practice-state.ts';
import { usePractice } from '../data/practice.ts';
import { post } from '../data/watch.ts';
import { useWords } from '../data/words.ts';
import { isDecimal, Problem, useAttempt } from './attempt.tsx';
import { Num } from './result.tsx';
import { Section } from './section.tsx';

const NONE: Cash = {};

/** What the account has of each currency, and a hand on it. */
export function CashForm(): ReactNode {
  const { t, T } = useWords();
  const cash = usePractice(
    ({ state }) => state?.accounts.find(({ id }) => id === ACCOUNT)?.cash ?? NONE,
  );
  const currencies = Object.keys(cash);
  const [chosen, choose] = useState<string | null>(null);
  const [amount, setAmount] = useState('');
  const { problem, busy, attempt } = useAttempt();
  const currency = chosen ?? currencies[0] ?? '';
  const move = (way: 'pay_in' | 'take_out'): void =>
    attempt(() =>
      post(
        { key: `practice.saw.${way}`, values: { amount: { decimal: amount }, currency } },
        'deposit',
        { account: ACCOUNT, currency, amount: way === 'pay_in' ? amount : `-${amount}` },
      ),
    );
  return (
    <Section title={t('practice.cash')} testId="practice-cash">
      <ul>
        {Object.entries(cash).map(([name, value]) => (
          <li key={name} className="console-order" data-testid={`practice-cash-${name}`}>
            <Num value={value} unit={name} />
          </li>
        ))}
      </ul>
      <div className="form">
        <div className="form-row">
          <TextInput
            size="xs"
            label={T('head.amount')}
            value={amount}
            inputMode="decimal"
            placeholder="100"
            error={amount !== '' && !isDecimal(amount)}
            onChange={(event) => setAmount(event.currentTarget.value.trim())}
            data-testid="practice-cash-amount"
          />
          <NativeSelect
            size="xs"
            label={T('practice.currency')}
            value={currency}
            onChange={(event) => choose(event.currentTarget.value)}
            data={currencies}
            data-testid="practice-cash-currency"
          />
        </div>
        <div className="form-row">
          {(['pay_in', 'take_out'] as const).map((way) => (
            <Button
              key={way}
              size="compact-sm"
              variant="default"
              disabled={!isDecimal(amount) || busy}
              onClick={() => move(way)}
              data-testid={`practice-${way}`}
            >
              {t(`practice.${way}`)}
            </Button>
          ))}
        </div>
        <Problem text={problem} />
      </div>
    </Section>
  );
}

/** A percentage either way. */
const isPercentage = (text: string): boolean => isDecimal(text.replace(/^-/, ''));

/** Holds the rate that longs pay to shorts. */
export function FundingForm({ instrument }: { readonly instrument: string }): ReactNode {
  const { t, T } = useWords();
  const [rate, setRate] = useState('');
  const { problem, busy, attempt } = useAttempt();
  const hold = (): void =>
    attempt(() =>
      post({ key: 'practice.saw.funding', values: { instrument, rate } }, 'funding', {
        instrument,
        rate: times(rate, '0.01'),
      }),
    );
  const release = (): void =>
    attempt(() =>
      post({ key: 'practice.saw.funding_free', values: { instrument } }, 'funding', {
        instrument,
        premium: null,
      }),
    );
  return (
    <Section title={t('practice.funding')} aside={instrument} testId="practice-funding">
      <div className="form">
        <TextInput
          size="xs"
          label={T('practice.funding_rate')}
          description={t('practice.funding_hint')}
          value={rate}
          inputMode="text"
          placeholder="0.1"
          error={rate !== '' && !isPercentage(rate)}
          onChange={(event) => setRate(event.currentTarget.value.trim())}
          data-testid="practice-funding-rate"
        />
        <div className="form-row">
          <Button
            size="compact-sm"
            variant="default"
            disabled={!isPercentage(rate) || busy}
            onClick={hold}
            data-testid="practice-funding-hold"
          >
            {t('practice.funding_hold')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={busy}
            onClick={release}
            data-testid="practice-funding-free"
          >
            {t('practice.funding_free')}
          </Button>
        </div>
        <Problem text={problem} />
      </div>
    </Section>
  );
}
