/** The program as a process of its own: a seed is the same life everywhere, and wrong usage is told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

test('a seed gives the same facts in two processes, in other time zones and languages', () => {
  const args = ['--seed', '10', '--life', '0.5', '--json'];
  const one = run(args, { TZ: 'UTC', LANG: 'en_US.UTF-8' });
  const two = run(args, { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' });
  assert.equal(one.status, 0, one.stdout + one.stderr);
  assert.equal(one.stdout, two.stdout);
  assert.match(one.stdout, /"hash":"[0-9a-f]{64}"/);
});

test('a life is told in a line, and many are summed up', () => {
  const { stdout, status } = run(['--seed', '12', '--count', '2', '--life', '0.2']);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^seed 12: [\d.]+ h of market at x\d+/m);
  assert.match(stdout, /^lives {12}2, 0 went wrong$/m);
  assert.match(stdout, /^market time {6}[\d.]+ h \([\d.]+ h per second\)$/m);
});

test('what is not a number is refused with what is accepted', () => {
  const { stderr, status } = run(['--seed', 'seven']);
  assert.equal(status, 2);
  assert.match(stderr, /--seed seven: accepted is a number above 0\n\nusage: /);
});
