/** The hands of a scenario on the real exchange and the real process; what they changed they take back. */
import { type Answer, type Failure, failureText } from '../api.ts';
import { killEngine, restoreEngine, useProcess } from '../engine-process.ts';
import { isNone } from '../exact.ts';
import type { PracticeOrder } from '../practice-state.ts';
import { practiceDelete, practicePost, practiceState } from '../practice.ts';
import type { Done, Hands } from './machine.ts';
import { heldAt } from './sight.ts';

const refused = (failure: Failure): Done => ({
  ok: false,
  why: { key: 'scenario.why.refused', values: { reason: failureText(failure) } },
});

const doneBy = (answer: Answer<unknown>): Done =>
  answer.ok ? { ok: true } : refused(answer.failure);

/** What a run has changed and owes back. */
type Debts = {
  readonly faults: Set<number>;
  speed: number | null;
  /** The speed before several runs in a row. */
  home: number | null;
  dead: boolean;
};

const debts: Debts = { faults: new Set(), speed: null, home: null, dead: false };

async function post<Body>(
  path: string,
  body: Readonly<Record<string, unknown>>,
  paid: (body: Body) => Done = () => ({ ok: true }),
): Promise<Done> {
  const answer = await practicePost<Body>(path, body);
  return answer.ok ? paid(answer.body) : refused(answer.failure);
}

/** Asked of the exchange: its stream tells a new speed only with the next prices. */
async function speedNow(): Promise<number> {
  const answer = await practiceState();
  return answer.ok ? answer.body.speed : 1;
}

/** Pays back; `last`: the page is just going, and nobody waits for answers any more. */
async function payBack(last: boolean): Promise<void> {
  const { faults, dead } = debts;
  const speed = last ? (debts.home ?? debts.speed) : debts.speed;
  const work: Promise<unknown>[] = [...faults].map((id) => practiceDelete(`fault/${id}`, last));
  faults.clear();
  if (dead) work.push(restoreEngine(last));
  debts.dead = false;
  if (speed !== null) work.push(practicePost('speed', { speed }, last));
  debts.speed = null;
  await Promise.all(work);
}

addEventListener('pagehide', () => void payBack(true));

/** Sets the speed at which several runs begin; a run goes back to this one. */
export async function holdSpeed(speed: number): Promise<void> {
  debts.home ??= await speedNow();
  await practicePost('speed', { speed });
}

/** Goes back to the speed before `holdSpeed`. */
export async function releaseSpeed(): Promise<void> {
  const { home } = debts;
  debts.home = null;
  if (home !== null) await practicePost('speed', { speed: home });
}

export const hands: Hands = {
  speed: async (speed) => {
    debts.speed ??= await speedNow();
    return post('speed', { speed });
  },
  close: async (instrument) => {
    const handAt = performance.now();
    const closed = await post<{ readonly order: PracticeOrder }>(
      'close',
      { instrument, type: 'market', as: 'web' },
      ({ order }) => ({ ok: true, memo: { handAt, hand: order } }),
    );
    if (closed.ok) return closed;
    const after = await practiceState();
    const gone = after.ok && isNone(heldAt(after.body, instrument));
    return gone ? { ok: false, why: { key: 'scenario.why.market_closed' } } : closed;
  },
  kill: async () => {
    debts.dead = true;
    const killed = doneBy(await killEngine());
    return useProcess.getState().known ? killed : { ok: false, why: { key: 'practice.demo_only' } };
  },
  restore: async () => {
    const answer = await restoreEngine();
    if (answer.ok) debts.dead = false;
    return doneBy(answer);
  },
  fault: (body) =>
    post<{ readonly id: number }>('fault', body, ({ id }) => {
      debts.faults.add(id);
      return { ok: true };
    }),
  tidy: () => payBack(false),
};
