/** `npm run bench [-- NAME…]`: sets up what is missing, then becomes the benchmarks. Plain JavaScript for Node 20 and later. */
import { join } from 'node:path';
import { nodeFlags, root } from './brought-node.mjs';
import { become } from './launch.mjs';
import { program } from './progress.mjs';
import { ensurePackages, requireNode } from './set-up.mjs';

program(async () => {
  await ensurePackages();
  become(requireNode(), [...nodeFlags, join(root, 'bench', 'main.ts'), ...process.argv.slice(2)]);
});
