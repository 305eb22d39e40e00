/**
 * `npm run screens [-- WORD…]`: sets up what is missing, then makes the pictures of `docs/screens` anew, all of them or
 * those whose name holds one of the words. Plain JavaScript for Node 20 and later.
 */
import { join } from 'node:path';
import { nodeFlags, root } from './brought-node.mjs';
import { ensureBrowser } from './browser.mjs';
import { become } from './launch.mjs';
import { program } from './progress.mjs';
import { ensurePackages, ensureWeb, requireNode } from './set-up.mjs';

program(async () => {
  await ensurePackages();
  await ensureWeb();
  process.env.CHROMIUM_PATH = await ensureBrowser();
  const tour = join(root, 'test', 'browser', 'screens.ts');
  become(requireNode(), [...nodeFlags, tour, ...process.argv.slice(2)]);
});
