import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPracticeClock } from './practice-clock.ts';
import { createPracticeDriver } from './practice-driver.ts';
import type { PracticeDeed, PracticeEffect, PracticeMachine } from './practice-port.ts';
import type { PracticeStore, StoreWrite } from './practice-store.ts';

const START = 1_714_521_600_000;

/** A driver over a store whose commits the test decides, and a machine that does what each frame's text says. */
function rig(speed: number) {
  const writes: StoreWrite[] = [];
  const done: string[] = [];
  const servers: number[] = [];
  const failures: string[] = [];
  let listener: Parameters<PracticeStore['listen']>[0] | undefined;
  const store: PracticeStore = {
    contents: { snapshot: null, entries: [], mark: null, origin: null },
    write: (write) => writes.push(write),
    listen: (next) => {
      listener = next;
    },
    close: () => Promise.resolve(),
  };
  const machine: PracticeMachine = {
    handle: (input, now) => {
      servers.push(now.server);
      if (input.kind !== 'frame') return [];
      const say: PracticeEffect = { kind: 'send', conn: input.conn, text: input.text };
      if (input.text.startsWith('jump'))
        return [{ kind: 'clock', server: now.server + 60_000, speed }, say];
      return input.text.startsWith('record') ? [{ kind: 'record', entry: input.text }, say] : [say];
    },
    wakeAt: (now) => now.mono + 60_000,
    bounds: () => ({ connections: 32, requestBytes: 32_768 }),
    snapshot: () => 'everything',
  };
  const outlet = (deed: PracticeDeed): void => {
    done.push(deed.kind === 'send' ? deed.text : deed.kind);
  };
  const clock = createPracticeClock({ server: START, speed });
  const driver = createPracticeDriver({
    machine,
    store,
    clock,
    seq: 10,
    mark: START,
    outlet,
    failed: (error) => failures.push(error.message),
  });
  const frame = (text: string): void => driver.input({ kind: 'frame', conn: 1, text });
  return {
    driver,
    frame,
    writes,
    done,
    servers,
    failures,
    commit: (ticket: number) => listener?.durable(ticket),
    fail: () => listener?.failed(new Error('disk full')),
  };
}

test('[I32] deeds wait until their entry and all before it are durable, in order', async () => {
  const { driver, frame, writes, done, commit } = rig(0);
  frame('first');
  assert.deepEqual(done, ['first'], 'nothing to record, and the time was shown before');
  frame('record a');
  frame('read');
  frame('record b');
  assert.deepEqual(done, ['first']);
  assert.deepEqual(
    writes.map(({ entries }) => entries.map(({ seq, body }) => [seq, body])),
    [[[11, 'record a']], [[12, 'record b']]],
  );
  commit(1);
  assert.deepEqual(done, ['first', 'record a', 'read']);
  commit(2);
  assert.deepEqual(done, ['first', 'record a', 'read', 'record b']);
  await driver.close();
});

test('a server time is shown only when it is durable that time came that far', async () => {
  const { driver, frame, writes, done, commit } = rig(0);
  frame('jump');
  assert.deepEqual(done, []);
  assert.deepEqual(
    writes.map(({ mark }) => mark - START),
    [60_000],
  );
  frame('after');
  assert.equal(writes.length, 1, 'one write covers both');
  commit(1);
  assert.deepEqual(done, ['clock', 'jump', 'after']);
  await driver.close();
});

test('while the clock runs, marks are written ahead of it, so that few answers wait', async () => {
  const { driver, frame, writes, done, commit } = rig(10);
  frame('record a');
  commit(1);
  const mark = (writes[0]?.mark ?? 0) - START;
  assert.ok(mark >= 10_000 && mark < 12_000, String(mark));
  frame('read');
  assert.deepEqual(done, ['record a', 'read']);
  assert.equal(writes.length, 1);
  await driver.close();
});

test('when the disk fails, nothing that waited is ever done, the failure is told once, inputs are ignored', async () => {
  const { driver, frame, done, failures, servers, fail, commit } = rig(0);
  frame('record a');
  fail();
  fail();
  commit(1);
  frame('later');
  assert.deepEqual(done, []);
  assert.deepEqual(failures, ['disk full']);
  assert.equal(servers.length, 1);
  await driver.close();
});

test('time that passed while it was down is lived through in steps before it goes on', async () => {
  const { driver, servers } = rig(0);
  await driver.catchUp(START - 35 * 60_000);
  assert.deepEqual(
    servers.map((at) => (at - START) / 60_000),
    [-25, -15, -5],
  );
  await driver.close();
});

test('a close keeps a snapshot at the newest entry and the exact time', async () => {
  const { driver, frame, writes, commit } = rig(0);
  frame('record a');
  const closing = driver.close();
  commit(2);
  await closing;
  assert.deepEqual(writes.at(-1), {
    entries: [],
    mark: START,
    snapshot: { seq: 11, at: START, body: 'everything' },
    origin: null,
  });
});
