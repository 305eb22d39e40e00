/**
 * The journal's port: an append-only, hash-chained stream of facts with one writer. Appends are atomic, carry the epoch of
 * the writer and the sequence that it expects, and are durable when they answer. Reads are by sequence.
 */
import type { Fact } from '../domain/fact.ts';

/** What was found at opening. `journal` is given once for ever; `birth` is new after each restore; `epoch` is this writer's. */
export type OpenedJournal = {
  readonly journal: string;
  readonly birth: string;
  readonly epoch: number;
  readonly head: number;
  readonly snapshot: { readonly seq: number; readonly text: string } | null;
};

export type AppendResult =
  | { readonly ok: true; readonly head: number }
  /** Nothing was written. `stale`: another head or epoch; we are not the writer any more. */
  | { readonly ok: false; readonly reason: 'stale' | 'full' | 'failed'; readonly message: string };

export type Journal = {
  readonly opened: OpenedJournal;
  /** Facts with gapless seq from `expected + 1`, all or none. Calls are carried out in order; several may share one commit. */
  readonly append: (batch: {
    readonly expected: number;
    readonly epoch: number;
    readonly facts: readonly Fact[];
  }) => Promise<AppendResult>;
  /** Facts after `after`, at most `limit`, in order. */
  readonly read: (after: number, limit: number) => Promise<readonly Fact[]>;
  /** Keeps the books as folded up to `seq`; only the newest is kept. */
  readonly keepSnapshot: (snapshot: {
    readonly seq: number;
    readonly text: string;
  }) => Promise<void>;
  readonly close: () => Promise<void>;
};
