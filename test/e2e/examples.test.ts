/** The examples of the product page stay true: those whose runtime is here run against an exchange of their own. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRealExchange } from './practice-real.ts';
import { start } from './practice-tools.ts';

const path = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

/** What a program prints, once it has ended well. */
function run(program: string, args: readonly string[], env: Record<string, string>) {
  return new Promise<string>((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    let out = '';
    child.stdout.on('data', (data) => (out += String(data)));
    child.stderr.on('data', (data) => (out += String(data)));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(out))));
  });
}

const real = (t: Parameters<typeof start>[0]) => start(t, { createExchange: createRealExchange });

test('the example for ws logs in, buys and sells, and hears its position', async (t) => {
  const { port } = await real(t);
  const told = await run(process.execPath, [path('ws.mjs')], {
    DERIBIT_WS: `ws://127.0.0.1:${port}/ws/api/v2`,
  });
  assert.match(told, /^mark \d/);
  assert.match(told, /position 0\.001\b/);
  assert.match(told, /buy filled at \d/);
  assert.match(told, /sell filled at \d/);
});

test('the example for curl trades and plants a fault', async (t) => {
  const text = readFileSync(path('http.sh'), 'utf8');
  assert.match(text, /"kind": "X2"/);
  if (spawnSync('curl', ['--version']).error !== undefined) return;
  const { port, control } = await real(t);
  const told = await run('sh', [path('http.sh')], { PRACTICE: `http://127.0.0.1:${port}` });
  assert.match(told, /"order_state":"filled"/);
  assert.match(told, /\{"id":1\}/);
  const { body } = await control('GET', 'state');
  const { faults } = body as { readonly faults: readonly { readonly kind: string }[] };
  assert.equal(faults[0]?.kind, 'X2');
});

test('the other examples go to the same address by default', () => {
  for (const name of ['ccxt.md', 'websockets_client.py', 'ws.mjs', 'http.sh'])
    assert.match(readFileSync(path(name), 'utf8'), /127\.0\.0\.1:8788/);
});
