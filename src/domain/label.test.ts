/** Labels say what they are for and can be read back; those of others are nobody's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Purpose } from './intent.ts';
import { makeLabel, parseLabel } from './label.ts';

const PURPOSES: readonly Purpose[] = [
  'entry',
  'stop',
  'target',
  'close',
  'stop_rest',
  'stop_now',
  'kill_close',
  'operator_close',
  'foreign_close',
];
const letters = (alphabet: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: min, maxLength: max });
const parts = fc.record({
  strategy: letters('abcxyz019-_', 1, 24),
  node: letters('abn1', 1, 4),
  epoch: fc.integer({ min: 1, max: 999_999_999 }),
  counter: fc.integer({ min: 1, max: 999_999_999 }),
  purpose: fc.constantFrom(...PURPOSES),
  birth: letters('abcdef0123456789', 8, 8),
});

test('[I1] every label can be read back, is within what the exchange takes, and differs in every part', () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const label = makeLabel(one);
      assert.ok(label.length <= 64, label);
      assert.deepEqual(parseLabel(label), { ...one });
      assert.equal(label === makeLabel(other), JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test('a label of a restored journal differs by its birth', () => {
  const same = { strategy: 'razor', node: 'n1', epoch: 1, counter: 7, purpose: 'entry' } as const;
  assert.notEqual(
    makeLabel({ ...same, birth: 'aaaaaaaa' }),
    makeLabel({ ...same, birth: 'bbbbbbbb' }),
  );
});

for (const foreign of [
  '',
  'mine',
  'ls:',
  'ls:razor:n1:1:1:birth001',
  'ls:razor:n1:1:1z:birth001',
  'ls:Razor:n1:1:1e:birth001',
  'ls:razor:n1:1:1e:birth0012',
  ' ls:razor:n1:1:1e:birth001',
]) {
  test(`a label that is not ours: ${JSON.stringify(foreign)}`, () =>
    assert.equal(parseLabel(foreign), undefined));
}
