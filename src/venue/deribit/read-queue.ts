/**
 * Reads that wait for credits. Those of checks and of orders without an answer go first and have credits of their own, so
 * that no crowd of other reads holds them up; within a class the first to come is the first to go.
 */
import type { Millis } from '../../base/time.ts';
import type { Budget, Draw } from './budget.ts';
import { MAX_QUEUED_READS } from './limits.ts';

/** In the order in which they are served. The transaction log has a pool of its own: nothing waits behind it. */
const CLASSES = ['check', 'rest', 'log'] as const;

type Read = { readonly draw: Draw; readonly deadline: Millis };

export type ReadQueue<T extends Read> = {
  /** Takes a read in behind its like; false when too many wait already. */
  readonly add: (read: T) => boolean;
  /** Puts a read that goes on before its like. */
  readonly resume: (read: T) => void;
  /** Takes out what can be afforded, in order. */
  readonly pump: (mono: Millis, send: (read: T) => void) => void;
  /** Takes out what should have been sent by `until`. */
  readonly drop: (until: Millis) => readonly T[];
  /** When something is due: a read is over, or, where they can be sent, one can be afforded. */
  readonly wakeAt: (up: boolean, mono: Millis) => Millis;
};

export function createReadQueue<T extends Read>(budget: Budget): ReadQueue<T> {
  const queues: Record<(typeof CLASSES)[number], T[]> = { check: [], rest: [], log: [] };
  const of = ({ draw }: T): T[] =>
    queues[draw.pool === 'log' ? 'log' : draw.spend === 'check' ? 'check' : 'rest'];
  return {
    add: (read) => {
      const queue = of(read);
      if (queue.length >= MAX_QUEUED_READS) return false;
      queue.push(read);
      return true;
    },
    resume: (read) => void of(read).unshift(read),
    pump: (mono, send) => {
      for (const one of CLASSES) {
        const queue = queues[one];
        for (let next = queue[0]; next !== undefined; next = queue[0]) {
          if (!budget.take(next.draw, mono)) break;
          queue.shift();
          send(next);
        }
      }
    },
    drop: (until) =>
      CLASSES.flatMap((one) => {
        const over = queues[one].filter(({ deadline }) => deadline <= until);
        queues[one] = queues[one].filter(({ deadline }) => deadline > until);
        return over;
      }),
    wakeAt: (up, mono) => {
      let at = Infinity;
      for (const one of CLASSES) {
        for (const { deadline } of queues[one]) at = Math.min(at, deadline);
        const [next] = queues[one];
        if (up && next !== undefined) at = Math.min(at, budget.readyAt(next.draw, mono));
      }
      return at;
    },
  };
}
