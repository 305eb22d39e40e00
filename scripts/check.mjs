/**
 * `npm run check`: everything that can be found wrong without running the product. All four run, also after one failed.
 * `npm run check -- --only types` runs one of them. Plain JavaScript for Node 20 and later.
 */
import { spawnSync } from 'node:child_process';
import { nodeFlags, root } from './brought-node.mjs';
import { program, SetUpFailed } from './progress.mjs';
import { ensurePackages, requireNode, tool } from './set-up.mjs';

const checks = {
  types: ['Types (tsc)', tool('typescript', 'bin/tsc'), '-b'],
  lint: ['Lint (oxlint)', tool('oxlint', 'bin/oxlint'), '--type-aware', '--deny-warnings'],
  format: [
    'Format (biome)',
    tool('@biomejs/biome', 'bin/biome'),
    'format',
    '--max-diagnostics=20',
    '.',
  ],
  unused: ['Unused code and packages (knip)', tool('knip', 'bin/knip.js')],
};

program(async () => {
  const [flag, only] = process.argv.slice(2);
  if (flag !== undefined && (flag !== '--only' || !Object.hasOwn(checks, only ?? ''))) {
    throw new SetUpFailed(`usage: npm run check [-- --only ${Object.keys(checks).join('|')}]`);
  }
  await ensurePackages();
  const failed = [];
  for (const [name, [title, file, ...args]] of Object.entries(checks)) {
    if (only !== undefined && name !== only) continue;
    console.log(`\n== ${title}`);
    const { status } = spawnSync(requireNode(), [...nodeFlags, file, ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status === 0) console.log('clean');
    else failed.push(title);
  }
  console.log(failed.length === 0 ? '\nAll checks are clean.' : `\nFailed: ${failed.join(', ')}`);
  if (failed.length > 0) process.exitCode = 1;
});
