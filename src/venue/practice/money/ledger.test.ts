/** The exchange's books: whatever happens, no cash and no contract comes from nowhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { abs, dec, gt, lte, mul, neg, sum, ZERO } from '../../../base/decimal.ts';
import { MINUTE } from '../../../base/time.ts';
import { type Bench, createBench, PERP } from '../harness.contract.ts';
import {
  type Act,
  assertWhole,
  beginLife,
  histories,
  INVERSE,
  perform,
} from '../history.contract.ts';
import { unitOf } from '../products/instruments.ts';
import type { Snapshot } from '../record.ts';

test('after every step all cash of a currency and all positions of an instrument sum to zero', () => {
  let [trades, settlements] = [0, 0];
  fc.assert(
    fc.property(histories(20), fc.boolean(), (acts, lively) => {
      const life = beginLife(lively);
      for (const one of acts) {
        perform(life, one);
        assert.ok(assertWhole(life) >= 2);
      }
      const { trades: all, rows, house } = life.bench.stored();
      trades += all.length;
      settlements += rows.filter(({ type }) => type === 'settlement').length;
      for (const [currency, rest] of Object.entries(house?.rounding ?? {})) {
        const parts = dec(rows.length + 3 * acts.length);
        assert.ok(lte(abs(rest), mul(parts, unitOf(currency))), rest);
      }
    }),
    { numRuns: 8 },
  );
  assert.ok(trades > 5, `looked at ${trades} trades, ${settlements} rows`);
});

test('fees go to fees, what a liquidated side pays to the insurance fund, profits come from makers', () => {
  const bench = createBench();
  const cash = (): ReturnType<Bench['state']>['house']['cash'] => bench.state().house.cash;
  assert.deepEqual(cash().outside, { USDC: '-10000', BTC: '-2' });
  const trades = bench.control('POST', 'order', {
    instrument: PERP,
    direction: 'buy',
    amount: '0.02',
  }).body.trades;
  assert.deepEqual(cash().fees, { USDC: sum(trades.map(({ fee }) => fee)) });
  assert.deepEqual(cash().makers, {});
  const taken = bench.control('POST', 'liquidate', { instrument: PERP, share: '1' }).body.trades;
  assert.deepEqual(cash().insurance, { USDC: sum(taken.map(({ fee }) => fee)) });
  bench.control('POST', 'settle');
  assert.ok(gt(cash().makers['USDC'] ?? ZERO, ZERO), 'the spread is theirs');
  const opposite = bench.state().house.positions.find(({ instrument }) => instrument === PERP);
  assert.equal(opposite?.size, ZERO);
  assertWhole({ bench });
});

test('funding costs one side what it brings the other', () => {
  const life = beginLife(false);
  const { bench } = life;
  const order = { instrument: PERP, amount: '0.05', type: 'limit', price: '64001' };
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  bench.control('POST', 'order', { ...order, account: 'second', direction: 'sell' });
  bench.control('POST', 'order', { ...order, account: 'main', direction: 'buy' });
  bench.control('POST', 'funding', { instrument: PERP, premium: '0.001' });
  bench.pass(10 * MINUTE);
  const fundings = bench
    .state()
    .accounts.flatMap(({ positions }) => positions.map(({ size, funding }) => ({ size, funding })));
  const [long, short] = fundings;
  assert.deepEqual([long?.size, short?.size], ['0.05', '-0.05']);
  assert.notEqual(long?.funding, ZERO);
  assert.equal(long?.funding, neg(short?.funding ?? ZERO));
  bench.control('POST', 'settle');
  assertWhole(life);
  assert.deepEqual(bench.state().house.cash.makers, {}, 'accounts among themselves');
});

/** What was written before the house had books. */
function withoutHouse(text: string): string {
  const { house: _, ...entry } = JSON.parse(text) as Snapshot;
  const markets = entry.markets.map(({ makers: __, ...market }) => market);
  return JSON.stringify({ ...entry, markets });
}

test('a journal from before there were books gets them from its rows, once, and goes on the same', () => {
  const life = beginLife(false);
  const { bench } = life;
  const acts: readonly Act[] = [
    { kind: 'order', account: 'main', instrument: PERP, direction: 'buy', lots: 90, away: 30 },
    {
      kind: 'order',
      account: 'second',
      instrument: INVERSE,
      direction: 'sell',
      lots: 7,
      away: -30,
    },
    { kind: 'price', price: 64_321 },
    { kind: 'settle' },
    { kind: 'order', account: 'main', instrument: PERP, direction: 'sell', lots: 30, away: -400 },
    { kind: 'liquidate', account: 'main' },
    { kind: 'pass', ms: 60_000 },
  ];
  for (const one of acts) perform(life, one);
  const { house } = bench.state();
  bench.entries.splice(0, bench.entries.length, ...bench.entries.map(withoutHouse));
  bench.restart();
  assertWhole(life);
  const derived = bench.state().house;
  assert.deepEqual(derived.positions, house.positions);
  assert.deepEqual(derived.cash.outside, house.cash.outside);
  bench.control('POST', 'settle');
  assertWhole(life);
  const before = bench.stored();
  bench.restart();
  assert.deepEqual(bench.stored().house, before.house, 'written down');
});
