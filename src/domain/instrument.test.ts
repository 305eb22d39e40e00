/** Amounts and prices on the grids of a linear and an inverse perpetual. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dec, isMultiple, lte, sub } from '../base/decimal.ts';
import { amountForUsd, type Instrument, isTradableAmount, onTick, usdValue } from './instrument.ts';

const linear: Instrument = {
  name: 'ETH_USDC-PERPETUAL',
  kind: 'linear',
  baseCurrency: 'ETH',
  quoteCurrency: 'USDC',
  settlementCurrency: 'USDC',
  contractSize: dec('0.001'),
  minAmount: dec('0.001'),
  tickSize: dec('0.05'),
  tickSteps: [],
  takerFee: dec('0.0005'),
  makerFee: dec('0'),
  state: 'open',
};
const inverse: Instrument = {
  ...linear,
  name: 'BTC-PERPETUAL',
  kind: 'inverse',
  baseCurrency: 'BTC',
  quoteCurrency: 'USD',
  settlementCurrency: 'BTC',
  contractSize: dec(10),
  minAmount: dec(10),
  tickSize: dec('0.5'),
};

test('100 USD are ten contracts of the inverse perpetual at any price, and 0.031 ether at 3,200', () => {
  for (const price of ['1', '64000.5', '1000000']) {
    assert.equal(amountForUsd(inverse, dec('100'), dec(price)), '100');
    assert.equal(usdValue(inverse, dec('100'), dec(price)), '100');
  }
  assert.equal(amountForUsd(linear, dec('100'), dec('3200')), '0.031');
  assert.equal(usdValue(linear, dec('0.031'), dec('3200')), '99.2');
});

test('an inverse amount is whole contracts and never worth more than was asked; below one it can not be traded', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.integer({ min: 1, max: 2_000_000 }),
      (cents, price) => {
        const usd = dec(`${cents}e-2`);
        const amount = amountForUsd(inverse, usd, dec(`${price}e-1`));
        assert.ok(
          isMultiple(amount, dec(10)) && lte(amount, usd) && lte(sub(usd, amount), dec('9.99')),
        );
        assert.equal(isTradableAmount(inverse, amount), cents >= 1_000);
      },
    ),
  );
});

test('amounts off the contract are refused, prices go to the grid of 0.5', () => {
  assert.deepEqual(
    ['10', '15', '5', '0'].map((amount) => isTradableAmount(inverse, dec(amount))),
    [true, false, false, false],
  );
  assert.deepEqual(
    [onTick(inverse, dec('64000.3'), 'floor'), onTick(inverse, dec('64000.3'), 'ceil')],
    ['64000', '64000.5'],
  );
});
