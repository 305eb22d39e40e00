import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { add, dec, type Decimal, gt, gte, isMultiple, lt, mul, sub } from '../../base/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { grossPnl } from '../../domain/money.ts';
import type { ManagedTrade } from '../strategy.ts';
import { breakEvenPrice, movesStops, type TrailSettings, wantedStop } from './trail.ts';

const instrument: Instrument = {
  name: 'BTC_USDC-PERPETUAL',
  kind: 'linear',
  baseCurrency: 'BTC',
  quoteCurrency: 'USDC',
  settlementCurrency: 'USDC',
  contractSize: dec('0.0001'),
  minAmount: dec('0.0001'),
  tickSize: dec('0.5'),
  tickSteps: [],
  takerFee: dec('0.0005'),
  makerFee: dec('0'),
  state: 'open',
};

const settings = (even: string, trailing: string, step = '0.05'): TrailSettings => ({
  break_even_percent: dec(even),
  trailing_percent: dec(trailing),
  trailing_step_percent: dec(step),
});

const long = (stop: string, best: string): ManagedTrade => ({
  direction: 'long',
  entryPrice: dec('100000'),
  stop: dec(stop),
  best: dec(best),
  instrument,
});
const short = (stop: string, best: string): ManagedTrade => ({
  ...long(stop, best),
  direction: 'short',
});

/** What is set, the trade, and the stop that must be wanted ("" for none). */
type Scenario = readonly [string, TrailSettings, ManagedTrade, string];
const scenarios: readonly Scenario[] = [
  ['off: never', settings('0', '0'), long('99500', '105000'), ''],
  ['a long short of its gain', settings('0.3', '0'), long('99500', '100299.5'), ''],
  ['a long at its gain', settings('0.3', '0'), long('99500', '100300'), 'break_even 100100.5'],
  ['a short short of its gain', settings('0.3', '0'), short('100500', '99700.5'), ''],
  ['a short at its gain', settings('0.3', '0'), short('100500', '99700'), 'break_even 99900'],
  ['break-even stands already', settings('0.3', '0'), long('100100.5', '103000'), ''],
  ['a better stop stands', settings('0.3', '0'), long('100200', '103000'), ''],
  ['a long follows', settings('0', '0.4'), long('99500', '100000'), 'trailing 99600'],
  ['a long follows by a step', settings('0', '0.4'), long('99500', '99951'), 'trailing 99551'],
  ['a long waits for a step', settings('0', '0.4'), long('99501.5', '99951'), ''],
  ['a short follows', settings('0', '0.4'), short('100500', '99500'), 'trailing 99898'],
  ['a short waits for a step', settings('0', '0.4'), short('99930', '99500'), ''],
  ['the price has turned', settings('0', '0.4'), long('100200', '100300'), ''],
  ['both, the even stop', settings('0.3', '0.4'), long('99500', '100300'), 'break_even 100100.5'],
  ['both, following', settings('0.3', '0.4'), long('100100.5', '101000'), 'trailing 100596'],
];

describe('wantedStop', () => {
  for (const [what, given, trade, wanted] of scenarios) {
    it(`${what}: ${wanted === '' ? 'nothing' : wanted}`, () => {
      const wish = wantedStop(given, trade);
      assert.equal(wish === null ? '' : `${wish.reason} ${wish.price}`, wanted);
    });
  }

  it('is only ever nearer, by a tick or more, and on the grid', () => {
    const price = fc.integer({ min: 190_000, max: 210_000 }).map((n) => mul(dec(n), dec('0.5')));
    const percent = fc.integer({ min: 5, max: 300 }).map((n) => mul(dec(n), dec('0.01')));
    fc.assert(
      fc.property(
        fc.boolean(),
        price,
        price,
        price,
        percent,
        percent,
        (isLong, entryPrice, stop, best, even, trailing) => {
          const trade = { ...long('0', '0'), entryPrice, stop, best };
          const given = settings(even, trailing);
          const wish = wantedStop(given, isLong ? trade : { ...trade, direction: 'short' });
          if (wish === null) return;
          assert.ok(isMultiple(wish.price, dec('0.5')), wish.price);
          const nearer = isLong ? sub(wish.price, stop) : sub(stop, wish.price);
          assert.ok(gte(nearer, dec('0.5')), `${wish.reason} moved by ${nearer}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('moves stops only when something is set', () => {
    assert.equal(movesStops(settings('0', '0')), false);
    assert.equal(movesStops(settings('0.3', '0')), true);
    assert.equal(movesStops(settings('0', '0.4')), true);
  });
});

describe('breakEvenPrice', () => {
  /** Net of a round trip of one lot, both sides taker, in the settlement currency. */
  const net = (kind: 'linear' | 'inverse', side: 'long' | 'short', prices: readonly Decimal[]) => {
    const [entry = dec(0), exit = dec(0)] = prices;
    const amount = dec(1000);
    const gross = grossPnl(kind, side, [{ amount, price: entry }], [{ amount, price: exit }]);
    const worth = (price: Decimal): number =>
      kind === 'linear' ? Number(mul(amount, price)) : Number(amount) / Number(price);
    return Number(gross) - 0.0005 * (worth(entry) + worth(exit));
  };

  for (const kind of ['linear', 'inverse'] as const) {
    for (const direction of ['long', 'short'] as const) {
      it(`covers both fees of a ${kind} ${direction}, and a tick less does not`, () => {
        const entryPrice = dec('63217.5');
        const trade = { direction, entryPrice, instrument: { ...instrument, kind } };
        const price = breakEvenPrice(trade);
        assert.ok(direction === 'long' ? gt(price, entryPrice) : lt(price, entryPrice));
        assert.ok(net(kind, direction, [entryPrice, price]) >= -1e-7);
        const less = direction === 'long' ? sub(price, dec('0.5')) : add(price, dec('0.5'));
        assert.ok(net(kind, direction, [entryPrice, less]) < 0);
      });
    }
  }
});
