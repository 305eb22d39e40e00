/** What the books forget of orders at a check. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as make from '../../test/support/facts.ts';
import { dec } from '../base/decimal.ts';
import { HOUR, isoTime } from '../base/time.ts';
import { emptyBooks } from './books.ts';
import { evolve } from './evolve.ts';
import type { FactBody } from './fact.ts';

const RISK = {
  maxDailyLossUsd: dec(1_000),
  maxOrderUsd: dec(1_000),
  maxPositionUsd: dec(1_000),
  maxOpenOrders: 20,
};

/** A fill of an order that nobody shows. */
const unshown = (n: number, at: number): FactBody => {
  const fill = make.fill(n, 'open', { at, label: '' });
  return {
    type: 'FILL_BOOKED',
    v: 1,
    data: {
      fill,
      allocations: [{ trade: null, role: 'open', amount: fill.amount, fee: fill.fee }],
      opens: null,
      exit: null,
      source: 'check',
    },
  };
};

test('what was booked of orders that were never shown is forgotten with their fills', () => {
  const books = emptyBooks(RISK);
  const now = make.START + 10 * HOUR;
  const told = [
    ...[1, 2, 3, 4, 5].map((n) => unshown(n, make.START + n)),
    unshown(6, now - 1_000),
  ].map((body, index) => make.fact(index + 1, body));
  for (const fact of told) evolve(books, fact);
  assert.equal(books.booked.size, 6);
  const check: FactBody = {
    type: 'RECONCILIATION_COMPLETED',
    v: 1,
    data: { report: make.report(1), cursor: now },
  };
  evolve(books, { ...make.fact(7, check), at: isoTime(now) });
  assert.deepEqual([...books.booked.keys()], ['USDC-61']);
  assert.equal(books.fills.size, 1);
});
