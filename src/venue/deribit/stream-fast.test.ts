/** The fast way says what the ordinary way says, of every frame that it reads, whole or damaged. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dec } from '../../base/decimal.ts';
import { applyChange, applyFrame, createBook, wholeOf } from './book.ts';
import { readPublicTrades } from './decode-book.ts';
import { readCandle, readTicker } from './decode-market.ts';
import { readWith } from './decode-members.ts';
import { readFrame } from './frame.ts';
import { type FastStream, type Seen, createFastStream } from './stream-fast.ts';

const NAME = 'BTC-PERPETUAL';
const CHANNELS = {
  book: `book.${NAME}.100ms`,
  ticker: `ticker.${NAME}.100ms`,
  trades: `trades.${NAME}.100ms`,
  candle: `chart.trades.${NAME}.1`,
} as const;
type Topic = keyof typeof CHANNELS;

/** A number as an exchange may spell it. */
const spelling = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 0, max: 100_000_000 }).map((n) => String(n / 100)) },
  fc.constantFrom('0', '0.0', '10.0', '-0', '1e-7', '3.2e4', '-5.25', '1234567890123456', 'null'),
  fc.stringMatching(/^[1-9]\d{0,14}\.\d{1,25}$/),
);
const stamp = fc.oneof(
  { weight: 12, arbitrary: fc.constant('1800000000000') },
  fc.constantFrom('0', '1.5', '-3', 'null', '10.0'),
);
const text = fc.constantFrom('"open"', '"closed"', '""', 'null', '"a\\u0041"', '"M"');
type Member = readonly [string, string];
const member = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Member> =>
  value.map((spelt) => [name, spelt] as const);
const fixed = (name: string, value: string): fc.Arbitrary<Member> =>
  fc
    .oneof({ weight: 20, arbitrary: fc.constant(value) }, fc.constant('"OTHER"'))
    .map((spelt) => [name, spelt] as const);

/** Members in an order, some of them left out now and then. */
const objectOf = (members: readonly fc.Arbitrary<Member>[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.tuple(...members),
      fc.option(fc.integer({ min: 0, max: 30 }), { freq: 9 }),
      fc.boolean(),
    )
    .map(([all, out, turned]) => {
      const kept = all.filter((_, n) => n !== out);
      const inOrder = turned ? kept.toReversed() : kept;
      return `{${inOrder.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
    });
const name = fixed('instrument_name', `"${NAME}"`);
const numbers = (...names: readonly string[]) => names.map((one) => member(one, spelling));

const row = fc
  .tuple(fc.constantFrom('new', 'change', 'delete'), spelling, spelling)
  .map(([action, price, amount]) => `["${action}",${price},${amount}]`);
const rows = fc.array(row, { maxLength: 3 }).map((all) => `[${all.join(',')}]`);
const DATA: Readonly<Record<Topic, fc.Arbitrary<string>>> = {
  ticker: objectOf([
    name,
    member('timestamp', stamp),
    ...numbers('mark_price', 'index_price', 'last_price', 'best_bid_price', 'best_ask_price'),
    ...numbers('min_price', 'max_price', 'funding_8h'),
    member('state', text),
    fc.constant(['stats', '{"low":1,"high":null,"deep":{"x":true}}'] as const),
  ]),
  candle: objectOf([
    member('tick', stamp),
    ...numbers('open', 'high', 'low', 'close', 'volume', 'cost'),
  ]),
  trades: objectOf([
    name,
    member('timestamp', stamp),
    member('trade_id', text),
    member('trade_seq', fc.constantFrom('7', '0', '-1', '1.5', '"7"')),
    ...numbers('price', 'amount', 'mark_price', 'index_price'),
    member('direction', fc.constantFrom('"buy"', '"sell"', '"zero"')),
    member('liquidation', text),
  ]).map((one) => `[${one}]`),
  book: objectOf([
    fc.constant(['type', '"change"'] as const),
    name,
    member('timestamp', stamp),
    member('change_id', fc.constantFrom('2', '3', '-1', '2.5')),
    member('prev_change_id', fc.constantFrom('1', '1', '1', '0')),
    member('bids', rows),
    member('asks', rows),
  ]),
};
const frames: fc.Arbitrary<{ readonly topic: Topic; readonly text: string }> = fc
  .constantFrom<Topic>('book', 'ticker', 'trades', 'candle')
  .chain((topic) =>
    fc.tuple(DATA[topic], fc.boolean()).map(([data, first]) => {
      const params = `"params":{"channel":"${CHANNELS[topic]}","data":${data}}`;
      const rest = '"jsonrpc":"2.0","method":"subscription"';
      return { topic, text: first ? `{${params},${rest}}` : `{${rest},${params}}` };
    }),
  );

/** A book in which changes can do something. */
function bookBefore() {
  const book = createBook(NAME, 3);
  applyFrame(book, {
    type: 'snapshot',
    timestamp: 1,
    instrument_name: NAME,
    change_id: 1,
    bids: [['new', 100, 1]],
    asks: [['new', 2_000_000, 1]],
  });
  return book;
}

/** What the ordinary way makes of a text; null when it refuses it. */
function ordinary(frame: string): unknown {
  const read = readFrame(frame);
  if (read.kind !== 'notification') return null;
  switch (read.channel) {
    case CHANNELS.ticker: {
      const found = readWith(readTicker, read.data);
      return found.ok && found.value.instrument === NAME
        ? { kind: 'ticker', ticker: found.value }
        : null;
    }
    case CHANNELS.candle: {
      const found = readWith(readCandle, read.data);
      return found.ok ? { kind: 'candle', instrument: NAME, candle: found.value } : null;
    }
    case CHANNELS.trades: {
      const found = readWith(readPublicTrades, read.data);
      return found.ok && found.value.every(({ instrument }) => instrument === NAME)
        ? { kind: 'trades', trades: found.value }
        : null;
    }
    case CHANNELS.book: {
      const book = bookBefore();
      const applied = applyFrame(book, read.data);
      return { applied, levels: applied === 'applied' ? wholeOf(book) : null };
    }
    default:
      return null;
  }
}

function same(seen: Seen | null, frame: string): void {
  if (seen === null) return;
  if (seen.kind !== 'book') return assert.deepEqual(seen, ordinary(frame), frame);
  const book = bookBefore();
  const applied = applyChange(book, seen.frame);
  const levels = applied === 'applied' ? wholeOf(book) : null;
  assert.deepEqual({ applied, levels }, ordinary(frame), frame);
}

const fast = (): FastStream => createFastStream(Object.values(CHANNELS));
function damage(frame: string, at: number, by: string): string {
  const place = at % frame.length;
  return frame.slice(0, place) + by + frame.slice(place + (at % 3));
}

describe('the fast way', () => {
  it('says of a frame what the ordinary way says, whatever layout it has learnt before', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(frames, { minLength: 2, maxLength: 12 }), (all) => {
        const stream = fast();
        for (const { topic, text: frame } of all) {
          const seen = stream.read(frame);
          if (seen !== null) read++;
          same(seen, frame);
          stream.learn(CHANNELS[topic], frame);
          const again = stream.read(frame);
          if (again !== null) read++;
          same(again, frame);
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(read > 100, `only ${read} frames were read`);
  });
  it('never reads what was damaged into something else', () => {
    const by = fc.constantFrom(
      '',
      '"',
      '9',
      '-',
      ',',
      '0',
      'e',
      '.',
      ' ',
      '{',
      ']',
      '\\',
      '\u0000',
      'null',
    );
    fc.assert(
      fc.property(frames, fc.nat(), by, ({ topic, text: frame }, at, mark) => {
        const stream = fast();
        stream.learn(CHANNELS[topic], frame);
        const hurt = damage(frame, at, mark);
        same(stream.read(hurt), hurt);
      }),
      { numRuns: 4_000 },
    );
  });
  it('keeps every digit, and reads nothing before it has learnt', () => {
    const frame = (price: string): string =>
      `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${CHANNELS.candle}","data":{"tick":1,"open":${price},"high":2,"low":1,"close":1,"volume":0}}}`;
    const stream = fast();
    assert.equal(stream.read(frame('1.5')), null);
    stream.learn(CHANNELS.candle, frame('1.5'));
    const seen = stream.read(frame('1.50000000000000000000010'));
    assert.ok(seen?.kind === 'candle');
    assert.equal(seen.candle.open, dec('1.5000000000000000000001'));
  });
  it('a channel whose layout changes without end is not drawn without end', () => {
    const stream = fast();
    const frame = (extra: number): string =>
      `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${CHANNELS.candle}","data":{"x${extra}":1,"tick":1,"open":1,"high":2,"low":1,"close":1,"volume":0}}}`;
    for (let n = 0; n < 40; n++) stream.learn(CHANNELS.candle, frame(n));
    assert.equal(stream.read(frame(39)), null);
  });
});
