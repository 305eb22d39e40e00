/** `npm run conformance`: set up what is missing, then run the suite. Plain JavaScript for Node 20 and later. */
import { join } from 'node:path';
import { nodeFlags, root } from './brought-node.mjs';
import { become } from './launch.mjs';
import { program } from './progress.mjs';
import { ensurePackages, requireNode } from './set-up.mjs';

program(async () => {
  await ensurePackages();
  const main = join(root, 'test', 'conformance', 'main.ts');
  become(requireNode(), [...nodeFlags, main, ...process.argv.slice(2)]);
});
