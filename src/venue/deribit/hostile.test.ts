/** Messages that are made to hurt: none may stop the process, or hold it up, or tell a secret. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { applyChange, applyFrame, createBook, wholeOf } from './book.ts';
import { layoutOf } from './layout.ts';
import { BOOK_LEVELS_MOST } from './limits.ts';
import { createScrub } from './scrub.ts';
import { createFastStream } from './stream-fast.ts';

const SECRET = 'a-secret-of-the-key';
const TOKEN = 'a-token-of-the-login';
const CHANNEL = 'book.X.100ms';

/** Seconds of the processor that something takes. */
function seconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

describe('deribit client: hostile messages', () => {
  it('[I46] what is told of a message takes no longer for what the message is made of', () => {
    const scrub = createScrub(SECRET, () => [TOKEN]);
    for (const text of [
      '\\'.repeat(40_000),
      '\\"password'.repeat(40_000),
      `"password"${' '.repeat(1_000)}`.repeat(1_000),
    ]) {
      let told = '';
      assert.ok(seconds(() => (told = scrub(text, 4_000))) < 2, text.slice(0, 20));
      assert.equal(told, text.slice(0, 4_000));
    }
  });
  it('[I46] a secret member of many megabytes is struck out like any other', () => {
    const scrub = createScrub(SECRET, () => [TOKEN]);
    for (const filler of ['x'.repeat(15_000_000), '\\n'.repeat(7_000_000)]) {
      const told = scrub(`{"a":"${'y'.repeat(100)}","password":"${filler}"}`, 4_000);
      assert.ok(told.startsWith('{"a":"yyy') && !/[xn\\]/.test(told), told.slice(0, 200));
    }
  });
  it('[I46] no part of a secret is told, wherever in a long message it stands', () => {
    const scrub = createScrub(SECRET, () => [TOKEN]);
    const filler = `"password":"${'x'.repeat(60_000)}",`;
    for (let at = 4_400; at < 5_600; at += 7)
      for (const hidden of [SECRET, TOKEN]) {
        const told = scrub(`${filler}${'y'.repeat(at)}${hidden}${'z'.repeat(4_000)}`, 100_000);
        assert.ok(!told.includes(hidden.slice(0, 4)), `${at}: ${told.slice(-30)}`);
      }
  });
  it('a frame that no layout can be made of teaches nothing and throws nothing', () => {
    const wanted = new Map([['type', 'text'] as const]);
    const frame = (member: string): string =>
      `{"method":"subscription","params":{"channel":"${CHANNEL}","data":{"type":"x",${member}}}}`;
    assert.notEqual(layoutOf(frame('"a":1'), wanted), null);
    const many = Array.from({ length: 100_000 }, (_, n) => `"m${n}":${n}`).join(',');
    const deep = `"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const less = `"a":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`;
    for (const text of [`\ufeff${frame('"a":1')}`, frame(deep), frame(less), frame(many)])
      assert.ok(seconds(() => assert.equal(layoutOf(text, wanted), null)) < 1);
  });
  it('a change of a book of many megabytes is left to the ordinary way', () => {
    const stream = createFastStream([CHANNEL]);
    const change = (rows: string): string =>
      `{"method":"subscription","params":{"channel":"${CHANNEL}","data":{"type":"change","timestamp":2,"instrument_name":"X","prev_change_id":1,"change_id":2,"bids":[${rows}["new",1,1]],"asks":[]}}}`;
    stream.learn(CHANNEL, change(''));
    assert.equal(stream.read(change('["new",2.5,1],'))?.kind, 'book');
    assert.equal(
      stream.read(change('["new",12345678.123456,123456.12345],'.repeat(700_000))),
      null,
    );
  });
  it('a book of more levels than any has is no book, and is not built up first', () => {
    const level = (n: number) => ['new', 1e6 - n, 1];
    const snapshot = (levels: number) => ({
      type: 'snapshot',
      change_id: 1,
      timestamp: 1,
      instrument_name: 'X',
      bids: Array.from({ length: levels }, (_, n) => level(n)),
      asks: [],
    });
    const book = createBook('X', 5);
    assert.equal(applyFrame(book, snapshot(BOOK_LEVELS_MOST)), 'applied');
    const change = { ...snapshot(0), type: 'change', prev_change_id: 1, change_id: 2 };
    const more = applyFrame(book, { ...change, bids: [level(BOOK_LEVELS_MOST)] });
    assert.deepEqual(more, { kind: 'nonsense', why: 'more levels than a book has' });
    let hostile: unknown;
    const frame = snapshot(160_000);
    assert.ok(seconds(() => (hostile = applyFrame(createBook('X', 5), frame))) < 4);
    assert.deepEqual(hostile, more);
  });
  it('a level of a book does not keep the frame that it came in', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed / 1e6;
    };
    const stream = createFastStream([CHANNEL]);
    const book = createBook('X', 5);
    const change = (id: number, rows: string): string =>
      `{"method":"subscription","params":{"channel":"${CHANNEL}","data":{"type":"change","timestamp":2,"instrument_name":"X","prev_change_id":${id - 1},"change_id":${id},"bids":[${rows}],"asks":[]}}}`;
    stream.learn(CHANNEL, change(1, '["new",1,1]'));
    applyFrame(book, { type: 'snapshot', change_id: 1, timestamp: 1, instrument_name: 'X' });
    const before = heap();
    for (let id = 2; id < 1_000; id++) {
      const again = `["change",${id},2.5],`.repeat(1_500);
      const text = change(id, `["new",${id},1],${again}["change",${id},1234567.12345678]`);
      const seen = stream.read(Buffer.from(text).toString('utf8'));
      assert.ok(seen?.kind === 'book' && applyChange(book, seen.frame) === 'applied');
    }
    const kept = heap() - before;
    assert.ok(kept < 5, `${kept} MB`);
    assert.equal(wholeOf(book).bids[7]?.amount, '1234567.12345678');
  });
});
