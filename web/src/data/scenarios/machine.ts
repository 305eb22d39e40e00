/**
 * Plays a scenario: its steps in order, each done and then waited for up to its limit, then its checks on a proof read
 * from both sides. It ends in a tick, a cross, "could not run" or a cancellation, and whatever the end, what it changed
 * is taken back. The world (hands, eyes, clock) is handed in. Nothing here knows what is being played.
 */
import type { TextKey } from '../../../../src/words/text.ts';
import { type Memo, NO_MEMO, type Proof, type Said, type Sight } from './sight.ts';

export type ScenarioId = 'ghost' | 'status' | 'live' | 'restart';

/** What an attempt at something answered; a refusal means that the scene could not be set. */
export type Done =
  | { readonly ok: true; readonly memo?: Partial<Memo> }
  | { readonly ok: false; readonly why: Said };

/** What a scenario can do to the exchange and to the engine's process. */
export type Hands = {
  readonly speed: (speed: number) => Promise<Done>;
  /** Closes the whole position as a hand on the website. */
  readonly close: (instrument: string) => Promise<Done>;
  /** SIGKILL to the engine; answers when the process is gone. */
  readonly kill: () => Promise<Done>;
  readonly restore: () => Promise<Done>;
  readonly fault: (body: Readonly<Record<string, unknown>>) => Promise<Done>;
  /** Takes back all of it: faults gone, engine up, speed as it was. */
  readonly tidy: () => Promise<void>;
};

type Late = 'cross' | 'could_not_run';

export type Step = {
  readonly name: TextKey;
  readonly do?: (hands: Hands, memo: Memo, sight: Sight) => Promise<Done>;
  /** Answers null until it has happened, then what to remember of it. */
  readonly until?: (sight: Sight, memo: Memo) => Partial<Memo> | null;
  readonly limitMs: number;
  /** What it means when it has not happened by then: the engine failed, or the scene never came about. */
  readonly late: Late | ((sight: Sight) => Late);
  /** What stood in its way, said when it is late. */
  readonly why?: (sight: Sight, memo: Memo) => Said;
};

export type Judged = { readonly ok: boolean; readonly expected: Said; readonly seen: Said };

export type Check = {
  readonly name: TextKey;
  readonly judge: (proof: Proof, memo: Memo, sight: Sight) => Judged;
};

export type Scenario = {
  readonly id: ScenarioId;
  readonly steps: readonly Step[];
  /** How long both sides may need to come to rest before the checks count. */
  readonly settleMs: number;
  /** Why the end state says nothing about the engine, or null when it does: the market itself may have stepped in. */
  readonly spoiled: (proof: Proof, memo: Memo) => Said | null;
  readonly checks: readonly Check[];
};

export type Verdict = 'tick' | 'cross' | 'could_not_run' | 'cancelled';

export type Line = {
  readonly name: TextKey;
  readonly state: 'doing' | 'good' | 'bad' | 'left';
  /** Ms since the run began, at the end of the line. */
  readonly ms: number;
  readonly expected: Said | null;
  readonly seen: Said | null;
};

export type Run = {
  readonly id: ScenarioId;
  readonly verdict: Verdict | null;
  readonly lines: readonly Line[];
  /** Why there is neither tick nor cross. */
  readonly why: Said | null;
  readonly ms: number;
  readonly memo: Memo;
};

export type Ports = {
  readonly now: () => number;
  readonly sight: () => Sight;
  /** Calls when the sight may have changed; answers how to stop. */
  readonly watch: (changed: () => void) => () => void;
  readonly later: (ms: number, run: () => void) => () => void;
  readonly hands: Hands;
  /** Both sides anew; null when one of them does not answer. */
  readonly proof: (memo: Memo) => Promise<Proof | null>;
  readonly tell: (run: Run) => void;
};

/** Readings of both sides while they come to rest lie so far apart. */
const PROOF_EVERY_MS = 250;

/** The end of a run: before its checks and why, or with them. */
type End =
  | {
      readonly kind: 'ended';
      readonly verdict: 'cross' | 'could_not_run' | 'cancelled';
      readonly why: Said | null;
    }
  | { readonly kind: 'judged'; readonly judged: readonly (Judged & { readonly name: TextKey })[] };

const ended = (verdict: 'cross' | 'could_not_run' | 'cancelled', why: Said | null = null): End => ({
  kind: 'ended',
  verdict,
  why,
});

/** Resolves with what `until` remembers, or with why it never did. */
function waitFor(
  ports: Ports,
  {
    until,
    limitMs,
    signal,
  }: {
    readonly until: () => Partial<Memo> | null;
    readonly limitMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Partial<Memo> | 'late' | 'cancelled'> {
  return new Promise((resolve) => {
    const end = (found: Partial<Memo> | 'late' | 'cancelled'): void => {
      stop();
      callOff();
      signal.removeEventListener('abort', abort);
      resolve(found);
    };
    const look = (): void => {
      const found = until();
      if (found !== null) end(found);
    };
    const abort = (): void => end('cancelled');
    const stop = ports.watch(look);
    const callOff = ports.later(limitMs, () => end('late'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else look();
  });
}

/** What has happened so far, told with every change. */
function createRecord({ id }: Scenario, ports: Ports) {
  const began = ports.now();
  let run: Run = { id, verdict: null, lines: [], why: null, ms: 0, memo: NO_MEMO };
  const ms = (): number => ports.now() - began;
  const tell = (change: Partial<Run>): void => {
    run = { ...run, ...change, ms: ms() };
    ports.tell(run);
  };
  return {
    run: () => run,
    begin: (name: TextKey): void =>
      tell({
        lines: [...run.lines, { name, state: 'doing', ms: ms(), expected: null, seen: null }],
      }),
    finish: (state: Line['state']): void => {
      const last = run.lines.at(-1);
      if (last?.state === 'doing')
        tell({ lines: [...run.lines.slice(0, -1), { ...last, state, ms: ms() }] });
    },
    remember: (memo: Partial<Memo> | undefined): void => tell({ memo: { ...run.memo, ...memo } }),
    end: (end: End): void => {
      if (end.kind === 'ended') return tell({ verdict: end.verdict, why: end.why });
      const { judged } = end;
      const verdict = judged.length > 0 && judged.every(({ ok }) => ok) ? 'tick' : 'cross';
      const lines = judged.map(
        ({ ok, ...line }): Line => ({ ...line, state: ok ? 'good' : 'bad', ms: ms() }),
      );
      tell({ lines: [...run.lines, ...lines], verdict });
    },
  };
}

type Recorder = ReturnType<typeof createRecord>;

type Playing = {
  readonly ports: Ports;
  readonly signal: AbortSignal;
  readonly record: Recorder;
};

/** Does a step and waits for it; answers the end when there is no going on. */
async function takeStep(step: Step, { ports, signal, record }: Playing): Promise<End | null> {
  if (signal.aborted) return ended('cancelled');
  record.begin(step.name);
  const done = await step.do?.(ports.hands, record.run().memo, ports.sight());
  if (done?.ok === false) return ended('could_not_run', done.why);
  record.remember(done?.memo);
  const { until } = step;
  if (until !== undefined) {
    const found = await waitFor(ports, {
      until: () => until(ports.sight(), record.run().memo),
      limitMs: step.limitMs,
      signal,
    });
    if (found === 'cancelled') return ended('cancelled');
    if (found === 'late') {
      const sight = ports.sight();
      const late = typeof step.late === 'string' ? step.late : step.late(sight);
      return ended(late, step.why?.(sight, record.run().memo) ?? null);
    }
    record.remember(found);
  }
  record.finish('good');
  return null;
}

/** Holds both sides against each other until all checks pass or the time to settle is over; then they count as they are. */
async function compare(scenario: Scenario, playing: Playing): Promise<End> {
  const { ports, signal, record } = playing;
  record.begin('scenario.step.compare');
  const until = ports.now() + scenario.settleMs;
  for (;;) {
    const { memo } = record.run();
    const proof = await ports.proof(memo);
    if (signal.aborted) return ended('cancelled');
    const spoiled = proof === null ? null : scenario.spoiled(proof, memo);
    if (spoiled !== null) return ended('could_not_run', spoiled);
    const judged =
      proof === null
        ? null
        : scenario.checks.map(({ name, judge }) => ({
            name,
            ...judge(proof, memo, ports.sight()),
          }));
    const over = ports.now() >= until;
    if (judged !== null && (over || judged.every(({ ok }) => ok)))
      return { kind: 'judged', judged };
    if (over) return ended('cross', { key: 'scenario.why.no_answer' });
    await waitFor(ports, { until: () => null, limitMs: PROOF_EVERY_MS, signal });
  }
}

async function toItsEnd(scenario: Scenario, playing: Playing): Promise<End> {
  try {
    for (const step of scenario.steps) {
      const end = await takeStep(step, playing);
      if (end !== null) return end;
    }
    return await compare(scenario, playing);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return ended('could_not_run', { key: 'scenario.why.failed', values: { reason } });
  }
}

/** Plays a scenario to its end; never throws. */
export async function play(scenario: Scenario, ports: Ports, signal: AbortSignal): Promise<Run> {
  const record = createRecord(scenario, ports);
  const end = await toItsEnd(scenario, { ports, signal, record });
  await ports.hands.tidy();
  const passed = end.kind === 'judged';
  record.finish(passed ? 'good' : end.verdict === 'cross' ? 'bad' : 'left');
  record.end(end);
  return record.run();
}
