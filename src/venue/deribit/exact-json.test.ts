/** No digit of the wire is lost, in whatever spelling a number comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dec } from '../../base/decimal.ts';
import { decimal, decodeWith } from './decode-values.ts';
import { parseExactly } from './exact-json.ts';
import { LongNumber } from './long-number.ts';

/** A number of the wire: up to 15 digits before the point, up to 20 after it, sometimes with an exponent. */
const spelling = fc
  .record({
    minus: fc.boolean(),
    whole: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    fraction: fc.stringMatching(/^\d{0,20}$/),
    exponent: fc.option(fc.integer({ min: -20, max: 0 })),
    mark: fc.constantFrom('e', 'E'),
  })
  .map(
    ({ minus, whole, fraction, exponent, mark }) =>
      `${minus ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}${exponent === null ? '' : `${mark}${exponent}`}`,
  );

test('[I15] every number of the wire’s range becomes the decimal that its text says', () => {
  fc.assert(
    fc.property(spelling, (text) => {
      const value = (parseExactly(`{"a":[${text}]}`) as { a: unknown[] }).a[0];
      assert.deepEqual(decodeWith(decimal, value), { ok: true, value: dec(text) });
    }),
    { numRuns: 3_000 },
  );
});

test('numbers that a binary float holds stay numbers, stamps of microseconds among them', () => {
  assert.deepEqual(parseExactly('{"usIn":1790133840887123,"a":0.1,"b":9.21e4,"c":10.0}'), {
    usIn: 1790133840887123,
    a: 0.1,
    b: 92_100,
    c: 10,
  });
  const [kept] = parseExactly('[12345678901.123456789]') as unknown[];
  assert.ok(kept instanceof LongNumber);
  assert.equal(kept.text, '12345678901.123456789');
});

test('a long number is found wherever it stands, among numbers of any length', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 16 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 16 }), { maxLength: 8 }),
      (before, after) => {
        const row = (lengths: readonly number[]): string =>
          lengths.map((length) => `1${'2'.repeat(length)}`.slice(0, 16)).join(',');
        const text = `[[${row(before)}],0.12345678901234567,[${row(after)}]]`;
        const [, long] = parseExactly(text) as unknown[];
        assert.deepEqual(decodeWith(decimal, long), { ok: true, value: '0.12345678901234567' });
      },
    ),
  );
});

test('a number beyond all belief is refused however it is spelt, and text that is not JSON throws', () => {
  for (const text of ['1e15', '-1e15', '1234567890123456.5', '1e300'])
    assert.equal(decodeWith(decimal, parseExactly(text)).ok, false, text);
  assert.throws(() => parseExactly('{"a":1.2345678901234567'), SyntaxError);
});
