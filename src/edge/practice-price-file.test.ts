import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parsePriceFile } from '../venue/practice/market/price-file.ts';
import { PracticeRefusal } from './practice-port.ts';
import { readPriceFile } from './practice-price-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'prices-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = 'timestamp,open,high,low,close,volume\n2024-05-01 09:30:00,10,12,9,11,5\n';

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusalOf(path: string): Promise<string> {
  const error = await readPriceFile(path, parsePriceFile).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PracticeRefusal, String(error));
  assert.equal(error.code, 'price_file');
  assert.ok(error.message.includes(path), 'names the file');
  return error.message;
}

test('plain and gzip files are read alike, whatever their name', async () => {
  const expected = [
    { at: 1714555800000, open: '10', high: '12', low: '9', close: '11', volume: '5' },
  ];
  assert.deepEqual(await readPriceFile(fileOf('a.csv', TEXT), parsePriceFile), expected);
  assert.deepEqual(
    await readPriceFile(fileOf('a.csv.gz', gzipSync(TEXT)), parsePriceFile),
    expected,
  );
  assert.deepEqual(
    await readPriceFile(fileOf('packed.csv', gzipSync(TEXT)), parsePriceFile),
    expected,
  );
});

test('missing, folder, empty, broken gzip, wrong name and no text are told apart', async () => {
  assert.match(await refusalOf(join(folder, 'nowhere.csv')), /does not exist.*--prices/);
  assert.match(await refusalOf(folder), /folder/);
  assert.match(await refusalOf(fileOf('empty.csv', '')), /is empty/);
  assert.match(await refusalOf(fileOf('empty.csv.gz', gzipSync(''))), /empty inside/);
  assert.match(
    await refusalOf(fileOf('half.csv.gz', gzipSync(TEXT).subarray(0, 40))),
    /broken gzip/,
  );
  assert.match(await refusalOf(fileOf('plain.csv.gz', TEXT)), /not gzip data/);
  assert.match(await refusalOf(fileOf('bytes.csv', Uint8Array.of(0xff, 0xfe, 0x00))), /not UTF-8/);
});

test('a wrong row is named with its line, field and what is accepted', async () => {
  const path = fileOf('wrong.csv', `${TEXT}2024-05-01 09:31:00,10,12,9,99,5\n`);
  assert.match(
    await refusalOf(path),
    /line 3: close is "99"\. Accepted is a price from the row's low to its high, 9 to 12\./,
  );
});
