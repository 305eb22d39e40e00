/** The part of the store's contract about lists: pages, cursors, filters. */
import assert from 'node:assert/strict';
import type { Alert } from '../domain/alert.ts';
import type { FactBody } from '../domain/fact.ts';
import * as make from '../../test/support/facts.ts';
import { PageRefused } from './limits.ts';
import { closed, ids, opened, shownOrder, type StoreTest } from './store-harness.contract.ts';
import type { Paged, Store } from './store.ts';

/** All pages of a list, with the size of each. */
async function walk<Item>(
  read: (cursor: string | null) => Promise<Paged<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly sizes: readonly number[] }> {
  const items: Item[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Paged<Item> = await read(cursor);
    items.push(...page.items);
    sizes.push(page.items.length);
    assert.ok(sizes.length <= 100, 'a walk over a short list does not end');
    cursor = page.next;
  } while (cursor !== null);
  return { items, sizes };
}

/** Registers the tests of lists. */
export function listContract(storeTest: StoreTest): void {
  storeTest(
    'trades page newest first, also those opened in the same millisecond, each once',
    async (store, book) => {
      const openedAt = make.trade(2).openedAt;
      await book(
        [opened(1)],
        [opened(2), opened(3, { openedAt }), opened(4, { openedAt })],
        [opened(5)],
      );
      const { items, sizes } = await walk((cursor) => store.trades({}, { limit: 2, cursor }));
      assert.deepEqual(ids(items), ['razor-5', 'razor-4', 'razor-3', 'razor-2', 'razor-1']);
      assert.deepEqual(sizes, [2, 2, 1]);
      const whole = await store.trades({}, { limit: 5, cursor: null });
      assert.equal(whole.next, null);
    },
  );

  storeTest(
    'a page goes on behind its last row, whatever was booked meanwhile',
    async (store, book) => {
      await book([opened(1), opened(2), opened(3)]);
      const first = await store.trades({}, { limit: 2, cursor: null });
      await book([opened(4), closed(1)]);
      const second = await store.trades({}, { limit: 2, cursor: first.next });
      assert.deepEqual(
        [...ids(first.items), ...ids(second.items)],
        ['razor-3', 'razor-2', 'razor-1'],
      );
      assert.equal(second.items[0]?.status, 'closed');
    },
  );

  storeTest('every filter of trades bounds what it says', async (store, book) => {
    await book([
      opened(1),
      opened(2),
      opened(3, { strategy: 'other' }),
      opened(4, { instrument: 'ETH_USDC-PERPETUAL' }),
    ]);
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
    assert.equal((await store.metrics({ currency: 'USDC' })).count, 2);
    const coin = await store.metrics({ currency: 'BTC' });
    assert.deepEqual([coin.currency, coin.count], ['BTC', 0]);
  });

  storeTest('figures of several currencies stand side by side', async (store, book) => {
    await book([opened(1), opened(2)]);
    await book([closed(1), closed(2, { currency: 'BTC' })]);
    const { currency, count, byCurrency } = await store.metrics({});
    assert.deepEqual([currency, count], ['USDC', 1]);
    const shown = Object.entries(byCurrency ?? {}).map(([name, figures]) => [name, figures.count]);
    assert.deepEqual(shown, [
      ['BTC', 1],
      ['USDC', 1],
    ]);
    assert.equal((await store.metrics({ currency: 'BTC' })).count, 1);
  });

  storeTest(
    'a cursor that the list did not give and a limit out of bounds are refused by name',
    async (store, book) => {
      await book([opened(1), opened(2)]);
      const { next } = await store.trades({}, { limit: 1, cursor: null });
      assert.ok(next);
      const refusal = (field: string, message: RegExp) => (error: unknown) =>
        error instanceof PageRefused && error.field === field && message.test(error.message);
      for (const cursor of [
        '',
        'x',
        '1',
        `${next}x y`,
        next.replace('trades', 'orders'),
        `${next.slice(0, -3)}%zz`,
        'trades..razor-1',
      ]) {
        await assert.rejects(
          store.trades({}, { limit: 1, cursor }),
          refusal('cursor', /list of trades/),
          cursor,
        );
      }
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
        await assert.rejects(
          store.trades({}, { limit, cursor: null }),
          refusal('limit', /1 to 1000/),
          String(limit),
        );
      }
      await assert.rejects(
        store.orders({ limit: 1, cursor: next, live: true }),
        refusal('cursor', /list of orders/),
      );
      await assert.rejects(store.framesAfter(-1, 1), /a read after -1/);
    },
  );

  storeTest(
    'orders: live ones or all; a pending one becomes the order that the exchange shows',
    async (store, book) => {
      const pending = make.order(1, { orderId: null, state: 'pending' });
      const gone = make.order(2, { orderId: null, state: 'absent' });
      const foreign = make.order(3, {
        label: '',
        intent: null,
        strategy: null,
        tradeId: null,
        origin: 'web',
      });
      await book([shownOrder(pending), shownOrder(gone), shownOrder(foreign)]);
      const all = async (live: boolean): Promise<unknown> =>
        (await walk((cursor) => store.orders({ limit: 1, cursor, live }))).items.map(
          ({ orderId, state }) => [orderId, state],
        );
      assert.deepEqual(await all(true), [
        ['USDC-31', 'open'],
        [null, 'pending'],
      ]);
      assert.deepEqual(await all(false), [
        ['USDC-31', 'open'],
        [null, 'absent'],
        [null, 'pending'],
      ]);
      await book(
        [shownOrder(make.order(1))],
        [shownOrder(make.order(3, { ...foreign, state: 'cancelled' }))],
      );
      assert.deepEqual(await all(true), [['USDC-11', 'open']]);
      assert.deepEqual(await all(false), [
        ['USDC-31', 'cancelled'],
        [null, 'absent'],
        ['USDC-11', 'open'],
      ]);
      await book([
        shownOrder(make.order(1, { state: 'triggered' })),
        shownOrder(make.order(1, { orderId: 'USDC-99' })),
      ]);
      assert.deepEqual(await all(true), [['USDC-99', 'open']]);
    },
  );

  storeTest(
    'breaks: open ones or all; a break that comes back is open again',
    async (store, book) => {
      const body = (
        type: 'BREAK_OPENED' | 'BREAK_UPDATED' | 'BREAK_RESOLVED',
        ...args: Parameters<typeof make.aBreak>
      ): FactBody => ({ type, v: 1, data: { break: make.aBreak(...args), subject: 'razor-1' } });
      await book([body('BREAK_OPENED', 1), body('BREAK_OPENED', 2), body('BREAK_OPENED', 3)]);
      await book([
        body('BREAK_RESOLVED', 1, { life: 'auto_resolved' }),
        body('BREAK_UPDATED', 2, { life: 'needs_you', timesSeen: 3 }),
        body('BREAK_RESOLVED', 3, { life: 'accepted' }),
      ]);
      const page = { limit: 10, cursor: null };
      assert.deepEqual(ids((await store.breaks({ ...page, open: true })).items), ['break-2']);
      assert.deepEqual(ids((await store.breaks({ ...page, open: false })).items), [
        'break-3',
        'break-2',
        'break-1',
      ]);
      assert.deepEqual(ids((await store.snapshot()).breaks), ['break-2']);
      assert.deepEqual(
        await store.break('break-2'),
        make.aBreak(2, { life: 'needs_you', timesSeen: 3 }),
      );
      await book([body('BREAK_UPDATED', 1, { life: 'regressed' })]);
      assert.deepEqual(ids((await store.breaks({ ...page, open: true })).items), [
        'break-2',
        'break-1',
      ]);
    },
  );

  storeTest(
    'alerts: those that fire or all, newest first; a snapshot holds those that fire',
    async (store, book) => {
      const alert = (n: number, changes: Partial<Alert> = {}): Alert =>
        make.alert({ id: `alr_${n}`, since: make.trade(n).openedAt, ...changes });
      await book([1, 2, 3].map((n) => ({ type: 'ALERT_RAISED', v: 1, data: { alert: alert(n) } })));
      const cleared = alert(2, { state: 'cleared', clearedAt: make.trade(4).openedAt });
      await book([{ type: 'ALERT_CLEARED', v: 1, data: { alert: cleared } }]);
      const page = { limit: 10, cursor: null };
      assert.deepEqual(ids((await store.alerts({ ...page, state: 'firing' })).items), [
        'alr_3',
        'alr_1',
      ]);
      assert.deepEqual((await store.alerts({ ...page, state: 'cleared' })).items, [cleared]);
      const { items, sizes } = await walk((cursor) =>
        store.alerts({ limit: 2, cursor, state: null }),
      );
      assert.deepEqual(
        [ids(items), sizes],
        [
          ['alr_3', 'alr_2', 'alr_1'],
          [2, 1],
        ],
      );
      assert.deepEqual(ids((await store.snapshot()).alerts), ['alr_3', 'alr_1']);
    },
  );

  storeTest('reports page newest first and are found by id', async (store, book) => {
    for (let n = 1; n <= 3; n++)
      await book([
        { type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: make.report(n), cursor: null } },
      ]);
    const { items } = await walk((cursor) => store.reports({ limit: 2, cursor }));
    assert.deepEqual(ids(items), ['report-3', 'report-2', 'report-1']);
    assert.deepEqual(await store.report('report-2'), make.report(2));
  });
}
