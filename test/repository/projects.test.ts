/** The compiler's projects say the same as the table of rooms, so that what the table forbids does not compile either. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { test } from 'node:test';
import { rooms } from './rooms.ts';
import { root, textOf } from './source.ts';

type Project = {
  readonly extends?: string;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly references?: readonly { readonly path: string }[];
};

const project = (file: string): Project => JSON.parse(textOf(file)) as Project;
const compiled = rooms.filter(
  (room) => room.kind !== 'script' && existsSync(join(root, room.folder, 'tsconfig.json')),
);

function referencesOf(folder: string): string[] {
  const found = project(`${folder}/tsconfig.json`.replace(/^\.\//, '')).references ?? [];
  return found.map(({ path }) => normalize(join(folder, path))).sort();
}

test('every furnished room is a project, and the root builds all of them', () => {
  const missing = rooms.filter(
    (room) => room.furnished && room.kind !== 'script' && !compiled.includes(room),
  );
  assert.deepEqual(missing, []);
  assert.deepEqual(referencesOf('.'), compiled.map((room) => room.folder).sort());
});

for (const room of compiled) {
  test(`${room.folder} refers to the rooms that it may import`, () => {
    const allowed = room.imports.filter((folder) =>
      compiled.some((other) => other.folder === folder && folder !== room.folder),
    );
    if (room.kind !== 'other') assert.deepEqual(referencesOf(room.folder), [...allowed].sort());
  });
}

test('pure rooms compile without the world', () => {
  const pure = compiled.filter((room) => room.kind === 'pure');
  assert.ok(pure.length >= 13, `only ${pure.length} pure projects`);
  for (const room of pure) {
    const {
      compilerOptions = {},
      extends: parent = '',
      exclude = [],
    } = project(`${room.folder}/tsconfig.json`);
    assert.equal(normalize(join(room.folder, parent)), 'tsconfig.pure.json', room.folder);
    assert.deepEqual(
      Object.keys(compilerOptions).sort(),
      ['outDir', 'rootDir', 'tsBuildInfoFile'],
      room.folder,
    );
    assert.deepEqual(exclude, ['**/*.test.ts', '**/*.contract.ts'], room.folder);
  }
  assert.deepEqual(project('tsconfig.pure.json').compilerOptions, { lib: ['es2024'], types: [] });
});

test('the strict flags are on', () => {
  const { compilerOptions = {} } = project('tsconfig.base.json');
  const on = [
    'strict',
    'noUncheckedIndexedAccess',
    'exactOptionalPropertyTypes',
    'erasableSyntaxOnly',
    'verbatimModuleSyntax',
  ];
  for (const flag of on) assert.equal(compilerOptions[flag], true, flag);
});

test('tests are compiled too', () => {
  const { include = [] } = project('test/tsconfig.json');
  for (const wanted of ['**/*.ts', '../src/**/*.test.ts', '../src/**/*.contract.ts']) {
    assert.ok(include.includes(wanted), wanted);
  }
});
