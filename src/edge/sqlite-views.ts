/**
 * Writes the read models: interprets what a fact does to the read side, inside the transaction that appends the fact.
 * `rebuild` makes them anew from the facts when the projection has changed since they were written.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { assert } from '../base/assert.ts';
import { type Fact, isFrameType } from '../domain/fact.ts';
import { decodeFact } from '../journal/codec.ts';
import { project } from '../view/project.ts';
import { isStamped } from '../view/stamped.ts';
import { type RowChange, type Table, TABLES, VIEW_VERSION } from '../view/rows.ts';
import { columnsOf, emptyViews } from './sqlite-schema.ts';

/** Characters of ISO text that name its hour. */
const HOUR_TEXT = 13;

type TableWriter = {
  readonly put: StatementSync;
  readonly doc: StatementSync;
  readonly merge: StatementSync;
  readonly drop: StatementSync;
};

/** Applies one fact to the read models; to be called inside a transaction. */
export type ViewWriter = (fact: Fact) => void;

function tableWriter(db: DatabaseSync, table: Table): TableWriter {
  const columns = ['at', ...columnsOf(table), 'doc'];
  const values = columns.map(() => '?').join(', ');
  const updates = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  return {
    put: db.prepare(
      `INSERT INTO ${table} (id, ${columns.join(', ')}) VALUES (?, ${values}) ON CONFLICT (id) DO UPDATE SET ${updates}`,
    ),
    doc: db.prepare(`SELECT doc FROM ${table} WHERE id = ?`),
    merge: db.prepare(`UPDATE ${table} SET doc = ? WHERE id = ?`),
    drop: db.prepare(`DELETE FROM ${table} WHERE id = ?`),
  };
}

function change(writers: Readonly<Record<Table, TableWriter>>, row: RowChange): void {
  const writer = writers[row.table];
  switch (row.op) {
    case 'put': {
      const columns: Readonly<Record<string, string | null>> = row.columns;
      const values = TABLES[row.table].map((column) => columns[column] ?? null);
      writer.put.run(row.id, row.at, ...values, JSON.stringify(row.doc));
      return;
    }
    case 'delete':
      writer.drop.run(row.id);
      return;
    case 'merge': {
      const before = writer.doc.get(row.id)?.['doc'];
      if (typeof before !== 'string') return;
      writer.merge.run(
        JSON.stringify({ ...(JSON.parse(before) as object), ...row.members }),
        row.id,
      );
      return;
    }
  }
  row satisfies never;
}

/** A writer with its statements prepared. */
export function createViewWriter(db: DatabaseSync): ViewWriter {
  const tables = Object.keys(TABLES) as Table[];
  const writers = Object.fromEntries(
    tables.map((table) => [table, tableWriter(db, table)]),
  ) as Record<Table, TableWriter>;
  const addKey = db.prepare('INSERT OR IGNORE INTO fact_keys (key, seq) VALUES (?, ?)');
  const addBelongs = db.prepare('INSERT OR IGNORE INTO trade_keys (trade, key) VALUES (?, ?)');
  const addHour = db.prepare('INSERT OR IGNORE INTO hours (hour, seq) VALUES (?, ?)');
  let lastHour = '';
  let stamped = true;
  return (fact) => {
    stamped = isStamped(stamped, fact);
    const hour = fact.at.slice(0, HOUR_TEXT);
    if (stamped && hour !== lastHour) {
      addHour.run(hour, fact.seq);
      lastHour = hour;
    }
    const { rows, keys, belongs } = project(fact);
    for (const row of rows) change(writers, row);
    for (const key of keys) addKey.run(key, fact.seq);
    for (const { trade, key } of belongs) addBelongs.run(trade, key);
  };
}

/** Builds the read models anew when those stored are of another version; all in one transaction. */
export function rebuildViews(db: DatabaseSync): void {
  const stored = db.prepare("SELECT value FROM meta WHERE key = 'view'").get()?.['value'];
  if (stored === String(VIEW_VERSION)) return;
  db.exec('BEGIN IMMEDIATE');
  emptyViews(db);
  db.exec('UPDATE commits SET framed = 0');
  const write = createViewWriter(db);
  const frame = db.prepare(
    'UPDATE commits SET framed = 1 WHERE seq = (SELECT min(seq) FROM commits WHERE seq >= ?) AND framed = 0',
  );
  for (const { text } of db.prepare('SELECT text FROM facts ORDER BY seq').iterate()) {
    const fact = decodeFact(String(text));
    assert(fact.ok, fact.ok ? '' : fact.error);
    write(fact.value);
    if (isFrameType(fact.value.type)) frame.run(fact.value.seq);
  }
  db.prepare("UPDATE meta SET value = ? WHERE key = 'view'").run(String(VIEW_VERSION));
  db.exec('COMMIT');
}
