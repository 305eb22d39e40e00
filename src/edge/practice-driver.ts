/**
 * Drives the practice exchange: one input at a time, its journal entries made durable, then its deeds carried out, in
 * the order in which the exchange decided them. No server time is shown before it is durable that time has come that
 * far, so it never goes back, not even after a kill.
 */
import { must } from '../base/assert.ts';
import { MINUTE, type Millis } from '../base/time.ts';
import type { PracticeClock } from './practice-clock.ts';
import { createMarks, createSnapshotRule, createTickTimer } from './practice-pace.ts';
import type { PracticeDeed, PracticeInput, PracticeMachine, PracticeNow } from './practice-port.ts';
import type { PracticeStore, StoredText } from './practice-store.ts';

export type PracticeDriver = {
  /** Feeds one input; its deeds follow once they may. After a failure inputs are ignored. */
  readonly input: (input: PracticeInput) => void;
  /** Lives through the market time from `from` to the clock's now, in steps, before anybody is connected; throws when it fails. */
  readonly catchUp: (from: Millis) => Promise<void>;
  /** Starts the ticks. */
  readonly run: () => void;
  /** Stops, keeps a last snapshot and waits for the disk. */
  readonly close: () => Promise<void>;
};

export type DriverParts = {
  readonly machine: PracticeMachine;
  readonly store: PracticeStore;
  readonly clock: PracticeClock;
  /** Sequence number of the newest entry in the store. */
  readonly seq: number;
  /** Server time that is durable already. */
  readonly mark: Millis;
  readonly outlet: (deed: PracticeDeed) => void;
  /** The disk failed or the exchange broke; called at most once. */
  readonly failed: (error: Error) => void;
};

/** The market moves at least this often, in real time, while the clock runs. */
const TICK_MS = 100;
/** Real time by which server time is made durable ahead of itself. */
const MARK_AHEAD_MS = 1_000;
const CATCH_UP_STEP: Millis = 10 * MINUTE;

/** An answer of the exchange that waits until its ticket, and those of all before it, are durable. */
type Waiting = { readonly ticket: number; readonly deeds: readonly PracticeDeed[] };

/** A driver that stands still until `run`. */
export function createPracticeDriver(parts: DriverParts): PracticeDriver {
  const { machine, store, clock } = parts;
  const marks = createMarks(parts.mark);
  const snapshots = createSnapshotRule();
  const timer = createTickTimer(() => process({ kind: 'tick' }));
  const outbox = createOutbox(parts.outlet);
  let seq = parts.seq;
  let stopped = false;
  let broken: Error | undefined;

  const fail = (error: Error): void => {
    timer.stop();
    outbox.discard();
    broken ??= error;
    if (stopped) return;
    stopped = true;
    parts.failed(error);
  };
  store.listen({ durable: outbox.durable, failed: fail });

  const write = (
    entries: readonly StoredText[],
    mark: Millis,
    snapshot: StoredText | null = null,
  ): number => {
    const ticket = store.write({ entries, mark, snapshot, origin: null });
    marks.asked(mark, ticket);
    return ticket;
  };
  /** The ticket that covers both the entries and the server time of an answer. */
  const secure = (entries: readonly StoredText[], server: Millis): number => {
    const margin = MARK_AHEAD_MS * clock.speed();
    const covered = marks.ticketFor(server);
    if (entries.length > 0 || covered === undefined)
      return write(entries, Math.max(server + margin, marks.newest()));
    if (marks.newest() - server < margin / 2) write([], server + margin);
    return covered;
  };
  const decide = (input: PracticeInput, now: PracticeNow): void => {
    const entries: StoredText[] = [];
    const deeds: PracticeDeed[] = [];
    for (const effect of machine.handle(input, now)) {
      if (effect.kind === 'record')
        entries.push({ seq: ++seq, at: now.server, body: effect.entry });
      else deeds.push(effect);
      // The very next input must meet the clock as it was set.
      if (effect.kind === 'clock') clock.follow(effect);
    }
    outbox.put({ ticket: secure(entries, Math.max(now.server, clock.read().server)), deeds });
    if (snapshots.due(entries)) {
      write([], marks.newest(), { seq, at: now.server, body: snapshots.take(machine.snapshot) });
    }
  };
  const process = (input: PracticeInput): void => {
    if (stopped) return;
    try {
      decide(input, clock.read());
      const now = clock.read();
      const wanted = machine.wakeAt(now) - now.mono;
      timer.within(clock.speed() > 0 ? Math.min(wanted, TICK_MS) : wanted);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };

  return {
    input: process,
    catchUp: async (from) => {
      const to = clock.read().server;
      for (let at = from + CATCH_UP_STEP; at < to; at += CATCH_UP_STEP) {
        decide({ kind: 'tick' }, { server: at, mono: clock.read().mono });
        await new Promise((resolve) => setImmediate(resolve));
        if (broken !== undefined) throw broken;
      }
    },
    run: () => process({ kind: 'tick' }),
    close: async () => {
      timer.stop();
      if (!stopped) {
        stopped = true;
        const { server } = clock.read();
        store.write({
          entries: [],
          mark: server,
          snapshot: { seq, at: server, body: machine.snapshot() },
          origin: null,
        });
      }
      if (broken === undefined) await outbox.empty();
      await store.close();
    },
  };
}

/** Deeds in the order of their decisions, each held back until what it rests on is durable. */
function createOutbox(outlet: (deed: PracticeDeed) => void) {
  let queue: Waiting[] = [];
  let durable = 0;
  let onEmpty: (() => void) | undefined;
  const release = (): void => {
    let ready = 0;
    while (ready < queue.length && must(queue[ready], 'a waiting answer').ticket <= durable)
      ready += 1;
    for (const { deeds } of queue.splice(0, ready)) for (const deed of deeds) outlet(deed);
    if (queue.length === 0) onEmpty?.();
  };
  return {
    put: (answer: Waiting): void => {
      if (answer.deeds.length === 0) return;
      queue.push(answer);
      release();
    },
    durable: (ticket: number): void => {
      durable = ticket;
      release();
    },
    discard: (): void => {
      queue = [];
      onEmpty?.();
    },
    empty: (): Promise<void> =>
      queue.length === 0 ? Promise.resolve() : new Promise((resolve) => (onEmpty = resolve)),
  };
}
