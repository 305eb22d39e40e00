/** The three laws where types and linter can be walked around, and the one about money (I15). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moneyCalculated, silenced, worldNamed } from './laws.ts';
import { isTest, roomOf } from './rooms.ts';
import { filesUnder, isCode, textOf } from './source.ts';

const sources = ['src', 'web', 'sim']
  .flatMap((folder) => filesUnder(folder))
  .filter((file) => isCode(file) && !isTest(file));
const pure = sources.filter((file) => roomOf(file)?.kind === 'pure');
const moneyRooms = ['src/domain', 'src/reconcile', 'src/engine', 'src/view'];

function everywhere(
  files: readonly string[],
  look: (source: string) => readonly string[],
): string[] {
  return files.flatMap((file) => look(textOf(file)).map((finding) => `${file}:${finding}`));
}

test('pure rooms never name the world', () => {
  assert.ok(pure.length > 20, `only ${pure.length} files of pure rooms were read`);
  assert.deepEqual(everywhere(pure, worldNamed), []);
});

test('[I15] no binary arithmetic on money in the rooms that hold it', () => {
  for (const room of moneyRooms) {
    const files = sources.filter((file) => roomOf(file)?.folder === room);
    assert.ok(files.length > 0, `${room} holds no file`);
    assert.deepEqual(everywhere(files, moneyCalculated), []);
  }
});

test('[I39] [I53] the engine makes an order that may open at one place only, right behind the gate', () => {
  const engine = sources.filter((file) => roomOf(file)?.folder === 'src/engine');
  const holding = (pattern: RegExp): readonly string[] =>
    engine.filter((file) => pattern.test(textOf(file)));
  assert.deepEqual(holding(/purpose: 'entry',|reduceOnly: false,/), ['src/engine/judge.ts']);
  const judge = textOf('src/engine/judge.ts');
  assert.match(
    judge,
    /const refused = refusal\(turn, proposal\);\n {2}return refused === undefined/,
  );
  assert.equal(judge.match(/\benter\(turn, strategy/g)?.length, 1, 'one call');
});

test('no source of the product asks a tool to look away', () => {
  assert.deepEqual(everywhere(sources, silenced), []);
});

test('the world is seen in each disguise', () => {
  const seen = [
    'const now = Date.now();',
    'const x = new Date(0);',
    'const x = globalThis["Da" + "te"];',
    'const r = Math . random();',
    'const r = Math["random"]();',
    'const { random } = Math;',
    'const t = amount.toLocaleString();',
    'names.sort((a, b) => a.localeCompare(b));',
    'setTimeout(() => {}, 1);',
    'if (process.env.X) {}',
    'console.log(1);',
    'const t = `${Date.now()}`;',
    'new Function("return this")()',
    'import.meta.url',
  ];
  for (const source of seen) assert.equal(worldNamed(source).length > 0, true, source);
  const innocent = [
    '// Date.now() is not ours',
    "const text = 'Date';",
    'const birthDate = x.Date;',
    'const y = Math.abs(x) + Math.max(1, 2);',
    'type T = { readonly process: string };',
    'const f: Function = g;',
    'const updateDates = 1;',
  ];
  for (const source of innocent) assert.deepEqual(worldNamed(source), [], source);
});

test('arithmetic on money is seen, and what only looks like it is not', () => {
  const seen = [
    'const x = price * 2;',
    'const x = 2 * trade.entryPrice;',
    'const x = trades[0]!.fee + other;',
    'const x = -amount;',
    'total += fill.fee;',
    'if (price > limitPrice) {}',
    'if (0 < order.amount) {}',
    'const x = Number(fill.price);',
    'const x = parseFloat(text);',
    'const x = a - pnl;',
    'const x = last().price * 2;',
    'const x = 2 * fills[0]!.fee;',
  ];
  for (const source of seen) assert.equal(moneyCalculated(source).length > 0, true, source);
  const innocent = [
    'const x = mul(price, amount);',
    'const f = (x: Order) => price;',
    'type Row = Map<Price, Amount>;',
    'const x = { price: entryPrice, amount };',
    "const t = 'price - fee';",
    'const x = prices.length - 1;',
    'const x = orders.at(-1)?.price;',
    'const n = Number(priceText.length) / 2;',
    'const x = `${price}-${amount}`;',
    'const g = <Price>(x: Price): Price => x;',
  ];
  for (const source of innocent) assert.deepEqual(moneyCalculated(source), [], source);
});

test('a comment that silences a tool is seen', () => {
  assert.equal(silenced('// @ts-ignore\nx();\n/* oxlint-disable no-console */').length, 2);
  assert.equal(silenced('// oxlint-disable-next-line react/exhaustive-deps, no-console').length, 1);
  assert.deepEqual(silenced('// ignore what follows'), []);
  assert.deepEqual(silenced('// oxlint-disable-next-line react/exhaustive-deps\nx();'), []);
});
