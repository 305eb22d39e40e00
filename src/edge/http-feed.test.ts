/** The feed under every interleaving: store reads, commits and their announcement in any order, small rings, slow readers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createFakeEngine,
  type FakeEngine,
  frameFact,
  quietFact,
} from '../../test/support/served-engine.ts';
import type { Store } from '../view/store.ts';
import { createFeed, type Pipe, SLOW } from './http-feed.ts';

type Group = readonly { readonly seq: number; readonly commit: number; readonly prev: number }[];
type Single = { readonly type: string; readonly commit: number };
type Sent = Single | Group;

const isGroup = (message: Sent): message is Group => Array.isArray(message);

const unexpected = (error: unknown): void => assert.fail(String(error));

const reader = () => {
  const sent: Sent[] = [];
  const closed: number[] = [];
  let waiting = 0;
  const pipe: Pipe = {
    send: (text) => void sent.push(JSON.parse(text) as Sent),
    waiting: () => waiting,
    drained: () => Promise.resolve(),
    close: (code) => void closed.push(code),
  };
  return { pipe, sent, closed, clog: (bytes: number) => void (waiting = bytes) };
};

/** Facts of one commit: `true` is a frame. */
const commitOf = (kinds: readonly boolean[]) => (seq: number) =>
  kinds.map((isFrame, i) => (isFrame ? frameFact(seq + i) : quietFact(seq + i)));

/** Numbers of all frames after a commit, in the order of the journal. */
async function framesAfter(store: Store, since: number): Promise<readonly number[]> {
  const facts = await store.facts(0, 10_000);
  return facts
    .filter(({ seq, type }) => seq > since && type === 'LINK_CHANGED')
    .map(({ seq }) => seq);
}

/** What a reader must have: one chain of whole commits from where it began, each frame once. */
async function assertWhole(
  engine: FakeEngine,
  sent: readonly Sent[],
  since: number | undefined,
): Promise<void> {
  let held = since ?? -1;
  let seen: number[] = [];
  let start = held;
  for (const message of sent) {
    if (!isGroup(message)) {
      const { type, commit } = message;
      if (type !== 'SNAPSHOT') continue;
      held = commit;
      start = commit;
      seen = [];
      continue;
    }
    for (const frame of message) {
      assert.equal(frame.prev, held, 'the chain of prev has a hole');
      assert.equal(frame.commit, message[0]?.commit);
      assert.ok(frame.seq > held && frame.seq <= frame.commit);
      seen.push(frame.seq);
    }
    held = message[0]?.commit ?? held;
  }
  assert.deepEqual(seen, await framesAfter(engine.store, start));
}

test('[I35][I37] replay meets the live feed without a gap and without a frame twice, whatever the order of things', async () => {
  const steps = fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('commit' as const),
          kinds: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('join' as const),
          since: fc.option(fc.nat(12), { nil: undefined }),
        }),
      },
    ),
    { maxLength: 25 },
  );
  const before = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), before, steps, async (scheduler, old, actions) => {
      const engine = createFakeEngine();
      for (const kinds of old) engine.commit(commitOf(kinds));
      const late = <Args extends readonly unknown[], Value>(
        read: (...args: Args) => Promise<Value>,
      ) =>
        scheduler.scheduleFunction(async (...args: Args) => read(...args)) as unknown as (
          ...args: Args
        ) => Promise<Value>;
      const { store } = engine;
      const slowStore: Store = {
        ...store,
        head: late(store.head),
        snapshot: late(store.snapshot),
        framesAfter: late(store.framesAfter),
      };
      const starting = createFeed({
        door: engine.door,
        store: slowStore,
        failed: (error) => assert.fail(String(error)),
        limits: { ringGroups: 3, batch: 2 },
      });
      const readers: { readonly sent: Sent[]; readonly since: number | undefined }[] = [];
      scheduler.scheduleSequence(
        actions.flatMap((action) => {
          if (action.do === 'commit') {
            return [
              async () => {
                engine.write(commitOf(action.kinds));
                void scheduler.schedule(Promise.resolve()).then(() => engine.tell());
              },
            ];
          }
          return [
            async () => {
              const { pipe, sent } = reader();
              readers.push({ sent, since: action.since });
              void starting.then((feed) => feed.join(pipe, action.since));
            },
          ];
        }),
      );
      await scheduler.waitIdle();
      for (let i = 0; i <= actions.length; i++) engine.tell();
      await scheduler.waitIdle();
      (await starting).close();
      for (const { sent, since } of readers) await assertWhole(engine, sent, since);
    }),
    { numRuns: 300 },
  );
});

test('a reader without a commit gets a snapshot, a heartbeat, then each commit as one message', async () => {
  const engine = createFakeEngine();
  engine.commit(commitOf([true, false]));
  const feed = await createFeed({ door: engine.door, store: engine.store, failed: unexpected });
  const { pipe, sent } = reader();
  feed.join(pipe, undefined);
  await new Promise(setImmediate);
  engine.commit(commitOf([true, false, true]));
  engine.commit(commitOf([false]));
  engine.commit(commitOf([true]));
  assert.deepEqual(
    sent.map((message) =>
      isGroup(message)
        ? message.map(({ seq, commit, prev }) => ({ seq, commit, prev }))
        : message.type,
    ),
    [
      'SNAPSHOT',
      'HEARTBEAT',
      [
        { seq: 3, commit: 5, prev: 2 },
        { seq: 5, commit: 5, prev: 2 },
      ],
      [{ seq: 7, commit: 7, prev: 5 }],
    ],
  );
  assert.deepEqual(sent[2], [
    {
      account: 'main',
      seq: 3,
      commit: 5,
      prev: 2,
      epoch: 1,
      at: '2026-03-02T10:00:00.030Z',
      type: 'LINK_CHANGED',
      link: 'trading',
      up: true,
      reason: '3',
    },
    {
      account: 'main',
      seq: 5,
      commit: 5,
      prev: 2,
      epoch: 1,
      at: '2026-03-02T10:00:00.050Z',
      type: 'LINK_CHANGED',
      link: 'trading',
      up: true,
      reason: '5',
    },
  ]);
});

test('[I37] a commit beyond the head, or none at all, is answered with a snapshot', async () => {
  const engine = createFakeEngine();
  engine.commit(commitOf([true, true, true]));
  const feed = await createFeed({ door: engine.door, store: engine.store, failed: unexpected });
  for (const since of [99, 2]) {
    const { pipe, sent } = reader();
    feed.join(pipe, since);
    await new Promise(setImmediate);
    assert.deepEqual(
      (sent[0] as { type: string; commit: number }).type,
      'SNAPSHOT',
      `since ${since}`,
    );
  }
});

test('a reader that holds the head is answered at once, with the journal that it is of', async () => {
  const engine = createFakeEngine();
  engine.commit(commitOf([true, false]));
  const feed = await createFeed({ door: engine.door, store: engine.store, failed: unexpected });
  const { pipe, sent } = reader();
  feed.join(pipe, 2);
  await new Promise(setImmediate);
  assert.deepEqual(sent, [
    {
      type: 'HEARTBEAT',
      account: 'main',
      accounts: ['main'],
      journal: 'birth-1',
      at: '2026-03-02T10:00:00.000Z',
      commit: 2,
      speed: 1,
      links: { trading: 12, market: 30 },
      verifiedAge: 4_000,
      disk: 'enough',
    },
  ]);
});

test('a hole in what the engine tells is filled from the store', async () => {
  const engine = createFakeEngine();
  const feed = await createFeed({
    door: {
      ...engine.door,
      onCommit: (listener) =>
        engine.door.onCommit((group) => group.commit !== 2 && listener(group)),
    },
    store: engine.store,
    failed: unexpected,
  });
  const { pipe, sent } = reader();
  feed.join(pipe, undefined);
  await new Promise(setImmediate);
  for (let i = 0; i < 3; i++) engine.commit(commitOf([true]));
  await new Promise(setImmediate);
  await assertWhole(engine, sent, undefined);
  assert.equal(sent.filter(isGroup).length, 3);
});

test('a reader for whom too much waits is dropped with its own close code; others go on', async () => {
  const engine = createFakeEngine();
  const feed = await createFeed({
    door: engine.door,
    store: engine.store,
    failed: unexpected,
    limits: { mostWaiting: 1_000 },
  });
  const [slow, quick] = [reader(), reader()];
  feed.join(slow.pipe, undefined);
  feed.join(quick.pipe, undefined);
  await new Promise(setImmediate);
  slow.clog(1_001);
  engine.commit(commitOf([true]));
  engine.commit(commitOf([true]));
  assert.deepEqual(slow.closed, [SLOW]);
  assert.deepEqual(quick.closed, []);
  assert.equal(slow.sent.filter(isGroup).length, 1);
  assert.equal(quick.sent.filter(isGroup).length, 2);
});

test('a store that fails closes the reader and nothing else', async () => {
  const engine = createFakeEngine();
  const errors: unknown[] = [];
  const feed = await createFeed({
    door: engine.door,
    store: { ...engine.store, snapshot: () => Promise.reject(new Error('no disk')) },
    failed: (error) => errors.push(error),
  });
  const { pipe, closed } = reader();
  feed.join(pipe, undefined);
  await new Promise(setImmediate);
  assert.deepEqual(closed, [1011]);
  assert.equal((errors[0] as Error).message, 'no disk');
});
