/** Plays scenarios on the real world, one at a time, and keeps what came of them for the page. */
import { create } from 'zustand';
import { SCENARIOS } from './all.ts';
import { openEyes, readProof } from './eyes.ts';
import { hands, holdSpeed, releaseSpeed } from './hands.ts';
import { play, type Run, type Scenario, type ScenarioId } from './machine.ts';
import { isPerfect, type Score, scoreOf } from './score.ts';
import type { Commit, Proof } from './sight.ts';

type Stage = {
  readonly runs: Readonly<Partial<Record<ScenarioId, Run>>>;
  readonly playing: ScenarioId | null;
  /** Whether all are being played in a row. */
  readonly all: boolean;
  readonly score: Score | null;
  /** The scenario that is looked at. */
  readonly shown: ScenarioId | null;
  /** Another window of this browser is playing. */
  readonly elsewhere: boolean;
};

export const useStage = create<Stage>()(() => ({
  runs: {},
  playing: null,
  all: false,
  score: null,
  shown: null,
  elsewhere: false,
}));

let stop = new AbortController();

/** Ends what is being played; it takes back what it did. */
export const cancelPlay = (): void => stop.abort();

export const show = (shown: ScenarioId | null): void => useStage.setState({ shown });

/** A scene that the market spoils is set again, at most so often. */
const MOST_TAKES = 3;

/** Plays it until it has a verdict that is the engine's, not the market's. */
async function perform(scenario: Scenario): Promise<void> {
  for (let take = 1; take <= MOST_TAKES; take += 1) {
    const { why } = await playOnce(scenario);
    if (why?.key !== 'scenario.why.market_closed') return;
  }
}

async function playOnce(scenario: Scenario): Promise<Run> {
  const { id } = scenario;
  useStage.setState({ playing: id, shown: id });
  const eyes = openEyes();
  try {
    return await play(
      scenario,
      {
        now: () => performance.now(),
        sight: eyes.sight,
        watch: eyes.watch,
        later: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        hands,
        proof: ({ trade }) => readProof(trade === null ? [] : [trade]),
        tell: (run) => useStage.setState(({ runs }) => ({ runs: { ...runs, [id]: run } })),
      },
      stop.signal,
    );
  } finally {
    eyes.shut();
    useStage.setState({ playing: null });
  }
}

/** Plays unless something is being played, here or in another window: two at a time would spoil each other. */
async function alone(work: () => Promise<void>): Promise<void> {
  const { playing, all } = useStage.getState();
  if (playing !== null || all) return;
  stop = new AbortController();
  await navigator.locks.request('lockstep-scenario', { ifAvailable: true }, async (lock) => {
    useStage.setState({ elsewhere: lock === null });
    if (lock !== null) await work();
  });
}

export const playOne = (scenario: Scenario): Promise<void> => alone(() => perform(scenario));

/** Readings of both sides until nothing is left to explain, at most so many. */
const SCORE_READINGS = 10;
const SCORE_EVERY_MS = 300;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readScore(commits: readonly Commit[], before: Proof): Promise<Score | null> {
  let score: Score | null = null;
  for (let reading = 0; reading < SCORE_READINGS; reading += 1) {
    const proof = await readProof(tradesSince(commits, before));
    score = proof === null ? score : scoreOf(proof, before.exchange.now);
    if (score !== null && isPerfect(score)) return score;
    await pause(SCORE_EVERY_MS);
  }
  return score;
}

/** The trades that were open, and those that the engine opened or closed since. */
function tradesSince(commits: readonly Commit[], before: Proof): readonly string[] {
  const told = commits
    .flatMap(({ frames }) => frames)
    .flatMap((frame) =>
      frame.type === 'TRADE_OPENED' || frame.type === 'TRADE_CLOSED' ? [frame.trade.id] : [],
    );
  return [...new Set([...before.open.map(({ id }) => id), ...told])];
}

/** Plays all four and adds them up. In between the market runs at real time, so that the last reading is one of things at rest. */
export const playAll = (): Promise<void> => alone(performAll);

async function performAll(): Promise<void> {
  useStage.setState({ all: true, runs: {}, score: null });
  const eyes = openEyes();
  try {
    await holdSpeed(1);
    const before = await readProof([]);
    for (const scenario of SCENARIOS) if (!stop.signal.aborted) await perform(scenario);
    if (stop.signal.aborted || before === null) return;
    useStage.setState({ score: await readScore(eyes.sight().commits, before), shown: null });
  } finally {
    eyes.shut();
    await releaseSpeed();
    useStage.setState({ all: false });
  }
}
