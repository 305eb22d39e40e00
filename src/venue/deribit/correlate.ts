/**
 * Which request an answer belongs to. Ids are unique over all connections of a session. A request ends once: answered,
 * timed out or cut off; one that ended without an answer is remembered for a while, so that a late answer finds it.
 */
import type { Millis } from '../../base/time.ts';
import { MAX_AWAITED_LATE } from './limits.ts';

/** `ended`: its outcome has been told already, an answer would be a late one. */
export type Sent<T> = {
  readonly id: number;
  readonly conn: number;
  readonly deadline: Millis;
  readonly what: T;
  ended: boolean;
};

export type Correlator<T> = {
  /** The id for a request that is about to be sent. */
  readonly register: (conn: number, deadline: Millis, what: T) => number;
  /** The request that an answer with this id belongs to, which is thereby forgotten. */
  readonly take: (id: unknown, conn: number) => Sent<T> | undefined;
  /** Requests whose time is over, each reported once. */
  readonly expire: (mono: Millis) => readonly Sent<T>[];
  /** Requests that were open on a connection that is gone, each reported once. */
  readonly cutOff: (conn: number) => readonly Sent<T>[];
  readonly wakeAt: () => Millis;
};

const WHOLE = /^[1-9]\d{0,14}$/;

/** Ours are numbers and come back as such; one that comes back as text can still be no other's. */
function idOf(given: unknown): number {
  if (typeof given === 'number') return given;
  return typeof given === 'string' && WHOLE.test(given) ? parseInt(given, 10) : NaN;
}

export function createCorrelator<T>(): Correlator<T> {
  const open = new Map<number, Sent<T>>();
  const late = new Map<number, Sent<T>>();
  let lastId = 0;

  const end = (sent: Sent<T>): Sent<T> => {
    open.delete(sent.id);
    sent.ended = true;
    late.set(sent.id, sent);
    if (late.size > MAX_AWAITED_LATE)
      for (const oldest of late.keys()) {
        late.delete(oldest);
        break;
      }
    return sent;
  };
  const endAll = (which: (sent: Sent<T>) => boolean): readonly Sent<T>[] =>
    [...open.values()].filter(which).map(end);

  return {
    register: (conn, deadline, what) => {
      lastId++;
      open.set(lastId, { id: lastId, conn, deadline, what, ended: false });
      return lastId;
    },
    take: (given, conn) => {
      const id = idOf(given);
      const sent = open.get(id) ?? late.get(id);
      if (sent === undefined || sent.conn !== conn) return undefined;
      open.delete(id);
      late.delete(id);
      return sent;
    },
    expire: (mono) => endAll((sent) => sent.deadline <= mono),
    cutOff: (conn) => endAll((sent) => sent.conn === conn),
    wakeAt: () => {
      let at = Infinity;
      for (const sent of open.values()) if (sent.deadline < at) at = sent.deadline;
      return at;
    },
  };
}
