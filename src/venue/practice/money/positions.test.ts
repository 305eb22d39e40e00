/** The arithmetic of positions, linear and inverse, against worked figures and as properties. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  abs,
  add,
  type Decimal,
  dec,
  div,
  isZero,
  lte,
  mul,
  neg,
  roundTo,
  sub,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import {
  feeOf,
  INSTRUMENTS,
  type InstrumentSpec,
  priceBand,
  valueOf,
} from '../products/instruments.ts';
import { createMarket } from '../market/market.ts';
import {
  applyFill,
  emptyPosition,
  floatingProfit,
  realisedProfit,
  startSession,
  totalProfit,
} from './positions.ts';
import { must } from '../../../base/assert.ts';

const linear = must(INSTRUMENTS[0], 'an instrument');
const inverse: InstrumentSpec = {
  ...linear,
  name: 'BTC-PERPETUAL',
  type: 'reversed',
  settlement: 'BTC',
  counter: 'USD',
  quote: 'USD',
  index: 'btc_usd',
  contractSize: dec(10),
  minAmount: dec(10),
  tick: dec('0.5'),
};

const opened = (spec: InstrumentSpec, fills: readonly (readonly [string, string])[]) => {
  const position = emptyPosition(createMarket(spec, { seed: 1, at: 0, price: dec(50_000) }));
  const effects = fills.map(([signed, price]) =>
    applyFill(position, spec, { signed: dec(signed), price: dec(price) }),
  );
  return { position, effects };
};

test('profit of worked examples', () => {
  const cases: readonly (readonly [InstrumentSpec, string, string, string, string])[] = [
    [inverse, '50', '7440.18', '7476.65', '0.00003278'],
    [inverse, '-60', '47182.76', '45837.07', '0.000037333'],
    [inverse, '-10', '91701.5', '92037', '-0.000000398'],
    [linear, '0.0016', '64000', '64320', '0.512'],
    [linear, '-0.5', '64000', '64100', '-50'],
  ];
  for (const [spec, size, entry, mark, profit] of cases) {
    const { position } = opened(spec, [[size, entry]]);
    assert.equal(roundTo(totalProfit(position, spec, dec(mark)), 9), profit);
    assert.equal(roundTo(floatingProfit(position, spec, dec(mark)), 9), profit);
  }
});

test('averages: arithmetic for linear, harmonic for inverse; closing leaves them, crossing zero starts anew', () => {
  assert.equal(
    opened(linear, [
      ['1', '100'],
      ['3', '200'],
    ]).position.average,
    '175',
  );
  assert.equal(
    opened(inverse, [
      ['100', '10000'],
      ['100', '20000'],
    ]).position.average,
    '13333.333333333333',
  );
  const reduced = opened(linear, [
    ['4', '100'],
    ['-1', '150'],
  ]);
  assert.deepEqual(
    [reduced.position.average, reduced.effects[1]],
    ['100', { closed: '1', opened: '0', realised: '50' }],
  );
  const crossed = opened(linear, [
    ['4', '100'],
    ['-6', '150'],
  ]);
  assert.deepEqual(
    [crossed.position.size, crossed.position.average, crossed.effects[1]],
    ['-2', '150', { closed: '4', opened: '2', realised: '200' }],
  );
  assert.deepEqual(
    opened(linear, [
      ['4', '100'],
      ['-4', '150'],
    ]).position.average,
    ZERO,
  );
});

test('fees are rounded in two steps; the band outward to the tick', () => {
  assert.equal(
    feeOf(inverse, { amount: dec(10), price: dec('91701.5'), taker: true }),
    '0.00000006',
  );
  assert.equal(feeOf(inverse, { amount: dec(10), price: dec('92037'), taker: true }), '0.00000005');
  assert.equal(feeOf(linear, { amount: dec(1), price: dec('64000'), taker: false }), ZERO);
  const rebate = { ...inverse, makerFee: dec('-0.0001') };
  assert.equal(
    feeOf(rebate, { amount: dec(10), price: dec('91701.5'), taker: false }),
    '-0.00000001',
  );
  const old = { ...inverse, settlement: 'ETH', takerFee: dec('0.00075') };
  assert.equal(feeOf(old, { amount: dec(40), price: dec('203.3'), taker: true }), '0.00014757');
  assert.deepEqual(priceBand(linear, dec('86778.14')), { min: '85476.4', max: '88079.9' });
  assert.deepEqual(priceBand({ ...linear, tick: dec('0.5') }, dec('87006.21')), {
    min: '85701',
    max: '88311.5',
  });
});

const fills = (unit: Decimal) =>
  fc.array(
    fc.record({
      signed: fc
        .integer({ min: -50, max: 50 })
        .filter((n) => n !== 0)
        .map((n) => mul(dec(n), unit)),
      price: fc.integer({ min: 600_000, max: 700_000 }).map((n) => div(dec(n), dec(10), 1)),
      settles: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 30 },
  );

for (const spec of [linear, inverse]) {
  test(`${spec.type}: settled profit and what is open equal the value of all fills, whatever the splits`, () => {
    fc.assert(
      fc.property(fills(spec.contractSize), (all) => {
        const position = emptyPosition(createMarket(spec, { seed: 1, at: 0, price: dec(64_000) }));
        let booked: Decimal = ZERO;
        for (const { signed, price, settles } of all) {
          applyFill(position, spec, { signed, price });
          if (!settles) continue;
          booked = sum([
            booked,
            realisedProfit(position, spec),
            floatingProfit(position, spec, price),
          ]);
          startSession(position, spec, price);
        }
        const mark = dec('65000');
        const total = sum([
          booked,
          realisedProfit(position, spec),
          floatingProfit(position, spec, mark),
        ]);
        const expected = sub(
          valueOf(spec, position.size, mark),
          sum(all.map((fill) => valueOf(spec, fill.signed, fill.price))),
        );
        assert.equal(position.size, sum(all.map((fill) => fill.signed)));
        if (spec.type === 'linear') assert.equal(total, expected);
        else
          assert.ok(
            lte(abs(sub(total, expected)), dec('0.00000000000000000001')),
            `${total} ${expected}`,
          );
        if (isZero(position.size)) assert.equal(position.average, ZERO);
      }),
      { numRuns: 200 },
    );
  });
}

test('a position and its mirror gain and lose the same', () => {
  fc.assert(
    fc.property(fills(linear.contractSize), (all) => {
      const one = emptyPosition(createMarket(linear, { seed: 1, at: 0, price: dec(64_000) }));
      const other = emptyPosition(createMarket(linear, { seed: 1, at: 0, price: dec(64_000) }));
      for (const { signed, price } of all) {
        applyFill(one, linear, { signed, price });
        applyFill(other, linear, { signed: neg(signed), price });
      }
      assert.equal(add(realisedProfit(one, linear), realisedProfit(other, linear)), ZERO);
    }),
    { numRuns: 100 },
  );
});
