#!/usr/bin/env node
/**
 * The `lockstep` command: finds a Node that runs the sources and becomes `src/app/cli.ts` with the same arguments.
 * Plain JavaScript for Node 20 and later, because it is what runs before anything is set up.
 */
import { join } from 'node:path';
import { findNode, nodeFlags, noNode, packageFolder, root } from '../scripts/brought-node.mjs';
import { become } from '../scripts/launch.mjs';

const missing = ['commander', 'zod', 'ws'].filter((name) => packageFolder(name) === undefined);
const node = findNode();

if (missing.length > 0) {
  console.error(
    `Lockstep is not set up here (missing: ${missing.join(', ')}): run \`npm start\` once.`,
  );
  process.exitCode = 1;
} else if (node === undefined) {
  console.error(noNode);
  process.exitCode = 1;
} else {
  become(node, [...nodeFlags, join(root, 'src', 'app', 'cli.ts'), ...process.argv.slice(2)]);
}
