/** The order book of one instrument, and the hand on its price. */
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useEffect, useState } from 'react';
import { minus, sum, times } from '../data/exact.ts';
import type { PracticeBook, PracticeInstrument } from '../data/practice-state.ts';
import { lookAtBook, usePractice } from '../data/practice.ts';
import { post } from '../data/watch.ts';
import { type Decimal, useWords } from '../data/words.ts';
import { isDecimal, Problem, useAttempt } from './attempt.tsx';
import { Num, Price, unitOf } from './result.tsx';
import { Loading, Section } from './section.tsx';

/** Steps of a nudge, as parts of the price. */
const NUDGES = [
  { id: 'down2', sign: '−1 %', part: '-0.01' },
  { id: 'down1', sign: '−0.1 %', part: '-0.001' },
  { id: 'up1', sign: '+0.1 %', part: '0.001' },
  { id: 'up2', sign: '+1 %', part: '0.01' },
] as const;

type Level = PracticeBook['bids'][number];

/** How full a level is beside the fullest, in percent; for the eye alone. */
const fullness = (level: Level, most: number): number =>
  most === 0 ? 0 : Math.round((Number(level.amount) / most) * 100);

function Side({
  levels,
  side,
  most,
}: {
  readonly levels: readonly Level[];
  readonly side: 'bid' | 'ask';
  readonly most: number;
}): ReactNode {
  return levels.map((level) => (
    <tr key={level.price} className={`book-${side}`} data-testid={`book-${side}`}>
      <td className={side === 'bid' ? 'gain' : 'loss'}>
        <Price value={level.price} />
      </td>
      <td className="right">
        <meter
          className="book-bar"
          min={0}
          max={100}
          value={fullness(level, most)}
          aria-hidden="true"
        />
        <Num value={level.amount} />
      </td>
    </tr>
  ));
}

function Levels({ book }: { readonly book: PracticeBook }): ReactNode {
  const { t, T } = useWords();
  const all = [...book.bids, ...book.asks];
  const most = all.reduce((top, { amount }) => Math.max(top, Number(amount)), 0);
  const facts = [
    ['practice.mark', book.mark],
    ['practice.index', book.index],
    ['practice.last', book.last],
  ] as const;
  return (
    <table className="book" data-testid="book" data-instrument={book.instrument}>
      <thead>
        <tr>
          <th scope="col">{T('head.price')}</th>
          <th scope="col" className="right">
            {T('head.amount')} ({unitOf(book.instrument)})
          </th>
        </tr>
      </thead>
      <tbody aria-label={t('practice.asks')}>
        <Side levels={book.asks.toReversed()} side="ask" most={most} />
      </tbody>
      <tbody>
        <tr className="book-mid">
          <td colSpan={2}>
            {facts.map(([key, value]) => (
              <span key={key}>
                <span className="muted">{t(key)}</span> <Price value={value} />
              </span>
            ))}
          </td>
        </tr>
      </tbody>
      <tbody aria-label={t('practice.bids')}>
        <Side levels={book.bids} side="bid" most={most} />
      </tbody>
    </table>
  );
}

/** Two digits after the point are near enough for a price that a hand moves. */
const cut = (value: Decimal): string => /^-?\d+(\.\d{1,2})?/.exec(value)?.[0] ?? value;

function Mover({ instrument }: { readonly instrument: string }): ReactNode {
  const { t } = useWords();
  const mark = usePractice(
    ({ state }) => state?.instruments.find(({ name }) => name === instrument)?.mark ?? null,
  );
  const [price, setPrice] = useState('');
  const { problem, busy, attempt } = useAttempt();
  const move = (to: string): void =>
    attempt(() =>
      post({ key: 'practice.saw.price', values: { price: { decimal: to } } }, 'price', {
        instrument,
        price: to,
      }),
    );
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isDecimal(price)) move(price);
  };
  return (
    <form className="form" onSubmit={submit}>
      <div className="nudges" role="group" aria-label={t('practice.nudge')}>
        {NUDGES.map(({ id, sign, part }) => (
          <Button
            key={id}
            size="compact-sm"
            variant="default"
            disabled={mark === null || busy}
            onClick={() => {
              if (mark !== null) move(cut(sum([mark, times(mark, part)])));
            }}
            data-testid={`nudge-${id}`}
          >
            {sign}
          </Button>
        ))}
      </div>
      <div className="form-row form-row-end">
        <TextInput
          label={t('practice.price')}
          value={price}
          inputMode="decimal"
          placeholder={mark === null ? '' : cut(minus(mark, '0'))}
          error={price !== '' && !isDecimal(price)}
          onChange={(event) => setPrice(event.currentTarget.value.trim())}
          data-testid="practice-price"
        />
        <Button
          type="submit"
          variant="default"
          disabled={!isDecimal(price) || busy}
          data-testid="practice-set-price"
        >
          {t('practice.set')}
        </Button>
      </div>
      <Problem text={problem} />
    </form>
  );
}

/** The names of one kind that have not ended, as they are listed. */
function useNames(kind: PracticeInstrument['kind']): readonly string[] {
  const names = usePractice(({ state }) =>
    (state?.instruments ?? [])
      .filter((one) => one.kind === kind && one.state !== 'delivered')
      .map(({ name }) => name)
      .join(' '),
  );
  return names.split(' ').filter((name) => name !== '');
}

/** The end of what ends, before its time. */
function Deliver({ instrument }: { readonly instrument: string }): ReactNode {
  const { t } = useWords();
  const { problem, busy, attempt } = useAttempt();
  const deliver = (): void =>
    attempt(() =>
      post({ key: 'practice.saw.deliver', values: { instrument } }, 'deliver', { instrument }),
    );
  return (
    <div className="form">
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy}
        onClick={deliver}
        data-testid="practice-deliver"
      >
        {t('practice.deliver')}
      </Button>
      <Problem text={problem} />
    </div>
  );
}

const short = (instrument: string): string => instrument.replace('-PERPETUAL', '');

/** The instrument that is looked at is the page's to choose: forms beside the book trade it too. */
export function Book({
  instrument,
  choose,
}: {
  readonly instrument: string;
  readonly choose: (instrument: string) => void;
}): ReactNode {
  const { t, T } = useWords();
  const book = usePractice((practice) => practice.book);
  const names = useNames('perpetual');
  const dated = [...useNames('future'), ...useNames('option')];
  useEffect(() => lookAtBook(instrument), [instrument]);
  return (
    <Section title={t('practice.book')} testId="practice-book">
      <div className="form">
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('head.instrument')}
          value={instrument}
          onChange={choose}
          data-testid="practice-instrument"
          data={names.map((name) => ({ value: name, label: short(name) }))}
        />
        {dated.length === 0 ? null : (
          <NativeSelect
            size="xs"
            label={T('practice.dated')}
            value={dated.includes(instrument) ? instrument : ''}
            onChange={(event) => choose(event.currentTarget.value)}
            data={['', ...dated]}
            data-testid="practice-dated"
          />
        )}
        {book === null ? <Loading lines={6} /> : <Levels book={book} />}
        {dated.includes(instrument) ? (
          <Deliver instrument={instrument} />
        ) : (
          <Mover instrument={instrument} />
        )}
      </div>
    </Section>
  );
}
