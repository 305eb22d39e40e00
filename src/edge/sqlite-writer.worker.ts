/**
 * The writing thread: owns the one writing connection, the folder's lock, the checkpoints of the write-ahead log, and the
 * room that is kept for closing.
 * Requests that arrive while a commit is under way share the next one. Checkpoints run when nothing waits, or between
 * two commits once the log has grown too long.
 */
import { mkdirSync } from 'node:fs';
import { type DatabaseSync } from 'node:sqlite';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { sha256, utf8 } from './hashing.ts';
import type { ChainPoint } from '../journal/chain.ts';
import { createAppender } from './sqlite-appends.ts';
import { serveAll } from './sqlite-attach.ts';
import { createCheckpoints, logOf, unlessFull } from './sqlite-checkpoints.ts';
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
import { createSpaceKeeper, makeRoomToStart } from './sqlite-space.ts';
import { startJournal } from './sqlite-start.ts';

/** Characters of text that one commit takes at most, unless a single append is larger. */
const GROUP_CHARACTERS = 4_000_000;

type Work = {
  readonly db: DatabaseSync;
  readonly point: ChainPoint;
  readonly release: () => void;
};

const size = (request: AppendRequest | SnapshotRequest): number =>
  request.kind === 'snapshot'
    ? request.text.length
    : request.texts.reduce((sum, text) => sum + text.length, 0);

const hashing = { sha256, utf8 };

function serve(port: MessagePort, setup: WriterSetup, { db, point, release }: Work): void {
  const log = logOf(db);
  const space = createSpaceKeeper({
    db,
    dataDir: setup.dataDir,
    maxPages: setup.maxPages,
    limits: setup.space,
    tell: (told) => port.postMessage({ kind: 'disk', ...told } satisfies WriterAnswer),
  });
  const makeRoom = (): boolean => {
    if (!space.giveUp()) return false;
    unlessFull(log.passive);
    return true;
  };
  const appender = createAppender(db, { hashing, start: point, makeRoom });
  const checkpoints = createCheckpoints(log, space.isFull);

  const commit = (group: readonly (AppendRequest | SnapshotRequest)[]): void => {
    if (group.length === 0) return;
    port.postMessage({ kind: 'answers', answers: appender.commit(group) } satisfies WriterAnswer);
    checkpoints.afterCommit();
  };

  const close = (): void => {
    space.stop();
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

function open({
  dataDir,
  maxPages,
  space,
}: WriterSetup): Work & { readonly opening: WriterOpening } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  makeRoomToStart(dataDir, space);
  const release = lockDataDir(dataDir);
  try {
    const { db, fresh } = openForWriting(dataDir, maxPages);
    try {
      const { opened, point } = startJournal(db, hashing, fresh);
      return {
        db,
        point,
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

serveAll<WriterSetup>((port, setup) => {
  try {
    const work = open(setup);
    port.postMessage(work.opening);
    serve(port, setup, work);
  } catch (error) {
    const { code, message } = asRefusal(error, journalFile(setup.dataDir));
    port.postMessage({ kind: 'refused', code, message } satisfies WriterOpening);
    port.close();
  }
});
