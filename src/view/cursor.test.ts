import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isoTime } from '../base/time.ts';
import { cursorOf, placeOf } from './cursor.ts';

test('a cursor leads back to its place, whatever the id is spelt with', () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), id, (at, text) => {
      const place = { at: isoTime(at), id: text };
      assert.deepEqual(placeOf('trades', cursorOf('trades', place)), place);
    }),
  );
});

test('no other text is taken for a cursor', () => {
  const cursor = cursorOf('reports', { at: '2026-03-02T10:00:00.000Z', id: 'report-1' });
  for (const text of [
    `${cursor} `,
    ` ${cursor}`,
    cursor.toUpperCase(),
    cursor.replace('reports', 'trades'),
    `reports.0${cursor.slice(8)}`,
    'reports.zzzzzzzzzzz.a',
    'reports.1.%',
  ]) {
    assert.throws(
      () => placeOf('reports', text),
      /cursor is not one that the list of reports gave/,
      text,
    );
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.throws(() => placeOf('trades', text), /list of trades/);
    }),
  );
});
