/** A screen that is cut off again and again while a real engine's commits go on: it ends with exactly what the engine shows. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { createFeed, type Pipe, SLOW } from '../../src/edge/http-feed.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { busyDay } from '../support/history.ts';
import { assertHoldsSnapshot, createScreen, type Screen } from '../support/screen.ts';
import { createFakeEngine } from '../support/served-engine.ts';

let day: readonly (readonly Fact[])[] = [];
before(async () => {
  day = await busyDay(600);
});

/** Lets everything that can go on without a new commit go on. */
const rest = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  await new Promise(setImmediate);
};

type Line = {
  readonly cut: () => void;
  readonly clog: (bytes: number) => void;
  readonly closed: number[];
};

type Part = { readonly commits: number; readonly event: 'cut' | 'come' | 'clog' };

const PARTS = fc.array(
  fc.record({
    commits: fc.nat(40),
    event: fc.constantFrom('cut' as const, 'come' as const, 'clog' as const),
  }),
  { minLength: 3, maxLength: 12 },
);

test('[T9][I35][I37] cut off, too slow or on the line, at whatever points: a screen that comes back holds what a new one holds', async () => {
  let resumes = 0;
  let slow = 0;
  const play = async (parts: readonly Part[]): Promise<void> => {
    const engine = createFakeEngine();
    const feed = await createFeed({
      door: engine.door,
      store: engine.store,
      failed: (error) => assert.fail(String(error)),
      limits: { ringGroups: 8, batch: 5, mostWaiting: 1_000 },
    });
    const screen = createScreen();
    let line: Line | undefined;
    const come = (): void => {
      const had = screen.taken();
      const since = had.snapshots > 0 ? screen.mirror().commit : undefined;
      if (since !== undefined) resumes += 1;
      line = connect(screen, (pipe) => feed.join(pipe, since));
    };
    let at = 0;
    const go = (commits: number): void => {
      for (const facts of day.slice(at, at + commits)) engine.commit(() => facts);
      at = Math.min(day.length, at + commits);
    };
    for (const { commits, event } of parts) {
      go(commits);
      await rest();
      if (event !== 'cut' && line === undefined) come();
      if (event === 'clog') line?.clog(2_000);
      if (event === 'cut') {
        line?.cut();
        line = undefined;
      }
      if (line !== undefined && line.closed.length > 0) {
        assert.deepEqual(line.closed, [SLOW]);
        slow += 1;
        line = undefined;
      }
    }
    line?.cut();
    go(day.length);
    come();
    await rest();
    assert.equal(screen.taken().snapshots, 1, 'after the first snapshot it only resumed');
    assert.equal(screen.mirror().commit, engine.head());
    const fresh: string[] = [];
    feed.join({ ...DEAF, send: (text) => void fresh.push(text) }, undefined);
    await rest();
    assertHoldsSnapshot(screen, fresh[0] ?? '');
    feed.close();
  };
  await fc.assert(fc.asyncProperty(PARTS, play), { numRuns: 40 });
  assert.ok(resumes > 40 && slow > 0, `${resumes} resumes, ${slow} dropped: nothing was tried`);
});

const DEAF: Pipe = {
  send: () => undefined,
  waiting: () => 0,
  drained: () => Promise.resolve(),
  close: () => undefined,
};

/** A line to a screen; what is sent after a cut is lost. */
function connect(screen: Screen, join: (pipe: Pipe) => () => void): Line {
  let isUp = true;
  let waiting = 0;
  const closed: number[] = [];
  const leave = join({
    send: (text) => {
      if (isUp) screen.take(text);
    },
    waiting: () => waiting,
    drained: () => Promise.resolve(),
    close: (code) => {
      isUp = false;
      closed.push(code);
    },
  });
  return {
    cut: () => {
      isUp = false;
      leave();
    },
    clog: (bytes) => {
      waiting = bytes;
    },
    closed,
  };
}
