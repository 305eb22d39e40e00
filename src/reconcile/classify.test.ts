/** Every pair of books and exchange has exactly one name, and the adjustments that a difference leads to remove it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, abs, add, dec, isZero, sign, sub, sum } from '../base/decimal.ts';
import { type BooksSide, type BooksTotal, adjustments, bookedSize, classify } from './classify.ts';

const size = fc.integer({ min: -30, max: 30 }).map((n) => dec(`${n}e-4`));
const books: fc.Arbitrary<BooksSide> = fc.record({
  trades: fc
    .array(
      fc.integer({ min: -20, max: 20 }).filter((n) => n !== 0),
      { maxLength: 4 },
    )
    .map((all) => all.map((n, i) => ({ id: `trd_${i}`, signed: dec(`${n}e-4`) }))),
  foreign: size,
  decided: fc.constantFrom(dec('0'), dec('0.0003'), dec('-0.0005')),
});

/** What a pair should be called, by the words of the spec. */
function expected(side: BooksSide, actual: Decimal): string {
  const booked = add(sum(side.trades.map((trade) => trade.signed)), side.foreign);
  if (booked === actual) {
    if (!isZero(side.foreign) && side.foreign !== side.decided) return 'orphan';
    return isZero(actual) && side.trades.length === 0 ? 'clean' : 'valid';
  }
  if (isZero(actual)) return 'ghost_trade';
  if (isZero(booked)) return 'orphan_position';
  return sign(booked) === sign(actual) ? 'size_mismatch' : 'side_mismatch';
}

const totalOf = (side: BooksSide): BooksTotal => ({
  booked: bookedSize(side),
  isTraded: side.trades.length > 0,
  foreign: side.foreign,
  decided: side.decided,
});

test('[I26] the classification is total and exclusive, and is what the spec calls it', () => {
  fc.assert(
    fc.property(books, fc.oneof(size, fc.constant(null)), (side, drawn) => {
      const actual = drawn ?? bookedSize(side);
      assert.equal(
        classify(totalOf(side), { kind: 'known', size: actual }).kind,
        expected(side, actual),
      );
    }),
    { numRuns: 500 },
  );
});

test('[I26][N9] what was not answered is unknown, whatever the books hold', () => {
  fc.assert(
    fc.property(books, (side) =>
      assert.deepEqual(classify(totalOf(side), { kind: 'unknown', reason: 'no row' }), {
        kind: 'unknown',
        reason: 'no row',
      }),
    ),
  );
});

test('[I12] the adjustments bring the books to the exchange, take no more from anybody than he holds, and are none when both agree', () => {
  fc.assert(
    fc.property(books, size, (side, actual) => {
      const found = adjustments(side, actual);
      assert.equal(add(bookedSize(side), sum(found.map(({ amount }) => amount))), actual);
      for (const { trade, amount } of found) {
        assert.ok(!isZero(amount));
        if (trade === null) continue;
        const held = side.trades.find(({ id }) => id === trade)?.signed ?? dec('0');
        assert.equal(sign(amount), -sign(held), 'a trade only shrinks');
        assert.ok(!sub(abs(held), abs(amount)).startsWith('-'));
      }
      if (actual === bookedSize(side)) assert.deepEqual(found, []);
    }),
    { numRuns: 500 },
  );
});

test('[N1] a ghost: the oldest trade goes first, what is foreign before it', () => {
  const side: BooksSide = {
    trades: [
      { id: 'old', signed: dec('2') },
      { id: 'new', signed: dec('3') },
    ],
    foreign: dec('1'),
    decided: dec('0'),
  };
  assert.deepEqual(adjustments(side, dec('2')), [
    { trade: null, amount: '-1' },
    { trade: 'old', amount: '-2' },
    { trade: 'new', amount: '-1' },
  ]);
  assert.deepEqual(adjustments(side, dec('-1')), [
    { trade: null, amount: '-1' },
    { trade: 'old', amount: '-2' },
    { trade: 'new', amount: '-3' },
    { trade: null, amount: '-1' },
  ]);
});
