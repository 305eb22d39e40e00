/** Another program's table, cell by cell: what is read, and how each thing that is wrong is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { readTable } from '../edge/table-file.ts';
import { parseMap, USUAL_MAP } from './import-map.ts';
import { momentOf, partsOf, readRows } from './import-rows.ts';

const HEAD =
  'id,strategyName,instrument,side,entryPrice,exitPrice,amount,stopLoss,takeProfit,entryTime,exitTime,exitReason,pnl,status';
const CLOSED =
  '7,Razor,BTC_USDC-PERPETUAL,LONG,64000.1,64640,0.002,63680,64640,2026-01-31 12:00:00,2026-01-31T13:00:00.5Z,Take Profit,1.21,CLOSED';
const OPEN = '8,Razor,BTC_USDC-PERPETUAL,sell,64000,,0.001,,,1769860800000,,,,open';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'lockstep-import-'));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

function csv(t: TestContext, ...lines: readonly string[]) {
  const file = join(folder(t), 'trades.csv');
  writeFileSync(file, [HEAD, ...lines].join('\n'));
  const read = readTable(file);
  assert.ok(read.ok);
  return read.value;
}

const problems = (t: TestContext, line: string, map = USUAL_MAP) =>
  readRows(csv(t, line), map).problems.map(({ column, found }) => `${column}: ${found}`);

describe('rows of a table', () => {
  it('reads the common table without a map: words, times with and without zone, what is open', (t) => {
    const { rows, problems: found } = readRows(csv(t, CLOSED, OPEN), USUAL_MAP);
    assert.deepEqual(found, []);
    assert.deepEqual(rows, [
      {
        row: '7',
        strategy: 'Razor',
        instrument: 'BTC_USDC-PERPETUAL',
        direction: 'long',
        amount: '0.002',
        entryPrice: '64000.1',
        openedAt: Date.UTC(2026, 0, 31, 12),
        stopLoss: '63680',
        takeProfit: '64640',
        exit: { price: '64640', at: Date.UTC(2026, 0, 31, 13, 0, 0, 500), reason: 'tp_hit' },
        told: '1.21',
      },
      {
        row: '8',
        strategy: 'Razor',
        instrument: 'BTC_USDC-PERPETUAL',
        direction: 'short',
        amount: '0.001',
        entryPrice: '64000',
        openedAt: 1_769_860_800_000,
        stopLoss: null,
        takeProfit: null,
        exit: null,
        told: null,
      },
    ]);
  });

  it('names row, column, what stood there and what is accepted', (t) => {
    const { problems: found } = readRows(
      csv(t, CLOSED, CLOSED.replace('64000.1', '-1').replace('LONG', 'up')),
      USUAL_MAP,
    );
    assert.deepEqual(
      found.map(({ at, column, found: held }) => [at, column, held]),
      [
        [3, 'side', 'up'],
        [3, 'entryPrice', '-1'],
        [3, 'id', '7'],
      ],
    );
    for (const { accepted } of found) assert.notEqual(accepted, '');
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['0.002', '', 'amount: nothing'],
    ['0.002', '0', 'amount: 0'],
    ['0.002', '1;5', 'amount: 1;5'],
    ['2026-01-31 12:00:00', 'yesterday', 'entryTime: yesterday'],
    ['2026-01-31 12:00:00', '2026-02-30 12:00:00', 'entryTime: 2026-02-30 12:00:00'],
    ['2026-01-31T13:00:00.5Z', '2026-01-31T11:00:00Z', 'exitTime: 2026-01-31T11:00:00Z'],
    ['2026-01-31T13:00:00.5Z', '', 'exitTime: nothing'],
    [',64640,0.002', ',,0.002', 'exitPrice: nothing'],
    ['Take Profit', 'moon', 'exitReason: moon'],
    ['1.21', 'much', 'pnl: much'],
    ['CLOSED', 'maybe', 'status: maybe'],
    ['7,Razor', '7,', 'strategyName: nothing'],
  ];
  for (const [good, bad, told] of wrong)
    it(`refuses ${told}`, (t) => {
      assert.ok(problems(t, CLOSED.replace(good, bad)).includes(told));
    });

  it('names columns that are missing, with those that are there', () => {
    const { rows, problems: found } = readRows({ columns: ['a', 'b'], rows: [] }, USUAL_MAP);
    assert.deepEqual(rows, []);
    assert.ok(found.some(({ column, accepted }) => column === 'id' && accepted.includes('a, b')));
  });

  it('keeps open rows of one instrument and side together, and the rest in order of time', () => {
    const one = (row: string, openedAt: number, open: boolean, instrument = 'X') => ({
      row,
      openedAt,
      instrument,
      direction: 'long' as const,
      exit: open ? null : {},
    });
    const rows = [
      one('d', 9, true),
      one('b', 2, false),
      one('a', 1, false),
      one('c', 3, false),
      one('e', 4, true, 'Y'),
      one('f', 5, true),
    ] as unknown as Parameters<typeof partsOf>[0];
    assert.deepEqual(
      partsOf(rows, 2).map((part) => part.map(({ row }) => row)),
      [['a', 'b'], ['c'], ['e'], ['f', 'd']],
    );
  });
});

describe('moments', () => {
  const table: readonly (readonly [string, number | undefined])[] = [
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.123456+01:00', Date.UTC(2026, 0, 31, 11, 0, 0, 123)],
    ['2026-01-31 12:00:00-0530', Date.UTC(2026, 0, 31, 17, 30)],
    ['2026-01-31 12:00', Date.UTC(2026, 0, 31, 11)],
    ['1769860800', 1_769_860_800_000],
    ['1769860800.25', 1_769_860_800_250],
    ['1769860800000000', 1_769_860_800_000],
    ['31-01-2026', undefined],
    ['', undefined],
  ];
  for (const [text, at] of table)
    it(`${text} is ${at ?? 'none'}`, () => assert.equal(momentOf(text, 60), at));
});

describe('the map', () => {
  it('renames columns, words, strategies and instruments', (t) => {
    const { map, problems: found } = parseMap(`
      source = "old-bot"
      timezone = "+01:00"
      [columns]
      strategy = "side"
      side = "strategyName"
      [words.side]
      "Razor" = "short"
      [strategies]
      "LONG" = "razor"
      [instruments]
      "BTC_USDC-PERPETUAL" = "BTC-PERPETUAL"
    `);
    assert.deepEqual(found, []);
    assert.equal(map.source, 'old-bot');
    const [row] = readRows(csv(t, CLOSED), map).rows;
    assert.deepEqual(
      [row?.strategy, row?.direction, row?.instrument, row?.openedAt],
      ['razor', 'short', 'BTC-PERPETUAL', Date.UTC(2026, 0, 31, 11)],
    );
  });

  it('tells each thing that is wrong with it by its key', () => {
    const { problems: found } = parseMap(`
      sauce = "x"
      source = "a b"
      timezone = "Amsterdam"
      [columns]
      entryprice = "x"
      [words.side]
      up = "above"
      [words.mood]
      [strategies]
      a = 1
    `);
    assert.deepEqual(found.map(({ field }) => field).sort(), [
      'columns.entryprice',
      'sauce',
      'source',
      'strategies.a',
      'timezone',
      'words.mood',
      'words.side.up',
    ]);
    assert.equal(found.find(({ field }) => field === 'sauce')?.accepted, 'source');
    assert.equal(
      found.find(({ field }) => field === 'columns.entryprice')?.accepted,
      'entry_price',
    );
    assert.match(parseMap('= nonsense').problems[0]?.found ?? '', /line 1/);
  });
});

describe('files', () => {
  it('reads a table of an SQLite database, and asks which where there are several', (t) => {
    const file = join(folder(t), 'bot.db');
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE "old trades" (id INTEGER, price REAL, big INTEGER, note TEXT)');
    db.exec(`INSERT INTO "old trades" VALUES (1, 64000.1, 9007199254740993, NULL)`);
    const one = readTable(file);
    assert.deepEqual(one.ok && one.value.rows.map(({ cells }) => [...cells.values()]), [
      ['1', '64000.1', '9007199254740993', ''],
    ]);
    db.exec('CREATE TABLE other (id INTEGER)');
    assert.deepEqual(readTable(file), {
      ok: false,
      error: { kind: 'no_table', known: ['old trades', 'other'] },
    });
    assert.ok(readTable(file, 'old trades').ok);
    assert.ok(!readTable(file, 'trades"; DROP TABLE other; --').ok);
    db.close();
  });

  it('says why a file can not be read', (t) => {
    const read = readTable(join(folder(t), 'none.csv'));
    assert.deepEqual(read, {
      ok: false,
      error: { kind: 'unreadable', reason: 'it does not exist' },
    });
  });
});
