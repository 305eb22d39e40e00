/** Who owns a position that no trade holds: never more is adopted than is there, and never what a trade holds already. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, dec, gt, sum } from '../base/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import { makeLabel } from '../domain/label.ts';
import { spec } from '../../test/support/documents.ts';
import { type Claimant, type Orphan, explain } from './adopt.ts';

const label = (strategy: string): string =>
  makeLabel({ strategy, node: 'n1', epoch: 1, counter: 1, purpose: 'entry', birth: 'birth001' });
const fill = (
  n: number,
  direction: 'buy' | 'sell',
  amount: Decimal,
  by: string | null,
  price = '100000',
): Fill => ({
  tradeId: `T-${n}`,
  currency: 'USDC',
  instrument: spec.name,
  orderId: `O-${n}`,
  label: by === null ? '' : label(by),
  direction,
  amount,
  price: dec(price),
  fee: dec('0.01'),
  feeCurrency: 'USDC',
  at: 1_000 + n,
  liquidity: 'taker',
  liquidation: false,
  api: by !== null,
});
const claimant = (id: string, changes: Partial<Claimant> = {}): Claimant => ({
  id,
  claim: false,
  free: true,
  holds: dec('0'),
  maxPositionUsd: dec('1000'),
  ...changes,
});
const orphan = (changes: Partial<Orphan>): Orphan => {
  const amount = changes.amount ?? dec('0.001');
  return {
    watch: { birth: 'birth001', until: null },
    instrument: spec,
    amount,
    position: amount,
    averagePrice: dec('100000'),
    since: 1,
    markPrice: dec('100000'),
    fills: [],
    openOrders: [],
    strategies: [claimant('a')],
    ...changes,
  };
};

test('[N2] fills with our label: adopted with their price, fee and time', () => {
  const fills = [
    fill(1, 'buy', dec('0.0004'), 'a', '100000'),
    fill(2, 'buy', dec('0.0006'), 'a', '101000'),
  ];
  assert.deepEqual(explain(orphan({ fills })), [
    {
      strategy: 'a',
      amount: '0.001',
      entryPrice: '100600',
      openedAt: 1_001,
      fees: '0.02',
      entry: 'fills',
      orders: [],
    },
  ]);
});

test('[N2] what was closed before is not part of it', () => {
  const fills = [
    fill(1, 'buy', dec('0.005'), 'a'),
    fill(2, 'sell', dec('0.005'), null),
    fill(3, 'buy', dec('0.001'), null),
  ];
  assert.deepEqual(explain(orphan({ fills })), []);
});

test('[N2] a strategy whose trade holds its fills already gets nothing of what a hand added, whoever was first', () => {
  const own = fill(1, 'buy', dec('0.0009'), 'a');
  for (const fills of [
    [own, fill(2, 'buy', dec('0.0005'), null)],
    [fill(0, 'buy', dec('0.0005'), null), own],
  ]) {
    const strategies = [claimant('a', { holds: dec('0.0009'), free: false, claim: true })];
    assert.deepEqual(
      explain(orphan({ amount: dec('0.0005'), position: dec('0.0014'), fills, strategies })),
      [],
    );
  }
});

test("[N2] a hand's position goes as a whole to the one strategy that claims and could have opened it", () => {
  const fills = [fill(1, 'sell', dec('0.001'), null, '99000')];
  const given = (strategies: readonly Claimant[], amount = dec('-0.001')) =>
    explain(orphan({ amount, fills, strategies })).map((found) => found.strategy);
  assert.deepEqual(given([claimant('a', { claim: true })]), ['a']);
  assert.deepEqual(given([claimant('a')]), []);
  assert.deepEqual(given([claimant('a', { claim: true }), claimant('b', { claim: true })]), []);
  assert.deepEqual(given([claimant('a', { claim: true }), claimant('b')]), ['a']);
  assert.deepEqual(given([claimant('a', { claim: true, free: false })]), []);
  assert.deepEqual(given([claimant('a', { claim: true, maxPositionUsd: dec('99.9') })]), []);
  const [found] = explain(
    orphan({ amount: dec('-0.001'), fills, strategies: [claimant('a', { claim: true })] }),
  );
  assert.deepEqual([found?.entryPrice, found?.entry], ['99000', 'fills']);
});

test('[N2] without history the average price is the entry', () => {
  const [found] = explain(
    orphan({ averagePrice: dec('98765.4'), strategies: [claimant('a', { claim: true })] }),
  );
  assert.deepEqual(
    [found?.entryPrice, found?.entry, found?.fees, found?.openedAt],
    ['98765.4', 'average', '0', 1],
  );
});

test('[N2] adoptions never exceed what is there, and never what own fills leave after what trades hold', () => {
  const amounts = fc.integer({ min: 1, max: 20 }).map((n) => dec(`${n}e-4`));
  const drawn = fc.array(
    fc.tuple(
      amounts,
      fc.constantFrom('buy' as const, 'sell' as const),
      fc.constantFrom('a', 'b', null),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(drawn, amounts, amounts, fc.boolean(), (list, amount, holds, claim) => {
      const fills = list.map(([size, direction, by], n) => fill(n, direction, size, by));
      const found = explain(
        orphan({
          amount,
          position: sum([amount, holds]),
          fills,
          strategies: [claimant('a', { claim, holds, free: false }), claimant('b')],
        }),
      );
      assert.ok(!gt(sum(found.map((one) => one.amount)), amount));
      for (const one of found) {
        const own = sum(
          fills
            .filter((each) => each.label === label(one.strategy) && each.direction === 'buy')
            .map((each) => each.amount),
        );
        assert.ok(!gt(one.amount, own), `${one.strategy} gets ${one.amount} of its own ${own}`);
        assert.ok(gt(one.amount, dec('0')));
      }
    }),
    { numRuns: 400 },
  );
});

test('[N2] what another birth opened after ours had come to know both sides is neither explained by its label nor claimed; its stop protects nothing of ours', () => {
  const fills = [fill(1, 'buy', dec('0.001'), 'a')];
  const strategies = [claimant('a', { claim: true })];
  const adopted = (watch: Orphan['watch']) => explain(orphan({ fills, strategies, watch })).length;
  assert.equal(adopted({ birth: 'birth002', until: null }), 1, 'before the first check: our past');
  assert.equal(adopted({ birth: 'birth002', until: 1_001 }), 1, 'before: our past');
  assert.equal(adopted({ birth: 'birth002', until: 1_000 }), 0, 'later: an engine beside us');
  assert.equal(adopted({ birth: 'birth001', until: 1_000 }), 1, 'our own birth');
});
