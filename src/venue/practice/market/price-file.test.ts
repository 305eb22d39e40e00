import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type PriceFileError, parsePriceFile } from './price-file.ts';
import type { PriceCandle } from '../ports.ts';

const HEADER = 'timestamp,open,high,low,close,volume';

function accepted(text: string): PriceCandle[] {
  const parsed = parsePriceFile(text);
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.error));
  return parsed.value;
}

function refused(...rows: string[]): Pick<PriceFileError, 'line' | 'field' | 'found'> {
  const parsed = parsePriceFile([HEADER, ...rows].join('\n'));
  assert.ok(!parsed.ok, 'the file was accepted');
  const { accepted: hint, ...rest } = parsed.error;
  assert.ok(hint.length > 10, 'says what is accepted');
  return rest;
}

test('a row becomes a candle with canonical decimals', () => {
  assert.deepEqual(
    accepted(`${HEADER}\n2024-05-01T09:30:00Z,64000.50,64100.0,63999,64050,12.5000\n`),
    [
      {
        at: 1714555800000,
        open: '64000.5',
        high: '64100',
        low: '63999',
        close: '64050',
        volume: '12.5',
      },
    ],
  );
});

test('stamps are understood as ISO text with T or space, with zero fractions, and as seconds or milliseconds', () => {
  const rest = ',10,12,9,11,0';
  for (const stamp of [
    '2024-05-01T09:30:00Z',
    '2024-05-01T09:30:00.000Z',
    '2024-05-01T09:30Z',
    '2024-05-01 09:30:00',
    '2024-05-01 09:30:00.000000',
    '2024-05-01T09:30:00+00:00',
    '1714555800',
    '1714555800000',
  ]) {
    assert.equal(accepted(`${HEADER}\n${stamp}${rest}`)[0]?.at, 1714555800000, stamp);
  }
});

test('a byte order mark, carriage returns and empty lines at the end are tolerated, gaps between rows too', () => {
  const candles = accepted(
    `\uFEFF${HEADER}\r\n1714555800,10,12,9,11,0\r\n1714556400,11,11,11,11,1\r\n\r\n`,
  );
  assert.deepEqual(
    candles.map(({ at }) => at),
    [1714555800000, 1714556400000],
  );
});

test('the first thing that does not fit is named with line, field and text', () => {
  const good = '1714555800,10,12,9,11,0';
  assert.deepEqual(refused(good, '1714555860,10,12,9,eleven,0'), {
    line: 3,
    field: 'close',
    found: 'eleven',
  });
  assert.deepEqual(refused(good, '1714555860,0,12,9,11,0'), { line: 3, field: 'open', found: '0' });
  assert.deepEqual(refused('1714555800,10,12,-9,11,0'), { line: 2, field: 'low', found: '-9' });
  assert.deepEqual(refused('1714555800,10,NaN,9,11,0'), { line: 2, field: 'high', found: 'NaN' });
  assert.deepEqual(refused('1714555800,10,12,9,11,-1'), { line: 2, field: 'volume', found: '-1' });
  assert.deepEqual(refused('1714555800,10,12,9,11,'), { line: 2, field: 'volume', found: '' });
  assert.deepEqual(refused('1714555800,10,8,9,9.5,0'), { line: 2, field: 'high', found: '8' });
  assert.deepEqual(refused('1714555800,8,12,9,11,0'), { line: 2, field: 'open', found: '8' });
  assert.deepEqual(refused('1714555800,10,12,9,12.01,0'), {
    line: 2,
    field: 'close',
    found: '12.01',
  });
  assert.deepEqual(refused('1714555800,10,12,9,11'), {
    line: 2,
    field: 'row',
    found: '1714555800,10,12,9,11',
  });
  assert.deepEqual(refused(good, '', '1714555860,10,12,9,11,0'), {
    line: 3,
    field: 'row',
    found: '',
  });
  assert.deepEqual(refused(good, good), {
    line: 3,
    field: 'timestamp',
    found: '2024-05-01T09:30:00.000Z',
  });
  assert.deepEqual(refused('1714555801,10,12,9,11,0'), {
    line: 2,
    field: 'timestamp',
    found: '1714555801',
  });
  assert.deepEqual(refused('2024-02-30T09:30:00Z,10,12,9,11,0'), {
    line: 2,
    field: 'timestamp',
    found: '2024-02-30T09:30:00Z',
  });
  assert.deepEqual(refused('2024-05-01T09:30:00+02:00,10,12,9,11,0').field, 'timestamp');
});

test('a wrong header, an empty text and a header alone are refused', () => {
  const errors = ['', 'time,o,h,l,c,v\n1,2,3', `${HEADER}\n`].map((text) => {
    const parsed = parsePriceFile(text);
    return parsed.ok
      ? 'accepted'
      : `${parsed.error.line} ${parsed.error.field} ${parsed.error.found}`;
  });
  assert.deepEqual(errors, ['1 header ', '1 header time,o,h,l,c,v', '2 row ']);
});

test('long text in an error is cut', () => {
  assert.equal(refused('x'.repeat(500)).found.length, 61);
});

test('30,000 rows are read', () => {
  const rows = Array.from(
    { length: 30_000 },
    (_, i) => `${1714555800 + i * 60},46319.0,46385.5,46300.0,46377.25,120.5`,
  );
  const text = [HEADER, ...rows].join('\n');
  assert.equal(accepted(text).length, 30_000);
});

const REAL = new URL('../../../../../shared/market/btc-perp-1m.csv.gz', import.meta.url);
if (existsSync(REAL))
  test('the recorded market file is read whole', () => {
    const candles = accepted(gunzipSync(readFileSync(REAL)).toString('utf8'));
    assert.equal(candles.length, 30_000);
    assert.equal(candles[0]?.at, Date.UTC(2021, 11, 31, 23, 1));
  });
