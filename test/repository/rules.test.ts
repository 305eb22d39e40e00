/** The spec and the tests name each other: a rule without a test is a hope, a test of an unknown rule a mistake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTest } from './rooms.ts';
import { idsDefined, idsNamed } from './rules.ts';
import { filesUnder, isCode, textOf } from './source.ts';

const pages = filesUnder('docs/spec').filter((file) => file.endsWith('.md'));
const tests = filesUnder('.').filter(
  (file) => isCode(file) && isTest(file) && file !== 'test/repository/rules.test.ts',
);
const spec = new Set(pages.flatMap((page) => idsDefined(textOf(page))));
const named = new Map(tests.map((file) => [file, idsNamed(textOf(file))]));

test('the spec defines rules, and each at one place', () => {
  const all = pages.flatMap((page) => idsDefined(textOf(page)));
  assert.ok(all.length > 0, `no rule id was found in ${pages.length} pages of docs/spec`);
  assert.deepEqual(
    all.filter((id, i) => all.indexOf(id) !== i),
    [],
  );
});

test('every rule of the spec has a test that carries its id', () => {
  const carried = new Set([...named.values()].flat());
  assert.ok(carried.size > 0 && spec.size > 0, 'no id was found');
  assert.deepEqual(
    [...spec].filter((id) => !carried.has(id)),
    [],
  );
});

test('every id in the title of a test stands in the spec', () => {
  const unknown = [...named].flatMap(([file, ids]) =>
    ids.filter((id) => !spec.has(id)).map((id) => `${file}: [${id}]`),
  );
  assert.deepEqual(unknown, []);
});

test('ids are found where they are defined and named, and nowhere else', () => {
  const page =
    '| id | rule |\n| --- | --- |\n| I1 | x |\n| **N2** | y |\n## L3: z\nI4 is mentioned\n| see I5 |\n';
  assert.deepEqual(idsDefined(page), ['I1', 'N2', 'L3']);
  const source =
    "test('[I1] a', f); it(`[N2] [L3, T4] ${x}`, f); // test('[I5] b')\nconst y = 'as [I6] says';";
  assert.deepEqual(idsNamed(source), ['I1', 'N2', 'L3', 'T4']);
});
