/** What an account's figures add up to over random histories, and funding second by second. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SECOND } from '../../base/time.ts';
import { createBench, PERP } from './harness.contract.ts';
import { histories, INVERSE } from './history.contract.ts';
import { assertMoney, type Seen } from './money.contract.ts';

test('after every step the identities of the summary hold; at the end the log and the equity add up', () => {
  const seen: Seen = { trades: 0, settlements: 0 };
  fc.assert(
    fc.property(histories(20), fc.boolean(), (acts, lively) => assertMoney(acts, lively, seen)),
    { numRuns: 8 },
  );
  assert.ok(seen.trades > 5, JSON.stringify(seen));
});

/** The rate of FACTS, section 15.1, in binary floats. */
const rateOf = (mark: number, index: number, zone: number): number => {
  const premium = (mark - index) / index;
  const rate = Math.max(zone, premium) + Math.min(-zone, premium);
  return Math.max(-0.005, Math.min(0.005, rate));
};

for (const [zone, price] of [
  ['0.00025', 'index'],
  ['0.0005', 'mark'],
] as const)
  test(`funding is the rate times the value at ${price}, second by second, for both kinds of contract`, () => {
    const bench = createBench({ venue: { fundingDeadZone: zone, fundingPrice: price } });
    const instruments = [PERP, INVERSE];
    const sizes: Record<string, number> = { [PERP]: 0.3, [INVERSE]: -5_000 };
    for (const instrument of instruments) {
      const size = sizes[instrument] ?? 0;
      bench.control('POST', 'order', {
        instrument,
        direction: size > 0 ? 'buy' : 'sell',
        amount: Math.abs(size),
      });
      bench.control('POST', 'funding', { instrument, premium: '0.0021' });
    }
    const paid: Record<string, number> = {};
    for (let n = 0; n < 90; n++) {
      if (n === 30) bench.control('POST', 'funding', { instrument: PERP, premium: '-0.0004' });
      if (n === 45) bench.price('64300');
      if (n === 60) bench.control('POST', 'funding', { instrument: PERP, premium: null });
      for (const [at, { mark, index }] of bench.state().instruments.entries()) {
        const instrument = [PERP, 'ETH', INVERSE][at] ?? '';
        const size = sizes[instrument];
        if (size === undefined) continue;
        const [m, i] = [Number(mark), Number(index)];
        const value = price === 'mark' ? m : i;
        const notional = instrument === INVERSE ? size / value : size * value;
        paid[instrument] =
          (paid[instrument] ?? 0) - (notional * rateOf(m, i, Number(zone)) * SECOND) / 28_800_000;
      }
      bench.pass(SECOND);
    }
    const positions = bench.state().accounts[0]?.positions ?? [];
    assert.equal(positions.length, 2);
    for (const { instrument, funding } of positions) {
      const expected = paid[instrument] ?? NaN;
      const digit = instrument === INVERSE ? 1e-9 : 1e-7;
      assert.ok(
        Math.abs(Number(funding) - expected) <= digit,
        `${instrument}: ${funding} ${expected}`,
      );
      assert.notEqual(Number(funding), 0);
    }
  });
