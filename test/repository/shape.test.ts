/** The shape of the files: their length, their names, the pages that must be there, and what none of them may mention. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { filesUnder, isCode, textOf } from './source.ts';

const longest = 400;
const all = filesUnder('.');
const code = all.filter((file) => isCode(file) || file.endsWith('.css'));
const texts = all.filter((file) => !/\.(gz|png|jpg|ico|woff2?|db|sqlite|zip)$/.test(file));

/** Folders of one particular machine. */
const machinePath = /(?<![\w.$}~*/-])\/(?:work|root|home)\/[\w.]/;

/** Words that have no place here, the names of package registries among them; as hashes, so that they stand nowhere. */
const unwanted = new Set([
  '60965168ce76',
  'c857d09db23e',
  'c70eca6b0f88',
  '7d3194f79e64',
  '94a168d2da57',
  'a39a7ffad4a3',
  '3ea125d0bff3',
  '487b91042c7c',
  '053ea4804ef1',
  '7b8208d11b1b',
  '09a723c237d9',
  'b5212ebb8516',
  'ba20768a02ee',
  '2da59699d819',
]);

/** In words, what a text mentions that belongs to a machine or to nobody's business; empty where it is clean. */
function mentions(text: string): string[] {
  const words = new Set(text.toLowerCase().match(/[a-z]+/g));
  return [
    ...(machinePath.exec(text) ?? []),
    ...[...words].filter((word) => unwanted.has(hash('sha256', word).slice(0, 12))),
  ];
}

test('no source file is longer than it may be', () => {
  assert.ok(code.length > 30, `only ${code.length} files were measured`);
  const long = code.flatMap((file) => {
    const lines = textOf(file).trimEnd().split('\n').length;
    return lines > longest ? [`${file}: ${lines} lines`] : [];
  });
  assert.deepEqual(long, []);
});

test('no file holds two versions of its text, left over from a merge', () => {
  assert.ok(texts.length > 100, `only ${texts.length} files were read`);
  const marks = /^(?:<{7} |>{7} |={7}$)/m;
  assert.ok(marks.test(`${'<'.repeat(7)} one`));
  assert.deepEqual(
    texts.filter((file) => marks.test(textOf(file))),
    [],
  );
});

test('every source file says first what it is', () => {
  const silent = code.filter(
    (file) => /^(src|sim|bin|scripts|bench)\//.test(file) && !/\.test\.ts$|\.css$/.test(file),
  );
  assert.ok(silent.length > 20, `only ${silent.length} files were read`);
  assert.deepEqual(
    silent.filter((file) => !/^(?:(?:#!|\/\/).*\n)*(?:import[^;]*;\s*)*\/\*\*/.test(textOf(file))),
    [],
  );
});

test('files are named in kebab case', () => {
  const odd = code.filter(
    (file) => !/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(file.split('/').at(-1) ?? ''),
  );
  assert.deepEqual(odd, []);
});

test('no file mentions a machine, a registry or anything private', () => {
  assert.ok(texts.length > 50, `only ${texts.length} files were read`);
  const found = texts.flatMap((file) => mentions(textOf(file)).map((word) => `${file}: ${word}`));
  assert.deepEqual(found, []);
});

test('a mention is seen, and what only looks like one is not', () => {
  const path = ['', 'home', 'me', 'x'].join('/');
  const host = ['registry', ['npm', 'js'].join(''), 'org'].join('.');
  assert.deepEqual(mentions(`see ${path} and https://${host}/y`), [
    path.slice(0, 7),
    host.split('.')[1],
  ]);
  assert.deepEqual(
    mentions('POST /api/v1/orders, ~/.lockstep/demo, `${root}/home/x`, npm, a session'),
    [],
  );
});

const pages = {
  'README.md': [/npm start/, /npm test/, /testnet/i],
  'ARCHITECTURE.md': [/## The rooms/i, /pure/],
  'CONTRIBUTING.md': [/npm run check/, /docs\/spec/],
  LICENSE: [/Apache License\s+Version 2\.0, January 2004/, /END OF TERMS AND CONDITIONS/],
  'docs/operate/first-run.md': [/\d/],
} as const;

for (const [page, patterns] of Object.entries(pages)) {
  test(`${page} is there and says what it should`, () => {
    assert.ok(all.includes(page), `${page} is missing`);
    for (const pattern of patterns) assert.match(textOf(page), pattern);
  });
}

test('decisions are numbered without a gap', () => {
  const numbers = all.flatMap(
    (file) => /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1] ?? [],
  );
  assert.ok(numbers.length > 0, 'docs/decisions holds no page');
  assert.deepEqual(
    numbers.map(Number),
    numbers.map((_, i) => i + 1),
  );
});
