import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  actorKey,
  chosen,
  EVERYTHING,
  facetsOf,
  firstReading,
  isFarBehind,
  type JournalFact,
  MOST_HELD,
  newerReading,
  olderReading,
  PAGE,
  visibleRows,
  withNewer,
  withOlder,
} from './journal.ts';

const fact = (seq: number, changes: Partial<JournalFact> = {}): JournalFact => ({
  seq,
  at: '2026-03-02T10:00:00.000Z',
  epoch: 1,
  type: 'FILL_BOOKED',
  actor: { kind: 'exchange', id: 'exchange' },
  cause: 'changes',
  build: '0.1.0',
  config: 'demo',
  data: {},
  ...changes,
});

const run = (from: number, to: number): readonly JournalFact[] =>
  Array.from({ length: to - from + 1 }, (_, index) => fact(from + index));

const seqs = (facts: readonly JournalFact[]): readonly number[] => facts.map(({ seq }) => seq);

describe('reading the journal in stretches', () => {
  it('begins with the last facts, or around the one that a link names', () => {
    assert.deepEqual(firstReading(1_200, null), { after: 700, limit: PAGE });
    assert.deepEqual(firstReading(30, null), { after: 0, limit: PAGE });
    assert.deepEqual(firstReading(9_000, 4_000), { after: 3_750, limit: PAGE });
    assert.deepEqual(firstReading(9_000, 20_000), { after: 8_750, limit: PAGE });
  });

  it('asks for exactly what is missing on either side, and for nothing at the ends', () => {
    assert.deepEqual(newerReading(run(5, 9), 12), { after: 9, limit: PAGE });
    assert.equal(newerReading(run(5, 9), 9), null);
    assert.deepEqual(olderReading(run(5, 9)), { after: 0, limit: 4 });
    assert.deepEqual(olderReading(run(801, 802)), { after: 300, limit: 500 });
    assert.equal(olderReading(run(1, 9)), null);
  });

  it('knows when one read no longer reaches the end', () => {
    assert.equal(isFarBehind(run(1, 10), 10 + PAGE), false);
    assert.equal(isFarBehind(run(1, 10), 11 + PAGE), true);
  });

  it('joins what follows, passes over what it holds, and never joins across a hole', () => {
    assert.deepEqual(seqs(withNewer(run(1, 3), run(2, 5))), [1, 2, 3, 4, 5]);
    assert.deepEqual(seqs(withNewer(run(1, 3), run(5, 6))), [1, 2, 3]);
    assert.deepEqual(seqs(withOlder(run(4, 5), run(2, 4))), [2, 3, 4, 5]);
    assert.deepEqual(seqs(withOlder(run(4, 5), run(1, 2))), [4, 5]);
    assert.deepEqual(seqs(withNewer([], run(7, 8))), [7, 8]);
  });

  it('lets go of the end that is not looked at', () => {
    const newer = withNewer(run(1, MOST_HELD), run(MOST_HELD + 1, MOST_HELD + 3));
    assert.deepEqual([newer.length, newer[0]?.seq], [MOST_HELD, 4]);
    const older = withOlder(run(4, MOST_HELD + 3), run(1, 3));
    assert.deepEqual([older.length, older.at(-1)?.seq], [MOST_HELD, MOST_HELD]);
  });

  it('stays without a hole whatever is read', () => {
    const page = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), page), { maxLength: 20 }), (reads) => {
        let stretch: readonly JournalFact[] = [];
        for (const [newer, [from, count]] of reads)
          stretch = (newer ? withNewer : withOlder)(stretch, run(from, from + count));
        const first = stretch[0]?.seq ?? 0;
        assert.deepEqual(
          seqs(stretch),
          stretch.map((_, index) => first + index),
        );
      }),
    );
  });
});

describe('choosing facts', () => {
  const facts = [
    fact(1, { type: 'ENGINE_STARTED', actor: { kind: 'engine', id: 'engine' } }),
    fact(2, { data: { fill: { orderId: 'USDC-11' } } }),
    fact(3, {
      type: 'STRATEGY_EVALUATED',
      actor: { kind: 'strategy', id: 'razor' },
      cause: 'candle',
    }),
    fact(4),
  ];

  it('shows everything until something is chosen', () => {
    assert.equal(chosen(facts, EVERYTHING), facts);
    assert.equal(chosen(facts, { ...EVERYTHING, text: '  ' }), facts);
  });

  it('holds every wish at once; capitals do not matter', () => {
    assert.deepEqual(seqs(chosen(facts, { ...EVERYTHING, type: 'FILL_BOOKED' })), [2, 4]);
    assert.deepEqual(seqs(chosen(facts, { ...EVERYTHING, actor: 'strategy razor' })), [3]);
    assert.deepEqual(seqs(chosen(facts, { ...EVERYTHING, text: 'usdc-11' })), [2]);
    assert.deepEqual(
      seqs(chosen(facts, { ...EVERYTHING, type: 'FILL_BOOKED', actor: 'engine' })),
      [],
    );
  });

  it('counts by type and by maker, the most frequent first', () => {
    assert.deepEqual(facetsOf(facts, actorKey), [
      { key: 'exchange', count: 2 },
      { key: 'engine', count: 1 },
      { key: 'strategy razor', count: 1 },
    ]);
  });
});

describe('lines in sight', () => {
  it('draws those and a few beyond, never outside the list', () => {
    assert.deepEqual(visibleRows({ top: 0, height: 320, row: 32, count: 1_000 }), {
      from: 0,
      to: 30,
    });
    assert.deepEqual(visibleRows({ top: 3_200, height: 320, row: 32, count: 1_000 }), {
      from: 90,
      to: 120,
    });
    assert.deepEqual(visibleRows({ top: 9_999, height: 320, row: 32, count: 5 }), {
      from: 0,
      to: 5,
    });
  });
});
