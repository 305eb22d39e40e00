/** One order book: what counts, what ends it, and that it never shows what the exchange never had. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Applied, applyFrame, createBook, emptyBook, viewOf, wholeOf } from './book.ts';
import { createFarBook, distort } from './book-kit.contract.ts';
import { bookSchema } from './decode-book.ts';
import { decodeWith } from './decode-values.ts';
import { readFrame } from './frame.ts';

const NAME = 'BTC-PERPETUAL';
const frame = (over: Record<string, unknown>): unknown => ({
  type: 'change',
  timestamp: 1,
  instrument_name: NAME,
  change_id: 20,
  prev_change_id: 10,
  bids: [],
  asks: [],
  ...over,
});
const snapshot = (over: Record<string, unknown> = {}): unknown =>
  frame({
    type: 'snapshot',
    change_id: 10,
    prev_change_id: undefined,
    bids: [
      ['new', 99, 10],
      ['new', 99.5, 5],
    ],
    asks: [
      ['new', 100.5, 7],
      ['new', 100, 3.0],
    ],
    ...over,
  });
const whole = (...frames: readonly unknown[]) => {
  const book = createBook(NAME, 5);
  const said = frames.map((one) => applyFrame(book, one));
  return { book, said };
};
const why = (applied: Applied | undefined): string =>
  typeof applied === 'object' ? `${applied.kind}: ${applied.why}` : String(applied);

describe('order book', () => {
  it('takes a snapshot, then what follows it, by equality of ids that jump', () => {
    const { book, said } = whole(
      snapshot(),
      frame({ bids: [['change', 99, 4]], asks: [['delete', 100, 0.0]] }),
      frame({ prev_change_id: 20, change_id: 1_000, asks: [['new', 100.2, 1e-5]] }),
    );
    assert.deepEqual(said, ['applied', 'applied', 'applied']);
    assert.deepEqual(viewOf(book), {
      instrument: NAME,
      changeId: 1_000,
      at: 1,
      bids: [
        { price: '99.5', amount: '5' },
        { price: '99', amount: '4' },
      ],
      asks: [
        { price: '100.2', amount: '0.00001' },
        { price: '100.5', amount: '7' },
      ],
    });
  });
  it('a change that follows another one than the last is a gap, one that was applied is passed over', () => {
    assert.match(why(whole(snapshot(), frame({ prev_change_id: 9 })).said[1]), /^gap: .*follows 9/);
    assert.equal(whole(snapshot(), frame({}), frame({})).said[2], 'passed_over');
    assert.equal(whole(frame({})).said[0], 'passed_over');
  });
  it('a snapshot that an earlier change has overtaken is not believed', () => {
    assert.match(why(whole(frame({}), snapshot()).said[1]), /^gap/);
    assert.equal(whole(frame({}), snapshot({ change_id: 20 })).said[1], 'applied');
    assert.match(why(whole(snapshot(), frame({}), snapshot()).said[2]), /^gap/);
  });
  const bad: readonly (readonly [string, RegExp, unknown])[] = [
    ['crossed', /^nonsense/, { bids: [['new', 100, 1]] }],
    ['doubled', /^nonsense: a new level that is there/, { bids: [['new', 99, 1]] }],
    ['changed from nothing', /^nonsense/, { asks: [['change', 101, 1]] }],
    ['deleted from nothing', /^nonsense/, { asks: [['delete', 101, 0]] }],
    ['deleted with an amount', /^nonsense/, { asks: [['delete', 100, 3]] }],
    ['empty', /^nonsense/, { asks: [['change', 100, 0]] }],
    ['negative amount', /^unreadable/, { asks: [['change', 100, -1]] }],
    ['negative price', /^unreadable/, { bids: [['new', -1, 1]] }],
    ['no number', /^unreadable/, { bids: [['new', '99', 1]] }],
    ['too large', /^unreadable/, { bids: [['new', 1e15, 1]] }],
    ['unknown action', /^unreadable/, { bids: [['move', 98, 1]] }],
    ['no row', /^unreadable/, { bids: [7] }],
    ['no list', /^unreadable/, { bids: {} }],
    ['no predecessor', /^unreadable/, { prev_change_id: undefined }],
    ['no id', /^unreadable/, { change_id: 'x' }],
    ['another instrument', /^unreadable/, { instrument_name: 'ETH-PERPETUAL' }],
    ['another type', /^unreadable/, { type: 'reset' }],
  ];
  for (const [what, expected, over] of bad)
    it(`what no book can hold ends it: ${what}`, () => {
      assert.match(
        why(whole(snapshot(), frame(over as Record<string, unknown>)).said[1]),
        expected,
      );
    });
  it('a grouped channel sends the whole window each time', () => {
    const window = (id: number, bid: number): unknown => ({
      timestamp: id,
      instrument_name: NAME,
      change_id: id,
      bids: [[bid, 4]],
      asks: [[bid + 1, 4]],
    });
    const { book, said } = whole(window(5, 100), window(9, 102));
    assert.deepEqual(said, ['applied', 'applied']);
    assert.deepEqual(wholeOf(book), {
      bids: [{ price: '102', amount: '4' }],
      asks: [{ price: '103', amount: '4' }],
    });
  });
  it('keeps the digits of an amount that no binary float holds', () => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      method: 'subscription',
      params: { channel: 'book', data: snapshot() },
    }).replace('99.5,5', '99.5,0.12345678901234567891');
    const read = readFrame(text);
    const book = createBook(NAME, 1);
    assert.equal(applyFrame(book, read.kind === 'notification' ? read.data : null), 'applied');
    assert.equal(viewOf(book).bids[0]?.amount, '0.12345678901234567891');
  });
  it('a view that was told is left alone by later changes', () => {
    const { book } = whole(snapshot());
    const told = viewOf(book);
    const before = structuredClone(told);
    applyFrame(book, frame({ bids: [['change', 99, 4]], asks: [['new', 100.1, 1]] }));
    emptyBook(book);
    assert.deepEqual(told, before);
  });

  it('[FACTS 14.1] under loss, doubling and reordering it equals what the exchange had, or is broken', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, length) => {
        const far = createFarBook(NAME, seed);
        const frames = [far.snapshot()];
        for (let n = 0; n < length; n++) frames.push(far.change());
        const book = createBook(NAME, 3);
        for (const one of distort(frames, seed)) {
          const applied = applyFrame(book, one);
          if (typeof applied === 'object') emptyBook(book);
          if (book.changeId < 0) continue;
          assert.deepEqual(wholeOf(book), far.history.get(book.changeId));
          const { bids, asks } = wholeOf(book);
          assert.deepEqual(viewOf(book).bids, bids.slice(0, 3));
          assert.deepEqual(viewOf(book).asks, asks.slice(0, 3));
        }
      }),
      { numRuns: 500 },
    );
  });
  it('without faults it follows to the end', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, length) => {
        const far = createFarBook(NAME, seed);
        const book = createBook(NAME, 3);
        assert.equal(applyFrame(book, far.snapshot()), 'applied');
        for (let n = 0; n < length; n++) assert.equal(applyFrame(book, far.change()), 'applied');
        assert.deepEqual(wholeOf(book), far.now());
      }),
    );
  });

  const folder = join(import.meta.dirname, '../../../../shared/deribit/fixtures');
  if (existsSync(folder))
    it('reads every recorded frame as the schema does', () => {
      const files = [
        'probe_recorded_2026_09/book_snapshot_linear_NVDA.wire.txt',
        'probe_recorded_2026_09/book_snapshot_inverse_ETH.wire.txt',
        'nautilus/ws_book_snapshot.json',
        'cryptofeed_recorded_2021/ws_book_snapshot_2.json',
        'cryptofeed_recorded_2021/ws_book_snapshot_3.json',
      ];
      for (const file of files) {
        const read = readFrame(readFileSync(join(folder, file), 'utf8'));
        assert.ok(read.kind === 'notification', file);
        const schema = decodeWith(bookSchema, read.data);
        assert.ok(schema.ok, file);
        const book = createBook(schema.value.instrument, 5);
        assert.equal(applyFrame(book, read.data), 'applied', file);
        const sorted = (levels: readonly { price: string; amount: string }[]): unknown =>
          levels.toSorted((a, b) => Number(a.price) - Number(b.price));
        assert.deepEqual(sorted(wholeOf(book).bids), sorted(schema.value.bids), file);
        assert.deepEqual(sorted(wholeOf(book).asks), sorted(schema.value.asks), file);
      }
    });
});
