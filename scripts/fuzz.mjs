/** `npm run fuzz`: sets up what is missing, then becomes the fuzzer. Plain JavaScript for Node 20 and later. */
import { join } from 'node:path';
import { nodeFlags, root } from './brought-node.mjs';
import { become } from './launch.mjs';
import { program } from './progress.mjs';
import { ensurePackages, requireNode } from './set-up.mjs';

program(async () => {
  await ensurePackages();
  const main = join(root, 'test', 'fuzz', 'main.ts');
  become(requireNode(), [...nodeFlags, main, ...process.argv.slice(2)]);
});
