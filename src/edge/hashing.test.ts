import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../base/hashing.ts';
import { hmacSha256, sha256, utf8 } from './hashing.ts';

test('SHA-256 of text and of its bytes are the published test vectors', () => {
  assert.equal(
    toHex(sha256('abc')),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  assert.equal(
    toHex(sha256('')),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  assert.deepEqual(sha256(utf8('é✓')), sha256('é✓'));
});

test('HMAC-SHA-256 is the second test case of RFC 4231', () => {
  assert.equal(
    hmacSha256('Jefe', 'what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});
