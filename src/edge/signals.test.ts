/** The file KILL in the data folder: noticed once per appearance, with its words made harmless. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Clock } from './clock.ts';
import { onKillFile, onSignals } from './signals.ts';

/** A clock whose timers run when the test says so. */
function handClock(): Clock & { readonly ring: () => void } {
  const runs = new Set<() => void>();
  return {
    wall: () => 0,
    mono: () => 0,
    after: () => () => {},
    every: (_ms, run) => {
      runs.add(run);
      return () => void runs.delete(run);
    },
    ring: () => runs.forEach((run) => run()),
  };
}

test('the file KILL is told with its reason, once until it is gone and back', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-kill-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = handClock();
  const told: string[] = [];
  const stop = onKillFile(folder, clock, (reason) => told.push(reason));
  clock.ring();
  assert.deepEqual(told, []);
  writeFileSync(join(folder, 'KILL'), ' odd\u001b[2J fills\n\n');
  clock.ring();
  clock.ring();
  assert.deepEqual(told, ['odd [2J fills']);
  rmSync(join(folder, 'KILL'));
  clock.ring();
  writeFileSync(join(folder, 'KILL'), '');
  clock.ring();
  assert.deepEqual(told, ['odd [2J fills', '']);
  stop();
  rmSync(join(folder, 'KILL'));
  clock.ring();
  writeFileSync(join(folder, 'KILL'), 'again');
  clock.ring();
  assert.equal(told.length, 2);
});

test('a file that was there before is told at once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-kill-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'KILL'), 'x'.repeat(600));
  const told: string[] = [];
  t.after(onKillFile(folder, handClock(), (reason) => told.push(reason)));
  assert.deepEqual(told, ['x'.repeat(500)]);
});

test('SIGUSR2 is the kill switch, SIGTERM a stop; both only while listened to', () => {
  const heard: string[] = [];
  const count = (): readonly number[] => [
    process.listenerCount('SIGUSR2'),
    process.listenerCount('SIGTERM'),
  ];
  const before = count();
  const stop = onSignals({ stop: (name) => heard.push(name), kill: () => heard.push('kill') });
  process.listeners('SIGUSR2').at(-1)?.('SIGUSR2');
  process.listeners('SIGTERM').at(-1)?.('SIGTERM');
  stop();
  assert.deepEqual(heard, ['kill', 'SIGTERM']);
  assert.deepEqual(count(), before);
});
