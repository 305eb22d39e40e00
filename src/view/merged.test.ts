/** Two accounts' pages against one account that holds all their rows: whoever turns the pages sees no difference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as make from '../../test/support/facts.ts';
import { sha256 } from '../edge/hashing.ts';
import type { Fact, FactBody } from '../domain/fact.ts';
import { encodeFact } from '../journal/codec.ts';
import { createMemoryStore } from './memory.ts';
import { mergedPages, type Pages } from './merged.ts';
import { opened, shownOrder } from './store-harness.contract.ts';
import type { Paged, Store } from './store.ts';

function storeOf(bodies: readonly FactBody[]): Store {
  const commits: (readonly Fact[])[] = bodies.map((body, n) => [make.fact(n + 1, body)]);
  return createMemoryStore({
    commits,
    verify: () => ({ ok: true, facts: 0, head: '' }),
    sha256,
    hashAt: () => '',
    textOf: encodeFact,
  });
}

/** All pages of a list, from first to last. */
async function walk<Item>(
  read: (cursor: string | null) => Promise<Paged<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await read(cursor);
    items.push(...page.items);
    if (page.next === null) return items;
    assert.ok(page.items.length > 0, 'a page that leads on holds something');
    cursor = page.next;
  }
}

const second = (n: number): string => `2026-03-02T10:00:0${n}.000Z`;

test('lists of several accounts are one list: newest first, each row once, whatever the size of the pages', async () => {
  const row = fc.record({ account: fc.nat(1), at: fc.nat(3), live: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 15 }),
      fc.integer({ min: 1, max: 4 }),
      async (rows, limit) => {
        const bodies = rows.flatMap(({ account, at, live }, n) => {
          const created = { openedAt: second(at) };
          const state = live ? ('open' as const) : ('filled' as const);
          return [
            { account, body: opened(n, created) },
            { account, body: shownOrder(make.order(n, { createdAt: second(at), state })) },
          ];
        });
        const of = (account: number): Store =>
          storeOf(bodies.filter((one) => one.account === account).map(({ body }) => body));
        const merged = mergedPages([of(0), of(1)]);
        const whole = storeOf(bodies.map(({ body }) => body));
        const trades = (pages: Pages) => walk((cursor) => pages.trades({}, { limit, cursor }));
        const orders = (pages: Pages) =>
          walk((cursor) => pages.orders({ limit, cursor, live: true }));
        assert.deepEqual(await trades(merged), await trades(whole));
        assert.deepEqual(await orders(merged), await orders(whole));
      },
    ),
    { numRuns: 100 },
  );
});

test('one account is its own store; a document is found wherever it stands', async () => {
  const one = storeOf([opened(1)]);
  const other = storeOf([opened(2)]);
  assert.equal(mergedPages([one]), one);
  const merged = mergedPages([one, other]);
  const { id } = make.trade(2);
  assert.equal((await merged.trade(id))?.trade.id, id);
  assert.equal(await merged.trade('none'), undefined);
});

test('a strategy that has moved to another account is shown where it runs', async () => {
  const stopped = make.strategy(1, {
    control: { value: 'stopped', by: 'configuration', reason: '', at: second(1) },
  });
  const left = storeOf([make.statusBody(stopped, 'test')]);
  const home = storeOf([make.statusBody(make.strategy(2), 'test')]);
  const control = (pages: Pages) =>
    pages.strategies().then((all) => all.map((one) => one.control.value));
  assert.deepEqual(await control(mergedPages([left, home])), ['running']);
  assert.deepEqual(await control(mergedPages([left, storeOf([])])), ['stopped']);
});
