/** What every store answers about days and periods: the same report from the same facts, whoever folds them. */
import assert from 'node:assert/strict';
import { DAY } from '../base/time.ts';
import type { FactBody } from '../domain/fact.ts';
import * as make from '../../test/support/facts.ts';
import { madeOf } from './daily.ts';
import type { StoreTest } from './store-harness.contract.ts';

const DAY_BEGIN = Math.floor(make.START / DAY) * DAY;
const FIRST = '2026-03-02';

const opening: readonly FactBody[] = [
  { type: 'JOURNAL_OPENED', v: 1, data: { journal: 'j', mode: 'practice' } },
  { type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument: make.spec } },
  { type: 'LINK_CHANGED', v: 1, data: { link: 'trading', up: true, reason: 'connected' } },
];

/** The suite about daily reports. */
export function dailyContract(storeTest: StoreTest): void {
  storeTest(
    '[N10] a day is folded from its facts, and from those that were written down once it was',
    async (store, book) => {
      assert.deepEqual(await store.dailies({ limit: 5, cursor: null }), { items: [], next: null });
      assert.equal(await store.daily(FIRST), undefined);
      await book(opening, ...make.story(1), ...make.story(2).slice(0, 3));
      const asked = { day: FIRST, from: DAY_BEGIN, to: DAY_BEGIN + DAY, over: true };
      const made = await store.period(asked);
      const { report } = made;
      assert.deepEqual(
        [report.journal.from, report.journal.to, report.period.over],
        [1, await store.head(), true],
      );
      assert.equal(report.trades.count, 1);
      assert.equal(report.orders.sent, 2);
      assert.deepEqual(
        report.trades.figures.map(({ currency, net }) => [currency, net]),
        [['USDC', make.closedTrade(1).netPnl]],
      );
      const { daily, carry } = madeOf(made, FIRST);
      await book([{ type: 'REPORT_READY', v: 1, data: { daily, carry } }], ...make.story(3));
      const items = await store.dailies({ limit: 5, cursor: null });
      assert.deepEqual(items, { items: [await store.daily(FIRST)], next: null });
      assert.deepEqual({ ...items.items[0], seq: 0, at: '' }, { ...daily, seq: 0, at: '' });
      const again = await store.period({ ...asked, over: false });
      assert.deepEqual(again, made);
      const rest = await store.period({
        day: null,
        from: DAY_BEGIN,
        to: DAY_BEGIN + 2 * DAY,
        over: false,
      });
      assert.equal(rest.report.trades.count, 2);
      assert.equal(rest.report.period.begins, report.period.begins);
      assert.equal(rest.report.period.over, false);
      const none = await store.period({ day: null, from: 0, to: DAY, over: false });
      assert.deepEqual([none.report.journal.from, none.report.journal.to], [1, 0]);
      assert.equal(none.report.trades.count, 0);
    },
  );
}
