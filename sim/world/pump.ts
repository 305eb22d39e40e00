/** What makes a world go: the next thing that is due happens, one at a time, and between two of them all promises come to rest. */
import { AssertionFailed } from '../../src/base/assert.ts';
import type { Millis } from '../../src/base/time.ts';
import { moment } from '../node/moment.ts';
import type { Life } from './engine.ts';
import type { FarSide } from './exchange.ts';
import type { Loop } from './loop.ts';
import { lastFrames, type Sight } from './sight.ts';

/** Things that may happen in one millisecond of the world; beyond it something turns in circles. */
const MOST_AT_ONCE = 3_000;

export type Pump = {
  readonly run: (ms: Millis) => Promise<void>;
  /** Runs until `done`, at most so long; answers whether it came. */
  readonly within: (done: () => boolean, limitMs: Millis) => Promise<boolean>;
  /** Runs until `done`; after `limitMs` it throws with the last facts. Answers how long it took. */
  readonly until: (what: string, done: () => boolean, limitMs: Millis) => Promise<Millis>;
};

export type PumpOptions = {
  readonly loop: Loop;
  readonly far: FarSide;
  /** The processes that run. */
  readonly lives: () => readonly Life[];
  readonly sight: Sight;
  readonly trace: () => string;
  /** Called after each thing that happened. */
  readonly watch: () => void;
};

export const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(JSON.stringify(error));

export function createPump({ loop, far, lives, sight, trace, watch }: PumpOptions): Pump {
  let busy = { at: -1, steps: 0 };

  const settle = async (): Promise<void> => {
    while (lives().some((life) => life.takeDirty())) await moment();
    const { failure } = sight;
    if (failure !== undefined)
      throw new Error(`${failure.stack ?? failure.message}\n${trace()}`, { cause: failure });
  };
  const count = (at: Millis): void => {
    busy = busy.at === at ? { at, steps: busy.steps + 1 } : { at, steps: 0 };
    if (busy.steps > MOST_AT_ONCE)
      throw new AssertionFailed(`no rest:\n${lastFrames(sight, 3)}\n${trace()}`);
  };
  /** One thing that is due at or before `limit`; answers whether there was one. */
  const step = async (limit: Millis): Promise<boolean> => {
    await settle();
    const at = Math.max(
      loop.now(),
      Math.min(loop.nextAt(), far.wakeAt(), ...lives().map((life) => life.wakeAt())),
    );
    if (at > limit) return false;
    loop.moveTo(at);
    count(loop.now());
    try {
      const isServed = loop.runOne() || lives().some((life) => life.runDue());
      if (!isServed && far.wakeAt() <= loop.now()) far.handle({ kind: 'tick' });
    } catch (error) {
      sight.failure ??= asError(error);
    }
    await settle();
    watch();
    return true;
  };
  const within = async (done: () => boolean, limitMs: Millis): Promise<boolean> => {
    const limit = loop.now() + limitMs;
    await settle();
    while (!done()) if (!(await step(limit))) return false;
    return true;
  };
  return {
    run: async (ms) => {
      const limit = loop.now() + ms;
      while (await step(limit));
      loop.moveTo(limit);
    },
    within,
    until: async (what, done, limitMs) => {
      const began = loop.now();
      if (!(await within(done, limitMs)))
        throw new AssertionFailed(`${what} did not happen within ${limitMs} ms\n${trace()}`);
      return loop.now() - began;
    },
  };
}
