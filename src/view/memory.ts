/**
 * The read side in memory: a fold over the commits that its source holds, brought up to date at every question, so each
 * answer is as of the last whole commit.
 */
import type { Sha256 } from '../base/hashing.ts';
import { isoTime } from '../base/time.ts';
import type { Alert } from '../domain/alert.ts';
import type { DailyItem } from '../domain/daily.ts';
import { type Fact, isFrameType } from '../domain/fact.ts';
import type { Break, Order, Position, Report, Strategy, Trade } from '../domain/shown.ts';
import { cursorOf, type ListName, placeOf } from './cursor.ts';
import { periodOf } from './daily-memory.ts';
import { checkFacts, checkLimit, LAST_TRADES, TIMELINE_FACTS } from './limits.ts';
import { metricsOf } from './metrics.ts';
import { project } from './project.ts';
import { searchAll } from './search-memory.ts';
import type { RowChange, Table } from './rows.ts';
import type { FrameGroup, Paged, Store, TradeFilter, VerifyResult } from './store.ts';

/** `commits` are the facts of each append, in order, and may grow. */
export type MemorySource = {
  readonly commits: readonly (readonly Fact[])[];
  readonly verify: () => VerifyResult;
  readonly sha256: Sha256;
  /** The chain's hash at a seq, in hexadecimal, and the text of a fact as it is hashed. */
  readonly hashAt: (seq: number) => string;
  readonly textOf: (fact: Fact) => string;
};

type Columns = Readonly<Record<string, string | null>>;
type Row = {
  readonly id: string;
  readonly at: string;
  readonly columns: Columns;
  readonly doc: object;
};
type Page = { readonly limit: number; readonly cursor: string | null };

type Folded = {
  commits: number;
  head: number;
  readonly facts: Fact[];
  readonly groups: FrameGroup[];
  readonly tables: Readonly<Record<Table, Map<string, Row>>>;
  readonly keys: Map<string, number[]>;
  readonly belongs: Map<string, Set<string>>;
  readonly commands: Map<string, number>;
};

const nothing = (): Folded => ({
  commits: 0,
  head: 0,
  facts: [],
  groups: [],
  tables: {
    strategies: new Map(),
    positions: new Map(),
    trades: new Map(),
    orders: new Map(),
    breaks: new Map(),
    reports: new Map(),
    alerts: new Map(),
    daily: new Map(),
  },
  keys: new Map(),
  belongs: new Map(),
  commands: new Map(),
});

function change(tables: Folded['tables'], row: RowChange): void {
  const table = tables[row.table];
  switch (row.op) {
    case 'put':
      table.set(row.id, row);
      return;
    case 'delete':
      table.delete(row.id);
      return;
    case 'merge': {
      const before = table.get(row.id);
      if (before !== undefined)
        table.set(row.id, { ...before, doc: { ...before.doc, ...row.members } });
      return;
    }
  }
  row satisfies never;
}

function fold(folded: Folded, fact: Fact): void {
  const { rows, keys, belongs } = project(fact);
  for (const row of rows) change(folded.tables, row);
  for (const key of keys) {
    const seqs = folded.keys.get(key);
    if (seqs === undefined) folded.keys.set(key, [fact.seq]);
    else seqs.push(fact.seq);
  }
  for (const { trade, key } of belongs)
    folded.belongs.set(trade, (folded.belongs.get(trade) ?? new Set()).add(key));
  if (fact.type === 'COMMAND_TAKEN') folded.commands.set(fact.data.id, fact.seq);
  folded.facts.push(fact);
}

function catchUp(folded: Folded, commits: MemorySource['commits']): Folded {
  for (const commit of commits.slice(folded.commits)) {
    for (const fact of commit) fold(folded, fact);
    folded.commits += 1;
    folded.head = folded.facts.length;
    const facts = commit.filter(({ type }) => isFrameType(type));
    if (facts.length > 0)
      folded.groups.push({ commit: folded.head, prev: folded.groups.at(-1)?.commit ?? 0, facts });
  }
  return folded;
}

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const newestFirst = (a: Row, b: Row): number => ascending(b.at, a.at) || ascending(b.id, a.id);

function docs<Doc>(table: ReadonlyMap<string, Row>): readonly Doc[] {
  return [...table.values()].sort((a, b) => ascending(a.id, b.id)).map(({ doc }) => doc as Doc);
}

function pageOf<Doc>(list: ListName, rows: readonly Row[], { limit, cursor }: Page): Paged<Doc> {
  checkLimit(limit);
  const place = cursor === null ? undefined : placeOf(list, cursor);
  const behind =
    place === undefined
      ? rows
      : rows.filter(({ at, id }) => at < place.at || (at === place.at && id < place.id));
  const sorted = [...behind].sort(newestFirst);
  const shown = sorted.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ doc }) => doc as Doc),
    next: sorted.length > limit && last !== undefined ? cursorOf(list, last) : null,
  };
}

function passes({ at, columns }: Row, filter: TradeFilter): boolean {
  const { status, strategy, instrument, exitReason, from, to } = filter;
  const equal: readonly (readonly [string | undefined, string | null | undefined])[] = [
    [status, columns.status],
    [strategy, columns.strategy],
    [instrument, columns.instrument],
    [exitReason, columns.exitReason],
  ];
  if (equal.some(([wanted, found]) => wanted !== undefined && wanted !== found)) return false;
  return (from === undefined || at >= isoTime(from)) && (to === undefined || at <= isoTime(to));
}

function timeline(folded: Folded, trade: string): readonly Fact[] {
  const names = [`trade/${trade}`, ...(folded.belongs.get(trade) ?? [])];
  const seqs = new Set(names.flatMap((name) => folded.keys.get(name) ?? []));
  const facts = [...seqs].sort((a, b) => a - b).map((seq) => folded.facts[seq - 1] as Fact);
  return facts.slice(-TIMELINE_FACTS);
}

/** A store over the commits of `source`. */
export function createMemoryStore(source: MemorySource): Store {
  const state = nothing();
  const now = (): Folded => catchUp(state, source.commits);
  const rows = (table: Table): readonly Row[] => [...now().tables[table].values()];
  const filtered = (filter: TradeFilter): readonly Row[] =>
    rows('trades').filter((row) => passes(row, filter));
  const document = <Doc>(table: Table, id: string): Doc | undefined =>
    now().tables[table].get(id)?.doc as Doc | undefined;
  return {
    head: async () => now().head,
    snapshot: async () => {
      const { tables, head } = now();
      const trades = rows('trades').filter(({ columns }) => columns.status === 'closed');
      const lastTrades = trades.sort(
        (a, b) =>
          ascending(b.columns.closedAt ?? '', a.columns.closedAt ?? '') || ascending(b.id, a.id),
      );
      return {
        commit: head,
        strategies: docs<Strategy>(tables.strategies),
        positions: docs<Position>(tables.positions),
        openTrades: filtered({ status: 'open' })
          .toSorted(newestFirst)
          .map(({ doc }) => doc as Trade),
        lastTrades: lastTrades.slice(0, LAST_TRADES).map(({ doc }) => doc as Trade),
        orders: rows('orders')
          .filter(({ columns }) => columns.live === '1')
          .sort(newestFirst)
          .map(({ doc }) => doc as Order),
        breaks: rows('breaks')
          .filter(({ columns }) => columns.open === '1')
          .sort(newestFirst)
          .map(({ doc }) => doc as Break),
        alerts: rows('alerts')
          .filter(({ columns }) => columns.state === 'firing')
          .sort(newestFirst)
          .map(({ doc }) => doc as Alert),
      };
    },
    framesAfter: async (since, limit) => {
      checkFacts(since, limit);
      const { groups, head } = now();
      return since > head
        ? undefined
        : groups.filter(({ commit }) => commit > since).slice(0, limit);
    },
    strategies: async () => docs(now().tables.strategies),
    positions: async () => docs(now().tables.positions),
    trades: async (filter, page) => pageOf('trades', filtered(filter), page),
    trade: async (id) => {
      const trade = document<Trade>('trades', id);
      if (trade === undefined) return undefined;
      const orders = rows('orders')
        .filter(({ columns }) => columns.trade === id)
        .sort(newestFirst);
      return { trade, facts: timeline(now(), id), orders: orders.map(({ doc }) => doc as Order) };
    },
    metrics: async (filter) =>
      metricsOf(
        filtered(filter).map(({ doc }) => doc as Trade),
        filter.currency,
      ),
    orders: async (page) =>
      pageOf(
        'orders',
        rows('orders').filter(({ columns }) => !page.live || columns.live === '1'),
        page,
      ),
    breaks: async (page) =>
      pageOf(
        'breaks',
        rows('breaks').filter(({ columns }) => !page.open || columns.open === '1'),
        page,
      ),
    break: async (id) => document<Break>('breaks', id),
    reports: async (page) => pageOf('reports', rows('reports'), page),
    dailies: async (page) => pageOf('daily', rows('daily'), page),
    daily: async (day) => document<DailyItem>('daily', day),
    period: async (asked) => periodOf(now().facts, asked, source),
    report: async (id) => document<Report>('reports', id),
    alerts: async (page) =>
      pageOf(
        'alerts',
        rows('alerts').filter(({ columns }) => page.state === null || columns.state === page.state),
        page,
      ),
    facts: async (after, limit) => {
      checkFacts(after, limit);
      return now().facts.slice(after, after + limit);
    },
    search: async (asked) => searchAll(now().facts, asked, source),
    command: async (id) => now().commands.get(id),
    verify: async (onProgress) => {
      const facts = now().head;
      onProgress?.(facts, facts);
      return source.verify();
    },
    close: () => Promise.resolve(),
  };
}
