/**
 * `npm start`: sets up what is missing, then becomes `lockstep demo` with the flags given. Ctrl-C ends all of it.
 * Plain JavaScript for Node 20 and later.
 */
import { join } from 'node:path';
import { root } from './brought-node.mjs';
import { become } from './launch.mjs';
import { program } from './progress.mjs';
import { ensurePackages, ensureWeb, requireNode } from './set-up.mjs';

program(async () => {
  console.log('Setting up what is missing');
  await ensurePackages();
  await ensureWeb();
  const demo = [join(root, 'bin', 'lockstep.mjs'), 'demo', ...process.argv.slice(2)];
  become(requireNode(), demo, { endsWithParent: true });
});
