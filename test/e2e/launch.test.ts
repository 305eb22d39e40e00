/** What is started with npm ends with npm: nothing of it lives on where nobody sees it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startModule, temporaryFolder } from './support/process.ts';

const LAUNCH = fileURLToPath(new URL('../../scripts/launch.mjs', import.meta.url));

test('a SIGTERM that ends only the shell of npm reaches the program as well', async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const program = file(
    'program.mjs',
    `process.on('SIGTERM', () => { console.log('ending'); process.exit(0); });
     setInterval(() => {}, 1_000);
     console.log('running');`,
  );
  const launcher = file(
    'launcher.mjs',
    `import { become } from ${JSON.stringify(LAUNCH)};
     become(process.execPath, [${JSON.stringify(program)}], { endsWithParent: true });`,
  );
  const shell = file(
    'shell.mjs',
    `import { spawn } from 'node:child_process';
     const { pid } = spawn(process.execPath, [${JSON.stringify(launcher)}], { stdio: 'inherit' });
     console.log('shell of ' + pid);
     setInterval(() => {}, 1_000);`,
  );
  const running = startModule(t, [shell]);
  await running.says(/running/);
  process.kill(running.pid, 'SIGTERM');
  await running.says(/ending/);
});
