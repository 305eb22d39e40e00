/** What the finder answers is what a walk over all of the books would, after every fact of whole stories and after a restart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PERPETUAL, createWorld } from '../../sim/world/world.ts';
import { add, dec, isZero, sum } from '../base/decimal.ts';
import { type Books, emptyBooks, freezeBooks, thawBooks } from './books.ts';
import { evolve } from './evolve.ts';
import type { Fact } from './fact.ts';
import { finderOf } from './finder.ts';
import {
  bookedPosition,
  currenciesInUse,
  instrumentsInUse,
  isEntering,
  isFinished,
  openTrades,
  ordersOfTrade,
  pendingEntry,
  successorsOf,
  unresolvedIntents,
} from './ledger.ts';
import { signed } from './money.ts';

const older = (a: { openedAt: number; id: string }, b: { openedAt: number; id: string }): number =>
  a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);

/** Compares the look-ups with walks over the books; answers how much there was to find. */
function compareWith(books: Books, where: string): number {
  const trades = [...books.trades.values()];
  const intents = [...books.intents.values()];
  const orders = [...books.orders.values()];
  const open = trades.filter(({ closedAt }) => closedAt === null).sort(older);
  assert.deepEqual(openTrades(books), open, where);
  assert.deepEqual(
    openTrades(books, { instrument: PERPETUAL }),
    open.filter(({ instrument }) => instrument === PERPETUAL),
    where,
  );
  const unresolved = intents.filter(
    ({ placement }) => placement.state === 'pending' || placement.state === 'unknown',
  );
  assert.deepEqual(unresolvedIntents(books), unresolved, where);
  const entries = intents.filter(
    (record) => record.intent.purpose === 'entry' && !isFinished(books, record),
  );
  for (const id of books.strategies.keys()) {
    assert.deepEqual(
      openTrades(books, { strategy: id }),
      open.filter(({ strategy }) => strategy === id),
      where,
    );
    assert.equal(
      pendingEntry(books, id),
      entries.find(({ intent }) => intent.strategy === id),
      where,
    );
  }
  const ids = new Set([
    ...books.trades.keys(),
    ...intents.map(({ intent }) => intent.trade),
    ...orders.map(({ leg }) => leg?.trade),
  ]);
  for (const id of ids) {
    if (id === null || id === undefined) continue;
    assert.deepEqual(
      ordersOfTrade(books, id),
      orders.filter(({ leg }) => leg?.trade === id),
      where,
    );
    assert.equal(
      isEntering(books, id),
      entries.some(({ intent }) => intent.trade === id),
      where,
    );
  }
  for (const { order } of orders) {
    assert.deepEqual(
      successorsOf(books, order.orderId),
      orders.filter((other) => other.order.triggerOrderId === order.orderId),
      where,
    );
  }
  const flat = open.filter((trade) => trade.open === '0' && trade.entries.length > 0);
  assert.deepEqual([...finderOf(books).flat.values()].sort(older), flat, where);
  const names = new Set([
    ...[...books.strategies.values()].map(({ config }) => config.instrument),
    ...open.map(({ instrument }) => instrument),
    ...[...books.foreign].flatMap(([name, { amount }]) => (isZero(amount) ? [] : [name])),
  ]);
  assert.deepEqual(instrumentsInUse(books), [...names], where);
  const settled = [...names].flatMap(
    (name) => books.instruments.get(name)?.settlementCurrency ?? [],
  );
  assert.deepEqual(currenciesInUse(books), [...new Set(settled)], where);
  for (const name of names) {
    const held = open
      .filter(({ instrument }) => instrument === name)
      .map((trade) => signed(trade.direction, trade.open));
    const foreign = books.foreign.get(name)?.amount ?? dec('0');
    assert.equal(bookedPosition(books, name), add(sum(held), foreign), where);
  }
  const { closed, adjusted, looseIntents, looseOrders, adoptedLegs } = finderOf(books);
  const isLoose = (trade: string | null | undefined): boolean =>
    trade === null || trade === undefined || !books.trades.has(trade);
  const labelsOf = (legs: Books['legs']): string[] =>
    [...legs].flatMap(([label, { intent }]) => (intent === null ? [label] : []));
  const kept: readonly ReadonlyMap<string, unknown>[] = [
    closed,
    adjusted,
    looseIntents,
    looseOrders,
  ];
  assert.deepEqual(
    kept.map((map) => new Set(map.values())),
    [
      trades.filter(({ closedAt }) => closedAt !== null),
      trades.filter(({ adjustedAt }) => adjustedAt !== null),
      intents.filter(({ intent }) => isLoose(intent.trade)),
      orders.filter(({ leg }) => isLoose(leg?.trade)),
    ].map((walked) => new Set<unknown>(walked)),
    where,
  );
  assert.ok(
    labelsOf(books.legs).every((label) => adoptedLegs.has(label)),
    where,
  );
  return open.length + orders.length + entries.length;
}

function foldAndCompare(facts: readonly Fact[], restartEvery: number): number {
  let books = emptyBooks({
    maxDailyLossUsd: '1' as never,
    maxOrderUsd: '1' as never,
    maxPositionUsd: '1' as never,
    maxOpenOrders: 1,
  });
  let found = 0;
  for (const [index, fact] of facts.entries()) {
    evolve(books, fact);
    found += compareWith(books, `after fact ${fact.seq} ${fact.type}`);
    if (index % restartEvery === restartEvery - 1) books = thawBooks(freezeBooks(books));
  }
  return found;
}

test('[I25] what the finder knows is what the books say, after every fact and after every restart', async () => {
  const world = await createWorld();
  await world.ready();
  const first = await world.enter();
  world.hand('private/sell', {
    instrument_name: PERPETUAL,
    amount: Number(first.open),
    type: 'market',
  });
  await world.until('the first trade is closed by hand', () => world.openTrade() === undefined);
  await world.ready();
  await world.enter();
  world.control('POST', 'price', { instrument: PERPETUAL, price: '90000' });
  await world.run(5_000);
  await world.restart();
  await world.run(32 * 60_000);
  const facts = world.facts();
  assert.ok(
    facts.filter(({ type }) => type === 'TRADE_CLOSED').length >= 2,
    'the story has two closed trades',
  );
  assert.ok(foldAndCompare(facts, 1_000_000) > 100, 'there was something to find');
  assert.ok(foldAndCompare(facts, 7) > 100, 'there was something to find');
});
