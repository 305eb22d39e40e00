/** Frames that arrive spoilt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spoiltFrame } from './websocket-server.ts';

/** Length and text of an unmasked frame (RFC 6455, section 5.2). */
function read(frame: Buffer): {
  readonly first: number;
  readonly length: number;
  readonly text: string;
} {
  const short = frame.readUInt8(1);
  const [at, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, frame.readUInt16BE(2)]
        : [10, Number(frame.readBigUInt64BE(2))];
  return { first: frame.readUInt8(0), length, text: frame.subarray(at).toString() };
}

test('a spoilt frame is the whole frame of its text, of every length, but for one bit', () => {
  for (const length of [0, 5, 125, 126, 65_535, 65_536, 70_000]) {
    const text = 'x'.repeat(length);
    const frame = read(spoiltFrame(text));
    assert.deepEqual([frame.length, frame.text], [length, text]);
    // The last fragment of a text is 0x81.
    assert.equal((frame.first ^ 0x81).toString(2).replaceAll('0', '').length, 1);
  }
});
