/** The fuzzer as a process of its own: it says how it went, and wrong usage is told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const run = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), ...args],
    { encoding: 'utf8' },
  );

test('mutants of our own messages are counted, and the exit code says that none went wrong', () => {
  const { stdout, status } = run('--mutants', '150', '--seed', '3', '--first', '400', '--own');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^150 mutants of \d+ messages, seed 3\n0 went wrong, [\d.]+ s\n$/);
});

test('what does not fit is refused with what is accepted', () => {
  for (const [args, words] of [
    [['--mutants', 'many'], /--mutants many: accepted is a whole number from 0\nusage: /],
    [['--first', '57'], /--first 57: accepted are multiples of 200\nusage: /],
    [['--speed', '1'], /usage: /],
  ] as const) {
    const { stderr, status } = run(...args);
    assert.equal(status, 2);
    assert.match(stderr, words);
  }
});
