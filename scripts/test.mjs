/**
 * `npm test`: sets up what the suites need, then runs them with the Node that runs the product. Plain JavaScript for
 * Node 20 and later.
 *
 *     npm test                                 everything
 *     npm test -- src/engine test/crash        the test files under these paths
 *     npm test -- --name '[I6]'                only tests whose title contains this text
 *     npm run test:deep                        what takes too long for every change: `--deep`
 */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeFlags, root } from './brought-node.mjs';
import { ensureBrowser } from './browser.mjs';
import { become } from './launch.mjs';
import { program, SetUpFailed } from './progress.mjs';
import { ensurePackages, ensureWeb, requireNode } from './set-up.mjs';
import { suites } from './suites.mjs';

program(async () => {
  const { paths, name, deep } = request(process.argv.slice(2));
  const chosen = suites(paths, deep);
  if (chosen.length === 0)
    throw new SetUpFailed(`no test file lies under ${paths.join(', ') || root}`);
  const needs = new Set(chosen.flatMap((group) => group.needs));
  console.log('Setting up what is missing');
  await ensurePackages();
  if (needs.has('web')) await ensureWeb();
  const browser = needs.has('browser') ? await ensureBrowser() : undefined;
  const run = JSON.stringify({ paths, name, deep, browser });
  become(requireNode(), [...nodeFlags, join(root, 'scripts', 'run-suites.mjs'), run]);
});

function request(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { name: { type: 'string' }, deep: { type: 'boolean', default: false } },
    });
  } catch (error) {
    throw new SetUpFailed(`${error.message}\nusage: npm test [-- PATH… --name TEXT]`);
  }
  const paths = parsed.positionals.map((path) => {
    if (!existsSync(resolve(path)))
      throw new SetUpFailed(`${path}: there is no such file or folder`);
    return relative(root, resolve(path)).replaceAll('\\', '/');
  });
  const { name, deep } = parsed.values;
  return { paths: paths.filter((path) => path !== ''), name, deep };
}
