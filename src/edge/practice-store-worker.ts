/**
 * The thread that keeps the practice exchange's journal in SQLite: one exclusive connection for the life of the
 * process, WAL, synchronous FULL. Every message is one transaction; it is answered when that is durable.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '../base/assert.ts';
import type { StoreAnswer, StoreContents, StoreRequest } from './practice-store.ts';

const VERSION = 1;
const SQLITE_BUSY = 5;
const OLDEST_SQLITE = [3, 51, 3] as const;
/** A process that was killed a moment ago may need this long to let go of its lock. */
const LOCK_PATIENCE_MS = 1_000;

const SCHEMA = `
  CREATE TABLE entry (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), mark INTEGER NOT NULL) STRICT;
  CREATE TABLE origin (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};
`;

type Opened =
  | { readonly db: DatabaseSync; readonly found: StoreContents }
  | { readonly refused: Extract<StoreAnswer, { kind: 'refused' }> };

function open(path: string): Opened {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: LOCK_PATIENCE_MS });
    const { version } = db.prepare('SELECT sqlite_version() AS version').get() as {
      version: string;
    };
    if (tooOld(version)) {
      db.close();
      return refused(
        'data_unusable',
        `SQLite ${version} is too old; ${OLDEST_SQLITE.join('.')} or newer is needed (Node 24.15)`,
      );
    }
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('BEGIN EXCLUSIVE');
    const { user_version: format } = db.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (format === 0) db.exec(SCHEMA);
    db.exec('COMMIT');
    if (format <= VERSION) return { db, found: contents(db) };
    db.close();
    return refused(
      'data_unusable',
      `it was written by a newer version (format ${format}, this one knows ${VERSION})`,
    );
  } catch (error) {
    db?.close();
    const { errcode, message } = error as { errcode?: number; message: string };
    if (errcode === SQLITE_BUSY) return refused('data_in_use', message);
    return refused('data_unusable', message);
  }
}

function tooOld(version: string): boolean {
  const found = version.split('.').map(Number);
  const differs = OLDEST_SQLITE.findIndex((wanted, i) => (found[i] ?? 0) !== wanted);
  return differs >= 0 && (found[differs] ?? 0) < (OLDEST_SQLITE[differs] as number);
}

const refused = (code: 'data_in_use' | 'data_unusable', message: string): Opened => ({
  refused: { kind: 'refused', code, message },
});

function contents(db: DatabaseSync): StoreContents {
  const snapshot = db.prepare('SELECT seq, at, body FROM snapshot').get() as
    | StoreContents['snapshot']
    | undefined;
  const entries = db
    .prepare('SELECT seq, at, body FROM entry ORDER BY seq')
    .all() as unknown as StoreContents['entries'];
  const clock = db.prepare('SELECT mark FROM clock').get() as { mark: number } | undefined;
  const origin = db.prepare('SELECT body FROM origin').get() as { body: string } | undefined;
  return {
    snapshot: snapshot ?? null,
    entries,
    mark: clock?.mark ?? null,
    origin: origin?.body ?? null,
  };
}

function committer(db: DatabaseSync): (request: Extract<StoreRequest, { kind: 'commit' }>) => void {
  const insertEntry = db.prepare('INSERT INTO entry (seq, at, body) VALUES (?, ?, ?)');
  const setClock = db.prepare(
    'INSERT INTO clock VALUES (1, ?) ON CONFLICT DO UPDATE SET mark = excluded.mark',
  );
  const setSnapshot = db.prepare(
    'INSERT INTO snapshot VALUES (1, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, at = excluded.at, body = excluded.body',
  );
  const dropEntries = db.prepare('DELETE FROM entry WHERE seq <= ?');
  const setOrigin = db.prepare('INSERT INTO origin VALUES (1, ?)');
  return ({ entries, mark, snapshot, origin }) => {
    db.exec('BEGIN IMMEDIATE');
    for (const { seq, at, body } of entries) insertEntry.run(seq, at, body);
    setClock.run(mark);
    if (snapshot !== null) {
      setSnapshot.run(snapshot.seq, snapshot.at, snapshot.body);
      dropEntries.run(snapshot.seq);
    }
    if (origin !== null) setOrigin.run(origin);
    db.exec('COMMIT');
  };
}

function serve(): void {
  const port = must(parentPort, 'a parent thread');
  const answer = (message: StoreAnswer): void => port.postMessage(message);
  const opened = open((workerData as { path: string }).path);
  if ('refused' in opened) {
    answer(opened.refused);
    return port.close();
  }
  const { db, found } = opened;
  const commit = committer(db);
  answer({ kind: 'opened', contents: found });
  port.on('message', (request: StoreRequest) => {
    if (request.kind === 'close') {
      db.close();
      answer({ kind: 'closed' });
      return port.close();
    }
    try {
      commit(request);
    } catch (error) {
      return answer({ kind: 'failed', message: (error as Error).message });
    }
    answer({ kind: 'committed', ticket: request.ticket });
  });
}

serve();
