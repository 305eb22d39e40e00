/** Funding per trade: what the session's counter moved is shared over who held the position, by signed amount and time. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, dec, sum } from '../base/decimal.ts';
import { DAY, HOUR, startOfDay } from '../base/time.ts';
import type { VenuePosition } from '../domain/account.ts';
import { type Books, freezeBooks, thawBooks } from '../domain/books.ts';
import type { Fact } from '../domain/fact.ts';
import { hold, newMark } from '../domain/funding.ts';
import { markFunding } from './observe.ts';
import { openTurn } from './turn.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

let world: World;
let ids: readonly [string, string];
before(async () => {
  world = await createWorld({
    strategies: [BOT, { ...BOT, id: 'other', settings: { ...BOT.settings, script: 'other' } }],
  });
  const first = await world.enter({}, 'bot');
  const second = await world.enter({}, 'other');
  ids = [first.id, second.id];
});

const position = (realizedFunding: Decimal): VenuePosition => ({
  instrument: PERPETUAL,
  size: dec('0.0018'),
  averagePrice: dec('100000'),
  markPrice: dec('100000'),
  indexPrice: null,
  realizedFunding,
  realizedPnl: dec('0'),
  floatingPnl: dec('0'),
  initialMargin: dec('0'),
  maintenanceMargin: dec('0'),
});

/** Marks readings one after another in a copy of the books; answers the books and the facts. */
function marked(
  readings: readonly (readonly [Decimal, number])[],
  change: (books: Books) => void = () => undefined,
): {
  readonly books: Books;
  readonly facts: readonly Extract<Fact, { type: 'FUNDING_ACCRUED' }>[];
} {
  const { cell } = world.life().driver;
  const books = thawBooks(freezeBooks(cell.books));
  change(books);
  const facts: Extract<Fact, { type: 'FUNDING_ACCRUED' }>[] = [];
  for (const [realized, at] of readings) {
    const turn = openTurn({ ...cell, books }, { server: at, mono: 0 }, 'test');
    markFunding(turn, position(realized), at);
    for (const fact of turn.facts) if (fact.type === 'FUNDING_ACCRUED') facts.push(fact);
  }
  return { books, facts };
}

const fundingOf = (books: Books): Decimal =>
  sum(ids.map((id) => books.trades.get(id)?.funding ?? dec('0')));
const now = (): number => world.serverNow();

test('[N1] whatever the readings within a session, the trades together have what the counter shows', () => {
  const reading = fc.tuple(
    fc.integer({ min: -500_000, max: 500_000 }).map((n) => dec(`${n}e-6`)),
    fc.integer({ min: 1, max: 600_000 }),
  );
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 6 }), (drawn) => {
      let at = now();
      const readings = drawn.map(([realized, after]) => [realized, (at += after)] as const);
      const { books, facts } = marked(readings);
      assert.equal(fundingOf(books), readings.at(-1)?.[0]);
      for (const fact of facts)
        for (const part of fact.data.allocations) assert.ok(part.trade !== null);
    }),
    { numRuns: 60 },
  );
});

test('[N1] shares follow amount and time: who holds twice as long and twice as much has four times as much', () => {
  const at = now() + 60_000;
  const { books } = marked(
    [
      [dec('0'), at],
      [dec('5'), at + HOUR],
    ],
    (changed) => {
      const [first, second] = ids.map((id) => changed.trades.get(id));
      assert.ok(first && second);
      const mark = newMark(at);
      hold(mark, first.id, { change: dec('0.002'), at });
      hold(mark, second.id, { change: dec('0.001'), at: at + HOUR / 2 });
      changed.funding.set(PERPETUAL, mark);
    },
  );
  assert.deepEqual(
    ids.map((id) => books.trades.get(id)?.funding),
    ['4', '1'],
  );
});

test('08:00 UTC: the counter restarts: it is rebased, never differenced', () => {
  const eight = startOfDay(now()) + DAY + 8 * HOUR;
  const { books, facts } = marked([
    [dec('3'), eight - 60_000],
    [dec('0.25'), eight + 60_000],
  ]);
  assert.equal(sum(facts.at(-1)?.data.allocations.map((part) => part.amount) ?? []), '0.25');
  assert.equal(fundingOf(books), '3.25');
});

test('a reading that says the same adds no fact', () => {
  const { facts } = marked([
    [dec('1'), now() + 1_000],
    [dec('1'), now() + 2_000],
    [dec('1'), now() + 3_000],
  ]);
  assert.equal(facts.length, 1);
});

test('what is foreign has its share by the same measure', () => {
  const at = now() + 60_000;
  const { books, facts } = marked(
    [
      [dec('2'), at],
      [dec('6'), at + HOUR],
    ],
    (changed) => {
      const change = sum(ids.map((id) => changed.trades.get(id)?.open ?? dec('0')));
      const mark = changed.funding.get(PERPETUAL);
      assert.ok(mark);
      hold(mark, null, { change, at });
    },
  );
  const parts = facts.flatMap((fact) => fact.data.allocations);
  const last = facts.at(-1)?.data.allocations ?? [];
  assert.equal(
    sum(last.filter((part) => part.trade === null).map((part) => part.amount)),
    '2',
    'half of 4',
  );
  assert.equal(sum(parts.map((part) => part.amount)), '6');
  assert.equal(
    fundingOf(books),
    sum(parts.filter((part) => part.trade !== null).map((part) => part.amount)),
  );
});
