/**
 * When the driver of the practice exchange does what no input asks for: which write covers a server time, when a
 * snapshot is due, when the next tick comes.
 */
import type { Millis } from '../base/time.ts';

/** Server times that writes make durable, so that a restart never shows an earlier one. */
export type Marks = {
  /** The ticket of the first write that covers `server`; undefined when none was asked for yet. `server` never falls. */
  readonly ticketFor: (server: Millis) => number | undefined;
  readonly asked: (mark: Millis, ticket: number) => void;
  readonly newest: () => Millis;
};

/** Marks of which `mark` is durable already. */
export function createMarks(mark: Millis): Marks {
  let asked = [{ mark, ticket: 0 }];
  let newest = mark;
  return {
    ticketFor: (server) => {
      asked = asked.filter((one) => one.mark >= server);
      return asked[0]?.ticket;
    },
    asked: (next, ticket) => {
      if (next <= newest) return;
      newest = next;
      asked.push({ mark: next, ticket });
    },
    newest: () => newest,
  };
}

/** A snapshot is due when the entries since the last one weigh as much as it did, but not below this … */
const SNAPSHOT_CHARACTERS = 1_000_000;
/** … or when this much real time has passed, longer when snapshots take long. */
const SNAPSHOT_EVERY_MS = 60_000;
const SNAPSHOT_SHARE = 200;

export type SnapshotRule = {
  /** Counts entries and answers whether a snapshot is due now. */
  readonly due: (entries: readonly { readonly body: string }[]) => boolean;
  /** Takes one, measured, and starts counting anew. */
  readonly take: (make: () => string) => string;
};

export function createSnapshotRule(): SnapshotRule {
  let since = 0;
  let lastSize = 0;
  let dueAt = performance.now() + SNAPSHOT_EVERY_MS;
  return {
    due: (entries) => {
      for (const { body } of entries) since += body.length;
      return since >= Math.max(SNAPSHOT_CHARACTERS, lastSize) || performance.now() >= dueAt;
    },
    take: (make) => {
      const begun = performance.now();
      const body = make();
      const tookMs = performance.now() - begun;
      since = 0;
      lastSize = body.length;
      dueAt = performance.now() + Math.max(SNAPSHOT_EVERY_MS, tookMs * SNAPSHOT_SHARE);
      return body;
    },
  };
}

export type TickTimer = {
  /** Asks for a tick within so many ms; an earlier one that is already coming stays. */
  readonly within: (ms: number) => void;
  readonly stop: () => void;
};

const LONGEST_WAIT_MS = 60_000;

export function createTickTimer(tick: () => void): TickTimer {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  const fire = (): void => {
    dueAt = Infinity;
    tick();
  };
  return {
    within: (ms) => {
      const wait = Math.min(LONGEST_WAIT_MS, Math.max(1, Math.ceil(ms)));
      const at = performance.now() + wait;
      if (at >= dueAt) return;
      clearTimeout(timer);
      dueAt = at;
      timer = setTimeout(fire, wait);
    },
    stop: () => clearTimeout(timer),
  };
}
