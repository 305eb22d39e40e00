/** A practice exchange in a process of its own, as `lockstep practice` starts it, on a free port and a folder that goes with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Tier } from '../../src/venue/practice/wire/credits.ts';

export type OwnExchange = { readonly url: string; readonly close: () => Promise<void> };

const PROGRAM = fileURLToPath(new URL('../../bin/lockstep.mjs', import.meta.url));

/** Starts it; resolves when it listens. */
export async function startExchange(tier: Tier): Promise<OwnExchange> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const args = ['practice', '--port', '0', '--data', folder, '--tier', String(tier ?? 0)];
  const child = spawn(process.execPath, [PROGRAM, ...args, '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /ws:\/\/\S+/.exec(line) ?? [];
    if (url !== undefined) return { url, close };
  }
  await close();
  throw new Error('the practice exchange ended before it listened');
}
