/** What the log of the account proves about a stretch in which the histories of trades are not trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, add, dec, sum } from '../base/decimal.ts';
import { HOUR } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import { type Books, emptyBooks } from '../domain/books.ts';
import { type Fill, fillKey } from '../domain/fill.ts';
import { RISK } from '../../sim/world/defaults.ts';
import { spec } from '../../test/support/facts.ts';
import { holeProblem, joinRead, keepRead, logReads } from './hole.ts';

const NOW = 1_790_000_000_000;
const HOLE = { from: NOW - 24 * HOUR, to: NOW - 23 * HOUR };
const HELD = { balance: dec(1_000), seq: 7, at: NOW - 26 * HOUR };

type Case = {
  readonly books: Books;
  readonly rows: readonly CashRow[];
  readonly fills: Map<string, Fill>;
  readonly balance: Decimal;
};

const fillOf = (row: CashRow): Fill =>
  ({ currency: row.currency, tradeId: row.tradeId ?? '', at: row.at }) as Fill;

/** Rows of USDC and of another currency, numbered in one row after the last that is booked, some of them trades. */
function caseOf(steps: readonly { readonly minutes: number; readonly trade: boolean }[]): Case {
  const books = emptyBooks(RISK);
  books.instruments.set(spec.name, spec);
  books.strategies.set('bot', { config: { instrument: spec.name } } as never);
  books.cash.set('USDC', HELD);
  let balance = HELD.balance;
  let at = HELD.at;
  const rows = steps.map(({ minutes, trade }, i): CashRow => {
    at += minutes * 60_000;
    const own = i % 3 !== 2;
    const change = trade && i % 2 === 0 ? dec(0) : dec(-1);
    if (own) balance = add(balance, change);
    return {
      id: String(i),
      userSeq: HELD.seq + 1 + i,
      at,
      currency: own ? 'USDC' : 'BTC',
      type: trade ? 'trade' : 'transfer',
      instrument: null,
      tradeId: trade ? `T-${i}` : null,
      change,
      balance,
    };
  });
  const trades = rows.filter(({ tradeId, currency }) => tradeId !== null && currency === 'USDC');
  return {
    books,
    rows,
    fills: new Map(trades.map((row) => [fillKey(fillOf(row)), fillOf(row)])),
    balance,
  };
}

const judge = ({ books, rows, fills, balance }: Case): string | null =>
  holeProblem(
    { books },
    {
      hole: HOLE,
      fills,
      logs: Map.groupBy(rows, ({ currency }) => currency),
      summaries: [{ currency: 'USDC', balance } as never],
    },
  );

const steps = fc.array(
  fc.record({ minutes: fc.integer({ min: 1, max: 45 }), trade: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

test('[I59] a whole log whose trades have all been read proves the stretch', () => {
  fc.assert(fc.property(steps, (drawn) => assert.equal(judge(caseOf(drawn)), null)));
});

test('[I59] a trade of the stretch that no read has brought is named', () => {
  let named = 0;
  fc.assert(
    fc.property(steps, fc.nat(), (drawn, pick) => {
      const whole = caseOf(drawn);
      const inside = [...whole.fills].filter(([, { at }]) => at >= HOLE.from && at <= HOLE.to);
      const lost = inside[pick % Math.max(1, inside.length)];
      if (lost === undefined) return;
      named++;
      whole.fills.delete(lost[0]);
      assert.match(
        judge(whole) ?? '',
        new RegExp(`trade ${lost[0].replace('/', '\\/')} is in the log`),
      );
      whole.books.fills.set(lost[0], lost[1].at);
      assert.equal(judge(whole), null, 'unless it is booked');
    }),
    { numRuns: 400 },
  );
  assert.ok(named > 20, `${named} cases had a trade there`);
});

test('[I59] a row that is missing anywhere between is noticed, one that moved no money as well', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (drawn, pick) => {
      const whole = caseOf(drawn);
      const last = whole.rows.length - 1;
      if (last === 0) return;
      const lost = pick % last;
      const rows = whole.rows.filter((_, i) => i !== lost);
      assert.match(judge({ ...whole, rows }) ?? '', /rows of the log of the account are missing/);
    }),
  );
});

test('[I59] a log that does not lead to the balance proves nothing, an empty one neither', () => {
  const whole = caseOf([{ minutes: 150, trade: false }]);
  assert.match(judge({ ...whole, rows: [] }) ?? '', /does not lead to the balance of USDC/);
  const more = sum([whole.balance, dec('0.000001')]);
  assert.match(judge({ ...whole, balance: more }) ?? '', /does not lead to the balance/);
  whole.books.cash.clear();
  assert.match(judge(whole) ?? '', /does not lead to the balance/);
});

test('a check without a hole needs no proof', () => {
  const whole = caseOf([]);
  const proof = { hole: null, fills: whole.fills, logs: new Map(), summaries: null };
  assert.equal(holeProblem({ books: whole.books }, proof), null);
});

/** A check that began at a moment of server time and read what the two windows are trusted for then. */
const checkAt = (at: number, fills: readonly string[] = []) => ({
  startedServer: at,
  hole: { from: Math.max(NOW - 30 * HOUR, at - 24.25 * HOUR), to: at - 23 * HOUR },
  fills: new Map(fills.map((key) => [key, { tradeId: key } as Fill])),
});

test('[N9] what was read once need not be proved later on, as long as each read reaches back into the one before', () => {
  const live: Parameters<typeof joinRead>[0]['live'] = { readOnce: null };
  const first = checkAt(NOW, ['a']);
  joinRead({ live }, first as never);
  assert.deepEqual(first.hole, { from: NOW - 24.25 * HOUR, to: NOW - 23 * HOUR });
  const second = checkAt(NOW + HOUR, ['b']);
  joinRead({ live }, second as never);
  assert.deepEqual(second.hole, { from: NOW - 23.25 * HOUR, to: NOW - 23 * HOUR });
  assert.deepEqual([...second.fills.keys()].toSorted(), ['a', 'b']);
  const third = checkAt(NOW + 20 * HOUR);
  joinRead({ live }, third as never);
  assert.equal(third.hole, null);
  assert.equal(third.fills.size, 2);
  const chained = checkAt(NOW + 42 * HOUR);
  joinRead({ live }, chained as never);
  assert.equal(chained.hole, null, 'the third read reaches to there');
});

test('[N9] after a day without a read nothing of before proves anything of the time in between', () => {
  const live: Parameters<typeof joinRead>[0]['live'] = { readOnce: null };
  joinRead({ live }, checkAt(NOW, ['a']) as never);
  const late = checkAt(NOW + 23.5 * HOUR);
  const hole = { ...late.hole };
  joinRead({ live }, late as never);
  assert.deepEqual(late.hole, hole, 'the half hour after the first read was read by none');
  const next = checkAt(NOW + 24 * HOUR);
  joinRead({ live }, next as never);
  assert.deepEqual(next.hole, { from: NOW - 0.25 * HOUR, to: NOW + 0.5 * HOUR });
});

test('[N9] what a verdict rests on need not be proved again by the next check, whose reads reach as far back', () => {
  const live: Parameters<typeof joinRead>[0]['live'] = { readOnce: null };
  const proved = checkAt(NOW, ['a']);
  joinRead({ live }, proved as never);
  keepRead({ live }, proved as never, NOW - 30 * HOUR);
  for (const minutes of [1, 30, 600]) {
    const next = checkAt(NOW + minutes * 60_000);
    joinRead({ live }, next as never);
    assert.deepEqual([next.hole, next.fills.size], [null, 0], 'all of before is booked');
  }
  const late = checkAt(NOW + 48 * HOUR);
  joinRead({ live }, late as never);
  assert.notEqual(late.hole, null);
});

test('[N9] a verdict over reads that began later proves nothing of what was before them', () => {
  const live: Parameters<typeof joinRead>[0]['live'] = { readOnce: null };
  keepRead({ live }, checkAt(NOW) as never, NOW - 2 * HOUR);
  const next = checkAt(NOW + 60_000);
  const hole = { ...next.hole };
  joinRead({ live }, next as never);
  assert.deepEqual(next.hole, hole);
  const later = checkAt(NOW + 80 * 60_000);
  joinRead({ live }, later as never);
  assert.equal(later.hole, null, 'what that check read itself counts, though');
});

test('[N9] how far a read reached is told by the exchange where our picture of its clock is ahead', () => {
  const live: Parameters<typeof joinRead>[0]['live'] = { readOnce: null };
  joinRead({ live }, { ...checkAt(NOW), startedServer: NOW + HOUR, positionsAt: NOW } as never);
  const late = checkAt(NOW + 23.5 * HOUR);
  const hole = { ...late.hole };
  joinRead({ live }, late as never);
  assert.deepEqual(late.hole, hole);
});

test('[N9] a trade of a pair is a row in both its currencies, and was read under the second', () => {
  const whole = caseOf([{ minutes: 150, trade: true }]);
  const [row] = whole.rows;
  assert.ok(row !== undefined);
  whole.books.instruments.set('BTC-PERPETUAL', {
    ...spec,
    name: 'BTC-PERPETUAL',
    settlementCurrency: 'BTC',
  });
  whole.books.strategies.set('other', { config: { instrument: 'BTC-PERPETUAL' } } as never);
  whole.books.cash.set('BTC', { balance: dec(1), seq: 6, at: NOW - 27 * HOUR });
  const spot = { at: HOLE.from + 1, instrument: 'BTC_USDC', tradeId: 'BTC_USDC-1' };
  const paid = { ...row, ...spot };
  const got = { ...paid, id: 'b', userSeq: row.userSeq + 1, currency: 'BTC', change: dec('0.1') };
  whole.fills.set('USDC/BTC_USDC-1', fillOf(paid));
  const proof = {
    hole: HOLE,
    fills: whole.fills,
    logs: new Map([
      ['USDC', [paid]],
      ['BTC', [got]],
    ]),
    summaries: [
      { currency: 'USDC', balance: whole.balance },
      { currency: 'BTC', balance: dec('1.1') },
    ] as never,
  };
  assert.equal(holeProblem({ books: whole.books }, proof), null);
  whole.fills.delete('USDC/BTC_USDC-1');
  assert.match(holeProblem({ books: whole.books }, proof) ?? '', /USDC\/BTC_USDC-1 is in the log/);
});

test('the log of each currency is read from its own last row: one that rests for years makes no other one long', () => {
  const { books } = caseOf([]);
  books.instruments.set('BTC-PERPETUAL', { ...spec, settlementCurrency: 'BTC' });
  books.strategies.set('other', { config: { instrument: 'BTC-PERPETUAL' } } as never);
  books.cash.set('BTC', { ...HELD, at: NOW - 400 * 24 * HOUR });
  const rich = { balance: dec(1), equity: dec(1) };
  const summaries = [{ currency: 'ETH', ...rich } as never];
  const reads = logReads(
    { books, now: { server: NOW } } as never,
    { hole: HOLE, summaries } as never,
  );
  assert.deepEqual(
    reads.map(({ currency, from }) => [currency, Math.round((NOW - from) / HOUR)]),
    [
      ['USDC', 26],
      ['BTC', 9600],
      ['ETH', 24],
    ],
  );
});
