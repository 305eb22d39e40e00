/** The client's order books over the practice exchange's: the same levels, also after notifications were lost and doubled. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { BookView } from '../../src/domain/market.ts';
import { createDeribitSession } from '../../src/venue/deribit/session.ts';
import type { SessionInput } from '../../src/venue/port.ts';
import { createExchange } from '../../src/venue/practice/exchange.ts';
import type { ExchangeInput } from '../../src/venue/practice/ports.ts';

const START = 1_790_000_040_000;
const NAMES = ['BTC_USDC-PERPETUAL', 'ETH_USDC-PERPETUAL', 'BTC-PERPETUAL'] as const;

/** A market link and the exchange in one time; `run` lets it pass, `control` calls the exchange. */
function connected() {
  const exchange = createExchange({
    seed: 5,
    startAt: START,
    speed: 1,
    hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  });
  const session = createDeribitSession({
    link: 'market',
    url: 'ws://practice',
    credentials: null,
    instruments: NAMES,
    books: NAMES,
    currencies: ['USDC', 'BTC'],
    jitter: () => 0.5,
  });
  const books = new Map<string, BookView>();
  const said: string[] = [];
  let mono = 0;
  let reply: unknown;
  const tell = (input: ExchangeInput): void => {
    for (const effect of exchange.handle(input, { server: START + mono, mono })) {
      if (effect.kind === 'send') feed({ kind: 'frame', conn: effect.conn, text: effect.text });
      if (effect.kind === 'reply') reply = effect.body;
    }
  };
  function feed(input: SessionInput): void {
    for (const effect of session.handle(input, mono)) {
      if (effect.kind === 'connect') {
        tell({ kind: 'opened', conn: effect.conn });
        feed({ kind: 'opened', conn: effect.conn });
      } else if (effect.kind === 'send')
        tell({ kind: 'frame', conn: effect.conn, text: effect.text });
      else if (effect.kind === 'event') {
        const { event } = effect;
        if (event.kind === 'book') books.set(event.book.instrument, event.book);
        if (event.kind === 'book_lost') books.delete(event.instrument);
        if (event.kind === 'book_lost' || event.kind === 'undecodable') said.push(event.kind);
      }
    }
  }
  const control = (verb: 'GET' | 'POST', path: string, body: object, query = {}): unknown => {
    tell({ kind: 'control', id: 1, verb, path, query, body });
    return reply;
  };
  feed({ kind: 'tick' });
  return {
    books,
    said,
    control,
    run: (ms: number): void => {
      for (const until = mono + ms; mono < until; mono += 50) {
        tell({ kind: 'tick' });
        feed({ kind: 'tick' });
      }
    },
  };
}

/** Every book is there and shows the exchange's best levels. */
function assertSame({ books, control }: ReturnType<typeof connected>): void {
  for (const instrument of NAMES) {
    const { bids, asks } = control('GET', 'book', {}, { instrument, depth: '5' }) as BookView;
    const shown = books.get(instrument);
    assert.deepEqual({ bids: shown?.bids, asks: shown?.asks }, { bids, asks }, instrument);
  }
}

test('books follow the exchange, people and the market maker included', () => {
  const made = connected();
  made.run(3_000);
  for (let n = 0; n < 20; n++) {
    made.control('POST', 'order', {
      instrument: NAMES[n % 3],
      direction: n % 2 === 0 ? 'buy' : 'sell',
      amount: n % 3 === 2 ? '1000' : '0.02',
    });
    made.run(1_000);
    assertSame(made);
  }
  assert.deepEqual(made.said, []);
});

test('[FACTS 14.1] lost and doubled notifications: books are thrown away, and soon right again', () => {
  const made = connected();
  made.run(3_000);
  made.control('POST', 'fault', { kind: 'drop_notification', channel: 'book.', count: 2 });
  made.control('POST', 'fault', { kind: 'duplicate_notification', channel: 'book.', count: 3 });
  made.run(3_000);
  assert.ok(made.said.includes('book_lost'));
  made.run(10_000);
  assertSame(made);
  assert.ok(!made.said.includes('undecodable'));
});
