/** The life of a difference: who has it, what is taken as it is and for how long, and how one comes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decimal } from '../base/decimal.ts';
import { emptyBooks, freezeBooks, spellBooks, thawBooks } from '../domain/books.ts';
import type { Break, BreakAction, BreakKind } from '../domain/shown.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { type Difference, endAcceptance, raise, settleBreak } from './breaks.ts';
import { openTurn, type Turn } from './turn.ts';

const ASKS = { ...BOT, claim: false };
const byHand = (world: World, direction: 'buy' | 'sell', amount: string) =>
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
const only = (world: World): Break => {
  const [held] = world.books().breaks.values();
  assert.ok(held, 'a difference stands');
  return held.break;
};
const stands = (world: World) =>
  world.until('a difference', () => world.books().breaks.size > 0, 40_000);
const decide = (world: World, action: BreakAction) =>
  world.command({
    verb: 'resolve',
    breakId: only(world).id,
    action,
    strategy: action === 'adopt' ? 'bot' : null,
    exitPrice: null,
    fees: null,
    reason: 'mine',
  });

test('a person takes a difference, and lets go of it: it is said, stays over checks and restarts, and decides nothing', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await stands(world);
  const { id } = only(world);
  assert.equal(only(world).owner, null);
  const take = (verb: 'take' | 'release') => world.command({ verb, breakId: id });
  const early = await take('release');
  assert.ok(!early.ok && early.code === 'not_taken');
  assert.ok((await take('take')).ok);
  const [taken] = world.of('BREAK_UPDATED').slice(-1);
  assert.deepEqual(
    [taken?.data.break.owner, taken?.actor.id, taken?.data.break.timesSeen],
    ['ada', 'ada', 1],
  );
  const twice = await take('take');
  assert.ok(!twice.ok && twice.code === 'taken');
  byHand(world, 'buy', '0.01');
  await world.run(40_000);
  assert.deepEqual([only(world).owner, only(world).exchange], ['ada', 'long 0.03']);
  await world.restart();
  await world.run(20_000);
  assert.equal(only(world).owner, 'ada');
  assert.ok((await take('release')).ok);
  assert.deepEqual([only(world).owner, only(world).options.length], [null, 3]);
  const unknown = await world.command({ verb: 'take', breakId: 'brk_9' });
  assert.ok(!unknown.ok && unknown.code === 'unknown_break' && unknown.accepted === id);
  audit(world);
});

test('[N2] what grows beyond what a person keeps by hand comes back under its id, with what was decided before', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  byHand(world, 'buy', '0.02');
  await stands(world);
  const first = only(world);
  await decide(world, 'by_hand');
  await world.run(35_000);
  assert.equal(world.books().breaks.size, 0);
  byHand(world, 'buy', '0.005');
  await stands(world);
  const back = only(world);
  assert.deepEqual(
    [back.id, back.life, back.difference.amount, back.timesSeen, back.firstSeenAt],
    [first.id, 'regressed', '0.005', 2, first.firstSeenAt],
  );
  assert.deepEqual(
    back.history?.map(({ life, amount, action, by }) => [life, amount, action, by]),
    [['resolved', '0.02', 'by_hand', 'ada']],
  );
  byHand(world, 'buy', '0.001');
  await world.run(40_000);
  assert.deepEqual([only(world).life, only(world).difference.amount], ['regressed', '0.006']);
  assert.ok(
    [...world.books().alerts.values()].some(
      ({ state, subject }) => state === 'firing' && subject.id === first.id,
    ),
    'a person is told',
  );
  await decide(world, 'adopt');
  await world.run(40_000);
  assert.equal(world.books().breaks.size, 0);
  assert.equal(world.openTrade()?.open, '0.006');
  audit(world);
});

/** The engine's own books, with differences raised by the call that every duty makes. */
async function bench(): Promise<{
  readonly world: World;
  readonly turn: () => Turn;
  readonly tell: (kind: BreakKind, amount: string, subject?: string) => Break | undefined;
}> {
  const world = await createWorld();
  await world.ready();
  const { cell } = world.life().driver;
  const now = { mono: world.now(), server: world.serverNow() };
  const turn = (): Turn => openTurn(cell, { ...now }, 'test');
  const tell = (kind: BreakKind, amount: string, subject = 'USDC'): Break | undefined => {
    const asks = { life: 'needs_you', proposal: 'accept', options: ['accept'] } as const;
    const difference: Difference = {
      ...asks,
      kind,
      subject,
      instrument: PERPETUAL,
      strategy: null,
      books: 'one',
      exchange: 'other',
      amount: amount as Decimal,
      evidence: [],
    };
    raise(turn(), difference);
    return [...cell.books.breaks.values()].find(({ break: found }) => found.kind === kind)?.break;
  };
  return { world, turn, tell };
}

test('an accepted balance drift stays accepted while it is the same, and is raised again when it grows or comes back', async () => {
  const { turn, tell } = await bench();
  const accept = (): void =>
    settleBreak(turn(), 'balance_drift', 'USDC', {
      action: 'accept',
      by: 'ada',
      reason: 'known',
      decision: { fact: null, action: 'accept' },
    });
  const first = tell('balance_drift', '-50');
  accept();
  assert.equal(tell('balance_drift', '-50'), undefined);
  const grown = tell('balance_drift', '-80');
  assert.deepEqual(
    [grown?.id, grown?.life, grown?.history?.map(({ life, amount }) => [life, amount])],
    [first?.id, 'regressed', [['accepted', '-50']]],
  );
  accept();
  assert.equal(tell('balance_drift', '-80'), undefined);
  endAcceptance(turn(), 'balance_drift', 'USDC', 'the log leads to the balance again');
  endAcceptance(turn(), 'balance_drift', 'USDC', 'the log leads to the balance again');
  const back = tell('balance_drift', '-80');
  assert.deepEqual([back?.life, back?.history?.length], ['regressed', 2]);
});

test('a drift in the other direction is another difference, and what ended by itself has no history', async () => {
  const { turn, tell } = await bench();
  const first = tell('balance_drift', '-50');
  settleBreak(turn(), 'balance_drift', 'USDC', {
    action: 'auto',
    by: 'reconciler',
    reason: 'gone',
  });
  const second = tell('balance_drift', '-50');
  assert.notEqual(second?.id, first?.id);
  assert.deepEqual([second?.life, second?.history], ['needs_you', undefined]);
  settleBreak(turn(), 'balance_drift', 'USDC', { action: 'accept', by: 'ada', reason: 'known' });
  const other = tell('balance_drift', '50');
  assert.notEqual(other?.id, second?.id);
  assert.equal(other?.life, 'needs_you');
});

test('what can’t come twice stays accepted, what has happened anew never does', async () => {
  const { turn, tell } = await bench();
  for (const [kind, silent] of [
    ['lost_order', true],
    ['unresolved_intent', true],
    ['orphan_order', true],
    ['fee_or_funding_difference', true],
    ['foreign_activity', true],
    ['ghost_trade', false],
  ] as const) {
    tell(kind, '1', 'one');
    settleBreak(turn(), kind, 'one', { action: 'accept', by: 'ada', reason: 'known' });
    assert.equal(tell(kind, '1', 'one')?.life, silent ? undefined : 'regressed', kind);
  }
});

test('[I25] books of before remember what was accepted in them', async () => {
  const { world, tell } = await bench();
  const old = JSON.parse(freezeBooks(world.books())) as Record<string, unknown>;
  delete old['ended'];
  old['accepted'] = { $map: [['orphan_order/x', 5]] };
  const books = thawBooks(JSON.stringify(old));
  assert.deepEqual(
    [...books.ended],
    [['orphan_order/x', { break: null, subject: 'x', at: 5, seq: 0, decision: null, gone: false }]],
  );
  assert.equal('accepted' in books, false);
  for (const [key, ended] of books.ended) world.books().ended.set(key, ended);
  assert.equal(tell('orphan_order', '1', 'x'), undefined);
  assert.equal(
    spellBooks(thawBooks(freezeBooks(emptyBooks(books.risk)))),
    spellBooks(emptyBooks(books.risk)),
  );
});
