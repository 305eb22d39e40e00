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
};

export const useStage = create<Stage>()(() => ({
  runs: {},
  playing: null,
  all: false,
  score: null,
  shown: null,
}));

let stop = new AbortController();

/** Ends what is being played; it takes back what it did. */
export const cancelPlay = (): void => stop.abort();

export const show = (shown: ScenarioId | null): void => useStage.setState({ shown });

async function perform(scenario: Scenario): Promise<Run> {
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

export async function playOne(scenario: Scenario): Promise<void> {
  if (useStage.getState().playing !== null || useStage.getState().all) return;
  stop = new AbortController();
  await perform(scenario);
}

/** Readings of both sides until nothing is left to explain, at most so many. */
const SCORE_READINGS = 10;
const SCORE_EVERY_MS = 300;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readScore(trades: readonly string[], since: number): Promise<Score | null> {
  let score: Score | null = null;
  for (let reading = 0; reading < SCORE_READINGS; reading += 1) {
    const proof = await readProof(trades);
    score = proof === null ? score : scoreOf(proof, since);
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
export async function playAll(): Promise<void> {
  const { playing, all } = useStage.getState();
  if (playing !== null || all) return;
  stop = new AbortController();
  useStage.setState({ all: true, runs: {}, score: null });
  const eyes = openEyes();
  try {
    await holdSpeed(1);
    const before = await readProof([]);
    for (const scenario of SCENARIOS) if (!stop.signal.aborted) await perform(scenario);
    if (stop.signal.aborted || before === null) return;
    const trades = tradesSince(eyes.sight().commits, before);
    useStage.setState({ score: await readScore(trades, before.exchange.now), shown: null });
  } finally {
    eyes.shut();
    await releaseSpeed();
    useStage.setState({ all: false });
  }
}
