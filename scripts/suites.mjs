/**
 * The suites of `npm test`: which test files there are and which group each belongs to. Every `*.test.ts` of the
 * repository is in exactly one group, so none can be forgotten. Plain JavaScript for Node 20 and later.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './brought-node.mjs';

const folders = ['src', 'sim', 'web', 'bench', 'scripts', 'test'];

/**
 * In running order. `folders`: what belongs to the group (the first group takes the rest); `first`: its longest files, so
 * that none of them is left for the end; `atOnce`: how many files run side by side; `fileMs`: how long one file may take;
 * `needs`: what the set-up has to bring besides the packages; `deep`: only run when asked for, by `--deep` or by a path.
 */
export const groups = [
  {
    name: 'unit and simulator',
    folders: [],
    first: [
      'sim/swarm/kept.test.ts',
      'sim/swarm/swarm.test.ts',
      'sim/program/main.test.ts',
      'sim/swarm/market.test.ts',
      'sim/world/options.test.ts',
      'test/accidents/accidents.test.ts',
    ],
    atOnce: 2,
    fileMs: 120_000,
    needs: [],
  },
  { name: 'repository', folders: ['test/repository'], atOnce: 2, fileMs: 120_000, needs: [] },
  {
    name: 'real processes',
    folders: ['test/e2e', 'test/crash'],
    first: [
      'test/e2e/trading-by-hand.test.ts',
      'test/e2e/trading-real-candles.test.ts',
      'test/e2e/practice-crash.test.ts',
      'test/crash/engine-kill.test.ts',
      'test/crash/disk.test.ts',
      'test/crash/journal-kill.test.ts',
    ],
    atOnce: 3,
    fileMs: 300_000,
    needs: ['web'],
  },
  {
    name: 'browser',
    folders: ['test/browser'],
    atOnce: 2,
    fileMs: 600_000,
    needs: ['web', 'browser'],
  },
  {
    name: 'deep',
    folders: ['test/deep'],
    atOnce: 2,
    fileMs: 900_000,
    needs: [],
    deep: true,
  },
];

/**
 * The groups with their `files` (relative, sorted), of those files that lie under one of `paths`. Without paths: all
 * groups but the deep ones, or with `deep` those alone.
 */
export function suites(paths = [], deep = false) {
  const chosen = folders
    .flatMap((folder) => testFiles(folder))
    .filter(
      (file) =>
        paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`)),
    );
  return groups
    .map((group) => {
      const files = chosen.filter((file) => groupOf(file) === group);
      const isFirst = (file) => group.first?.includes(file) === true;
      return { ...group, files: [...files.filter(isFirst), ...files.filter((f) => !isFirst(f))] };
    })
    .filter((group) => group.files.length > 0)
    .filter((group) => paths.length > 0 || (group.deep === true) === deep);
}

function groupOf(file) {
  return (
    groups.find((group) => group.folders.some((folder) => file.startsWith(`${folder}/`))) ??
    groups[0]
  );
}

function testFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return ['node_modules', 'dist'].includes(entry.name) ? [] : testFiles(path);
      return /\.test\.(ts|mts|mjs)$/.test(entry.name) ? [path] : [];
    });
}
