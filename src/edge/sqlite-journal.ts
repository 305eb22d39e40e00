/**
 * The journal on SQLite: `<data>/journal.sqlite`, one writing and one reading thread, none of the SQL on the caller's.
 * An append is answered only once it is durable; a thread that dies is fatal for the process that holds the journal.
 */
import { assert } from '../base/assert.ts';
import { encodeFact } from '../journal/codec.ts';
import { checkBatch } from '../journal/limits.ts';
import type { AppendResult, Journal, OpenedJournal } from '../journal/port.ts';
import { SPACE_LIMITS, type SpaceLimits } from '../journal/space.ts';
import type { Store } from '../view/store.ts';
import { startWorker, type Threads } from './sqlite-client.ts';
import type { WriterAnswer, WriterRequest, WriterSetup } from './sqlite-messages.ts';
import type { DiskTold } from './sqlite-space.ts';
import { startStore } from './sqlite-store.ts';

export type SqliteOptions = {
  /** Made when it is missing. */
  readonly dataDir: string;
  /** A thread died: nothing more can be written. Called once; the caller stops the process. */
  readonly onFatal: (reason: string) => void;
  /** Upper bound of the file in pages of 4,096 bytes; beyond it appends answer `full`. None by default. */
  readonly maxPages?: number;
  /** How much room is kept, and how much is little. */
  readonly space?: SpaceLimits;
  /** How the disk is: once soon after opening, then whenever it is another. */
  readonly onDisk?: (told: DiskTold) => void;
  /** Shared with other journals of the process, which are then to be closed together; its own by default. */
  readonly threads?: Threads;
};

const PROGRAM = new URL('./sqlite-writer.worker.ts', import.meta.url);

type Unnumbered<Request> = Request extends { readonly id: number } ? Omit<Request, 'id'> : never;

type Writer = {
  readonly opened: OpenedJournal;
  readonly request: (request: Unnumbered<WriterRequest>) => Promise<AppendResult>;
  readonly end: () => Promise<void>;
};

async function startWriter({
  dataDir,
  maxPages,
  space = SPACE_LIMITS,
  onFatal,
  onDisk,
  threads,
}: SqliteOptions): Promise<Writer> {
  const waiting = new Map<number, (result: AppendResult) => void>();
  let dead: string | undefined;
  let last = 0;
  const giveUp = (reason: string): void => {
    dead = reason;
    for (const answer of waiting.values()) answer({ ok: false, reason: 'failed', message: reason });
    waiting.clear();
  };
  const { client, opened } = await startWorker<WriterRequest, OpenedJournal, WriterAnswer>({
    program: PROGRAM,
    data: { dataDir, maxPages: maxPages ?? null, space } satisfies WriterSetup,
    threads,
    onDeath: (reason) => {
      giveUp(reason);
      onFatal(reason);
    },
    onAnswer: (answer) => {
      if (answer.kind === 'disk')
        return onDisk?.({ disk: answer.disk, freeBytes: answer.freeBytes });
      for (const { id, result } of answer.answers) {
        waiting.get(id)?.(result);
        waiting.delete(id);
      }
    },
  });
  return {
    opened,
    request: (request) => {
      if (dead !== undefined)
        return Promise.resolve({ ok: false, reason: 'failed', message: dead });
      last += 1;
      const id = last;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        client.post({ ...request, id });
      });
    },
    end: async () => {
      dead ??= 'the journal is closed';
      await client.end({ kind: 'close' });
      giveUp(dead);
    },
  };
}

/** Opens the journal of a data folder as its one writer, with its read side; throws JournalRefused. */
export async function openSqliteJournal(
  options: SqliteOptions,
): Promise<{ readonly journal: Journal; readonly store: Store }> {
  let told = false;
  const onFatal = (reason: string): void => {
    if (told) return;
    told = true;
    options.onFatal(reason);
  };
  const writer = await startWriter({ ...options, onFatal });
  const store = await startStore(options.dataDir, onFatal, options.threads).catch(
    async (error: unknown) => {
      await writer.end();
      throw error;
    },
  );
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await store.close();
    await writer.end();
  };
  const journal: Journal = {
    opened: writer.opened,
    append: async (batch) => {
      checkBatch(batch);
      return writer.request({
        kind: 'append',
        expected: batch.expected,
        epoch: batch.epoch,
        texts: batch.facts.map(encodeFact),
      });
    },
    read: (after, limit) => store.facts(after, limit),
    keepSnapshot: async (snapshot) => {
      const kept = await writer.request({ kind: 'snapshot', ...snapshot });
      assert(kept.ok, kept.ok ? '' : `the snapshot was not kept: ${kept.message}`);
    },
    close: () => (closing ??= close()),
  };
  return { journal, store };
}

/** The read side alone, of a journal that is being written or was left: for looking and verifying. Throws JournalRefused. */
export const openStoreReadOnly = (dataDir: string): Promise<Store> =>
  startStore(dataDir, () => undefined);
