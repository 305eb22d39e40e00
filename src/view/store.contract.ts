/** What every store answers, whatever it reads from. Run on each adapter by its own test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact, FactBody } from '../domain/fact.ts';
import type { Order } from '../domain/shown.ts';
import { everyBody } from '../../test/support/fact-samples.ts';
import * as make from '../../test/support/facts.ts';
import { PageRefused } from './limits.ts';
import type { Paged, Store } from './store.ts';

/** A journal with its read side: `append` books one commit. */
export type StoreHome = {
  readonly store: Store;
  readonly append: (facts: readonly Fact[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Book = (...commits: readonly (readonly FactBody[])[]) => Promise<number>;

/** Registers the suite; `home` gives a new, empty store for each test. */
export function storeContract(name: string, home: () => Promise<StoreHome>): void {
  const storeTest = (title: string, body: (store: Store, book: Book) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const { store, append, close } = await home();
      let head = 0;
      const book: Book = async (...commits) => {
        for (const bodies of commits) {
          await append(make.facts(head, bodies));
          head += bodies.length;
        }
        return head;
      };
      try {
        await body(store, book);
      } finally {
        await close();
      }
    });
  };
  emptyAndWhole(storeTest);
  frames(storeTest);
  lists(storeTest);
  details(storeTest);
}

type StoreTest = (title: string, body: (store: Store, book: Book) => Promise<void>) => void;

const ids = (items: readonly { readonly id: string }[]): readonly string[] => items.map(({ id }) => id);
const shownOrder = (order: Order): FactBody => ({ type: 'ORDER_CHANGED', v: 1, data: { order } });
const opened = (...args: Parameters<typeof make.trade>): FactBody => ({ type: 'TRADE_OPENED', v: 1, data: { trade: make.trade(...args) } });
const closed = (...args: Parameters<typeof make.closedTrade>): FactBody => ({ type: 'TRADE_CLOSED', v: 1, data: { trade: make.closedTrade(...args) } });

function emptyAndWhole(storeTest: StoreTest): void {
  storeTest('an empty store answers nothing, from commit 0', async (store) => {
    assert.equal(await store.head(), 0);
    const snapshot = await store.snapshot();
    assert.deepEqual(snapshot, { commit: 0, strategies: [], positions: [], openTrades: [], lastTrades: [], orders: [], breaks: [] });
    assert.deepEqual(await store.framesAfter(0, 10), []);
    assert.deepEqual(await store.trades({}, { limit: 10, cursor: null }), { items: [], next: null });
    assert.equal((await store.metrics({})).count, 0);
    assert.equal(await store.trade('nope'), undefined);
    assert.equal(await store.break('nope'), undefined);
    assert.equal(await store.report('nope'), undefined);
    assert.equal(await store.command('nope'), undefined);
    const verified = await store.verify();
    assert.ok(verified.ok);
    assert.equal(verified.facts, 0);
  });

  storeTest('[I35] the snapshot is the fold of whole commits up to its commit', async (store, book) => {
    const [signal = [], acked = [], filled = [], ...rest] = make.story(1);
    await book(signal);
    const entering = await store.snapshot();
    assert.equal(entering.commit, 4);
    assert.deepEqual(entering.orders.map(({ orderId, state }) => [orderId, state]), [[null, 'pending']]);
    assert.equal(entering.strategies[0]?.activity, 'entering');
    await book(acked, filled);
    const open = await store.snapshot();
    assert.equal(open.commit, 13);
    assert.deepEqual(open.openTrades, [make.trade(1)]);
    assert.deepEqual(open.lastTrades, []);
    assert.deepEqual(open.positions, [make.position(1, '0.0011')]);
    assert.deepEqual(open.orders.map(({ orderId }) => orderId), ['USDC-13', 'USDC-12']);
    assert.equal(open.strategies[0]?.position, 'razor-1');
    await book(...rest);
    const end = await store.snapshot();
    assert.equal(end.commit, 20);
    assert.deepEqual([end.openTrades, end.orders], [[], []]);
    assert.deepEqual(end.lastTrades, [make.closedTrade(1)]);
    assert.deepEqual(end.positions, [make.position(1, '0')]);
    assert.deepEqual(await store.strategies(), end.strategies);
    assert.deepEqual(await store.positions(), end.positions);
  });

  storeTest('an evaluation renews checkpoints, strength and why of its strategy, and nothing of one unknown', async (store, book) => {
    await book([make.evaluatedBody(1, 10)]);
    assert.deepEqual(await store.strategies(), []);
    const shown = make.strategy(1);
    await book([make.statusBody(shown, 'STRATEGY_READY')], [make.evaluatedBody(2, 78)]);
    const body = make.evaluatedBody(2, 78);
    assert.ok(body.type === 'STRATEGY_EVALUATED');
    const { checkpoints, why } = body.data;
    assert.deepEqual(await store.strategies(), [{ ...shown, checkpoints, strength: 78, why }]);
  });

  storeTest('lastTrades are the hundred closed last, newest first', async (store, book) => {
    for (let n = 1; n <= 103; n++) await book([opened(n), closed(n)]);
    const { lastTrades } = await store.snapshot();
    assert.equal(lastTrades.length, 100);
    assert.deepEqual([lastTrades[0]?.id, lastTrades[99]?.id], ['razor-103', 'razor-4']);
  });
}

function frames(storeTest: StoreTest): void {
  storeTest('[I37] frames come in the groups in which they were booked, each naming the group before', async (store, book) => {
    await book(...make.story(1));
    const groups = (await store.framesAfter(0, 100)) ?? [];
    assert.deepEqual(
      groups.map(({ commit, prev, facts }) => [commit, prev, facts.map(({ seq }) => seq)]),
      [
        [4, 0, [1, 3, 4]],
        [6, 4, [6]],
        [13, 6, [8, 9, 10, 11, 12, 13]],
        [20, 13, [16, 17, 18, 19, 20]],
      ],
    );
    assert.deepEqual(groups[2]?.facts[4], make.fact(12, { type: 'TRADE_OPENED', v: 1, data: { trade: make.trade(1) } }));
  });

  storeTest('[I37] a client resumes from any commit, framed or not, and from the head', async (store, book) => {
    await book(...make.story(1));
    const commits = async (since: number, limit = 100): Promise<unknown> =>
      (await store.framesAfter(since, limit))?.map(({ commit, prev }) => [commit, prev]);
    assert.deepEqual(await commits(6), [[13, 6], [20, 13]]);
    assert.deepEqual(await commits(14), [[20, 13]]);
    assert.deepEqual(await commits(0, 2), [[4, 0], [6, 4]]);
    assert.deepEqual(await commits(20), []);
    assert.equal(await store.framesAfter(21, 10), undefined);
  });

  storeTest('[N7] the close of a trade and the status that it causes are one group', async (store, book) => {
    await book(...make.story(1));
    const last = (await store.framesAfter(13, 10))?.[0]?.facts.map(({ type }) => type);
    assert.deepEqual(last, ['ORDER_CHANGED', 'ORDER_CHANGED', 'POSITION_CHANGED', 'TRADE_CLOSED', 'STRATEGY_STATUS_CHANGED']);
  });
}

/** All pages of a list, with the size of each. */
async function walk<Item>(read: (cursor: string | null) => Promise<Paged<Item>>): Promise<{ readonly items: readonly Item[]; readonly sizes: readonly number[] }> {
  const items: Item[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Paged<Item> = await read(cursor);
    items.push(...page.items);
    sizes.push(page.items.length);
    cursor = page.next;
  } while (cursor !== null);
  return { items, sizes };
}

function lists(storeTest: StoreTest): void {
  storeTest('trades page newest first, also those opened in the same millisecond, each once', async (store, book) => {
    const openedAt = make.trade(2).openedAt;
    await book([opened(1)], [opened(2), opened(3, { openedAt }), opened(4, { openedAt })], [opened(5)]);
    const { items, sizes } = await walk((cursor) => store.trades({}, { limit: 2, cursor }));
    assert.deepEqual(ids(items), ['razor-5', 'razor-4', 'razor-3', 'razor-2', 'razor-1']);
    assert.deepEqual(sizes, [2, 2, 1]);
    const whole = await store.trades({}, { limit: 5, cursor: null });
    assert.equal(whole.next, null);
  });

  storeTest('a page goes on behind its last row, whatever was booked meanwhile', async (store, book) => {
    await book([opened(1), opened(2), opened(3)]);
    const first = await store.trades({}, { limit: 2, cursor: null });
    await book([opened(4), closed(1)]);
    const second = await store.trades({}, { limit: 2, cursor: first.next });
    assert.deepEqual([...ids(first.items), ...ids(second.items)], ['razor-3', 'razor-2', 'razor-1']);
    assert.equal(second.items[0]?.status, 'closed');
  });

  storeTest('every filter of trades bounds what it says', async (store, book) => {
    await book([opened(1), opened(2), opened(3, { strategy: 'other' }), opened(4, { instrument: 'ETH_USDC-PERPETUAL' })]);
    await book([closed(1), closed(2, { exitReason: 'sl_hit', closedBy: 'stop' })]);
    const found = async (filter: Parameters<Store['trades']>[0]): Promise<readonly string[]> =>
      ids((await store.trades(filter, { limit: 10, cursor: null })).items);
    assert.deepEqual(await found({ status: 'open' }), ['razor-4', 'razor-3']);
    assert.deepEqual(await found({ status: 'closed', exitReason: 'sl_hit' }), ['razor-2']);
    assert.deepEqual(await found({ strategy: 'other' }), ['razor-3']);
    assert.deepEqual(await found({ instrument: 'ETH_USDC-PERPETUAL' }), ['razor-4']);
    const at = (n: number): number => make.START + n * 60_000 + 1_000;
    assert.deepEqual(await found({ from: at(2), to: at(3) }), ['razor-3', 'razor-2']);
    assert.deepEqual(await found({ from: at(2) + 1, to: at(3) - 1 }), []);
    assert.equal((await store.metrics({ exitReason: 'sl_hit' })).count, 1);
    assert.equal((await store.metrics({ status: 'open' })).count, 0);
    assert.equal((await store.metrics({})).count, 2);
  });

  storeTest('a cursor that the list did not give and a limit out of bounds are refused by name', async (store, book) => {
    await book([opened(1), opened(2)]);
    const { next } = await store.trades({}, { limit: 1, cursor: null });
    assert.ok(next);
    const refusal = (field: string, message: RegExp) => (error: unknown) =>
      error instanceof PageRefused && error.field === field && message.test(error.message);
    for (const cursor of ['', 'x', '1', `${next}x y`, next.replace('trades', 'orders'), `${next.slice(0, -3)}%zz`, 'trades..razor-1']) {
      await assert.rejects(store.trades({}, { limit: 1, cursor }), refusal('cursor', /list of trades/), cursor);
    }
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
      await assert.rejects(store.trades({}, { limit, cursor: null }), refusal('limit', /1 to 1000/), String(limit));
    }
    await assert.rejects(store.orders({ limit: 1, cursor: next, live: true }), refusal('cursor', /list of orders/));
    await assert.rejects(store.framesAfter(-1, 1), /a read after -1/);
  });

  storeTest('orders: live ones or all; a pending one becomes the order that the exchange shows', async (store, book) => {
    const pending = make.order(1, { orderId: null, state: 'pending' });
    const gone = make.order(2, { orderId: null, state: 'absent' });
    const foreign = make.order(3, { label: '', intent: null, strategy: null, tradeId: null, origin: 'web' });
    await book([shownOrder(pending), shownOrder(gone), shownOrder(foreign)]);
    const all = async (live: boolean): Promise<unknown> =>
      (await walk((cursor) => store.orders({ limit: 1, cursor, live }))).items.map(({ orderId, state }) => [orderId, state]);
    assert.deepEqual(await all(true), [['USDC-31', 'open'], [null, 'pending']]);
    assert.deepEqual(await all(false), [['USDC-31', 'open'], [null, 'absent'], [null, 'pending']]);
    await book([shownOrder(make.order(1))], [shownOrder(make.order(3, { ...foreign, state: 'cancelled' }))]);
    assert.deepEqual(await all(true), [['USDC-11', 'open']]);
    assert.deepEqual(await all(false), [['USDC-31', 'cancelled'], [null, 'absent'], ['USDC-11', 'open']]);
    await book([shownOrder(make.order(1, { state: 'triggered' })), shownOrder(make.order(1, { orderId: 'USDC-99' }))]);
    assert.deepEqual(await all(true), [['USDC-99', 'open']]);
  });

  storeTest('breaks: open ones or all; a break that comes back is open again', async (store, book) => {
    const body = (type: 'BREAK_OPENED' | 'BREAK_UPDATED' | 'BREAK_RESOLVED', ...args: Parameters<typeof make.aBreak>): FactBody =>
      ({ type, v: 1, data: { break: make.aBreak(...args), subject: 'razor-1' } }) as FactBody;
    await book([body('BREAK_OPENED', 1), body('BREAK_OPENED', 2), body('BREAK_OPENED', 3)]);
    await book([body('BREAK_RESOLVED', 1, { life: 'auto_resolved' }), body('BREAK_UPDATED', 2, { life: 'needs_you', timesSeen: 3 }), body('BREAK_RESOLVED', 3, { life: 'accepted' })]);
    const page = { limit: 10, cursor: null };
    assert.deepEqual(ids((await store.breaks({ ...page, open: true })).items), ['break-2']);
    assert.deepEqual(ids((await store.breaks({ ...page, open: false })).items), ['break-3', 'break-2', 'break-1']);
    assert.deepEqual(ids((await store.snapshot()).breaks), ['break-2']);
    assert.deepEqual(await store.break('break-2'), make.aBreak(2, { life: 'needs_you', timesSeen: 3 }));
    await book([body('BREAK_UPDATED', 1, { life: 'regressed' })]);
    assert.deepEqual(ids((await store.breaks({ ...page, open: true })).items), ['break-2', 'break-1']);
  });

  storeTest('reports page newest first and are found by id', async (store, book) => {
    for (let n = 1; n <= 3; n++) await book([{ type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: make.report(n), cursor: null } }]);
    const { items } = await walk((cursor) => store.reports({ limit: 2, cursor }));
    assert.deepEqual(ids(items), ['report-3', 'report-2', 'report-1']);
    assert.deepEqual(await store.report('report-2'), make.report(2));
  });
}

function details(storeTest: StoreTest): void {
  storeTest('a trade comes with its orders and every fact that made it, in order', async (store, book) => {
    const end = await book(...make.story(1), ...make.story(2));
    const found = await store.trade('razor-1');
    assert.deepEqual(found?.trade, make.closedTrade(1));
    assert.deepEqual(found?.orders.map(({ orderId, state }) => [orderId, state]), [
      ['USDC-13', 'filled'],
      ['USDC-12', 'cancelled'],
      ['USDC-11', 'filled'],
    ]);
    assert.deepEqual(
      found?.facts.map(({ seq, type }) => `${seq} ${type}`),
      ['2 ORDER_INTENDED', '5 ORDER_ACKED', '7 FILL_BOOKED', '12 TRADE_OPENED', '14 FUNDING_ACCRUED', '15 FILL_BOOKED', '19 TRADE_CLOSED'],
    );
    assert.equal(end, 40);
    assert.equal((await store.trade('razor-2'))?.facts[0]?.seq, 22);
  });

  storeTest('a timeline holds what became known to belong to the trade only later', async (store, book) => {
    const change = { id: 'change-1', orderId: 'USDC-12', label: make.labelOf(1, 's'), strategy: 'razor', trade: make.tradeIdOf(1), want: { kind: 'cancelled' }, why: 'trade_closed' } as const;
    await book(
      [{ type: 'BREAK_OPENED', v: 1, data: { break: make.aBreak(1), subject: 'razor-1' } }],
      [{ type: 'ORDER_SEEN', v: 1, data: { order: make.venueOrder(1, { orderId: 'USDC-12', label: '' }), label: null } }],
      [opened(1, { breaks: ['break-1'] }), shownOrder(make.order(1, { orderId: 'USDC-12', label: '' }))],
      [{ type: 'CHANGE_INTENDED', v: 1, data: { change } }],
      [{ type: 'CHANGE_RESOLVED', v: 1, data: { id: 'change-1', outcome: 'done', message: '' } }],
      [{ type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: make.report(1, { verdicts: [{ strategy: 'razor', instrument: make.INSTRUMENT, verdict: 'ghost', tradeId: 'razor-1', action: 'closed' }] }), cursor: null } }],
      [{ type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: make.report(2, { verdicts: [{ strategy: 'razor', instrument: make.INSTRUMENT, verdict: 'valid', tradeId: 'razor-1', action: 'none' }] }), cursor: null } }],
    );
    const seqs = (await store.trade('razor-1'))?.facts.map(({ seq }) => seq);
    assert.deepEqual(seqs, [1, 2, 3, 5, 6, 7]);
  });

  storeTest('facts come back as they were booked; a command is found by its id', async (store, book) => {
    await book(everyBody);
    const facts = await store.facts(0, 1_000);
    assert.deepEqual(facts, make.facts(0, everyBody));
    assert.deepEqual((await store.facts(3, 2)).map(({ seq }) => seq), [4, 5]);
    const taken = everyBody.findIndex(({ type }) => type === 'COMMAND_TAKEN') + 1;
    assert.equal(await store.command('c-1'), taken);
    assert.equal(await store.command('c-2'), undefined);
  });

  storeTest('verify walks the whole chain and tells how far it is', async (store, book) => {
    const head = await book(...make.story(1));
    const progress: number[] = [];
    const verified = await store.verify((done, of) => {
      progress.push(done);
      assert.equal(of, head);
    });
    assert.ok(verified.ok);
    assert.equal(verified.facts, 20);
    assert.match(verified.head, /^[0-9a-f]{64}$/);
    assert.equal(progress.at(-1), 20);
  });
}
