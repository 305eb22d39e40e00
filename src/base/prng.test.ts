import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextBelow, nextNormal, nextUint32, nextUnit, type Prng, prng } from './prng.ts';

const draws = (state: Prng, count: number): number[] =>
  Array.from({ length: count }, () => nextUint32(state));

/** sfc32 once more, in plain 64-bit integers. */
function reference(start: Prng, count: number): number[] {
  const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
  let [a, b, c, d] = [start.a, start.b, start.c, start.d].map((word) => u32(BigInt(word))) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  return Array.from({ length: count }, () => {
    const out = u32(a + b + d);
    d = u32(d + 1n);
    a = b ^ (b >> 9n);
    b = u32(c + (c << 3n));
    c = u32(u32((c << 21n) | (c >> 11n)) + out);
    return Number(out);
  });
}

describe('prng', () => {
  it('gives the same numbers for the same seed and name, in this build and in the next', () => {
    assert.deepEqual(
      draws(prng(42, 'price/btc'), 4),
      [1_847_406_425, 2_456_788_381, 1_647_954_101, 2_409_672_534],
    );
    assert.deepEqual(draws(prng(42, 'price/btc'), 20), draws(prng(42, 'price/btc'), 20));
  });

  it('gives every name and seed a stream of its own', () => {
    const firsts = ['a', 'b', 'price', 'faults'].flatMap((name) =>
      [0, 1, 2, 7_777].map((seed) => draws(prng(seed, name), 3).join()),
    );
    assert.equal(new Set(firsts).size, firsts.length);
  });

  it('follows the published algorithm', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (seed, name) => {
        const state = prng(seed, name);
        const expected = reference({ ...state }, 30);
        assert.deepEqual(draws(state, 30), expected);
      }),
    );
  });

  it('goes on from a state that was stored as JSON', () => {
    const state = prng(7, 'faults');
    draws(state, 5);
    const restored = JSON.parse(JSON.stringify(state)) as Prng;
    assert.deepEqual(draws(restored, 5), draws(state, 5));
  });

  it('keeps to its ranges and fills them evenly', () => {
    const state = prng(1, 'even');
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 12_000; i++) {
      const unit = nextUnit(state);
      assert.ok(unit >= 0 && unit < 1);
      const below = nextBelow(state, 6);
      counts[below] = (counts[below] ?? 0) + 1;
    }
    assert.equal(counts.length, 6);
    for (const count of counts) assert.ok(Math.abs(count - 2_000) < 200, String(counts));
  });

  it('draws a standard normal distribution', () => {
    const state = prng(3, 'normal');
    const values = Array.from({ length: 20_000 }, () => nextNormal(state));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const within = values.filter((value) => Math.abs(value) < 1).length / values.length;
    assert.ok(Math.abs(mean) < 0.03, `mean ${mean}`);
    assert.ok(Math.abs(variance - 1) < 0.05, `variance ${variance}`);
    assert.ok(Math.abs(within - 0.6827) < 0.015, `within one deviation ${within}`);
  });
});
