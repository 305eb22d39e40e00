import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DAY, isoTime, parseIso, startOfDay } from './time.ts';

const FIRST = Date.UTC(1, 0, 1) - (Date.UTC(1901, 0, 1) - Date.parse('0001-01-01T00:00:00.000Z'));
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const anyInstant = fc.integer({ min: FIRST, max: LAST });

describe('time', () => {
  it('spells instants of all four-digit years as the platform does and reads them back', () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        assert.equal(isoTime(at), new Date(at).toISOString());
        assert.equal(parseIso(isoTime(at)), at);
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows leap days and the turns of years', () => {
    for (const text of [
      '2024-02-29',
      '2000-02-29',
      '1900-03-01',
      '2025-12-31',
      '1969-12-31',
      '0001-01-01',
    ]) {
      const full = `${text}T23:59:59.999Z`;
      assert.equal(isoTime(parseIso(full) ?? Number.NaN), full);
    }
    assert.equal(isoTime(0), '1970-01-01T00:00:00.000Z');
    assert.equal(isoTime(-1), '1969-12-31T23:59:59.999Z');
  });

  it('reads shorter and longer spellings in UTC', () => {
    const at = Date.UTC(2021, 11, 31, 23, 1);
    for (const text of [
      '2021-12-31T23:01Z',
      '2021-12-31 23:01',
      '2021-12-31 23:01:00',
      '2021-12-31 23:01:00.000000',
      '2021-12-31T23:01:00.0+00:00',
      '2021-12-31T23:01:00-0000',
    ])
      assert.equal(parseIso(text), at, text);
    assert.equal(parseIso('2021-12-31T23:01:00.5Z'), at + 500);
    assert.equal(parseIso('2021-12-31T23:01:00.123987Z'), at + 123);
  });

  it('refuses what is no time in UTC', () => {
    for (const text of [
      '',
      '2021-12-31',
      '2021-13-01T00:00Z',
      '2021-00-10T00:00Z',
      '2021-02-29T00:00Z',
      '2021-04-31T00:00Z',
      '2021-01-32T00:00Z',
      '2021-01-00T00:00Z',
      '2021-01-01T24:00Z',
      '2021-01-01T00:60Z',
      '2021-01-01T00:00:60Z',
      '2021-01-01T00:00:00+01:00',
      '2021-01-01T00:00:00Z ',
      '1640995200000',
    ])
      assert.equal(parseIso(text), undefined, text);
  });

  it('finds the midnight at or before an instant', () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        const midnight = startOfDay(at);
        assert.ok(midnight <= at && at < midnight + DAY);
        assert.equal(isoTime(midnight).slice(10), 'T00:00:00.000Z');
        assert.equal(isoTime(midnight).slice(0, 10), isoTime(at).slice(0, 10));
      }),
    );
  });
});
