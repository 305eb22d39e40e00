/**
 * The auditor of a world at rest. It compares what the exchange holds with what the journals say by its own arithmetic
 * and shares no judgement with the engine: labels once, every trade once, positions equal, money equal, folds equal.
 */
import assert from 'node:assert/strict';
import { type Decimal, ZERO, abs, add, dec, gte, sub, sum } from '../../src/base/decimal.ts';
import {
  type Books,
  emptyBooks,
  freezeBooks,
  spellBooks,
  thawBooks,
} from '../../src/domain/books.ts';
import { evolve } from '../../src/domain/evolve.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { presentStrategy } from '../../src/domain/present.ts';
import { settlementCurrency } from '../../src/venue/deribit/decode-order.ts';
import type { World } from '../world/world.ts';

const isOurs = (label: string): boolean => label.startsWith('ls:');

/** [I1][I2] One order at the exchange per label of ours, each with an intent that was durable. */
export function auditLabels(world: World): void {
  const roots = new Map<string, string[]>();
  for (const order of world.exchange().orders) {
    if (!isOurs(order.label) || order.bornFrom !== null) continue;
    roots.set(order.label, [...(roots.get(order.label) ?? []), order.orderId]);
  }
  const intended = new Set<string>();
  for (const fact of world.allFacts()) {
    if (fact.type !== 'ORDER_INTENDED') continue;
    for (const label of [
      fact.data.intent.label,
      ...fact.data.intent.children.map((child) => child.label),
    ]) {
      assert.ok(!intended.has(label), `label ${label} was intended twice`);
      intended.add(label);
    }
  }
  for (const [label, ids] of roots) {
    assert.equal(ids.length, 1, `[I1] label ${label} has the orders ${ids.join(', ')}`);
    assert.ok(intended.has(label), `[I2] no intent for ${label}`);
  }
}

const factsOf = <T extends Fact['type']>(facts: readonly Fact[], type: T) =>
  facts.filter((fact): fact is Extract<Fact, { readonly type: T }> => fact.type === type);

/** [I11] The fills of the present journal are the exchange's trades since its baseline, each once, with their amounts and fees. */
export function auditFills(world: World): void {
  const facts = world.facts();
  const baseline = factsOf(facts, 'BASELINE_TAKEN')[0]?.data;
  assert.ok(baseline !== undefined, 'no baseline');
  const known = new Set(baseline.known);
  const expected = world
    .exchange()
    .trades.filter(
      (trade) =>
        trade.at >= baseline.horizon &&
        !known.has(`${settlementCurrency(trade.instrument)}/${trade.tradeId}`),
    );
  const booked = factsOf(facts, 'FILL_BOOKED');
  const keys = booked.map(({ data }) => `${data.fill.instrument} ${data.fill.tradeId}`).sort();
  assert.deepEqual(
    keys,
    expected.map((trade) => `${trade.instrument} ${trade.tradeId}`).sort(),
    `[I11] fills in the journal and trades at the exchange\n${world.trace()}`,
  );
  for (const { data } of booked) {
    const trade = expected.find(
      ({ tradeId, instrument }) =>
        tradeId === data.fill.tradeId && instrument === data.fill.instrument,
    );
    assert.deepEqual(
      [data.fill.amount, data.fill.price, data.fill.fee, data.fill.direction],
      [trade?.amount, trade?.price, trade?.fee, trade?.direction],
    );
    assert.equal(
      sum(data.allocations.map((part) => part.amount)),
      data.fill.amount,
      `[I9] allocations of ${data.fill.tradeId}`,
    );
    assert.equal(
      sum(data.allocations.map((part) => part.fee)),
      data.fill.fee,
      `fees of ${data.fill.tradeId}`,
    );
  }
}

/** [I12][I17] Open trades and the foreign amount are the exchange's position, and so is baseline + fills + adjustments. */
export function auditPosition(world: World): void {
  for (const { name } of world.exchange().instruments) auditPositionOf(world, name);
}

function auditPositionOf(world: World, name: string): void {
  const actual = world.position(name);
  let held: Decimal = world.books().foreign.get(name)?.amount ?? ZERO;
  for (const trade of world.books().trades.values()) {
    if (trade.instrument !== name) continue;
    if (trade.closedAt === null)
      held = trade.direction === 'long' ? add(held, trade.open) : sub(held, trade.open);
    const gone = add(sum(trade.exits.map((lot) => lot.amount)), add(trade.open, trade.adjusted));
    assert.equal(
      sum(trade.entries.map((lot) => lot.amount)),
      gone,
      `${trade.id}: what was opened is closed, open or adjusted`,
    );
  }
  assert.equal(held, actual, `[I17] books and exchange, ${name}\n${world.trace()}`);
}

/** [I20][I25] Two folds give the same text, which is that of the living books; the status last shown is the fold's. */
export function auditFold(world: World): void {
  const facts = world.facts();
  const fold = (): Books => {
    const books = emptyBooks(world.books().risk);
    for (const fact of facts) evolve(books, fact);
    return books;
  };
  const books = thawBooks(freezeBooks(fold()));
  const folded = spellBooks(books);
  for (const [id, strategy] of books.strategies) {
    const last = factsOf(facts, 'STRATEGY_STATUS_CHANGED').findLast(
      (fact) => fact.data.strategy === id,
    )?.data;
    const { status, activity, assurance, control } = presentStrategy(books, strategy, '');
    assert.deepEqual(
      [last?.status, last?.activity, last?.assurance, last?.control],
      [status, activity, assurance, control],
      `[I20] ${id}`,
    );
  }
  assert.equal(folded, spellBooks(fold()), '[I25] two folds differ');
  if (!world.life().isAlive()) return;
  const living = spellBooks(world.books());
  let at = 0;
  while (at < living.length && living[at] === folded[at]) at++;
  assert.ok(
    living === folded,
    `[I25] the living books differ from the fold: …${living.slice(Math.max(0, at - 120), at + 120)}… against …${folded.slice(Math.max(0, at - 120), at + 120)}…`,
  );
}

/** [N6][I19] What a commit closes it also shows, and the last status shown of a strategy is the one of the books. */
export function auditCommits(world: World): void {
  for (const commit of world.disk().commits) {
    const closed = factsOf(commit, 'TRADE_CLOSED');
    for (const { data } of closed) {
      const after = factsOf(commit, 'STRATEGY_STATUS_CHANGED').filter(
        (fact) => fact.data.strategy === data.trade.strategy,
      );
      assert.ok(
        after.length > 0,
        `[N6] ${data.trade.id} was closed without a status in the same commit\n${world.trace()}`,
      );
    }
  }
}

/** [I51] No live order of ours at the exchange protects nothing, and nothing is left to do. */
export function auditLeftovers(world: World): void {
  const open = new Set(
    [...world.books().trades.values()]
      .filter((trade) => trade.closedAt === null)
      .map((trade) => trade.id),
  );
  for (const order of world.exchange().orders) {
    if (!isOurs(order.label) || (order.state !== 'open' && order.state !== 'untriggered')) continue;
    const trade = world.books().orders.get(order.orderId)?.leg?.trade ?? '';
    assert.ok(
      open.has(trade),
      `live order ${order.orderId} ${order.label} of no open trade (${trade})\n${world.trace()}`,
    );
  }
  assert.equal(world.books().changes.size, 0, 'changes are still owed');
  for (const [label, { placement }] of world.books().intents) {
    assert.ok(
      placement.state !== 'acked' || world.books().orders.has(placement.orderId),
      `[I8] the order of ${label} was never seen\n${world.trace()}`,
    );
    assert.ok(
      placement.state !== 'pending' && placement.state !== 'unknown',
      `${label} is ${placement.state}\n${world.trace()}`,
    );
  }
}

/** [I17] What a person decided of a foreign amount, and what of it is still to be closed, is part of what is there. */
export function auditForeign(world: World): void {
  for (const [name, { amount, decided, wantFlat }] of world.books().foreign) {
    const [held, kept, closing] = [Number(amount), Number(decided), Number(wantFlat)];
    const isPart = (part: number, whole: number): boolean =>
      part === 0 ||
      (Math.sign(part) === Math.sign(whole) && Math.abs(part) <= Math.abs(whole) + 1e-12);
    assert.ok(isPart(kept, held), `${name}: ${decided} of ${amount} is decided\n${world.trace()}`);
    assert.ok(
      isPart(closing, held - kept),
      `${name}: ${wantFlat} of ${amount} is to be closed, ${decided} kept\n${world.trace()}`,
    );
  }
}

/** [I9] No live stops, targets or closes of a trade are for more than it has open, each kind by itself, once it is not entering. */
export function auditSizes(world: World): void {
  const live = world
    .exchange()
    .orders.filter(
      (order) =>
        isOurs(order.label) &&
        !order.dormant &&
        (order.state === 'open' || order.state === 'untriggered'),
    );
  for (const trade of world.books().trades.values()) {
    const own = live.filter(
      (order) => world.books().orders.get(order.orderId)?.leg?.trade === trade.id,
    );
    if (own.some((order) => !order.reduceOnly)) continue;
    for (const type of new Set(own.map((order) => order.type))) {
      const amount = sum(
        own
          .filter((order) => order.type === type)
          .map((order) => sub(dec(order.amount), dec(order.filled))),
      );
      assert.ok(
        Number(amount) <= Number(trade.open),
        `[I9] ${trade.id} has ${trade.open} open and ${amount} live as ${type}\n${world.trace()}`,
      );
    }
  }
}

/** Live stop amount at the exchange for what is open: each open trade is covered. */
export function auditProtection(world: World): void {
  for (const { name } of world.exchange().instruments) auditProtectionOf(world, name);
}

function auditProtectionOf(world: World, name: string): void {
  const stops = world
    .exchange()
    .orders.filter(
      (order) =>
        isOurs(order.label) &&
        order.instrument === name &&
        order.type === 'stop_market' &&
        order.state === 'untriggered' &&
        !order.dormant,
    );
  const covered = sum(stops.map((order) => sub(dec(order.amount), dec(order.filled))));
  const open = sum(
    [...world.books().trades.values()]
      .filter((trade) => trade.closedAt === null && trade.instrument === name)
      .map((trade) => trade.open),
  );
  assert.equal(covered, open, `live stops ${covered}, open ${open}\n${world.trace()}`);
}

/** At any moment, also between two messages: the stops that stand or have just fired cover what the account holds. */
export function auditCover(world: World): void {
  const stops = world
    .exchange()
    .orders.filter(
      ({ type, state, dormant, bornFrom }) =>
        !dormant &&
        ((type === 'stop_market' && state === 'untriggered') ||
          (state === 'open' && bornFrom !== null)),
    );
  const covered = sum(stops.map((order) => sub(dec(order.amount), dec(order.filled))));
  const held = abs(dec(world.position()));
  assert.ok(gte(covered, held), `live stops ${covered}, held ${held}\n${world.trace()}`);
}

/** [I3][I5][I9] Openings came one at a time, what was proved absent never came, and all that was not an opening could only reduce. */
export function auditPlacing(world: World): void {
  const orders = world.exchange().orders;
  const unresolved = new Map<string, string>();
  for (const fact of world.facts()) {
    if (fact.type === 'ORDER_INTENDED' && fact.data.intent.purpose === 'entry') {
      const beside = [...unresolved].filter(
        ([, instrument]) => instrument === fact.data.intent.instrument,
      );
      assert.deepEqual(beside, [], `[I3] ${fact.data.intent.label} beside another`);
      unresolved.set(fact.data.intent.label, fact.data.intent.instrument);
    }
    if (
      fact.type === 'ORDER_ACKED' ||
      fact.type === 'ORDER_REJECTED' ||
      fact.type === 'ORDER_ABSENT'
    )
      unresolved.delete(fact.data.label);
    if (fact.type === 'ORDER_ABSENT' && fact.data.by === 'proof')
      assert.ok(
        !orders.some((order) => order.label === fact.data.label),
        `[I5] ${fact.data.label} came after all`,
      );
  }
  for (const order of orders) {
    if (isOurs(order.label) && !/e:[a-z0-9]{8}$/.test(order.label))
      assert.ok(order.reduceOnly, `[I9] ${order.orderId} ${order.label}`);
  }
}

/** [N7][I21] Every trade was shown, opened once and closed once, and what was shown last is what the books hold. */
export function auditShown(world: World): void {
  const opened = new Map<string, number>();
  const closed = new Map<string, number>();
  const ids = new Set<string>();
  for (const fact of world.facts()) {
    if (fact.type === 'TRADE_OPENED')
      opened.set(fact.data.trade.id, (opened.get(fact.data.trade.id) ?? 0) + 1);
    if (fact.type === 'TRADE_CLOSED')
      closed.set(fact.data.trade.id, (closed.get(fact.data.trade.id) ?? 0) + 1);
    if (fact.type === 'FILL_BOOKED' && fact.data.opens !== null) ids.add(fact.data.opens.trade);
    if (fact.type === 'TRADE_ADOPTED') ids.add(fact.data.trade);
  }
  for (const id of ids) {
    const isOpen = world.books().trades.get(id)?.closedAt === null;
    assert.ok(
      (opened.get(id) ?? 0) <= 1 && (opened.has(id) || closed.has(id)),
      `[N7] ${id} was shown opened ${opened.get(id) ?? 0} times\n${world.trace()}`,
    );
    assert.equal(
      closed.get(id) ?? 0,
      isOpen ? 0 : 1,
      `[I21] ${id} was shown closed ${closed.get(id) ?? 0} times\n${world.trace()}`,
    );
  }
}

/** [I13] The cash of every currency, row by row, is the exchange's; for a world whose last check has read its rows. */
export function auditCash(world: World): void {
  const facts = world.facts();
  const cash = new Map(
    factsOf(facts, 'BASELINE_TAKEN')[0]?.data.balances.map(({ currency, balance }) => [
      currency,
      balance,
    ]),
  );
  for (const { data } of factsOf(facts, 'CASH_BOOKED'))
    cash.set(data.row.currency, add(cash.get(data.row.currency) ?? ZERO, data.row.change));
  for (const [currency, held] of Object.entries(world.exchange().accounts[0]?.cash ?? {})) {
    assert.equal(cash.get(currency), held, `[I13] cash in ${currency}\n${world.trace()}`);
    assert.equal(world.books().cash.get(currency)?.balance, held);
  }
}

/** Everything, for a world at rest. */
export function audit(world: World): void {
  auditLabels(world);
  auditPlacing(world);
  auditShown(world);
  auditFills(world);
  auditPosition(world);
  auditFold(world);
  auditCommits(world);
  auditForeign(world);
  auditLeftovers(world);
  auditSizes(world);
  auditProtection(world);
}
