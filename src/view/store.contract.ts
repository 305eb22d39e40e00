/** What every store answers, whatever it reads from. Run on each adapter by its own test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyBody } from '../../test/support/fact-samples.ts';
import * as make from '../../test/support/facts.ts';
import {
  type Book,
  closed,
  opened,
  shownOrder,
  type StoreHome,
  type StoreTest,
} from './store-harness.contract.ts';
import { dailyContract } from './store-daily.contract.ts';
import { listContract } from './store-lists.contract.ts';
import type { Store } from './store.ts';

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
  listContract(storeTest);
  details(storeTest);
  dailyContract(storeTest);
}

function emptyAndWhole(storeTest: StoreTest): void {
  storeTest('an empty store answers nothing, from commit 0', async (store) => {
    assert.equal(await store.head(), 0);
    const snapshot = await store.snapshot();
    assert.deepEqual(snapshot, {
      commit: 0,
      strategies: [],
      positions: [],
      openTrades: [],
      lastTrades: [],
      orders: [],
      breaks: [],
      alerts: [],
    });
    assert.deepEqual(await store.framesAfter(0, 10), []);
    assert.deepEqual(await store.trades({}, { limit: 10, cursor: null }), {
      items: [],
      next: null,
    });
    assert.equal((await store.metrics({})).count, 0);
    assert.equal(await store.trade('nope'), undefined);
    assert.equal(await store.break('nope'), undefined);
    assert.equal(await store.report('nope'), undefined);
    assert.equal(await store.command('nope'), undefined);
    const verified = await store.verify();
    assert.ok(verified.ok);
    assert.equal(verified.facts, 0);
  });

  storeTest(
    '[I35] the snapshot is the fold of whole commits up to its commit',
    async (store, book) => {
      const [signal = [], acked = [], filled = [], ...rest] = make.story(1);
      await book(signal);
      const entering = await store.snapshot();
      assert.equal(entering.commit, 4);
      assert.deepEqual(
        entering.orders.map(({ orderId, state }) => [orderId, state]),
        [[null, 'pending']],
      );
      assert.equal(entering.strategies[0]?.activity, 'entering');
      await book(acked, filled);
      const open = await store.snapshot();
      assert.equal(open.commit, 13);
      assert.deepEqual(open.openTrades, [make.trade(1)]);
      assert.deepEqual(open.lastTrades, []);
      assert.deepEqual(open.positions, [make.position(1, '0.0011')]);
      assert.deepEqual(
        open.orders.map(({ orderId }) => orderId),
        ['USDC-13', 'USDC-12'],
      );
      assert.equal(open.strategies[0]?.position, 'razor-1');
      await book(...rest);
      const end = await store.snapshot();
      assert.equal(end.commit, 20);
      assert.deepEqual([end.openTrades, end.orders], [[], []]);
      assert.deepEqual(end.lastTrades, [make.closedTrade(1)]);
      assert.deepEqual(end.positions, [make.position(1, '0')]);
      assert.deepEqual(await store.strategies(), end.strategies);
      assert.deepEqual(await store.positions(), end.positions);
    },
  );

  storeTest(
    'an evaluation renews checkpoints, strength and why of its strategy, and nothing of one unknown',
    async (store, book) => {
      await book([make.evaluatedBody(1, 10)]);
      assert.deepEqual(await store.strategies(), []);
      const shown = make.strategy(1);
      await book([make.statusBody(shown, 'STRATEGY_READY')], [make.evaluatedBody(2, 78)]);
      const body = make.evaluatedBody(2, 78);
      assert.ok(body.type === 'STRATEGY_EVALUATED');
      const { checkpoints, why } = body.data;
      assert.deepEqual(await store.strategies(), [{ ...shown, checkpoints, strength: 78, why }]);
    },
  );

  storeTest('lastTrades are the hundred closed last, newest first', async (store, book) => {
    for (let n = 1; n <= 103; n++) await book([opened(n), closed(n)]);
    const { lastTrades } = await store.snapshot();
    assert.equal(lastTrades.length, 100);
    assert.deepEqual([lastTrades[0]?.id, lastTrades[99]?.id], ['razor-103', 'razor-4']);
  });
}

function frames(storeTest: StoreTest): void {
  storeTest(
    '[I37] frames come in the groups in which they were booked, each naming the group before',
    async (store, book) => {
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
      assert.deepEqual(
        groups[2]?.facts[4],
        make.fact(12, { type: 'TRADE_OPENED', v: 1, data: { trade: make.trade(1) } }),
      );
    },
  );

  storeTest(
    '[I37] a client resumes from any commit, framed or not, and from the head',
    async (store, book) => {
      await book(...make.story(1));
      const commits = async (since: number, limit = 100): Promise<unknown> =>
        (await store.framesAfter(since, limit))?.map(({ commit, prev }) => [commit, prev]);
      assert.deepEqual(await commits(6), [
        [13, 6],
        [20, 13],
      ]);
      assert.deepEqual(await commits(14), [[20, 13]]);
      assert.deepEqual(await commits(0, 2), [
        [4, 0],
        [6, 4],
      ]);
      assert.deepEqual(await commits(20), []);
      assert.equal(await store.framesAfter(21, 10), undefined);
    },
  );

  storeTest(
    '[N7] the close of a trade and the status that it causes are one group',
    async (store, book) => {
      await book(...make.story(1));
      const last = (await store.framesAfter(13, 10))?.[0]?.facts.map(({ type }) => type);
      assert.deepEqual(last, [
        'ORDER_CHANGED',
        'ORDER_CHANGED',
        'POSITION_CHANGED',
        'TRADE_CLOSED',
        'STRATEGY_STATUS_CHANGED',
      ]);
    },
  );
}

function details(storeTest: StoreTest): void {
  storeTest(
    'a trade comes with its orders and every fact that made it, in order',
    async (store, book) => {
      const end = await book(...make.story(1), ...make.story(2));
      const found = await store.trade('razor-1');
      assert.deepEqual(found?.trade, make.closedTrade(1));
      assert.deepEqual(
        found?.orders.map(({ orderId, state }) => [orderId, state]),
        [
          ['USDC-13', 'filled'],
          ['USDC-12', 'cancelled'],
          ['USDC-11', 'filled'],
        ],
      );
      assert.deepEqual(
        found?.facts.map(({ seq, type }) => `${seq} ${type}`),
        [
          '2 ORDER_INTENDED',
          '5 ORDER_ACKED',
          '7 FILL_BOOKED',
          '12 TRADE_OPENED',
          '14 FUNDING_ACCRUED',
          '15 FILL_BOOKED',
          '19 TRADE_CLOSED',
        ],
      );
      assert.equal(end, 40);
      assert.equal((await store.trade('razor-2'))?.facts[0]?.seq, 22);
    },
  );

  storeTest(
    'a timeline holds what became known to belong to the trade only later',
    async (store, book) => {
      const change = {
        id: 'change-1',
        orderId: 'USDC-12',
        label: make.labelOf(1, 's'),
        strategy: 'razor',
        trade: make.tradeIdOf(1),
        want: { kind: 'cancelled' },
        why: 'trade_closed',
      } as const;
      await book(
        [{ type: 'BREAK_OPENED', v: 1, data: { break: make.aBreak(1), subject: 'razor-1' } }],
        [
          {
            type: 'ORDER_SEEN',
            v: 1,
            data: { order: make.venueOrder(1, { orderId: 'USDC-12', label: '' }), label: null },
          },
        ],
        [
          opened(1, { breaks: ['break-1'] }),
          shownOrder(make.order(1, { orderId: 'USDC-12', label: '' })),
        ],
        [{ type: 'CHANGE_INTENDED', v: 1, data: { change } }],
        [{ type: 'CHANGE_RESOLVED', v: 1, data: { id: 'change-1', outcome: 'done', message: '' } }],
        [
          {
            type: 'RECONCILIATION_COMPLETED',
            v: 1,
            data: {
              report: make.report(1, {
                verdicts: [
                  {
                    strategy: 'razor',
                    instrument: make.INSTRUMENT,
                    verdict: 'ghost',
                    tradeId: 'razor-1',
                    action: 'closed',
                  },
                ],
              }),
              cursor: null,
            },
          },
        ],
        [
          {
            type: 'RECONCILIATION_COMPLETED',
            v: 1,
            data: {
              report: make.report(2, {
                verdicts: [
                  {
                    strategy: 'razor',
                    instrument: make.INSTRUMENT,
                    verdict: 'valid',
                    tradeId: 'razor-1',
                    action: 'none',
                  },
                ],
              }),
              cursor: null,
            },
          },
        ],
      );
      const seqs = (await store.trade('razor-1'))?.facts.map(({ seq }) => seq);
      assert.deepEqual(seqs, [1, 2, 3, 5, 6, 7]);
    },
  );

  storeTest(
    'facts come back as they were booked; a command is found by its id',
    async (store, book) => {
      await book(everyBody);
      const facts = await store.facts(0, 1_000);
      assert.deepEqual(facts, make.facts(0, everyBody));
      assert.deepEqual(
        (await store.facts(3, 2)).map(({ seq }) => seq),
        [4, 5],
      );
      const taken = everyBody.findIndex(({ type }) => type === 'COMMAND_TAKEN') + 1;
      assert.equal(await store.command('c-1'), taken);
      assert.equal(await store.command('c-2'), undefined);
    },
  );

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
