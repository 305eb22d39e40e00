/** A stopwatch on the engine: from a hand's close at the exchange to the row on the screen, all by the page's own clock. */
import { create } from 'zustand';
import type { Trade } from '../../../src/wire/requests.ts';
import { type Failure, failureText } from './api.ts';
import { practicePost } from './practice.ts';
import { useLive } from './store.ts';

export type Step = {
  readonly key:
    | 'web.react_click'
    | 'web.react_exchange'
    | 'web.react_booked'
    | 'web.react_screen'
    | 'web.react_status';
  readonly ms: number;
  readonly status?: string;
};

export type Reaction = {
  readonly instrument: string;
  readonly trade: string | null;
  readonly steps: readonly Step[];
  readonly problem: string | null;
};

export const useReaction = create<{
  readonly reaction: Reaction | null;
  readonly closing: string | null;
}>()(() => ({ reaction: null, closing: null }));

let stopWatching = (): void => {};

/** Notes the steps of the books: the commit that closes the trade, its paint, and the strategy's next status. */
function watch(trade: Trade, note: (step: Omit<Step, 'ms'>) => void): () => void {
  let booked = false;
  const stop = useLive.subscribe(({ stream }) => {
    const { mirror } = stream;
    if (mirror === null || mirror.trades[trade.id]?.status !== 'closed') return;
    if (!booked) {
      booked = true;
      note({ key: 'web.react_booked' });
      requestAnimationFrame(() => requestAnimationFrame(() => note({ key: 'web.react_screen' })));
    }
    const status = mirror.strategies[trade.strategy]?.status;
    if (status === undefined || status === 'position_open' || status === 'exiting') return;
    note({ key: 'web.react_status', status });
    stop();
  });
  return stop;
}

/** Closes a position at market as a hand on the website would, and times what follows. */
export async function closeByHand(instrument: string): Promise<void> {
  stopWatching();
  const trades = Object.values(useLive.getState().stream.mirror?.trades ?? {});
  const trade = trades.find((each) => each.instrument === instrument && each.status === 'open');
  const start = performance.now();
  const note = (step: Omit<Step, 'ms'>): void =>
    useReaction.setState(({ reaction }) =>
      reaction === null
        ? {}
        : {
            reaction: {
              ...reaction,
              steps: [...reaction.steps, { ...step, ms: performance.now() - start }],
            },
          },
    );
  const fail = (failure: Failure): void =>
    useReaction.setState(({ reaction }) =>
      reaction === null ? {} : { reaction: { ...reaction, problem: failureText(failure) } },
    );
  useReaction.setState({
    closing: instrument,
    reaction: {
      instrument,
      trade: trade?.id ?? null,
      steps: [{ key: 'web.react_click', ms: 0 }],
      problem: null,
    },
  });
  if (trade !== undefined) stopWatching = watch(trade, note);
  const answer = await practicePost('close', { instrument, type: 'market', as: 'web' });
  useReaction.setState({ closing: null });
  if (answer.ok) note({ key: 'web.react_exchange' });
  else fail(answer.failure);
}
