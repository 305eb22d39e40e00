/**
 * Every number that an exchange may send becomes the very decimal that was meant, in whatever spelling it comes, on the
 * whole way from the frame to the order, fill, position or level that holds it. The oracle is an independent library.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal as Oracle } from 'decimal.js';
import fc from 'fast-check';
import { isCanonical } from '../../base/decimal.ts';
import { readFrame } from './frame.ts';
import { parseExactly } from './exact-json.ts';
import { LongNumber } from './long-number.ts';
import { understand } from './understand.ts';
import { decimalFrom, idFrom } from './wire-number.ts';

const Exact = Oracle.clone({ precision: 400, toExpNeg: -400, toExpPos: 400 });

/** digits x 10^exponent. */
type Meant = { readonly digits: bigint; readonly exponent: number; readonly negative: boolean };

const anyLength = fc
  .tuple(fc.integer({ min: 1, max: 18 }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }))
  .map(([length, value]) => value % 10n ** BigInt(length));
/** The shortest integers that a float does not hold have 16 digits. */
const beyondAFloat = fc.bigInt({ min: 9_007_199_254_740_993n, max: 9_999_999_999_999_999n });

const meant: fc.Arbitrary<Meant> = fc.record({
  digits: fc.oneof(anyLength, beyondAFloat),
  exponent: fc.integer({ min: -12, max: 15 }),
  negative: fc.boolean(),
});

type Spelling = {
  /** Where the point stands: so many digits after it. */
  readonly places: number;
  readonly zeros: number;
  readonly mark: 'e' | 'E';
  readonly plus: boolean;
  readonly exponentZeros: number;
  readonly exponent: boolean;
};

const spelling: fc.Arbitrary<Spelling> = fc.record({
  places: fc.integer({ min: 0, max: 22 }),
  zeros: fc.integer({ min: 0, max: 6 }),
  mark: fc.constantFrom('e', 'E'),
  plus: fc.boolean(),
  exponentZeros: fc.integer({ min: 0, max: 4 }),
  exponent: fc.boolean(),
});

/** digits with a point so many places before their end, and zeros behind: JSON allows no zero in front. */
function withPoint(digits: bigint, places: number, zeros: number): string {
  const text = digits.toString().padStart(places + 1, '0');
  const fraction = text.slice(text.length - places) + '0'.repeat(zeros);
  const whole = text.slice(0, text.length - places);
  return places === 0 && zeros === 0
    ? text
    : `${whole}.${places === 0 ? '0'.repeat(zeros) : fraction}`;
}

/** The number as JSON: plain, or with the point anywhere and the exponent that makes up for it. */
function spell({ digits, exponent, negative }: Meant, how: Spelling): string {
  const sign = negative ? '-' : '';
  if (!how.exponent) {
    const whole = exponent > 0 ? digits * 10n ** BigInt(exponent) : digits;
    return sign + withPoint(whole, Math.max(0, -exponent), how.zeros);
  }
  const shifted = exponent + how.places;
  const power = `${shifted < 0 ? '-' : how.plus ? '+' : ''}${'0'.repeat(how.exponentZeros)}${Math.abs(shifted)}`;
  return `${sign}${withPoint(digits, how.places, how.zeros)}${how.mark}${power}`;
}

const expected = ({ digits, exponent, negative }: Meant): string =>
  new Exact(`${negative && digits !== 0n ? '-' : ''}${digits}e${exponent}`).toFixed();

const isBeyond = (number: Meant): boolean => new Exact(expected(number)).abs().gte('1e15');

const order = (amount: string): string =>
  `{"jsonrpc":"2.0","id":1,"result":{"order_id":"USDC-1","label":"","instrument_name":"I","direction":"buy","order_type":"limit","order_state":"open","time_in_force":"good_til_cancelled","amount":${amount},"filled_amount":0,"price":${amount},"creation_timestamp":1790000000000,"last_update_timestamp":1790000000000},"usIn":1790000000000123}`;
const fill = (price: string): string =>
  `{"jsonrpc":"2.0","id":1,"result":[{"trade_id":"1","instrument_name":"I","order_id":"2","direction":"buy","amount":1,"price":${price},"fee":${price},"fee_currency":"BTC","timestamp":1790000000000,"liquidity":"T"}]}`;
const book = (price: string): string =>
  `{"method":"subscription","params":{"channel":"book.I.100ms","data":{"type":"snapshot","instrument_name":"I","timestamp":1790000000000,"change_id":1,"bids":[["new",${price},1]],"asks":[]}}}`;

/** The decimals that the decoders make of one text, by three ways; null where the frame is refused. */
function ways(text: string): readonly (string | null)[] {
  const read = [
    understand(order(text), { method: 'private/get_order_state' }),
    understand(fill(text), { method: 'private/get_user_trades_by_order' }),
    understand(book(text)),
  ];
  return read.map((said) => {
    if (said.kind !== 'answer' && said.kind !== 'notification') return null;
    const value = said.value as {
      amount?: string;
      0?: { price: string };
      bids?: readonly { price: string }[];
    };
    return value.amount ?? value[0]?.price ?? value.bids?.[0]?.price ?? '?';
  });
}

test('[I15] up to 18 digits and exponents from -12 to 15, in every spelling: the decimal that was meant, or none', () => {
  fc.assert(
    fc.property(meant, spelling, (number, how) => {
      const text = spell(number, how);
      const right = isBeyond(number) ? null : expected(number);
      assert.deepEqual(ways(text), [right, right, right], text);
      if (right !== null) assert.ok(isCanonical(right));
    }),
    { numRuns: 2_000 },
  );
});

test('[I15] numbers at the edges of what a binary float holds keep every digit', () => {
  for (const [text, right] of [
    ['9007199254740993e-1', '900719925474099.3'],
    ['90071992547409.931', '90071992547409.931'],
    ['999999999999999.999', '999999999999999.999'],
    ['-999999999999999.9999', '-999999999999999.9999'],
    ['0.00012345678901234567', '0.00012345678901234567'],
    ['123456789.0123456789', '123456789.0123456789'],
    ['-0.0', '0'],
    ['0e-400', '0'],
    ['0.000e+99', '0'],
    ['5.0E-0008', '0.00000005'],
    ['-1.734723475976807e-18', '-0.000000000000000001734723475976807'],
  ] as const)
    assert.deepEqual(ways(text), [right, right, right], text);
});

test('what no exchange sends is refused, never rounded: too large, too small, too long', () => {
  for (const text of [
    '1e15',
    '-1000000000000000',
    '1e400',
    '1e-400',
    '-1E-0400',
    '1.5e-322',
    '1e-61',
    `0.${'1'.repeat(500)}`,
    `0.${'0'.repeat(400)}1`,
    `1.${'3'.repeat(90)}`,
    '1e99999999999999999999',
    '1e-99999999999999999999',
  ])
    assert.deepEqual(ways(text), [null, null, null], text.slice(0, 30));
});

test('ids keep their digits beyond the integers of a float; what is no id is none', () => {
  const id = (text: string): string | undefined => idFrom(parseExactly(text));
  for (const text of [
    '0',
    '42',
    '9007199254740993',
    '12345678901234567890',
    '100000000000000000000',
  ])
    assert.equal(id(text), text);
  assert.equal(id('"ETH-15"'), 'ETH-15');
  assert.equal(id('7.0'), '7');
  for (const text of ['""', '-1', '1.5', '12345678901234567.5', 'true', 'null', '{}', '1e400'])
    assert.equal(id(text), undefined, text);
});

test('a long number stays itself where JSON is made of it again', () => {
  assert.equal(
    JSON.stringify(parseExactly('{"a":[12345678901234567.123]}')),
    '{"a":[12345678901234567.123]}',
  );
  assert.equal(decimalFrom(new LongNumber('1e5x')), undefined);
});

test('a mark of byte order and white space before a frame do not matter', () => {
  for (const before of ['\ufeff', ' \n\t', '\ufeff\r\n '])
    assert.equal(readFrame(`${before}{"id":1,"result":"ok"} \n`).kind, 'result');
});
