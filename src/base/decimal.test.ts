import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Decimal as Reference } from 'decimal.js';
import fc from 'fast-check';
import {
  abs,
  add,
  cmp,
  type Decimal,
  dec,
  div,
  gt,
  gte,
  isCanonical,
  isMultiple,
  isZero,
  lt,
  lte,
  max,
  min,
  mul,
  neg,
  parseDecimal,
  type Rounding,
  roundTo,
  sign,
  sub,
  sum,
  toApproximate,
  toStep,
} from './decimal.ts';

/** An independent library with more digits than any of these numbers has. */
const Exact = Reference.clone({ precision: 2_000, toExpNeg: -3_000, toExpPos: 3_000 });
const MODES: Readonly<Record<Rounding, Reference.Rounding>> = {
  down: Reference.ROUND_DOWN,
  half_up: Reference.ROUND_HALF_UP,
  floor: Reference.ROUND_FLOOR,
  ceil: Reference.ROUND_CEIL,
};

/** The reference's value in our canonical spelling. */
const spelt = (value: Reference): string => (value.isZero() ? '0' : value.toFixed());
const exact = (value: string): Reference => new Exact(value);

const anyRounding = fc.constantFrom<Rounding>('down', 'half_up', 'floor', 'ceil');
const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));

/** Numbers as they are spelt on the wire: leading and trailing zeros, exponents of either letter, either sign. */
const wireText = fc
  .record({
    minus: fc.boolean(),
    whole: digits(1, 14),
    fraction: fc.option(digits(1, 18), { nil: undefined }),
    exponent: fc.option(fc.integer({ min: -30, max: 30 }), { nil: undefined }),
    letter: fc.constantFrom('e', 'E', 'e+'),
  })
  .map(({ minus, whole, fraction, exponent, letter }) => {
    const mark =
      exponent === undefined ? '' : exponent < 0 ? `e${exponent}` : `${letter}${exponent}`;
    return `${minus ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}${mark}`;
  });
const anyDecimal = wireText.map(dec);
const anyStep = fc.constantFrom('0.5', '0.0001', '1', '10', '0.05', '2.5', '0.00000001').map(dec);

describe('parseDecimal', () => {
  it('reads every spelling of the wire as the reference library does, canonically', () => {
    fc.assert(
      fc.property(wireText, (text) => {
        const parsed = parseDecimal(text);
        assert.equal(parsed, spelt(exact(text)));
        assert.ok(isCanonical(parsed ?? ''));
        assert.equal(parseDecimal(parsed ?? ''), parsed);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads what String makes of any finite number of JSON', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        assert.equal(toApproximate(dec(String(number))), number === 0 ? 0 : number);
      }),
    );
  });

  it('keeps exponents, zeros and signs straight', () => {
    const cases: readonly [string, string][] = [
      ['9.21e4', '92100'],
      ['10.0', '10'],
      ['-5.0e-8', '-0.00000005'],
      ['-0.0', '0'],
      ['0e400', '0'],
      ['1e+21', '1000000000000000000000'],
      ['007.50', '7.5'],
      ['123e-5', '0.00123'],
    ];
    for (const [text, value] of cases) assert.equal(parseDecimal(text), value);
  });

  it('refuses what is no decimal', () => {
    const wrong = [
      '',
      ' 1',
      '1 ',
      '+1',
      '.5',
      '5.',
      '1e',
      '1e1.5',
      '--1',
      'NaN',
      'Infinity',
      '0x10',
    ];
    const more = ['1,000', '1_000', '1e401', '1e-401', '٣', '1'.repeat(401), 'null', '1n'];
    for (const text of [...wrong, ...more]) assert.equal(parseDecimal(text), undefined, text);
  });

  it('throws in dec on what is no finite number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'abc'])
      assert.throws(() => dec(value), { name: 'AssertionFailed' });
    assert.equal(dec(12n), '12');
    assert.equal(dec(1e-7), '0.0000001');
  });

  it('knows its own spelling from every other', () => {
    for (const text of ['0', '-1', '10', '0.5', '-0.05', '100.001'])
      assert.ok(isCanonical(text), text);
    for (const text of ['', '-0', '00', '01', '1.0', '1.', '.5', '+1', '1e3', '-0.0', '0.50'])
      assert.ok(!isCanonical(text), text);
  });
});

describe('exact arithmetic', () => {
  it('adds, subtracts and multiplies as the reference library does', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        assert.equal(add(a, b), spelt(exact(a).plus(b)));
        assert.equal(sub(a, b), spelt(exact(a).minus(b)));
        assert.equal(mul(a, b), spelt(exact(a).times(b)));
      }),
      { numRuns: 500 },
    );
  });

  it('sums any list, in any order, to the same text', () => {
    fc.assert(
      fc.property(fc.array(anyDecimal, { maxLength: 12 }), (values) => {
        const total = values.reduce((sofar, value) => sofar.plus(value), exact('0'));
        assert.equal(sum(values), spelt(total));
        assert.equal(sum([...values].reverse()), sum(values));
      }),
    );
    assert.equal(sum([dec('0.1'), dec('0.2')]), '0.3');
  });

  it('answers canonical text from every operation', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const results = [add(a, b), sub(a, b), mul(a, b), neg(a), abs(a), min(a, b), max(a, b)];
        for (const result of results) assert.ok(isCanonical(result), result);
      }),
    );
  });
});

describe('rounding', () => {
  it('divides to a number of places as the reference library does', () => {
    const divisor = anyDecimal.filter((value) => !isZero(value));
    const places = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(anyDecimal, divisor, places, anyRounding, (a, b, to, rounding) => {
        const quotient = exact(a).div(b).toDecimalPlaces(to, MODES[rounding]);
        assert.equal(div(a, b, to, rounding), spelt(quotient));
      }),
      { numRuns: 500 },
    );
  });

  it('rounds as the reference library does', () => {
    fc.assert(
      fc.property(anyDecimal, fc.integer({ min: 0, max: 20 }), anyRounding, (a, to, rounding) => {
        assert.equal(
          roundTo(a, to, rounding),
          spelt(exact(a).toDecimalPlaces(to, MODES[rounding])),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('takes ties away from zero and says each way by name', () => {
    const ways = (text: string): readonly string[] =>
      (['down', 'half_up', 'floor', 'ceil'] as const).map((way) => roundTo(dec(text), 0, way));
    assert.deepEqual(ways('2.5'), ['2', '3', '2', '3']);
    assert.deepEqual(ways('-2.5'), ['-2', '-3', '-3', '-2']);
    assert.deepEqual(ways('-0.4'), ['0', '0', '-1', '0']);
    assert.equal(roundTo(dec('1.005'), 2), '1.01');
    assert.equal(div(dec(1), dec(3), 4), '0.3333');
    assert.equal(div(dec(-2), dec(3), 4), '-0.6667');
  });

  it('refuses a division by zero and places below zero', () => {
    assert.throws(() => div(dec(1), dec(0), 2), { name: 'AssertionFailed' });
    assert.throws(() => toStep(dec(1), dec(0), 'down'), { name: 'AssertionFailed' });
    assert.throws(() => div(dec(1), dec(3), -1), { name: 'AssertionFailed' });
    assert.throws(() => roundTo(dec(123), -1), { name: 'AssertionFailed' });
  });

  it('puts a value on the nearest step on the side asked for', () => {
    fc.assert(
      fc.property(anyDecimal, anyStep, anyRounding, (value, step, rounding) => {
        const on = toStep(value, step, rounding);
        assert.ok(isMultiple(on, step));
        const nearest = exact(value).div(step).toDecimalPlaces(0, MODES[rounding]).times(step);
        assert.equal(on, spelt(nearest));
        if (rounding === 'floor') assert.ok(lte(on, value));
        if (rounding === 'ceil') assert.ok(gte(on, value));
        assert.ok(lt(abs(sub(value, on)), step));
        assert.equal(toStep(on, step, rounding), on);
      }),
    );
    assert.equal(toStep(dec('64210.37'), dec('0.5'), 'floor'), '64210');
    assert.equal(toStep(dec('0.00159'), dec('0.0001'), 'down'), '0.0015');
  });

  it('knows whole multiples', () => {
    fc.assert(
      fc.property(anyDecimal, anyStep, (value, step) => {
        assert.equal(isMultiple(value, step), exact(value).mod(step).isZero());
      }),
    );
    assert.ok(isMultiple(dec('0.3'), dec('0.1')));
    assert.ok(!isMultiple(dec('0.35'), dec('0.1')));
    assert.ok(!isMultiple(dec('1'), dec('0')));
  });
});

describe('numbers about as long as a binary float holds exactly', () => {
  it('are added and multiplied as longer and shorter ones are', () => {
    const units = fc.oneof(
      fc.bigInt(-(10n ** 16n), 10n ** 16n),
      fc.bigInt(-(10n ** 8n), 10n ** 8n),
      fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 94_906_265n, 94_906_267n),
      fc.constantFrom(-99_999_999_999_999n, 99_999_999_999_999n, -1n, 1n, 0n),
    );
    const near = fc.tuple(units, fc.nat(15)).map(([n, scale]) => dec(`${n}e-${scale}`));
    fc.assert(
      fc.property(near, near, (a, b) => {
        assert.equal(add(a, b), spelt(exact(a).add(b)));
        assert.equal(sub(a, b), spelt(exact(a).sub(b)));
        assert.equal(mul(a, b), spelt(exact(a).mul(b)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('order and sign', () => {
  it('compares as the reference library does, all comparisons agreeing', () => {
    const pair = fc.oneof(
      fc.tuple(anyDecimal, anyDecimal),
      anyDecimal.map((value): [Decimal, Decimal] => [value, value]),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const order = exact(a).cmp(b);
        assert.equal(cmp(a, b), order);
        assert.deepEqual(
          [lt(a, b), lte(a, b), gt(a, b), gte(a, b)],
          [order < 0, order <= 0, order > 0, order >= 0],
        );
        assert.equal(min(a, b), order <= 0 ? a : b);
        assert.equal(max(a, b), order >= 0 ? a : b);
      }),
    );
  });

  it('negates, and takes sign and size apart', () => {
    fc.assert(
      fc.property(anyDecimal, (a) => {
        assert.equal(neg(a), spelt(exact(a).neg()));
        assert.equal(abs(a), spelt(exact(a).abs()));
        assert.equal(mul(dec(sign(a)), abs(a)), a);
        assert.equal(isZero(a), sign(a) === 0);
      }),
    );
    assert.equal(neg(dec(0)), '0');
  });
});

describe('short numbers', () => {
  /** Up to 14 letters, where a float is near the end of what it holds exactly. */
  const short = fc
    .record({
      digits: fc.oneof(fc.nat(9_999), fc.nat(99_999_999), fc.maxSafeNat()),
      places: fc.nat(12),
      negative: fc.boolean(),
    })
    .map(({ digits: some, places, negative }) => {
      const text = String(some)
        .slice(0, 11)
        .padStart(places + 1, '0');
      const [whole, rest] = [text.slice(0, text.length - places), text.slice(text.length - places)];
      return dec(`${negative ? '-' : ''}${whole}${places === 0 ? '' : `.${rest}`}`);
    });

  it('are added, multiplied, divided and rounded as the reference library does', () => {
    let few = 0;
    fc.assert(
      fc.property(short, short, fc.nat(16), anyRounding, (a, b, places, rounding) => {
        if (a.length <= 14 && b.length <= 14) few++;
        const mode = MODES[rounding];
        assert.equal(add(a, b), spelt(exact(a).plus(b)));
        assert.equal(mul(a, b), spelt(exact(a).times(b)));
        assert.equal(roundTo(a, places, rounding), spelt(exact(a).toDecimalPlaces(places, mode)));
        if (isZero(b)) return;
        const quotient = exact(a).div(b);
        assert.equal(div(a, b, places, rounding), spelt(quotient.toDecimalPlaces(places, mode)));
        assert.equal(isMultiple(a, b), quotient.isInteger());
      }),
      { numRuns: 500 },
    );
    assert.ok(few > 300, `looked at ${few} short pairs`);
  });
});
