/** The examples of the product page stay true: those whose runtime is here run against an exchange of their own. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
  if (spawnSync('curl', ['--version']).error !== undefined)
    return t.diagnostic('there is no curl here: examples/http.sh was read, and not run');
  const { port, control } = await real(t);
  const told = await run('sh', [path('http.sh')], { PRACTICE: `http://127.0.0.1:${port}` });
  assert.match(told, /"order_state":"filled"/);
  assert.match(told, /\{"id":1\}/);
  const { body } = await control('GET', 'state');
  const { faults } = body as { readonly faults: readonly { readonly kind: string }[] };
  assert.equal(faults[0]?.kind, 'X2');
});

/** What the examples that buy and sell again print. */
const TRADED =
  /^mark \d+(\.\d+)?\nbuy \w+ at \d+(\.\d+)?\nposition 0\.001\nsell \w+ at \d+(\.\d+)?\n$/;

test('the example for ccxt trades with nothing changed but its address', async (t) => {
  const { port } = await real(t);
  const told = await run(process.execPath, [path('ccxt.mjs')], {
    DERIBIT_HTTP: `http://127.0.0.1:${port}`,
  });
  assert.match(told, TRADED);
});

/** Modules that come with Python. */
const OF_PYTHON = new Set(['base64', 'decimal', 'json', 'os', 'urllib.error', 'urllib.request']);

test('the example for Python alone needs nothing beside it, and trades', async (t) => {
  const text = readFileSync(path('http_client.py'), 'utf8');
  const modules = [...text.matchAll(/^(?:import|from) (\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(modules), OF_PYTHON);
  if (spawnSync('python3', ['--version']).status !== 0)
    return t.diagnostic('there is no python3 here: examples/http_client.py was read, and not run');
  const { port } = await real(t);
  const told = await run('python3', [path('http_client.py')], {
    DERIBIT_HTTP: `http://127.0.0.1:${port}`,
  });
  assert.match(told, TRADED);
});

test('each example goes to the same address by default', () => {
  const names = readdirSync(path('')).filter((name) => /\.(mjs|py|sh)$/.test(name));
  assert.ok(names.length >= 5, names.join());
  for (const name of names) assert.match(readFileSync(path(name), 'utf8'), /127\.0\.0\.1:8788/);
});
