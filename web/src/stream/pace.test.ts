import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paced } from './pace.ts';

/** A clock that only the test moves, and what was told when. */
function stage(tellingTakes = 0) {
  let at = 0;
  const told: number[] = [];
  const waiting: { readonly due: number; readonly run: () => void }[] = [];
  const came = paced(
    100,
    () => {
      told.push(at);
      at += tellingTakes;
    },
    { now: () => at, later: (ms, run) => void waiting.push({ due: at + ms, run }) },
  );
  const moveTo = (next: number): void => {
    at = Math.max(at, next);
    for (const { run } of waiting.splice(0).filter(({ due }) => due <= at)) run();
  };
  return { came, moveTo, told, waiting };
}

test('what comes alone is told at once; what comes within the pause is told once, at its end', () => {
  const { came, moveTo, told } = stage();
  came();
  assert.deepEqual(told, [0]);
  moveTo(30);
  came();
  came();
  came();
  assert.deepEqual(told, [0]);
  moveTo(100);
  assert.deepEqual(told, [0, 100]);
  moveTo(250);
  came();
  assert.deepEqual(told, [0, 100, 250]);
});

test('a pause begins when telling is done, so that slow screens leave time for what comes', () => {
  const { came, waiting, told } = stage(400);
  came();
  came();
  assert.deepEqual(told, [0]);
  assert.deepEqual(
    waiting.map(({ due }) => due),
    [500],
  );
});
