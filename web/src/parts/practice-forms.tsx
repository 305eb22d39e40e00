/** What a person can do at the practice exchange besides closing: trade by hand, move price and time, break wires. */
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { type Answer, failureText } from '../data/api.ts';
import { practiceDelete, practicePost, usePractice } from '../data/practice.ts';
import { useLive, useMirror } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import { unitOf } from './result.tsx';
import { Section } from './section.tsx';

const AS = ['web', 'mobile', 'api'] as const;
const SPEEDS = ['1', '5', '20', '60', '300', '600'] as const;
/** What each button asks of the exchange, in order. */
const FAULTS = [
  { kind: 'drop_link', bodies: [{ kind: 'drop_link' }] },
  {
    kind: 'drop_link_5s',
    bodies: [{ kind: 'refuse_connections', ms: 5_000 }, { kind: 'drop_link' }],
  },
  {
    kind: 'lose_answer',
    bodies: ['private/buy', 'private/sell'].map((method) => ({ kind: 'lose_answer', method })),
  },
  { kind: 'drop_notification', bodies: [{ kind: 'drop_notification', channel: 'user.changes' }] },
] as const;

/** Posts one after the other; stops at the first that is refused. */
async function postFaults(
  bodies: readonly Readonly<Record<string, unknown>>[],
): Promise<Answer<unknown>> {
  let answer: Answer<unknown> = { ok: true, body: null };
  for (const body of bodies) {
    if (answer.ok) answer = await practicePost('fault', body);
  }
  return answer;
}

const DECIMAL = /^\d{1,12}(\.\d{1,8})?$/;

/** The last refusal of the exchange, in its own words. */
function useTry(): {
  readonly problem: string | null;
  readonly busy: boolean;
  readonly attempt: (work: () => Promise<Answer<unknown>>) => void;
} {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = (work: () => Promise<Answer<unknown>>): void => {
    setBusy(true);
    void work().then((answer) => {
      setBusy(false);
      setProblem(answer.ok ? null : failureText(answer.failure));
    });
  };
  return { problem, busy, attempt };
}

const Problem = ({ text }: { readonly text: string | null }): ReactNode =>
  text === null ? null : (
    <p className="critical small" role="alert">
      {text}
    </p>
  );

const useInstrument = (): string =>
  useMirror((mirror) => Object.values(mirror.strategies)[0]?.instrument ?? '', '');

export function OrderForm(): ReactNode {
  const { t, T } = useWords();
  const instrument = useInstrument();
  const [amount, setAmount] = useState('0.001');
  const [as, setAs] = useState<(typeof AS)[number]>('web');
  const { problem, busy, attempt } = useTry();
  const valid = DECIMAL.test(amount) && instrument !== '';
  const send = (direction: 'buy' | 'sell'): void =>
    attempt(() => practicePost('order', { instrument, direction, amount, type: 'market', as }));
  return (
    <Section title={t('practice.order')}>
      <div className="form">
        <div className="form-row">
          <TextInput
            label={`${T('head.amount')} (${unitOf(instrument)})`}
            value={amount}
            inputMode="decimal"
            error={!DECIMAL.test(amount)}
            onChange={(event) => setAmount(event.currentTarget.value.trim())}
            data-testid="practice-amount"
          />
          <NativeSelect
            label={T('web.as')}
            value={as}
            onChange={(event) =>
              setAs(AS.find((each) => each === event.currentTarget.value) ?? 'web')
            }
            data={AS.map((value) => ({ value, label: t(`web.as_${value}`) }))}
            data-testid="practice-as"
          />
        </div>
        <div className="form-row">
          <Button
            variant="default"
            disabled={!valid || busy}
            onClick={() => send('buy')}
            data-testid="practice-buy"
          >
            <span className="gain">▲</span>&nbsp;{t('web.buy')}
          </Button>
          <Button
            variant="default"
            disabled={!valid || busy}
            onClick={() => send('sell')}
            data-testid="practice-sell"
          >
            <span className="loss">▼</span>&nbsp;{t('web.sell')}
          </Button>
        </div>
        <Problem text={problem} />
      </div>
    </Section>
  );
}

export function Market(): ReactNode {
  const { t } = useWords();
  const instrument = useInstrument();
  const mark = useLive(({ stream }) => stream.market[instrument]?.markPrice ?? null);
  const speed = usePractice(({ state }) => state?.speed ?? 1);
  const [price, setPrice] = useState('');
  const { problem, attempt } = useTry();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (DECIMAL.test(price)) attempt(() => practicePost('price', { instrument, price }));
  };
  return (
    <Section title={t('web.market_and_time')}>
      <form className="form" onSubmit={submit}>
        <div className="form-row form-row-end">
          <TextInput
            label={t('practice.price')}
            value={price}
            inputMode="decimal"
            placeholder={mark ?? ''}
            error={price !== '' && !DECIMAL.test(price)}
            onChange={(event) => setPrice(event.currentTarget.value.trim())}
            data-testid="practice-price"
          />
          <Button
            type="submit"
            variant="default"
            disabled={!DECIMAL.test(price) || instrument === ''}
            data-testid="practice-set-price"
          >
            {t('web.set')}
          </Button>
        </div>
        <div>
          <span className="field-label" id="practice-speed">
            {t('practice.speed')}
          </span>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-labelledby="practice-speed"
            value={String(speed)}
            data-testid="practice-speed"
            onChange={(value) => attempt(() => practicePost('speed', { speed: Number(value) }))}
            data={SPEEDS.map((value) => ({ value, label: `×${value}` }))}
          />
        </div>
        <Problem text={problem} />
      </form>
    </Section>
  );
}

/** Kill and restore of the engine's process: the demo has them, an exchange alone says that it does not know them. */
function EngineButtons(): ReactNode {
  const { t } = useWords();
  const [here, setHere] = useState(true);
  const { problem, busy, attempt } = useTry();
  const ask = (verb: 'kill' | 'restore'): void =>
    attempt(async () => {
      const answer = await practicePost(`engine/${verb}`, {});
      if (!answer.ok && answer.failure.kind === 'refused' && answer.failure.status === 404)
        setHere(false);
      return answer;
    });
  if (!here) return <p className="muted small">{t('web.demo_only')}</p>;
  return (
    <>
      <div className="fault-buttons">
        <Button
          size="compact-sm"
          variant="outline"
          color="kill"
          disabled={busy}
          onClick={() => ask('kill')}
          data-testid="engine-kill"
        >
          {t('practice.engine_kill')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy}
          onClick={() => ask('restore')}
          data-testid="engine-restore"
        >
          {t('practice.engine_restore')}
        </Button>
      </div>
      <Problem text={problem} />
    </>
  );
}

export function Faults(): ReactNode {
  const { t } = useWords();
  const faults = usePractice(({ state }) => state?.faults)?.filter(({ active }) => active) ?? [];
  const socket = useLive((live) => live.socket);
  const { problem, busy, attempt } = useTry();
  return (
    <Section title={t('practice.faults')}>
      <div className="form">
        <div className="fault-buttons">
          {FAULTS.map(({ kind, bodies }) => (
            <Button
              key={kind}
              size="compact-sm"
              variant="default"
              disabled={busy}
              title={t(`web.fault_hint_${kind}`)}
              onClick={() => attempt(() => postFaults(bodies))}
              data-testid={`fault-${kind}`}
            >
              {t(`web.fault_${kind}`)}
            </Button>
          ))}
        </div>
        {faults.length === 0 ? null : (
          <ul className="chips">
            {faults.map(({ id, kind, hits }) => (
              <li key={id} className="chip" data-testid="fault">
                <span className="mono">{kind}</span> {hits}×
                <button
                  type="button"
                  className="text-button"
                  aria-label={t('web.fault_end')}
                  onClick={() => attempt(() => practiceDelete(`fault/${encodeURIComponent(id)}`))}
                >
                  ✕
                </button>
              </li>
            ))}
          </ul>
        )}
        <EngineButtons />
        {socket ? null : (
          <p className="warn" data-testid="engine-down">
            {t('practice.engine_down')}
          </p>
        )}
        <Problem text={problem} />
      </div>
    </Section>
  );
}
