/**
 * Sets up what is missing on a fresh clone, and nothing else: packages, the built dashboard, a browser and strace for the tests.
 * Each step looks first, so a second run does nothing. Plain JavaScript for Node 20 and later.
 *
 * As a program: `node scripts/set-up.mjs [--tests]`.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, nodeFlags, noNode, root } from './brought-node.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensureStrace } from './strace.mjs';
import { program, quietly, SetUpFailed, step } from './progress.mjs';

/** What the built dashboard is made of. */
const webSources = ['web', 'src/wire', 'src/words', 'src/domain', 'src/base', 'package-lock.json'];
const webStamp = join(root, '.build', 'web.stamp');

/** Packages as the lock file says; leaves a complete `node_modules` alone. */
export async function ensurePackages() {
  await step('packages', async () => {
    const wrong = firstDifference();
    if (wrong !== undefined)
      await quietly('npm', ['ci', '--ignore-scripts', '--loglevel=error'], outsideEnvironment());
    linkCommand();
    if (findNode() === undefined) throw new SetUpFailed(noNode);
    return wrong === undefined ? 'in place' : `installed, ${wrong}`;
  });
}

/** The dashboard, built anew when any of its sources changed since the last build. */
export async function ensureWeb({ always = false } = {}) {
  await step('dashboard', async () => {
    if (!existsSync(join(root, 'web', 'index.html')))
      throw new SetUpFailed('web/index.html is missing: nothing to build');
    const now = contentHash(webSources);
    const built = existsSync(join(root, 'web', 'dist', 'index.html')) && existsSync(webStamp);
    if (!always && built && readFileSync(webStamp, 'utf8') === now) return 'up to date';
    rmSync(webStamp, { force: true });
    await quietly(
      requireNode(),
      [...nodeFlags, tool('vite', 'bin/vite.js'), 'build', join(root, 'web'), '--logLevel', 'warn'],
      {
        cwd: join(root, 'web'),
      },
    );
    if (!existsSync(join(root, 'web', 'dist', 'index.html')))
      throw new SetUpFailed('the build left no web/dist/index.html');
    mkdirSync(join(root, '.build'), { recursive: true });
    writeFileSync(webStamp, now);
    return 'built';
  });
}

/** A Node that runs the sources; fails with advice where there is none. */
export function requireNode() {
  const node = findNode();
  if (node === undefined) throw new SetUpFailed(noNode);
  return node;
}

/** The file of a tool of ours, to be run by `requireNode()`. */
export function tool(packageName, file) {
  return join(root, 'node_modules', packageName, file);
}

/** In words, the first way in which `node_modules` differs from the lock file; undefined where it agrees. */
function firstDifference() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'there were none';
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(locked)) {
    if (path === '') continue;
    const present = installed[path];
    if (present === undefined) {
      if (entry.optional !== true) return `${path} was missing`;
    } else if (present.version !== entry.version || present.integrity !== entry.integrity) {
      return `${path} was not ${entry.version}`;
    } else if (entry.optional !== true && !existsSync(join(root, path, 'package.json'))) {
      return `${path} was not complete`;
    }
  }
  const surplus = Object.keys(installed).find((path) => locked[path] === undefined);
  if (surplus !== undefined) return `${surplus} was too much`;
  return findNode() === undefined ? 'no Node that runs the sources' : undefined;
}

/** npm must not run on a Node that it is about to delete: nothing of our own `node_modules` is on its path. */
function outsideEnvironment() {
  const own = join(root, 'node_modules') + sep;
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(own));
  return { cwd: root, env: { ...process.env, PATH: path.join(delimiter) } };
}

/** Lets `npx lockstep` find the command in the repository itself. */
function linkCommand() {
  const link = join(root, 'node_modules', '.bin', 'lockstep');
  if (process.platform === 'win32' || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', 'bin', 'lockstep.mjs'), link);
}

function contentHash(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((start) => filesUnder(start))) {
    const bytes = readFileSync(join(root, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function filesUnder(start) {
  if (!existsSync(join(root, start))) return [];
  if (start.endsWith('.json')) return [start];
  return readdirSync(join(root, start), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${start}/${entry.name}`;
      if (entry.isDirectory())
        return path === 'web/dist' || entry.name === 'node_modules' ? [] : filesUnder(path);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [path];
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  program(async () => {
    await ensurePackages();
    await ensureWeb();
    if (process.argv.includes('--tests')) {
      await ensureBrowser();
      await ensureStrace();
    }
  });
}
