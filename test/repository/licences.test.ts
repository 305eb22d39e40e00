/** Every import of every file against the table of rooms (ARCHITECTURE.md, "The rooms"), by whatever form it is written. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { breach, filesPerRoom } from './licences.ts';
import { isTest, roomOf, rooms } from './rooms.ts';
import { filesUnder, importsOf, isCode, root, textOf } from './source.ts';

const manifest = JSON.parse(textOf('package.json')) as Readonly<
  Record<
    'dependencies' | 'optionalDependencies' | 'devDependencies',
    Readonly<Record<string, string>>
  >
>;
const direct = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
const code = filesUnder('.').filter(isCode);

test('every code file stands in a room', () => {
  assert.deepEqual(
    code.filter((file) => roomOf(file) === undefined),
    [],
  );
});

test('every furnished room holds files that were checked', () => {
  const sources = filesPerRoom(code.filter((file) => !isTest(file)));
  const empty = rooms.filter((room) => room.furnished && (sources.get(room.folder) ?? 0) === 0);
  assert.deepEqual(
    empty.map((room) => room.folder),
    [],
  );
});

test('no file imports what its room may not', () => {
  let looked = 0;
  const breaches = code.flatMap((file) =>
    importsOf(textOf(file)).flatMap((specifier) => {
      looked += 1;
      const reason = breach(file, specifier, direct);
      return reason === undefined ? [] : [`${file}: ${reason}`];
    }),
  );
  assert.ok(looked > code.length / 2, `only ${looked} imports were found in ${code.length} files`);
  assert.deepEqual(breaches, []);
});

test('each law is seen to refuse', () => {
  const refused = (file: string, specifier: string | undefined): string =>
    breach(file, specifier, direct) ?? 'allowed';
  assert.match(refused('src/domain/x.ts', 'node:fs'), /only edge/);
  assert.match(refused('src/app/x.ts', 'node:fs'), /only edge/);
  assert.match(refused('src/app/x.ts', 'ws'), /of libraries it may/);
  assert.match(refused('src/edge/x.ts', 'fs'), /node:fs/);
  assert.match(refused('src/domain/x.ts', 'ws'), /of libraries it may: zod/);
  assert.match(refused('src/domain/x.ts', 'trading-signals'), /of libraries it may: zod/);
  assert.match(refused('src/engine/x.ts', '../edge/tsconfig.json'), /may not import src\/edge/);
  assert.match(refused('src/venue/deribit/x.ts', '../practice/tsconfig.json'), /may not import/);
  assert.match(
    refused('src/venue/practice/x.test.ts', '../deribit/tsconfig.json'),
    /not even in a test/,
  );
  assert.equal(refused('src/base/x.test.ts', '../edge/tsconfig.json'), 'allowed');
  assert.match(refused('web/x.tsx', '../src/domain/tsconfig.json'), /may not import src\/domain/);
  assert.match(refused('src/base/x.ts', './absent.ts'), /does not exist/);
  assert.match(refused('src/base/x.ts', '../../package.json'), /lies in no room/);
  assert.match(
    refused('test/x.ts', '../src/base/../../test/repository/source.test.ts'),
    /is a test/,
  );
  assert.match(refused('src/edge/x.ts', 'lodash'), /does not name/);
  assert.match(refused('src/edge/x.ts', undefined), /computed/);
  assert.match(refused('src/elsewhere/x.ts', 'zod'), /no room/);
  assert.equal(refused('src/strategy/x.ts', 'trading-signals'), 'allowed');
  assert.equal(refused('src/base/x.test.ts', 'fast-check'), 'allowed');
  assert.equal(refused('src/edge/x.ts', 'node:fs'), 'allowed');
});

test('the table names no folder that the sources do not have', () => {
  const named = rooms.filter((room) => room.furnished).map((room) => room.folder);
  assert.deepEqual(
    named.filter((folder) => !existsSync(join(root, folder))),
    [],
  );
  const folders = ['src', 'src/venue'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`),
  );
  assert.deepEqual(
    folders.filter((folder) => !rooms.some((room) => room.folder === folder)),
    [],
    'a folder that is not in the table',
  );
});
