/**
 * The journal's database: its tables, and the refusals that the database itself knows. Facts are appended gapless and
 * never updated or deleted (I30); everything else is bookkeeping of the writer or built from the facts. `FORMAT` rises
 * whenever the kept tables change; a file with a higher one is refused.
 */
import type { DatabaseSync } from 'node:sqlite';
import { TABLES } from '../view/rows.ts';

export const FORMAT = 1;

/** The letters LKST in the file's header: how a journal is told from any other database. */
export const APPLICATION_ID = 0x4c_4b_53_54;

const KEPT = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, hash BLOB NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE TABLE commits (seq INTEGER PRIMARY KEY, framed INTEGER NOT NULL) STRICT;
  CREATE INDEX commits_framed ON commits (seq) WHERE framed = 1;
  CREATE TABLE claims (key TEXT PRIMARY KEY, seq INTEGER NOT NULL, holder TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX claims_holder ON claims (holder) WHERE holder IS NOT NULL;
  CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, digest BLOB NOT NULL, text TEXT NOT NULL) STRICT;

  CREATE TRIGGER facts_gapless BEFORE INSERT ON facts
    WHEN NEW.seq <> coalesce((SELECT max(seq) FROM facts), 0) + 1
    BEGIN SELECT RAISE(ABORT, 'facts are appended in order, without a gap'); END;
  CREATE TRIGGER facts_kept BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;
  CREATE TRIGGER facts_stay BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END;
`;

const snake = (column: string): string =>
  column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of a read model's table in the database, after id, at and doc. */
export const columnsOf = (table: keyof typeof TABLES): readonly string[] =>
  TABLES[table].map(snake);

function viewTable(table: keyof typeof TABLES): string {
  const columns = columnsOf(table).map((column) => `${column} TEXT, `);
  return `CREATE TABLE ${table} (id TEXT PRIMARY KEY, at TEXT NOT NULL, ${columns.join('')}doc TEXT NOT NULL) STRICT;
    CREATE INDEX ${table}_at ON ${table} (at, id);`;
}

const BUILT = `
  ${(Object.keys(TABLES) as (keyof typeof TABLES)[]).map(viewTable).join('\n')}
  CREATE INDEX trades_open ON trades (at, id) WHERE status = 'open';
  CREATE INDEX trades_closed ON trades (closed_at, id) WHERE status = 'closed';
  CREATE INDEX orders_live ON orders (at, id) WHERE live = '1';
  CREATE INDEX orders_trade ON orders (trade) WHERE trade IS NOT NULL;
  CREATE INDEX breaks_open ON breaks (at, id) WHERE open = '1';
  CREATE INDEX alerts_firing ON alerts (at, id) WHERE state = 'firing';
  CREATE TABLE fact_keys (key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE hours (hour TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE trade_keys (trade TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (trade, key)) STRICT, WITHOUT ROWID;
`;

/** Makes the read models' tables anew, empty; to be called inside a transaction. */
export function emptyViews(db: DatabaseSync): void {
  for (const table of [...Object.keys(TABLES), 'fact_keys', 'trade_keys', 'hours'])
    db.exec(`DROP TABLE IF EXISTS ${table}`);
  db.exec(BUILT);
}

/** Makes the tables of a new, empty journal; all or nothing. */
export function createTables(db: DatabaseSync, meta: Readonly<Record<string, string>>): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT};`);
  db.exec(KEPT);
  db.exec(BUILT);
  const insert = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  for (const [key, value] of Object.entries(meta)) insert.run(key, value);
  db.exec('COMMIT');
}
