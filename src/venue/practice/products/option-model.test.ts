/** The option formula beside another one that shares nothing with it, and the laws that prices of options keep. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  greeksOf,
  impliedVolatility,
  normal,
  optionPrice,
  type OptionTerms,
} from './option-model.ts';

const terms = fc.record({
  side: fc.constantFrom('call' as const, 'put' as const),
  forward: fc.integer({ min: 10_000, max: 200_000 }),
  strike: fc.integer({ min: 10_000, max: 200_000 }),
  years: fc.double({ min: 0.001, max: 2, noNaN: true }),
});
const volatility = fc.double({ min: 0.1, max: 2, noNaN: true });

/** The mean of what exercise brings when the forward ends lognormally: Simpson's rule over the normal density. */
function byIntegral({ side, forward, strike, years }: OptionTerms, sigma: number): number {
  const deviation = sigma * Math.sqrt(years);
  // The kink is a border of the integral, so that the rule sees smooth curves only.
  const kink = (Math.log(strike / forward) + (deviation * deviation) / 2) / deviation;
  const pays = (z: number): number => {
    const end = forward * Math.exp(deviation * z - (deviation * deviation) / 2);
    const gain = side === 'call' ? end - strike : strike - end;
    return (Math.max(0, gain) * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
  };
  const [from, to] = side === 'call' ? [Math.max(kink, -12), 14] : [-12, Math.min(kink, 14)];
  if (from >= to) return 0;
  const steps = 4_000;
  const width = (to - from) / steps;
  let sum = pays(from) + pays(to);
  for (let n = 1; n < steps; n++) sum += (n % 2 === 1 ? 4 : 2) * pays(from + n * width);
  return (sum * width) / 3;
}

test('the normal distribution is that of the tables', () => {
  for (const [x, value] of [
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.96, 0.024997895148220435],
    [3, 0.9986501019683699],
    [-6, 9.865876450376946e-10],
  ] as const)
    assert.ok(Math.abs(normal(x) - value) < 1e-15, `${x}: ${normal(x)}`);
});

test('a price is the mean of what exercise brings', () => {
  fc.assert(
    fc.property(terms, volatility, (one, sigma) => {
      const [price, mean] = [optionPrice(one, sigma), byIntegral(one, sigma)];
      assert.ok(Math.abs(price - mean) < 1e-4 + 1e-7 * one.forward, `${price} beside ${mean}`);
    }),
    { numRuns: 60 },
  );
});

test('call less put is forward less strike, and no price is below what exercise brings', () => {
  fc.assert(
    fc.property(terms, volatility, (one, sigma) => {
      const call = optionPrice({ ...one, side: 'call' }, sigma);
      const put = optionPrice({ ...one, side: 'put' }, sigma);
      assert.ok(Math.abs(call - put - (one.forward - one.strike)) < 1e-8);
      assert.ok(call >= Math.max(0, one.forward - one.strike) && call <= one.forward);
      assert.ok(put >= Math.max(0, one.strike - one.forward) && put <= one.strike);
    }),
    { numRuns: 300 },
  );
});

test('greeks are the slopes of the price', () => {
  fc.assert(
    fc.property(terms, volatility, (one, sigma) => {
      const greeks = greeksOf(one, sigma);
      const price = (change: Partial<OptionTerms>, more = 0): number =>
        optionPrice({ ...one, ...change }, sigma + more);
      const step = one.forward * 1e-5;
      const slope =
        (price({ forward: one.forward + step }) - price({ forward: one.forward - step })) /
        (2 * step);
      assert.ok(Math.abs(greeks.delta - slope) < 1e-3, `delta ${greeks.delta} ${slope}`);
      const vega = (price({}, 1e-5) - price({}, -1e-5)) / 2e-3;
      assert.ok(
        Math.abs(greeks.vega - vega) < 1e-3 * one.forward * 0.01,
        `vega ${greeks.vega} ${vega}`,
      );
      assert.ok(greeks.gamma >= 0 && greeks.vega >= 0 && greeks.theta <= 0);
    }),
    { numRuns: 200 },
  );
});

test('the volatility that a price implies gives that price again', () => {
  fc.assert(
    fc.property(terms, volatility, (one, sigma) => {
      const price = optionPrice(one, sigma);
      const again = optionPrice(one, impliedVolatility(one, price));
      assert.ok(Math.abs(again - price) < 1e-6 * one.forward, `${again} for ${price}`);
    }),
    { numRuns: 200 },
  );
  const gone = { side: 'call', forward: 64_000, strike: 60_000, years: 0 } as const;
  assert.deepEqual([optionPrice(gone, 0.5), impliedVolatility(gone, 5_000)], [4_000, 0]);
  assert.deepEqual(greeksOf(gone, 0.5), { delta: 1, gamma: 0, vega: 0, theta: 0, rho: 0 });
});
