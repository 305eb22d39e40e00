import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonical, type Json } from './canonical.ts';

const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same data with the members of every object in another order. */
function shuffled(value: Json): Json {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member ?? null)]),
  );
}

describe('canonical', () => {
  it('is JSON of the same data', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        assert.deepEqual(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is the same text whatever the order of the keys', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        assert.equal(canonical(shuffled(value)), canonical(value));
        assert.equal(canonical(JSON.parse(canonical(value)) as Json), canonical(value));
      }),
    );
  });

  it('sorts by code unit, puts no spaces and leaves out what is undefined', () => {
    const data = {
      b: 1,
      a: [true, null, 'x y'],
      B: { é: -0, z: 1e21 },
      '10': 2,
      '9': 1,
      gone: undefined,
    };
    assert.equal(
      canonical(data),
      '{"10":2,"9":1,"B":{"z":1e+21,"é":0},"a":[true,null,"x y"],"b":1}',
    );
    assert.equal(canonical({ '\u{1F600}': 1, '\uFFFD': 2 }), '{"\u{1F600}":1,"\uFFFD":2}');
    assert.equal(canonical('quote " and \n'), '"quote \\" and \\n"');
  });

  it('refuses numbers that JSON does not know', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => canonical({ a: [value] }), TypeError);
  });
});
