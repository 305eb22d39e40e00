/** The accidents of the spec are played: each in virtual time, and with real sockets where the spec says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCIDENTS } from '../accidents/table.ts';
import { isTest } from './rooms.ts';
import { filesUnder, isCode, scan, textOf } from './source.ts';

const PAGE = 'docs/spec/12-accidents.md';
const IDS = Array.from({ length: 27 }, (_, i) => `F${i + 1}`);

type Row = { readonly id: string; readonly words: string; readonly twin: boolean };

const rows: readonly Row[] = textOf(PAGE)
  .split('\n')
  .filter((line) => /^\| F\d+ \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, id = '', words = '', , twin = '']) => ({ id, words, twin: twin === 'yes' }));

/** Ids of the accidents in the titles of tests that are called a twin. */
const twinsIn = (file: string): readonly string[] =>
  scan(textOf(file))
    .strings.map(({ text }) => /^((?:\[[^\]]*\]\s*)+)twin: /.exec(text)?.[1] ?? '')
    .flatMap((prefix) => [...prefix.matchAll(/\[(F\d+)\]/g)])
    .map((match) => match[1] ?? '');

test('the spec names F1 to F27, each once', () => {
  assert.deepEqual(
    rows.map(({ id }) => id),
    IDS,
  );
});

test('each accident of the spec is played in virtual time, under its own words, in at least one way', () => {
  assert.deepEqual(
    ACCIDENTS.map(({ id, words }) => [id, words]),
    rows.map(({ id, words }) => [id, words]),
  );
  for (const { id, scenarios } of ACCIDENTS) {
    assert.ok(scenarios.length > 0, `${id} is not played`);
    const titles = scenarios.map(({ what }) => what);
    assert.equal(new Set(titles).size, titles.length, `${id} has two scenarios of one name`);
  }
});

test('what the spec says to have a twin has one, with real sockets or processes', () => {
  const files = ['test/e2e', 'test/crash', 'test/deep']
    .flatMap(filesUnder)
    .filter((file) => isCode(file) && isTest(file));
  assert.ok(files.length > 0);
  const played = new Set(files.flatMap(twinsIn));
  const told = rows.filter(({ twin }) => twin).map(({ id }) => id);
  assert.ok(told.length > 0);
  assert.deepEqual(
    told.filter((id) => !played.has(id)),
    [],
  );
});
