/**
 * strace, for the tests that look at what the engine really asks of the system. Where it is missing, Debian as root installs
 * it; elsewhere the tests that need it say what to do. Plain JavaScript for Node 20 and later.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { quietly, step } from './progress.mjs';

const installation = 'apt-get update && apt-get install --yes --no-install-recommends strace';

const isHere = () =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'strace')));

/** Installs it where that is possible; never fails the set-up. */
export async function ensureStrace() {
  await step('strace for the tests', async () => {
    if (isHere()) return 'in place';
    if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
      return 'not here: the tests that need it say so';
    try {
      await quietly('sh', ['-c', installation], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
      return 'installed';
    } catch {
      return `could not be installed: ${installation}`;
    }
  });
}
