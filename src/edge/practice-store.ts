/**
 * The practice exchange's journal, seen from the thread that drives it: writes are numbered with rising tickets and
 * become durable in order; all that is written while a commit is under way shares the next one. After a failed commit
 * nothing is ever reported durable again.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Millis } from '../base/time.ts';
import { fileTrouble } from './files.ts';
import { PracticeRefusal } from './practice-port.ts';

/** A numbered text of the exchange with the server time at which it was made. */
export type StoredText = { readonly seq: number; readonly at: Millis; readonly body: string };

export type StoreContents = {
  /** State after the entry `seq`; older entries are gone. */
  readonly snapshot: StoredText | null;
  readonly entries: readonly StoredText[];
  /** Server time that may have been shown already. */
  readonly mark: Millis | null;
  readonly origin: string | null;
};

export type StoreWrite = {
  readonly entries: readonly StoredText[];
  readonly mark: Millis;
  readonly snapshot: StoredText | null;
  /** Written once, with the first snapshot. */
  readonly origin: string | null;
};

export type StoreRequest =
  | ({ readonly kind: 'commit'; readonly ticket: number } & StoreWrite)
  | { readonly kind: 'close' };

export type StoreAnswer =
  | { readonly kind: 'opened'; readonly contents: StoreContents }
  | {
      readonly kind: 'refused';
      readonly code: 'data_in_use' | 'data_unusable';
      readonly message: string;
    }
  | { readonly kind: 'committed'; readonly ticket: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closed' };

export type PracticeStore = {
  /** What was found at the start. */
  readonly contents: StoreContents;
  /** Queues one write and answers its ticket. */
  readonly write: (write: StoreWrite) => number;
  /** `durable` is called with the highest ticket that is on disk, `failed` at most once. */
  readonly listen: (listener: {
    readonly durable: (ticket: number) => void;
    readonly failed: (error: Error) => void;
  }) => void;
  /** Waits for what is queued, then lets go of the folder. */
  readonly close: () => Promise<void>;
};

/** Opens (or makes) the journal in `folder`; throws a `PracticeRefusal` when another process holds it or it can't be used. */
export async function openPracticeStore(folder: string): Promise<PracticeStore> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(folder, fileTrouble(error));
  }
  const worker = new Worker(new URL('./practice-store-worker.ts', import.meta.url), {
    workerData: { path: join(folder, 'exchange.sqlite') },
  });
  const first = await firstAnswer(worker);
  if (first.kind === 'opened') return runStore(worker, first.contents);
  if (first.kind === 'refused' && first.code === 'data_in_use') {
    throw new PracticeRefusal(
      'data_in_use',
      `Another practice exchange runs on ${folder}. Stop it, or choose another folder with --data.`,
    );
  }
  throw unusable(folder, 'message' in first ? first.message : first.kind);
}

const unusable = (folder: string, why: string): PracticeRefusal =>
  new PracticeRefusal(
    'data_unusable',
    `The folder ${folder} can't be used: ${why}. Mend it, or choose another with --data.`,
  );

function firstAnswer(worker: Worker): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function runStore(worker: Worker, contents: StoreContents): PracticeStore {
  let ticket = 0;
  let waiting: StoreWrite[] = [];
  let busy = false;
  let closing: (() => void) | undefined;
  let broken: Error | undefined;
  let listener: Parameters<PracticeStore['listen']>[0] | undefined;

  const pump = (): void => {
    if (busy || broken !== undefined) return;
    if (waiting.length > 0) {
      busy = true;
      worker.postMessage({ kind: 'commit', ticket, ...together(waiting) } satisfies StoreRequest);
      waiting = [];
    } else if (closing !== undefined) {
      busy = true;
      worker.postMessage({ kind: 'close' } satisfies StoreRequest);
    }
  };
  const fail = (error: Error): void => {
    if (broken !== undefined) return;
    broken = error;
    listener?.failed(error);
    closing?.();
  };
  worker.on('message', (answer: StoreAnswer) => {
    switch (answer.kind) {
      case 'committed':
        busy = false;
        pump();
        return listener?.durable(answer.ticket);
      case 'failed':
        return fail(
          new Error(`The practice exchange's journal can't be written: ${answer.message}`),
        );
      case 'closed':
        return closing?.();
      case 'opened':
      case 'refused':
        return;
    }
  });
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));

  return {
    contents,
    write: (write) => {
      waiting.push(write);
      ticket += 1;
      pump();
      return ticket;
    },
    listen: (next) => {
      listener = next;
    },
    close: async () => {
      if (broken === undefined) {
        await new Promise<void>((resolve) => {
          closing = resolve;
          pump();
        });
      }
      await worker.terminate();
    },
  };
}

/** Several writes as one: all entries, the highest mark, the newest snapshot. */
function together(writes: readonly StoreWrite[]): StoreWrite {
  return {
    entries: writes.flatMap(({ entries }) => entries),
    mark: Math.max(...writes.map(({ mark }) => mark)),
    snapshot: writes.findLast(({ snapshot }) => snapshot !== null)?.snapshot ?? null,
    origin: writes.find(({ origin }) => origin !== null)?.origin ?? null,
  };
}
