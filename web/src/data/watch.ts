/** The stopwatch: what a deed of this page's hand led to, at the exchange, in the engine and on this screen, by the page's own clock. */
import { create } from 'zustand';
import { type Answer, type Failure, failureText } from './api.ts';
import { onPainted } from './painted.ts';
import { onPracticeChanges, practicePost } from './practice.ts';
import type { Said } from './scenarios/sight.ts';
import { onCommit, useLive } from './store.ts';
import { type EngineClock, stepsOfChanges, stepsOfCommit, type WatchStep } from './watch-steps.ts';

export type Watch = {
  readonly startedAt: number;
  /** Oldest first. */
  readonly steps: readonly WatchStep[];
  /** The trade that it is about. */
  readonly trade: string | null;
  readonly problem: string | null;
};

export const useWatch = create<{ readonly watch: Watch | null }>()(() => ({ watch: null }));

/** How long after a deed things are put down to it, and how many of them. */
const WATCHED_MS = 15_000;
const MOST_STEPS = 14;
/** Stamps of the engine that its clock is told by: those of the last seconds, as that clock follows the exchange's. */
const MOST_STAMPS = 3;

const active = (watch: Watch | null, at: number): watch is Watch =>
  watch !== null && at - watch.startedAt < WATCHED_MS;

function note(steps: readonly WatchStep[]): void {
  const { watch } = useWatch.getState();
  const now = performance.now();
  if (steps.length === 0 || !active(watch, now)) return;
  const from = watch.startedAt;
  // Nothing is seen before it has happened: two clocks are never told quite alike.
  const filledAt = watch.steps.find(({ name }) => name === 'filled')?.at ?? from;
  const inTime = steps.map((step) =>
    step.name === 'seen' ? { ...step, at: Math.max(filledAt, step.at) } : step,
  );
  const all = [...watch.steps, ...inTime].slice(0, MOST_STEPS).toSorted((a, b) => a.at - b.at);
  useWatch.setState({ watch: { ...watch, steps: all } });
}

onPracticeChanges((changes) => note(stepsOfChanges(changes, performance.now())));

/** The engine's clock by what came from it lately; each stamp is older than its message, so the youngest one is nearest. */
let stamps: readonly EngineClock[] = [];

function stamped(iso: string, at: number): void {
  const speed = useLive.getState().stream.pulse?.speed ?? 0;
  const same = stamps.filter((stamp) => stamp.speed === speed).slice(1 - MOST_STAMPS);
  stamps = speed === 0 ? [] : [...same, { base: Date.parse(iso) - at * speed, speed }];
}

const engineClock = (): EngineClock | null =>
  stamps.reduce<EngineClock | null>(
    (best, stamp) => (best === null || stamp.base > best.base ? stamp : best),
    null,
  );

onCommit((frames, at) => {
  const last = frames.at(-1);
  if (last !== undefined) stamped(last.at, at);
  const strategies = useLive.getState().stream.mirror?.strategies ?? {};
  note(stepsOfCommit(frames, at, { strategies, clock: engineClock() }));
});

useLive.subscribe(({ stream, heardAt }, before) => {
  if (stream.pulse !== null && stream.pulse !== before.stream.pulse && heardAt !== null)
    stamped(stream.pulse.at, heardAt);
});

onPainted(({ at, trade }) => {
  if (trade === useWatch.getState().watch?.trade)
    note([{ at, witness: 'screen', name: 'screen', said: { key: 'practice.saw.screen' } }]);
});

/** The link to the engine, lost or back, is seen without any word of it. */
useLive.subscribe(({ socket }, before) => {
  if (socket === before.socket) return;
  const name = socket ? 'up' : 'down';
  note([
    {
      at: performance.now(),
      witness: 'screen',
      name,
      said: { key: socket ? 'practice.saw.engine_up' : 'practice.saw.engine_down' },
    },
  ]);
});

/** Does something at the exchange and watches what follows. */
export async function deed<Body>(
  said: Said,
  work: () => Promise<Answer<Body>>,
  instrument: string | null = null,
): Promise<Answer<Body>> {
  const { trades = {} } = useLive.getState().stream.mirror ?? {};
  const trade = Object.values(trades).find(
    (each) => each.instrument === instrument && each.status === 'open',
  );
  const startedAt = performance.now();
  useWatch.setState({
    watch: {
      startedAt,
      steps: [{ at: startedAt, witness: 'hand', name: 'hand', said }],
      trade: trade?.id ?? null,
      problem: null,
    },
  });
  const answer = await work();
  if (!answer.ok) fail(startedAt, answer.failure);
  return answer;
}

function fail(startedAt: number, failure: Failure): void {
  const { watch } = useWatch.getState();
  if (watch?.startedAt === startedAt)
    useWatch.setState({ watch: { ...watch, problem: failureText(failure) } });
}

/** A deed that is one request to the exchange. */
export const post = (
  said: Said,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer<unknown>> =>
  deed(
    said,
    () => practicePost(path, body),
    typeof body['instrument'] === 'string' ? body['instrument'] : null,
  );
