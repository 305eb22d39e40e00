/** Virtual time: what is due happens in the order of its moment, then of its asking. One thread, nothing random, nothing real. */
import type { Millis } from '../../src/base/time.ts';

export type Loop = {
  /** Real milliseconds of the world since it began. */
  readonly now: () => Millis;
  readonly after: (ms: Millis, run: () => void) => void;
  /** Moment of the next thing that was asked for; Infinity when there is none. */
  readonly nextAt: () => Millis;
  /** Moves time forward; it never goes back. */
  readonly moveTo: (at: Millis) => void;
  /** Runs the first thing that is due now; answers whether there was one. */
  readonly runOne: () => boolean;
};

type Due = { readonly at: Millis; readonly order: number; readonly run: () => void };

export function createLoop(): Loop {
  const queue: Due[] = [];
  let now: Millis = 0;
  let order = 0;
  return {
    now: () => now,
    after: (ms, run) => {
      const due = { at: now + Math.max(0, Math.ceil(ms)), order: order++, run };
      let place = queue.length;
      while (place > 0 && (queue[place - 1]?.at ?? 0) > due.at) place--;
      queue.splice(place, 0, due);
    },
    nextAt: () => queue[0]?.at ?? Infinity,
    moveTo: (at) => {
      now = Math.max(now, Math.ceil(at));
    },
    runOne: () => {
      const [first] = queue;
      if (first === undefined || first.at > now) return false;
      queue.shift();
      first.run();
      return true;
    },
  };
}
