/**
 * The writing thread: owns the one writing connection, the folder's lock, and the checkpoints of the write-ahead log.
 * Requests that arrive while a commit is under way share the next one. Checkpoints run when nothing waits, or between
 * two commits once the log has grown too long.
 */
import { mkdirSync } from 'node:fs';
import { type DatabaseSync } from 'node:sqlite';
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from 'node:worker_threads';
import { must } from '../base/assert.ts';
import { sha256, utf8 } from './hashing.ts';
import { type Appender, createAppender } from './sqlite-appends.ts';
import { createCheckpoints, logOf } from './sqlite-checkpoints.ts';
import { asRefusal, journalFile, openForWriting } from './sqlite-database.ts';
import { lockDataDir } from './sqlite-lock.ts';
import type {
  AppendRequest,
  SnapshotRequest,
  WriterAnswer,
  WriterOpening,
  WriterRequest,
  WriterSetup,
} from './sqlite-messages.ts';
import { startJournal } from './sqlite-start.ts';

/** Characters of text that one commit takes at most, unless a single append is larger. */
const GROUP_CHARACTERS = 4_000_000;

type Work = {
  readonly db: DatabaseSync;
  readonly appender: Appender;
  readonly release: () => void;
};

const size = (request: AppendRequest | SnapshotRequest): number =>
  request.kind === 'snapshot'
    ? request.text.length
    : request.texts.reduce((sum, text) => sum + text.length, 0);

function serve(port: MessagePort, { db, appender, release }: Work): void {
  const checkpoints = createCheckpoints(logOf(db));

  const commit = (group: readonly (AppendRequest | SnapshotRequest)[]): void => {
    if (group.length === 0) return;
    port.postMessage({ kind: 'answers', answers: appender.commit(group) } satisfies WriterAnswer);
    checkpoints.afterCommit();
  };

  const close = (): void => {
    checkpoints.stop();
    db.close();
    release();
    port.close();
  };

  port.on('message', (first: WriterRequest) => {
    let group: (AppendRequest | SnapshotRequest)[] = [];
    let characters = 0;
    let next: WriterRequest | undefined = first;
    while (next !== undefined) {
      if (next.kind === 'close') {
        commit(group);
        return close();
      }
      group.push(next);
      characters += size(next);
      if (characters > GROUP_CHARACTERS) {
        commit(group);
        group = [];
        characters = 0;
      }
      next = receiveMessageOnPort(port)?.message as WriterRequest | undefined;
    }
    commit(group);
  });
}

function open({ dataDir, maxPages }: WriterSetup): Work & { readonly opening: WriterOpening } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = lockDataDir(dataDir);
  try {
    const { db, fresh } = openForWriting(dataDir, maxPages);
    try {
      const hashing = { sha256, utf8 };
      const { opened, point } = startJournal(db, hashing, fresh);
      return {
        db,
        appender: createAppender(db, hashing, point),
        release,
        opening: { kind: 'opened', opened },
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  }
}

const port = must(parentPort, 'a parent: this file is the program of a worker');
const setup = workerData as WriterSetup;
try {
  const work = open(setup);
  port.postMessage(work.opening);
  serve(port, work);
} catch (error) {
  const { code, message } = asRefusal(error, journalFile(setup.dataDir));
  port.postMessage({ kind: 'refused', code, message } satisfies WriterOpening);
}
