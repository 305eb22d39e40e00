/** The planted bugs are what they say: each is one change of one place, and there are enough of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MUTANTS } from './mutants.ts';

test('forty planted bugs and more, each under a name of its own', () => {
  assert.ok(MUTANTS.length >= 40, `${MUTANTS.length}`);
  assert.equal(new Set(MUTANTS.map(({ id }) => id)).size, MUTANTS.length);
});

test('each of them replaces a text that stands in its file exactly once', () => {
  for (const { id, file, find, replace } of MUTANTS) {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    assert.equal(text.split(find).length - 1, 1, `${id}: in ${file}, wanted once: ${find}`);
    assert.notEqual(find, replace, id);
  }
});
