/** Recordings in every layout come apart into the same messages, whatever the pieces that they are read in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRecording } from './recording.ts';
import { SAMPLES, frameOf } from './samples.contract.ts';
import { createSplitter } from './split.ts';
import type { Understanding } from './understand.ts';

/** Splits a text that comes in pieces of these lengths, over and over. */
function split(text: string, lengths: readonly number[] = [text.length]): readonly string[] {
  const splitter = createSplitter();
  const found: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? 1);
    found.push(...splitter.push(text.slice(at, at + length)));
    at += length;
  }
  return [...found, ...splitter.end()];
}

const read = (text: string, source = {}): readonly Understanding[] => {
  const recording = createRecording(source);
  return [...recording.push(text), ...recording.end()];
};

const CHARACTERS = ['{', '}', '[', ']', '"', ',', ':', '\\', '\n', ' ', 'a', 'e', '1'];

describe('messages of a recording', () => {
  const frames = SAMPLES.map(frameOf);
  const spread = (frame: string): string => JSON.stringify(JSON.parse(frame), null, 2);

  it('one a line, one behind the other, with commas, spread over lines, behind stamps', () => {
    assert.deepEqual(split(frames.join('\n')), frames);
    assert.deepEqual(split(frames.join('')), frames);
    assert.deepEqual(split(frames.join(',\r\n')), frames);
    assert.deepEqual(split(`\ufeff${frames.map(spread).join('\n\n')}`), frames.map(spread));
    assert.deepEqual(
      split(frames.map((frame) => `2026-09-21T10:00:00.1Z < ${frame}`).join('\n')),
      frames,
    );
    assert.deepEqual(split(frames.map((frame) => `1626993723.8049: ${frame}`).join('\n')), frames);
  });

  it('in pieces of any length', () => {
    const text = [...frames.slice(0, 20), 'GET /api/v2/public/test', '[1,[2]]', '"a\\"}"'].join(
      '\n',
    );
    const whole = split(text);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        (lengths) => {
          assert.deepEqual(split(text, lengths), whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('one that is cut off takes none of those behind it along', () => {
    const good = '{"id":2,"result":"ok"}';
    for (const cut of [
      '{"id":1,"result":{"vers',
      '{"id":1,"result":{"version":"1"',
      '{"id":1,"result":[1,2',
      '{"id":1,',
      '{"id":1',
      'hello {',
      '}',
    ])
      assert.deepEqual(split(`${cut}\n${good}\n${good}`), [cut, good, good], cut);
    assert.deepEqual(split(`${good}\n{"id":3,"resu`), [good, '{"id":3,"resu']);
  });

  it('any text comes back, whole and in order, and in time that grows with its length only', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...CHARACTERS) }), (text) => {
        const bare = (value: string): string => value.replaceAll(/[\s,\ufeff]/g, '');
        assert.equal(bare(split(text, [3]).join('')).length <= bare(text).length, true);
      }),
    );
    for (const text of ['{'.repeat(300_000), '<{'.repeat(150_000), '"\\'.repeat(150_000)])
      assert.ok(split(text, [1_000]).length >= 1);
  });
});

describe('what a recording tells', () => {
  const kinds = (said: readonly Understanding[]): readonly string[] =>
    said.map((one) => `${one.kind} ${'as' in one ? String(one.as) : ''}`.trim());

  it('an answer is read as that of the request with its id, once', () => {
    assert.deepEqual(
      kinds(
        read(
          '{"id":1,"method":"private/get_user_locks","params":{}}{"id":"1","result":[]}{"id":1,"result":[{"currency":"BTC","locked":true}]}{"id":1,"result":[]}',
        ),
      ),
      [
        'request private/get_user_locks',
        'answer null',
        'answer private/get_user_locks',
        'answer null',
      ],
    );
  });

  it('a list of messages is many, a list that a message carries is one', () => {
    assert.deepEqual(
      kinds(
        read(
          '[{"jsonrpc":"2.0","id":1,"result":"ok"},\n {"method":"heartbeat","params":{"type":"heartbeat"}} ]',
        ),
      ),
      ['answer null', 'heartbeat'],
    );
    assert.deepEqual(kinds(read('["a","b"]', { method: 'public/get_combo_ids' })), [
      'answer public/get_combo_ids',
    ]);
    assert.deepEqual(kinds(read('[]')), ['answer null']);
  });

  it('[I46] no secret is told, whatever message it stands in', () => {
    const secret = 'hush-hush';
    const texts = [
      `{"id":1,"method":"public/auth","params":{"client_secret":"${secret}","refresh_token":"${secret}"}}`,
      `{"id":1,"method":"public/auth?client_secret=${secret}","params":{}}`,
      `{"id":1,"result":{"access_token":"${secret}","refresh_token":"${secret}","expires_in":900,"scope":"x","token_type":"bearer"}}`,
      `{"id":2,"error":{"code":13004,"message":"no","data":{"client_secret" : "a\\"${secret}"}}}`,
      `{"id":2,"error":{"code":11050,"message":"no","data":"{\\"signature\\":\\"${secret}\\"}"}}`,
      `{"id":2,"error":{"code":11050,"message":"?refresh_token=${secret}&x=1","data":"client_secret=${secret}"}}`,
      `{"id":3,"result":{"client_secret":"${secret}","id":1}}`,
      `https://host/api/v2/public/auth?grant_type=client_credentials&client_secret=${secret}`,
      `client_secret=${secret}`,
      `{"access_token":"${secret}"`,
    ];
    for (const text of texts)
      assert.ok(!JSON.stringify(read(text)).includes(secret), JSON.stringify(read(text)));
  });
});
