/** The reader of sources: were it blind, every other check of this folder would pass on anything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesUnder, importsOf, lineAt, scan } from './source.ts';

test('comments and the insides of strings are no code', () => {
  const { code, strings } = scan(
    `a('Date'); // Date\n/* Date\nDate */ b("it's", \`x \${Date.now({ y: '}' })} z\`);`,
  );
  assert.equal(code.match(/Date/g)?.length, 1);
  assert.equal(code.split('\n').length, 3);
  assert.deepEqual(
    strings.map((string) => string.text),
    ['Date', "it's", 'x ', '}', ' z'],
  );
});

test('a quote in a regular expression opens no string, and a division no regular expression', () => {
  assert.match(scan(`const x = /['"]/; Date;`).code, /Date;$/);
  assert.match(scan(`const x = /[/']/g.test(y) ? Date : 1`).code, /Date/);
  assert.match(scan(`const x = a / b; const y = '/'; Date`).code, /Date/);
  assert.match(scan(`return /"/.test(y) || Date`).code, /Date/);
  assert.equal(scan(String.raw`const x = 'a\'Date'; y`).code.includes('Date'), false);
});

test('every form of import is read', () => {
  const source = `
    import a from './a.ts';
    import type { B } from "./b.ts";
    import {
      c, // from 'not.ts'
    } from './c.ts';
    import './d.css';
    export * from './e.ts';
    export { f } from './f.ts';
    const g = await import('./g.ts');
    type H = typeof import('./h.ts');
    const i = require('./i.cjs');
    const j = new Worker(new URL('./j.ts', import.meta.url));
    const k = await import(name);
    const m = readFileSync(new URL('../data.csv', import.meta.url));
    const l = "import x from './not.ts'";
  `;
  const found = importsOf(source);
  const expected = 'abc'.split('').map((x) => `./${x}.ts`);
  assert.deepEqual(
    found.map(String).sort(),
    [
      ...expected,
      './d.css',
      './e.ts',
      './f.ts',
      './g.ts',
      './h.ts',
      './i.cjs',
      './j.ts',
      'undefined',
    ].sort(),
  );
});

test('lines are counted from 1 and the walk finds this file', () => {
  assert.equal(lineAt('a\nb\nc', 4), 3);
  assert.ok(filesUnder('test').includes('test/repository/source.test.ts'));
});
