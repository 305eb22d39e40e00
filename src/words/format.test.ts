import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dec, roundTo } from '../base/decimal.ts';
import { DAY, HOUR, isoTime, MINUTE, SECOND } from '../base/time.ts';
import {
  formatAge,
  formatCount,
  formatDate,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatNumber,
  formatOffset,
  formatPercent,
  formatTime,
  formatUtc,
  type Lang,
  LANGUAGES,
} from './format.ts';

const anyLanguage = fc.constantFrom<Lang>(...LANGUAGES);
const anyDecimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, places]) => dec(`${units}e-${places}`));

/** Reads a formatted number back, the long way round and without the formatter's own code. */
function readBack(lang: Lang, shown: string): string {
  const digits = shown.split(lang === 'en' ? ',' : '.').join('');
  return digits
    .replace(lang === 'en' ? '.' : ',', '.')
    .replace('\u2212', '-')
    .replace('+', '');
}

describe('formatNumber', () => {
  it('spells numbers as each language does', () => {
    assert.equal(formatNumber('en', dec('1234.5'), { places: 2 }), '1,234.50');
    assert.equal(formatNumber('nl', dec('1234.5'), { places: 2 }), '1.234,50');
    assert.equal(formatNumber('en', dec('-1234567.891')), '\u22121,234,567.891');
    assert.equal(formatNumber('en', dec('0.00000001')), '0.00000001');
    assert.equal(formatNumber('en', dec('999.995'), { places: 2 }), '1,000.00');
    assert.equal(formatNumber('nl', dec('100000'), { places: 0 }), '100.000');
  });

  it('puts a plus only where asked and no sign on what rounds to zero', () => {
    assert.equal(formatNumber('en', dec('3'), { plus: true }), '+3');
    assert.equal(formatNumber('en', dec('-3'), { plus: true }), '\u22123');
    assert.equal(formatNumber('en', dec('-0.004'), { places: 2, plus: true }), '0.00');
    assert.equal(formatNumber('en', dec('0.004'), { places: 2, plus: true }), '0.00');
  });

  it('reads back as the same number, exactly or as rounded', () => {
    fc.assert(
      fc.property(
        anyLanguage,
        anyDecimal,
        fc.integer({ min: 0, max: 10 }),
        (lang, value, places) => {
          assert.equal(dec(readBack(lang, formatNumber(lang, value))), value);
          const shown = formatNumber(lang, value, { places, plus: true });
          assert.equal(dec(readBack(lang, shown)), roundTo(value, places));
          assert.equal(shown.split(lang === 'en' ? '.' : ',')[1]?.length ?? 0, places);
        },
      ),
    );
  });

  it('groups by three and never starts with a group mark', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        assert.match(formatNumber('en', value), /^\u2212?\d{1,3}(,\d{3})*(\.\d+)?$/);
      }),
    );
  });

  it('spells percent, money and counts', () => {
    assert.equal(formatPercent('en', dec('0.5'), { plus: true }), '+0.50 %');
    assert.equal(formatPercent('nl', dec('-12.345'), { places: 1 }), '\u221212,3 %');
    assert.equal(formatMoney('en', dec('-1234.567'), { currency: 'USDC' }), '\u22121,234.57 USDC');
    assert.equal(formatMoney('nl', dec('0.1'), { currency: 'BTC' }), '0,10000000 BTC');
    assert.equal(formatMoney('en', dec('0.05'), { currency: 'USDC', places: 4 }), '0.0500 USDC');
    assert.equal(formatCount('nl', 2880), '2.880');
  });
});

describe('formatAge and formatDuration', () => {
  const cases: readonly [number, string, string][] = [
    [-5, '0 s', '0 ms'],
    [0, '0 s', '0 ms'],
    [38, '0 s', '38 ms'],
    [SECOND - 1, '0 s', '999 ms'],
    [12_900, '12 s', '12 s'],
    [MINUTE - 1, '59 s', '59 s'],
    [MINUTE, '1 m', '1 m 00 s'],
    [4 * MINUTE + 7 * SECOND, '4 m', '4 m 07 s'],
    [HOUR, '1 h 00 m', '1 h 00 m'],
    [DAY - 1, '23 h 59 m', '23 h 59 m'],
    [3 * DAY + 4 * HOUR + 11 * MINUTE, '3 d 04:11', '3 d 04:11'],
  ];
  for (const [ms, age, duration] of cases) {
    it(`shows ${ms} ms as "${age}" ago and "${duration}" long`, () => {
      assert.equal(formatAge('en', ms), age);
      assert.equal(formatDuration('en', ms), duration);
    });
  }

  it('says hours as "u" in Dutch', () => {
    assert.equal(formatAge('nl', 5 * HOUR + 7 * MINUTE), '5 u 07 m');
  });
});

describe('times', () => {
  const at = Date.UTC(2025, 0, 31, 23, 30, 5, 7);

  it('shows a clock that is ahead of or behind UTC', () => {
    assert.equal(formatTime(at, { offsetMinutes: 0 }), '23:30:05');
    assert.equal(formatTime(at, { offsetMinutes: 60, millis: true }), '00:30:05.007');
    assert.equal(formatTime(at, { offsetMinutes: -210 }), '20:00:05');
    assert.equal(formatUtc(at), '23:30:05 UTC');
    assert.equal(formatUtc(at, true), '23:30:05.007 UTC');
  });

  it('shows the date of that clock', () => {
    assert.equal(formatDate('en', at, 0), '2025-01-31');
    assert.equal(formatDate('en', at, 60), '2025-02-01');
    assert.equal(formatDate('nl', at, 60), '01-02-2025');
    assert.equal(formatDateTime('nl', at, { offsetMinutes: 60 }), '01-02-2025 00:30:05');
  });

  it('names the clock', () => {
    assert.deepEqual([0, 60, 330, -210].map(formatOffset), [
      'UTC',
      'UTC+01:00',
      'UTC+05:30',
      'UTC\u221203:30',
    ]);
  });

  it('date and time together are the instant', () => {
    const instants = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) });
    fc.assert(
      fc.property(instants, fc.integer({ min: -840, max: 840 }), (instant, offsetMinutes) => {
        const shown = formatDateTime('en', instant, { offsetMinutes, millis: true });
        assert.equal(Date.parse(`${shown.replace(' ', 'T')}Z`) - offsetMinutes * MINUTE, instant);
        assert.equal(isoTime(instant).slice(11, 19), formatTime(instant, { offsetMinutes: 0 }));
      }),
    );
  });
});
