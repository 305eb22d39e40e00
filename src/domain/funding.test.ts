/** Whatever was held, read and paid in whatever order: what holders were given together is what the exchange's counter and rows say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, ZERO, abs, add, dec, lte, sub, sum } from '../base/decimal.ts';
import { DAY, HOUR } from '../base/time.ts';
import {
  type FundingMark,
  type FundingSeen,
  type FundingShare,
  hold,
  newMark,
  sessionStart,
  seenAt,
  sharePaid,
  shareReading,
  takePaid,
  takeReading,
  takeRest,
} from './funding.ts';

const EIGHT = sessionStart(1_700_000_000_000);

type Held = { readonly trade: string | null; readonly amount: Decimal };

/** The books' side: what each was given. */
function createBooks(at: number) {
  const mark: FundingMark = newMark(at);
  const given = new Map<string | null, Decimal>();
  const settled = new Map<string | null, Decimal>();
  const note = (into: Map<string | null, Decimal>, shares: readonly FundingShare[]): void => {
    for (const { trade, amount } of shares) into.set(trade, add(into.get(trade) ?? ZERO, amount));
  };
  const read = (realized: Decimal, when: number): void => {
    if (when < mark.at) return;
    const { change, isNew, shares } = shareReading(mark, { realized, at: when });
    if (!isNew) return;
    const all = shares ?? [{ trade: null, amount: change }];
    assert.equal(sum(all.map(({ amount }) => amount)), change, 'shares of a reading');
    takeReading(mark, { realized, at: when }, all);
    note(given, all);
  };
  const pay = (total: Decimal | null, when: number): void => {
    const { rest, paid } = sharePaid(mark, { at: when, total });
    takeRest(mark, when, rest);
    takePaid(mark, when);
    note(given, rest);
    note(settled, paid);
  };
  return {
    mark,
    given,
    settled,
    read,
    pay,
    move: (held: Held, when: number) => hold(mark, held.trade, { change: held.amount, at: when }),
  };
}

const total = (of: ReadonlyMap<string | null, Decimal>): Decimal => sum([...of.values()]);

test('[I16] over random histories the trades and what is foreign have together what the exchange paid, to the last digit', () => {
  const event = fc.record({
    after: fc.integer({ min: 1, max: 9 * HOUR }),
    trade: fc.constantFrom('a', 'b', 'c', null),
    amount: fc.integer({ min: -5, max: 5 }).map((n) => dec(`${n}e-3`)),
    rate: fc.integer({ min: -3_000, max: 3_000 }),
    isRead: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
      const books = createBooks(EIGHT + 1);
      let at = EIGHT + 1;
      let counter = ZERO;
      let paid = ZERO;
      const rows: { readonly at: number; readonly total: Decimal }[] = [];
      for (const { after, trade, amount, rate, isRead } of events) {
        const to = at + after;
        // The counter moves, and restarts at 08:00, where a row is written that is read later.
        for (let end = sessionStart(at) + DAY; end <= to; end += DAY) {
          counter = add(counter, dec(`${rate}e-9`));
          rows.push({ at: end, total: counter });
          paid = add(paid, counter);
          counter = ZERO;
        }
        at = to;
        counter = add(counter, dec(`${rate}e-9`));
        books.move({ trade, amount }, at);
        if (isRead) books.read(counter, at);
        if (isRead && rate > 0) for (const row of rows.splice(0)) books.pay(row.total, row.at);
      }
      for (const row of rows) books.pay(row.total, row.at);
      books.read(counter, at + 1);
      assert.equal(total(books.given), add(paid, counter));
      assert.equal(total(books.settled), paid, 'what settlements paid');
      assert.equal(books.mark.ended.length, 0);
    }),
    { numRuns: 300 },
  );
});

test('a trade that opened and closed between two readings has the funding of its time', () => {
  const books = createBooks(EIGHT);
  books.move({ trade: 'a', amount: dec('1') }, EIGHT);
  books.move({ trade: 'b', amount: dec('1') }, EIGHT + HOUR);
  books.move({ trade: 'b', amount: dec('-1') }, EIGHT + 3 * HOUR);
  books.read(dec('6'), EIGHT + 4 * HOUR);
  assert.deepEqual(
    [...books.given],
    [
      ['a', '4'],
      ['b', '2'],
    ],
  );
});

test('opposite amounts: who is short receives what who is long pays', () => {
  const books = createBooks(EIGHT);
  books.move({ trade: 'long', amount: dec('3') }, EIGHT);
  books.move({ trade: null, amount: dec('-1') }, EIGHT);
  books.read(dec('-2'), EIGHT + HOUR);
  assert.deepEqual(
    [...books.given],
    [
      ['long', '-3'],
      [null, '1'],
    ],
  );
});

test('a long and then a short between two readings: neither is given many times what there is', () => {
  const books = createBooks(EIGHT);
  books.move({ trade: 'a', amount: dec('1') }, EIGHT);
  books.move({ trade: 'a', amount: dec('-1') }, EIGHT + HOUR);
  books.move({ trade: 'b', amount: dec('-1') }, EIGHT + HOUR);
  books.read(dec('0.01'), EIGHT + 2 * HOUR + 1);
  assert.ok([...books.given.values()].every((share) => lte(abs(share), dec('0.01'))));
  assert.equal(total(books.given), '0.01');
});

test('what came after the last reading before 08:00 belongs to who held it then, and is paid with the rest', () => {
  const books = createBooks(EIGHT);
  books.move({ trade: 'a', amount: dec('1') }, EIGHT);
  books.read(dec('2'), EIGHT + HOUR);
  books.move({ trade: 'a', amount: dec('-1') }, EIGHT + 2 * HOUR);
  books.move({ trade: 'b', amount: dec('1') }, EIGHT + 23 * HOUR);
  books.read(dec('0.5'), EIGHT + 25 * HOUR);
  books.pay(dec('4'), EIGHT + DAY);
  assert.deepEqual(Object.fromEntries(books.given), { a: '3', b: '1.5' });
  assert.deepEqual(Object.fromEntries(books.settled), { a: '3', b: '1' });
  assert.equal(sub(total(books.given), total(books.settled)), '0.5', 'accrued only');
});

test('a settlement that was made by hand at another hour ends the running session', () => {
  for (const isLate of [false, true]) {
    const books = createBooks(EIGHT);
    books.move({ trade: 'a', amount: dec('1') }, EIGHT);
    books.read(dec('2'), EIGHT + 2 * HOUR);
    if (isLate) books.read(dec('0.25'), EIGHT + 4 * HOUR);
    books.pay(dec('3'), EIGHT + 3 * HOUR);
    books.read(dec('0.5'), EIGHT + 5 * HOUR);
    assert.equal(total(books.given), '3.5');
  }
});

test('a row that does not tell the funding pays what was read of it', () => {
  const books = createBooks(EIGHT);
  books.move({ trade: 'a', amount: dec('1') }, EIGHT);
  books.read(dec('2'), EIGHT + HOUR);
  books.pay(null, EIGHT + DAY);
  assert.deepEqual([[...books.given], [...books.settled]], [[['a', '2']], [['a', '2']]]);
});

test('a fill that is found after a reading that said nothing new: who held nothing since then has nothing of the next one', () => {
  const at = EIGHT + HOUR;
  const mark = newMark(at);
  hold(mark, 'a', { change: dec('1'), at });
  const seen: FundingSeen = seenAt(mark, at + HOUR, undefined);
  hold(mark, 'a', { change: dec('-1'), at });
  hold(mark, 'b', { change: dec('1'), at: at + HOUR });
  const { shares } = shareReading(mark, { realized: dec('0.5'), at: at + 2 * HOUR }, seen);
  assert.deepEqual(shares, [{ trade: 'b', amount: '0.5' }]);
});
