/** The session's order books: told when whole, thrown away when not, and healed in few calls. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextBelow, prng } from '../../base/prng.ts';
import type { BookView } from '../../domain/market.ts';
import { LOSE, PASS } from '../rig.contract.ts';
import { type FarBook, createFarBook } from './book-kit.contract.ts';
import { BOOK_PAUSE_MOST_MS, BOOK_SILENT_MS, BOOK_SNAPSHOT_MS, READ_ANSWER_MS } from './limits.ts';
import { world } from './session-kit.contract.ts';

const NAMES = ['BTC_USDC-PERPETUAL', 'ETH_USDC-PERPETUAL', 'BTC-PERPETUAL'] as const;
const channelOf = (name: string): string => `book.${name}.100ms`;

/** A market link with books; `change` moves one and says so. */
function market(names: readonly string[] = [NAMES[0]], seed = 1) {
  const made = world({ link: 'market', credentials: null, books: names });
  const books = new Map<string, FarBook>(
    names.map((name, n) => [name, createFarBook(name, seed + n)]),
  );
  for (const [name, book] of books) made.far.snapshots.set(channelOf(name), () => book.snapshot());
  const book = (name: string): FarBook => books.get(name) as FarBook;
  const change = (name: string = NAMES[0]): void =>
    made.far.say(channelOf(name), book(name).change());
  const calls = (method: string) =>
    made.far.requests.filter((request) => request.method === method).map(({ params }) => params);
  const last = (name: string = NAMES[0]): BookView | undefined =>
    made.rig.of('book').findLast((event) => event.book.instrument === name)?.book;
  return { ...made, book, change, calls, last };
}
const up = (names: readonly string[] = [NAMES[0]]) => {
  const made = market(names);
  made.rig.until(() => made.rig.of('book').length === names.length);
  return made;
};
const shows = ({ book, last }: ReturnType<typeof market>, name: string = NAMES[0]): boolean =>
  JSON.stringify({ bids: last(name)?.bids, asks: last(name)?.asks }) ===
  JSON.stringify({
    bids: book(name).now().bids.slice(0, 5),
    asks: book(name).now().asks.slice(0, 5),
  });

describe('order books of a session', () => {
  it('tells a book with its snapshot and each change', () => {
    const made = up();
    assert.ok(shows(made));
    made.change();
    made.rig.run(100);
    assert.equal(made.rig.of('book').length, 2);
    assert.ok(shows(made));
    assert.equal(made.rig.of('book_lost').length, 0);
  });
  it('[I60] a gap: thrown away, left, and entered only after the exchange has confirmed that', () => {
    const made = up();
    made.book(NAMES[0]).change();
    made.change();
    made.rig.run(50);
    assert.match(made.rig.of('book_lost')[0]?.reason ?? '', /a change that follows/);
    const told = made.rig.of('book').length;
    made.change();
    made.rig.run(50);
    assert.equal(made.rig.of('book').length, told, 'a stale book is not shown');
    made.rig.rules.toSession = (text) => (text.includes('"result":["book') ? LOSE : PASS);
    made.rig.run(2_000);
    assert.equal(made.calls('public/unsubscribe').length, 1);
    assert.equal(made.calls('public/subscribe').length, 1, 'not before the answer');
    made.rig.rules.toSession = () => PASS;
    made.rig.run(READ_ANSWER_MS + 2_000);
    assert.equal(made.calls('public/unsubscribe').length, 2);
    assert.equal(made.calls('public/subscribe').length, 2);
    assert.ok(shows(made));
    assert.equal(made.rig.of('book_lost').length, 1);
  });
  it('a frame that can not be read is reported and ends the book', () => {
    const made = up();
    made.far.say(channelOf(NAMES[0]), { instrument_name: NAMES[0], type: 'change' });
    made.rig.run(50);
    assert.equal(made.rig.of('book_lost').length, 1);
    assert.match(made.rig.of('undecodable')[0]?.what ?? '', /a notification on book\./);
    made.rig.run(3_000);
    assert.ok(shows(made));
  });
  it('a book that is silent too long is asked for anew', () => {
    const made = up();
    made.rig.run(BOOK_SILENT_MS + 3_000);
    assert.equal(made.rig.of('book_lost')[0]?.reason, 'nothing was heard of it');
    assert.ok(made.rig.of('book').length >= 2);
    assert.ok(shows(made));
  });
  it('several that break together are healed in one round', () => {
    const made = up(NAMES);
    for (const name of NAMES) {
      made.book(name).change();
      made.change(name);
    }
    made.rig.run(3_000);
    assert.deepEqual(made.calls('public/unsubscribe'), [{ channels: NAMES.map(channelOf) }]);
    assert.deepEqual(made.calls('public/subscribe').slice(1), [{ channels: NAMES.map(channelOf) }]);
    for (const name of NAMES) assert.ok(shows(made, name), name);
  });
  it('an exchange that has forgotten the channel is asked for it all the same', () => {
    const made = up();
    made.far.override.set('public/unsubscribe', () => ({ result: [] }));
    made.book(NAMES[0]).change();
    made.change();
    made.rig.run(3_000);
    assert.equal(made.calls('public/subscribe').length, 2);
  });
  it('pauses grow while it does not help, and no call is made more than once a second', () => {
    const made = up();
    made.far.override.set('public/subscribe', () => ({ result: [] }));
    made.book(NAMES[0]).change();
    made.change();
    made.rig.run(300_000);
    const often = made.calls('public/unsubscribe').length;
    assert.ok(often >= 8 && often <= 16, String(often));
    made.far.override.delete('public/subscribe');
    made.rig.run(BOOK_PAUSE_MOST_MS + 5_000);
    assert.ok(shows(made));
  });
  it('a book that breaks each time it is whole is asked for ever more seldom', () => {
    const made = up();
    const { rig, far, book } = made;
    far.snapshots.set(channelOf(NAMES[0]), () => {
      const first = book(NAMES[0]).snapshot();
      book(NAMES[0]).change();
      return first;
    });
    for (let n = 0; n < 600; n++) {
      made.change();
      rig.run(500);
    }
    assert.ok(made.calls('public/unsubscribe').length <= 16);
  });
  it('a channel that the exchange refuses does not keep the link down, and is told once', () => {
    const name = 'NOPE-PERPETUAL';
    const made = market([name]);
    made.rig.run(1_000);
    made.rig.cut();
    made.rig.run(30_000);
    assert.equal(made.rig.of('link_up').length, 2);
    const told = made.rig.of('undecodable').map(({ what }) => what);
    assert.deepEqual(told, [`the exchange left out channels: ${channelOf(name)}`]);
  });
  it('a new connection brings a snapshot of its own', () => {
    const made = up();
    made.rig.cut();
    made.book(NAMES[0]).change();
    made.rig.run(20_000);
    assert.ok(shows(made));
    made.change();
    made.rig.run(100);
    assert.ok(shows(made));
    assert.equal(made.calls('public/unsubscribe').length, 0);
  });

  it('[I60] under any faults a book is right or known to be broken, and whole soon after they end', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = prng(seed, 'books');
        const made = market(NAMES, seed);
        const { rig, book } = made;
        rig.until(() => rig.of('link_up').length === 1);
        rig.rules.toSession = (text) => {
          const fate = nextBelow(random, 12);
          if (!text.includes('book.')) return PASS;
          if (fate === 0) return LOSE;
          return fate < 3 ? { kind: 'delay', ms: nextBelow(random, 3_000) } : PASS;
        };
        for (let n = 0; n < 150; n++) {
          for (const name of NAMES) if (nextBelow(random, 3) > 0) made.change(name);
          rig.run(nextBelow(random, 400));
        }
        for (const { event } of rig.events)
          if (event.kind === 'book') {
            const was = book(event.book.instrument).history.get(event.book.changeId);
            assert.deepEqual(event.book.bids, was?.bids.slice(0, 5));
            assert.deepEqual(event.book.asks, was?.asks.slice(0, 5));
          }
        rig.rules.toSession = () => PASS;
        rig.run(3_000);
        const bound = BOOK_PAUSE_MOST_MS + READ_ANSWER_MS + BOOK_SNAPSHOT_MS;
        for (let waited = 0; waited < bound; waited += 1_000) {
          for (const name of NAMES) made.change(name);
          rig.run(1_000);
        }
        for (const name of NAMES) assert.ok(shows(made, name), name);
      }),
      { numRuns: 40 },
    );
  });
});
