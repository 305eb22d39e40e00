/** `npm run build`: builds the dashboard anew into web/dist. Plain JavaScript for Node 20 and later. */
import { program } from './progress.mjs';
import { ensurePackages, ensureWeb } from './set-up.mjs';

program(async () => {
  await ensurePackages();
  await ensureWeb({ always: true });
});
