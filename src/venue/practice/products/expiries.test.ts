/** Names and days of what ends: every Friday, last Friday and quarter where the calendar has it, and no other day. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, type Millis } from '../../../base/time.ts';
import { classOf, expiriesAt, expiryText, readExpiry } from './expiries.ts';
import { at, NOON } from '../harness.contract.ts';

const WEEKS = { week: 14 * DAY, month: 63 * DAY, quarter: 371 * DAY } as const;
const names = (ends: readonly Millis[]): readonly string[] => ends.map(expiryText);

test('names of ends are spelt as the exchange spells them, and read back', () => {
  assert.equal(expiryText(at('2026-12-25T08:00:00Z')), '25DEC26');
  assert.equal(expiryText(at('2021-09-03T08:00:00Z')), '3SEP21');
  fc.assert(
    fc.property(fc.integer({ min: 18_000, max: 40_000 }), (day) => {
      const end = day * DAY + 8 * HOUR;
      assert.equal(readExpiry(expiryText(end)), end);
    }),
    { numRuns: 200 },
  );
  for (const text of ['03SEP21', '31NOV26', '25DEZ26', '25DEC2026', '', 'PERPETUAL', '0DEC26'])
    assert.equal(readExpiry(text), undefined, text);
});

test('an end is a quarter before a month, a month before a week, a week before a day', () => {
  const classes = ['25DEC26', '27NOV26', '18DEC26', '24DEC26', '26JUN26', '31JAN25', '1JAN27'];
  assert.deepEqual(
    classes.map((text) => classOf(readExpiry(text) as Millis)),
    ['quarter', 'month', 'week', 'day', 'quarter', 'month', 'week'],
  );
});

test('what is listed follows from the date: new ends come when their time has come, old ones go at 08:00', () => {
  assert.deepEqual(names(expiriesAt(NOON, WEEKS)), [
    '9JAN26',
    '16JAN26',
    '30JAN26',
    '27FEB26',
    '27MAR26',
    '26JUN26',
    '25SEP26',
    '25DEC26',
  ]);
  const friday = at('2026-01-09T08:00:00Z');
  assert.equal(names(expiriesAt(friday - 1, WEEKS))[0], '9JAN26');
  assert.equal(names(expiriesAt(friday, WEEKS))[0], '16JAN26');
  assert.deepEqual(names(expiriesAt(NOON, { day: 2 * DAY })), ['6JAN26', '7JAN26']);
});
