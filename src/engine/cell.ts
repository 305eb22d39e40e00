/**
 * The driver of one cell: take an input, step, make the facts durable, publish them, only then carry out the wishes (I32,
 * I36). Steps may run ahead of the disk; publishing and wishes wait for their own commit and for all before it, in order.
 * An append that fails ends everything: nothing may leave that could be forgotten. What became durable too late to be sent
 * is refused instead, and a disk that falls too far behind is one that failed. One exception: what Kill cancels and closes
 * leaves after a second without a commit, and is kept beside the journal first (`impatient.ts`).
 */
import { type Millis } from '../base/time.ts';
import { type Books, emptyBooks, freezeBooks, thawBooks } from '../domain/books.ts';
import { evolve } from '../domain/evolve.ts';
import type { RiskConfig } from '../domain/config.ts';
import type { Fact } from '../domain/fact.ts';
import type { Journal } from '../journal/port.ts';
import type { StrategyKind } from '../strategy/strategy.ts';
import { createConservation } from './conserve.ts';
import type { Input, Now, Wish } from './input.ts';
import { createImpatience } from './impatient.ts';
import type { Kept } from './kept.ts';
import { MOST_AHEAD, SLOW_COMMIT, SNAPSHOT_EVERY } from './limits.ts';
import { emptyLive } from './live.ts';
import { primeShown } from './show.ts';
import { step } from './step.ts';
import { type Cell, type Envelope, openTurn, record } from './turn.ts';
import { withheld } from './withhold.ts';

/** The facts of one durable commit; `prev` is the commit before. */
export type Published = {
  readonly commit: number;
  readonly prev: number;
  readonly facts: readonly Fact[];
};

/** Why a cell can't go on: what the journal answered, or a bug of ours. */
export type Loss = 'stale' | 'full' | 'failed' | 'bug';

/** The world as the driver needs it. `wakeAt` sets the one timer (mono; Infinity for none), replacing the one before. */
export type Ports = {
  readonly journal: Journal;
  readonly now: () => Now;
  readonly wakeAt: (at: Millis) => void;
  readonly carryOut: (wish: Wish) => void;
  readonly publish: (group: Published) => void;
  /** Keeps beside the journal what leaves before it is durable; nothing waits for it. */
  readonly keep: (kept: Kept) => void;
  /** The journal did not take an append, or a step stopped: the process must end at once. */
  readonly lost: (reason: Loss, message: string) => void;
};

export type Driver = {
  readonly cell: Cell;
  /** Takes an input now. */
  readonly input: (input: Input) => void;
  /** Resolves when everything so far is durable and published. */
  readonly settled: () => Promise<void>;
};

/** Folds a journal, from its snapshot on, into a cell. */
export async function openCell(
  journal: Journal,
  envelope: Envelope,
  options: {
    readonly risk: RiskConfig;
    readonly mode: string;
    readonly kinds: Readonly<Record<string, StrategyKind<unknown>>>;
  },
): Promise<Cell> {
  const { snapshot, head } = journal.opened;
  const books: Books = snapshot === null ? emptyBooks(options.risk) : thawBooks(snapshot.text);
  let seq = snapshot?.seq ?? 0;
  while (seq < head) {
    const facts = await journal.read(seq, 2_000);
    if (facts.length === 0) throw new Error(`the journal ends at ${seq}, its head is ${head}`);
    for (const fact of facts) evolve(books, fact);
    seq = facts.at(-1)?.seq ?? head;
  }
  const cell: Cell = {
    books,
    live: emptyLive(),
    envelope,
    kinds: options.kinds,
    shown: { texts: new Map(), strategies: new Map() },
    seq,
  };
  primeShown(cell);
  return cell;
}

/** The facts with which a new journal begins. */
function opening(cell: Cell, journal: Journal, mode: string, now: Now): readonly Fact[] {
  if (cell.seq > 0) return [];
  const turn = openTurn(cell, now, 'first start');
  record(turn, { type: 'JOURNAL_OPENED', v: 1, data: { journal: journal.opened.journal, mode } });
  return turn.facts;
}

/** Starts driving. The first input must be `start`. */
export function drive(cell: Cell, ports: Ports, mode: string): Driver {
  const { journal } = ports;
  let written = cell.seq;
  let published = cell.seq;
  let sinceSnapshot = 0;
  let dead = false;
  let tail: Promise<void> = Promise.resolve();
  const conservation = createConservation(cell.books);
  /** The one way out: what was not decided, or not so, ends the process instead (I10). */
  const carryOut = (wish: Wish): void => {
    orDie(() => conservation.leave(wish));
    ports.carryOut(wish);
  };
  const impatience = createImpatience(cell.books, { keep: ports.keep, carryOut });

  /** Queues facts for the disk, and publishing and wishes behind them. */
  const commit = (facts: readonly Fact[], wishes: readonly Wish[]): void => {
    const appended =
      facts.length === 0
        ? undefined
        : journal.append({ expected: written, epoch: cell.envelope.epoch, facts });
    written += facts.length;
    const before = tail;
    const since = ports.now().mono;
    const mine = impatience.begin(facts, wishes, since);
    tail = (async () => {
      const result = await appended;
      await before;
      if (dead) return;
      if (result !== undefined && !result.ok) {
        return giveUp(result.reason, result.message);
      }
      if (result !== undefined) {
        ports.publish({ commit: result.head, prev: published, facts });
        published = result.head;
        tellSlowness(ports.now().mono - since);
      }
      impatience.end(mine);
      for (const wish of wishes) {
        if (mine.left.has(wish)) continue;
        const refused = withheld(wish, cell.books, ports.now());
        if (refused === undefined) carryOut(wish);
        else {
          conservation.stay(wish);
          input({ kind: 'venue', event: refused });
        }
      }
    })();
  };

  /** Before the wishes of that commit: what is refused for its lateness is tried again with this in mind. */
  const tellSlowness = (tookMs: Millis): void => {
    if (tookMs >= SLOW_COMMIT || cell.live.commitMs > 0) input({ kind: 'durable', tookMs });
  };

  const giveUp = (reason: Loss, message: string): void => {
    dead = true;
    ports.lost(reason, message);
  };

  const keepSnapshot = (added: number): void => {
    sinceSnapshot += added;
    if (sinceSnapshot < SNAPSHOT_EVERY) return;
    sinceSnapshot = 0;
    const snapshot = { seq: cell.seq, text: freezeBooks(cell.books) };
    tail = tail.then(() => journal.keepSnapshot(snapshot));
  };

  /** What throws has left books that we do not understand: nothing may follow it. */
  const orDie = <Answer>(work: () => Answer): Answer => {
    try {
      return work();
    } catch (error) {
      giveUp('bug', error instanceof Error ? error.message : String(error));
      throw error;
    }
  };

  const input = (given: Input): void => {
    if (dead) return;
    const now = ports.now();
    const first = given.kind === 'start' ? opening(cell, journal, mode, now) : [];
    const { facts, wishes, wakeAt } = orDie(() => {
      const made = step(cell, given, now);
      conservation.decide(made.facts);
      return made;
    });
    // Prices come by the thousand and mostly change nothing: nobody waits for their commit.
    if (first.length + facts.length + wishes.length > 0) commit([...first, ...facts], wishes);
    keepSnapshot(facts.length);
    if (written - published > MOST_AHEAD)
      return giveUp('failed', `the disk is ${written - published} facts behind`);
    impatience.look(now);
    ports.wakeAt(Math.min(wakeAt, impatience.due()));
  };

  return { cell, input, settled: () => tail };
}
