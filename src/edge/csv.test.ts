import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCsv } from './csv.ts';

const cellsOf = (text: string) => {
  const read = parseCsv(text);
  return read.ok ? [read.value.header, ...read.value.rows.map(({ cells }) => cells)] : read.error;
};

const spell = (cell: string, separator: string): string =>
  /["\r\n]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell;

test('whatever was written by the rules is read as it was, with each separator and line end', () => {
  const name = fc.stringMatching(/^[a-z]{1,6}$/);
  const cell = fc.oneof(fc.string({ maxLength: 12 }), fc.stringMatching(/^[",;\t\r\n a]{0,6}$/));
  const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
    fc.record({
      header: fc.array(name, { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
      separator: fc.constantFrom(',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n'),
    }),
  );
  fc.assert(
    fc.property(table, ({ header, rows, separator, end }) => {
      // A first cell that is empty would begin an empty line.
      const kept = rows.map(([first = '', ...rest]) => [first === '' ? 'x' : first, ...rest]);
      const text = [header, ...kept]
        .map((row) => row.map((one) => spell(one, separator)).join(separator))
        .join(end);
      assert.deepEqual(cellsOf(text), [header, ...kept]);
    }),
    { numRuns: 300 },
  );
});

test('a byte order mark, empty lines and spaces around names mean nothing', () => {
  assert.deepEqual(cellsOf('\uFEFFid; side \n\n1;long\n\n'), [
    ['id', 'side'],
    ['1', 'long'],
  ]);
});

test('what is no table is refused with its line', () => {
  assert.deepEqual(cellsOf('a,b\n1,2\n3\n'), {
    line: 3,
    reason: '1 cells where the first line has 2',
  });
  assert.deepEqual(cellsOf('a,b\n"1,2\n3,4\n'), {
    line: 2,
    reason: 'a quote that is never closed',
  });
  assert.deepEqual(cellsOf('a,b\n"1"x,2\n'), { line: 2, reason: 'text behind a closing quote' });
  assert.deepEqual(cellsOf(''), { line: 1, reason: 'no line at all' });
});
