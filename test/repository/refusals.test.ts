/** Every error code that a trading session can meet has a sentence for people, in both languages, with the code behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, type ErrorEntry } from '../../src/venue/protocol/errors.ts';
import { LANGUAGES } from '../../src/words/format.ts';
import { hasRefusal, refusal } from '../../src/words/refusals.ts';

const entries: readonly (readonly [number, ErrorEntry])[] = Object.entries(ERRORS).map(
  ([code, entry]) => [Number(code), entry],
);

test('each code outside wallets and block trades says what is so and what to do', () => {
  const met = entries.filter(([, entry]) => entry.class !== 'other');
  assert.ok(met.length > 100, `${met.length} codes`);
  const silent = met
    .filter(([code]) => !hasRefusal(code))
    .map(([code, { message }]) => `${code} ${message}`);
  assert.deepEqual(silent, []);
  for (const [code, { message }] of met)
    for (const lang of LANGUAGES)
      assert.match(refusal(lang, code, message), new RegExp(`\\. .*code ${code}, `), message);
});

test('a code whose outcome is unknown never says that nothing was done, and no other says that it may have been', () => {
  for (const [code, { class: kind, message }] of entries) {
    if (!hasRefusal(code)) continue;
    assert.equal(
      /may stand or not/.test(refusal('en', code, message)),
      kind === 'unknown',
      `${code} ${message}`,
    );
  }
});

test('a code that nobody knows stands with the words of the exchange', () => {
  assert.equal(refusal('en', 99_999, 'strange'), 'strange (code 99999)');
  assert.equal(refusal('nl', 99_999, 'vreemd'), 'vreemd (code 99999)');
});
