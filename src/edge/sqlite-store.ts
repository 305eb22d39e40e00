/** The read side over the reading thread: questions out, documents in. Bad cursors and limits are refused before they travel. */
import type { Fact } from '../domain/fact.ts';
import type { Order, Trade } from '../domain/shown.ts';
import { liftFact } from '../journal/codec.ts';
import { type ListName, placeOf } from '../view/cursor.ts';
import { checkFacts, checkLimit } from '../view/limits.ts';
import type { FrameGroup, Store, VerifyResult } from '../view/store.ts';
import { startWorker, type Threads } from './sqlite-client.ts';
import { JournalRefused } from './sqlite-database.ts';
import type { PageQuery, PagesAnswer, PagesRequest, PagesSetup, Query } from './sqlite-messages.ts';

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((done: number, of: number) => void) | undefined;
};

const PROGRAM = new URL('./sqlite-pages.worker.ts', import.meta.url);

const facts = (values: readonly unknown[]): readonly Fact[] =>
  values.map((value) => {
    const fact = liftFact(value);
    if (!fact.ok) throw new JournalRefused('newer', fact.error);
    return fact.value;
  });

function checkPage(list: ListName, { limit, cursor }: PageQuery): PageQuery {
  checkLimit(limit);
  if (cursor !== null) placeOf(list, cursor);
  return { limit, cursor };
}

type Ask = <Value>(query: Query, onProgress?: (done: number, of: number) => void) => Promise<Value>;

/** What an answer of "not there" becomes. */
const present = <Value>(value: Value | null): Value | undefined => value ?? undefined;

function storeOf(ask: Ask, close: () => Promise<void>): Store {
  return {
    head: () => ask({ name: 'head' }),
    snapshot: () => ask({ name: 'snapshot' }),
    framesAfter: async (since, limit) => {
      checkFacts(since, limit);
      const groups = await ask<readonly FrameGroup[] | null>({ name: 'frames', since, limit });
      return groups?.map((group) => ({ ...group, facts: facts(group.facts) }));
    },
    strategies: () => ask({ name: 'strategies' }),
    positions: () => ask({ name: 'positions' }),
    trades: async (filter, page) =>
      ask({ name: 'trades', filter, page: checkPage('trades', page) }),
    trade: async (id) => {
      const found = await ask<{
        trade: Trade;
        facts: readonly unknown[];
        orders: readonly Order[];
      } | null>({ name: 'trade', id });
      return found === null ? undefined : { ...found, facts: facts(found.facts) };
    },
    metrics: (filter) => ask({ name: 'metrics', filter }),
    orders: async (page) =>
      ask({ name: 'orders', only: page.live, page: checkPage('orders', page) }),
    breaks: async (page) =>
      ask({ name: 'breaks', only: page.open, page: checkPage('breaks', page) }),
    break: async (id) => present(await ask({ name: 'break', id })),
    reports: async (page) => ask({ name: 'reports', page: checkPage('reports', page) }),
    dailies: async (page) => ask({ name: 'dailies', page: checkPage('daily', page) }),
    daily: async (day) => present(await ask({ name: 'daily', id: day })),
    search: (asked) => ask({ name: 'search', asked }),
    period: (asked) => ask({ name: 'period', asked }),
    report: async (id) => present(await ask({ name: 'report', id })),
    alerts: async (page) =>
      ask({ name: 'alerts', state: page.state, page: checkPage('alerts', page) }),
    facts: async (after, limit) => {
      checkFacts(after, limit);
      return facts(await ask({ name: 'facts', after, limit }));
    },
    command: async (id) => present(await ask<number | null>({ name: 'command', id })),
    verify: (onProgress) => ask<VerifyResult>({ name: 'verify' }, onProgress),
    close,
  };
}

/** Starts a reading thread on a data folder; throws JournalRefused. `onDeath` hears when it ends unasked. */
export async function startStore(
  dataDir: string,
  onDeath: (reason: string) => void,
  threads?: Threads,
): Promise<Store> {
  const waiting = new Map<number, Waiting>();
  let dead: string | undefined;
  let last = 0;
  let closing = Promise.resolve();

  const giveUp = (reason: string): void => {
    dead = reason;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };

  const { client } = await startWorker<PagesRequest, null, PagesAnswer>({
    program: PROGRAM,
    data: { dataDir } satisfies PagesSetup,
    threads,
    onDeath: (reason) => {
      giveUp(reason);
      onDeath(reason);
    },
    onAnswer: (answer) => {
      const who = waiting.get(answer.id);
      if (answer.kind === 'walked') return who?.onProgress?.(answer.done, answer.of);
      waiting.delete(answer.id);
      if (answer.kind === 'answer') who?.resolve(JSON.parse(answer.json));
      else if (answer.kind === 'verified') who?.resolve(answer.result);
      else who?.reject(new Error(`the journal can't be read: ${answer.message}`));
    },
  });

  const ask: Ask = <Value>(query: Query, onProgress?: (done: number, of: number) => void) => {
    if (dead !== undefined) return Promise.reject(new Error(dead));
    last += 1;
    const id = last;
    return new Promise<Value>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, onProgress });
      client.post({ id, query });
    });
  };

  const end = async (reason: string): Promise<void> => {
    dead = reason;
    await client.end({ id: 0, query: { name: 'close' } });
    giveUp(reason);
  };
  const close = (): Promise<void> => {
    if (dead === undefined) closing = end('the store is closed');
    return closing;
  };
  return storeOf(ask, close);
}
