/** A client that was away for thousands of facts, over a real socket and a journal on disk: it holds what the server holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trade } from '../../src/domain/shown.ts';
import * as make from '../support/facts.ts';
import { testJournals } from '../support/journals.ts';
import { assertHoldsSnapshot, createScreen } from '../support/screen.ts';
import { createFakeEngine } from '../support/served-engine.ts';
import { type Listener, openStream, serve, type Serving } from '../support/serving.ts';

const { newDir, open } = testJournals();

/** A server over a journal on disk; `trades` books that many whole trades and one that is still open. */
async function busyServer(context: Parameters<typeof serve>[0]) {
  const { journal, store } = await open(newDir());
  const fake = createFakeEngine();
  const server = await serve(context, { engine: { ...fake, store } });
  let booked = 0;
  /** Commits that wait together share a sync; each is told once it is durable. */
  const book = async (commits: readonly (readonly Parameters<typeof make.fact>[1][])[]) => {
    const appends = commits.map((bodies) => {
      const expected = fake.head();
      const facts = make.facts(expected, bodies);
      fake.write(() => facts);
      return journal.append({ expected, epoch: 1, facts });
    });
    for (const append of appends) {
      assert.ok((await append).ok);
      fake.tell();
    }
  };
  return {
    server,
    head: fake.head,
    trades: (count: number) =>
      book(Array.from({ length: count }, () => make.story((booked += 1))).flat()),
    openTrade: () => book(make.story((booked += 1)).slice(0, 3)),
  };
}

async function subscribe(
  context: Parameters<typeof serve>[0],
  { port, token }: Serving,
  since?: number,
): Promise<Listener> {
  const stream = await openStream(context, {
    port,
    headers: { authorization: `Bearer ${token}` },
  });
  stream.socket.send(
    JSON.stringify({ type: 'SUBSCRIBE', ...(since === undefined ? {} : { since }) }),
  );
  return stream;
}

const text = async (stream: Listener): Promise<string> => JSON.stringify(await stream.nextFrame());

/** All trades of the API, page by page. */
async function tradesOf(server: Serving): Promise<readonly Trade[]> {
  const all: Trade[] = [];
  let cursor = '';
  do {
    const { body } = await server.get(`/trades?limit=500${cursor}`);
    const { items, next } = body as { items: readonly Trade[]; next: string | null };
    all.push(...items);
    cursor = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
  } while (cursor !== '');
  return all;
}

test('[T9][I35][I37] away for 5,000 facts: every commit comes, without a gap, and the screen is the API and a fresh snapshot', async (t) => {
  const { server, head, trades, openTrade } = await busyServer(t);
  await trades(3);
  const screen = createScreen();
  const first = await subscribe(t, server);
  screen.take(await text(first));
  await openTrade();
  while (screen.mirror().commit < head()) screen.take(await text(first));
  first.socket.terminate();
  const left = head();

  await trades(250);
  await openTrade();
  assert.ok(head() - left >= 5_000);
  const again = await subscribe(t, server, screen.mirror().commit);
  while (screen.mirror().commit < head()) screen.take(await text(again));
  assert.deepEqual(screen.taken().snapshots, 1);
  const fresh = await subscribe(t, server);
  assertHoldsSnapshot(screen, await text(fresh));

  const mirror = screen.mirror();
  const listed = await tradesOf(server);
  assert.equal(listed.length, 255);
  assert.deepEqual(
    Object.values(mirror.trades).sort((a, b) => (a.id < b.id ? -1 : 1)),
    [...listed].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const itemsOf = async (path: string): Promise<readonly object[]> =>
    ((await server.get(path)).body as { items: readonly object[] }).items;
  assert.deepEqual(await itemsOf('/strategies'), Object.values(mirror.strategies));
  // The API adds the price of the moment; the books are the rest.
  const worth = { markPrice: null, unrealisedPnl: null };
  assert.deepEqual(
    (await itemsOf('/positions')).map((position) => ({ ...position, ...worth })),
    Object.values(mirror.positions).map((position) => ({ ...position, ...worth })),
  );
});

test('[T9][I37] a commit that the server does not know is answered with a whole snapshot, not with frames', async (t) => {
  const { server, head, trades } = await busyServer(t);
  await trades(2);
  for (const since of [head() + 1, head() + 100_000, 2]) {
    const stream = await subscribe(t, server, since);
    const screen = createScreen();
    screen.take(await text(stream));
    assert.deepEqual(screen.taken(), { snapshots: 1, commits: 0 }, `since ${since}`);
    assert.equal(screen.mirror().commit, head());
    stream.socket.terminate();
  }
});
