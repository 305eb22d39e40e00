/** A process that stands still is told of by its own beat, or by whoever asks before the beat comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBeat } from './beat.ts';

/** A clock whose beat comes when the test says so. */
function stoppable() {
  let now = 1_000;
  let beat = (): void => undefined;
  const clock = {
    mono: () => now,
    every: (_ms: number, run: () => void) => {
      beat = run;
      return () => undefined;
    },
  };
  return { clock, pass: (ms: number) => void (now += ms), beat: () => beat() };
}

test('[I41] beats in time tell nothing; one that is late tells by how much, once', () => {
  const { clock, pass, beat } = stoppable();
  const watch = startBeat(clock);
  for (let n = 0; n < 8; n++) {
    pass(250);
    beat();
  }
  assert.equal(watch.takeLate(), 0);
  pass(5_250);
  beat();
  pass(250);
  beat();
  assert.deepEqual([watch.takeLate(), watch.takeLate()], [5_000, 0]);
});

test('[I41] what waited is taken before the beat: whoever asks learns it all the same', () => {
  const { clock, pass, beat } = stoppable();
  const watch = startBeat(clock);
  pass(5_250);
  assert.equal(watch.takeLate(), 5_000);
  beat();
  assert.equal(watch.takeLate(), 0, 'it is not told twice');
});
