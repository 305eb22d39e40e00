/** Exact numbers in JSON text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dec } from '../../../base/decimal.ts';
import { num, writeJson, type WireValue } from './wire-json.ts';

test('decimals keep every digit, undefined members are left out', () => {
  assert.equal(
    writeJson({
      a: num(dec('0.1000000000000000055511151231257827')),
      b: undefined,
      c: [null, true, 'x"y', 5, num(dec('-0.00000005'))],
    }),
    '{"a":0.1000000000000000055511151231257827,"c":[null,true,"x\\"y",5,-0.00000005]}',
  );
});

test('for plain data the text is that of JSON.stringify', () => {
  const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"num"'));
  fc.assert(
    fc.property(plain, (value) =>
      assert.equal(writeJson(value as WireValue), JSON.stringify(value)),
    ),
  );
});
