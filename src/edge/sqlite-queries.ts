/**
 * The questions of the read side in SQL, each answered as JSON text put together from stored documents without parsing
 * them. Called inside one read transaction, so an answer is as of one commit.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { must } from '../base/assert.ts';
import { isoTime } from '../base/time.ts';
import { FRAME_TYPES } from '../domain/fact.ts';
import type { Trade } from '../domain/shown.ts';
import { commandClaim } from '../journal/claims.ts';
import { cursorOf, type ListName, placeOf } from '../view/cursor.ts';
import { LAST_TRADES, TIMELINE_FACTS } from '../view/limits.ts';
import { metricsInOrder } from '../view/metrics.ts';
import type { MetricsFilter, TradeFilter } from '../view/store.ts';
import type { PageQuery, Query } from './sqlite-messages.ts';
import { searchFacts } from './sqlite-search.ts';
import { lastCommit } from './sqlite-stored.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];
type Ask = {
  (sql: string, ...values: SQLInputValue[]): Rows;
  /** The rows one by one, for whoever may stop before the last. */
  readonly each: (sql: string, ...values: SQLInputValue[]) => Iterable<Rows[number]>;
};
type Condition = { readonly sql: string; readonly values: readonly SQLInputValue[] };
type Asked<Name extends Query['name']> = Extract<Query, { readonly name: Name }>;

const ALL: Condition = { sql: '1', values: [] };
const flag = (column: string, only: boolean): Condition =>
  only ? { sql: `${column} = '1'`, values: [] } : ALL;

function filtered(filter: TradeFilter): Condition {
  const { status, strategy, instrument, exitReason, from, to } = filter;
  const parts: readonly (readonly [string, SQLInputValue | undefined])[] = [
    ['status = ?', status],
    ['strategy = ?', strategy],
    ['instrument = ?', instrument],
    ['exit_reason = ?', exitReason],
    ['at >= ?', from === undefined ? undefined : isoTime(from)],
    ['at <= ?', to === undefined ? undefined : isoTime(to)],
  ];
  const asked = parts.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return asked.length === 0
    ? ALL
    : { sql: asked.map(({ sql }) => sql).join(' AND '), values: asked.map(({ value }) => value) };
}

const list = (rows: readonly Readonly<Record<string, unknown>>[], column = 'doc'): string =>
  `[${rows.map((row) => String(row[column])).join(',')}]`;

function page(
  ask: Ask,
  name: ListName,
  { where, page }: { readonly where: Condition; readonly page: PageQuery },
): string {
  const place = page.cursor === null ? undefined : placeOf(name, page.cursor);
  const behind =
    place === undefined ? ALL : { sql: '(at, id) < (?, ?)', values: [place.at, place.id] };
  const rows = ask(
    `SELECT at, id, doc FROM ${name} WHERE ${where.sql} AND ${behind.sql} ORDER BY at DESC, id DESC LIMIT ?`,
    ...where.values,
    ...behind.values,
    page.limit + 1,
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const next =
    rows.length > page.limit && last !== undefined
      ? cursorOf(name, { at: String(last['at']), id: String(last['id']) })
      : null;
  return `{"items":${list(shown)},"next":${JSON.stringify(next)}}`;
}

const byId = (ask: Ask, table: string): string => list(ask(`SELECT doc FROM ${table} ORDER BY id`));

function snapshot(ask: Ask, head: number): string {
  const closed = `SELECT doc FROM trades WHERE status = 'closed' ORDER BY closed_at DESC, id DESC LIMIT ${LAST_TRADES}`;
  const newest = (table: string, where: string): string =>
    list(ask(`SELECT doc FROM ${table} WHERE ${where} ORDER BY at DESC, id DESC`));
  const members = {
    commit: String(head),
    strategies: byId(ask, 'strategies'),
    positions: byId(ask, 'positions'),
    openTrades: newest('trades', "status = 'open'"),
    lastTrades: list(ask(closed)),
    orders: newest('orders', "live = '1'"),
    breaks: newest('breaks', "open = '1'"),
    alerts: newest('alerts', "state = 'firing'"),
  };
  return `{${Object.entries(members)
    .map(([key, json]) => `"${key}":${json}`)
    .join(',')}}`;
}

const FRAMES = FRAME_TYPES.map((type) => `'${type}'`).join(', ');

/** Commits with frames behind `since`: each ends at its own seq and begins behind the commit before it, framed or not. */
function frames(ask: Ask, { since, limit }: Asked<'frames'>, head: number): string {
  if (since > head) return 'null';
  const groups = ask(
    `SELECT seq, coalesce((SELECT max(seq) FROM commits AS b WHERE b.seq < c.seq), 0) AS after,
      coalesce((SELECT max(seq) FROM commits AS b WHERE b.seq < c.seq AND b.framed = 1), 0) AS prev
      FROM commits AS c WHERE seq > ? AND framed = 1 ORDER BY seq LIMIT ?`,
    since,
    limit,
  );
  const shown = groups.map(({ seq, after, prev }) => {
    const facts = ask(
      `SELECT text FROM facts WHERE seq > ? AND seq <= ? AND type IN (${FRAMES}) ORDER BY seq`,
      Number(after),
      Number(seq),
    );
    return `{"commit":${Number(seq)},"prev":${Number(prev)},"facts":${list(facts, 'text')}}`;
  });
  return `[${shown.join(',')}]`;
}

function trade(ask: Ask, id: string): string {
  const [found] = ask('SELECT doc FROM trades WHERE id = ?', id);
  if (found === undefined) return 'null';
  const facts = ask(
    `SELECT text FROM (SELECT seq, text FROM facts WHERE seq IN (
        SELECT seq FROM fact_keys WHERE key = ?
        UNION SELECT seq FROM trade_keys JOIN fact_keys USING (key) WHERE trade = ?
      ) ORDER BY seq DESC LIMIT ${TIMELINE_FACTS}) ORDER BY seq`,
    `trade/${id}`,
    id,
  );
  const orders = ask('SELECT doc FROM orders WHERE trade = ? ORDER BY at DESC, id DESC', id);
  return `{"trade":${String(found['doc'])},"facts":${list(facts, 'text')},"orders":${list(orders)}}`;
}

/** One trade at a time: a journal may hold more of them than fit into memory. */
function* tradesOf(rows: Iterable<Rows[number]>): Generator<Trade> {
  for (const { doc } of rows) yield JSON.parse(String(doc)) as Trade;
}

function metrics(ask: Ask, filter: MetricsFilter): string {
  const { sql, values } = filtered(filter);
  const rows = ask.each(
    `SELECT doc FROM trades WHERE status = 'closed' AND ${sql} ORDER BY closed_at, id`,
    ...values,
  );
  return JSON.stringify(metricsInOrder(tradesOf(rows), filter.currency));
}

function one(ask: Ask, table: string, id: string): string {
  const [found] = ask(`SELECT doc FROM ${table} WHERE id = ?`, id);
  return found === undefined ? 'null' : String(found['doc']);
}

function command(ask: Ask, id: string): string {
  const [found] = ask('SELECT seq FROM claims WHERE key = ?', commandClaim(id));
  return found === undefined ? 'null' : String(found['seq']);
}

/** What is answered from one read transaction; walks over many facts are not among it. */
export type Question = Exclude<Query, { readonly name: 'verify' | 'period' | 'close' }>;

function answer(ask: Ask, query: Question, head: () => number): string {
  switch (query.name) {
    case 'head':
      return String(head());
    case 'snapshot':
      return snapshot(ask, head());
    case 'strategies':
    case 'positions':
      return byId(ask, query.name);
    case 'frames':
      return frames(ask, query, head());
    case 'facts':
      return list(
        ask('SELECT text FROM facts WHERE seq > ? ORDER BY seq LIMIT ?', query.after, query.limit),
        'text',
      );
    case 'search':
      return JSON.stringify(searchFacts(ask.each, query.asked, head()));
    case 'trades':
      return page(ask, 'trades', { where: filtered(query.filter), page: query.page });
    case 'metrics':
      return metrics(ask, query.filter);
    case 'orders':
      return page(ask, 'orders', { where: flag('live', query.only), page: query.page });
    case 'breaks':
      return page(ask, 'breaks', { where: flag('open', query.only), page: query.page });
    case 'reports':
      return page(ask, 'reports', { where: ALL, page: query.page });
    case 'alerts': {
      const { state, page: place } = query;
      const where = state === null ? ALL : { sql: 'state = ?', values: [state] };
      return page(ask, 'alerts', { where, page: place });
    }
    case 'dailies':
      return page(ask, 'daily', { where: ALL, page: query.page });
    case 'trade':
      return trade(ask, query.id);
    case 'break':
      return one(ask, 'breaks', query.id);
    case 'report':
      return one(ask, 'reports', query.id);
    case 'daily':
      return one(ask, 'daily', query.id);
    case 'command':
      return command(ask, query.id);
  }
  return query satisfies never;
}

/** Answers questions on a reading connection, one transaction each. */
export function createAnswerer(db: DatabaseSync): (query: Question) => string {
  const prepared = new Map<string, StatementSync>();
  const statementOf = (sql: string): StatementSync => {
    let statement = prepared.get(sql);
    if (statement === undefined) prepared.set(sql, (statement = db.prepare(sql)));
    return must(statement, 'a statement');
  };
  const ask: Ask = Object.assign(
    (sql: string, ...values: SQLInputValue[]) => statementOf(sql).all(...values),
    {
      each: (sql: string, ...values: SQLInputValue[]) => statementOf(sql).iterate(...values),
    },
  );
  return (query) => {
    db.exec('BEGIN');
    try {
      return answer(ask, query, () => lastCommit(db));
    } finally {
      db.exec('COMMIT');
    }
  };
}
