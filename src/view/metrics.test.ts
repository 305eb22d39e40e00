import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { add, dec, sub, sum } from '../base/decimal.ts';
import type { Trade } from '../domain/shown.ts';
import * as make from '../../test/support/facts.ts';
import {
  byClosing,
  mergedMetrics,
  metricsByCurrency,
  metricsInOrder,
  metricsOf,
} from './metrics.ts';

/** A closed trade with this gross result, 0.1 fees and no funding. */
function result(n: number, gross: string, changes: Partial<Trade> = {}): Trade {
  const fees = dec('0.1');
  return make.closedTrade(n, {
    grossPnl: dec(gross),
    fees,
    funding: dec('0'),
    netPnl: sub(dec(gross), fees),
    ...changes,
  });
}

test('figures of nothing: no rates, no extremes, zero money, in USDC', () => {
  const { currency, count, winRate, profitFactor, expectancy, maxDrawdown, best, worst, net } =
    metricsOf([]);
  assert.deepEqual(
    { currency, count, winRate, profitFactor, expectancy, maxDrawdown, best, worst, net },
    {
      currency: 'USDC',
      count: 0,
      winRate: null,
      profitFactor: null,
      expectancy: null,
      maxDrawdown: '0',
      best: null,
      worst: null,
      net: '0',
    },
  );
});

const line = (
  strategy: string,
  exitReason: string,
  count: number,
  [gross, fees, funding, net]: readonly string[],
) => ({ strategy, exitReason, count, gross, fees, funding, net });

test('figures of a few trades, exact', () => {
  const trades = [
    result(1, '1.1'),
    result(2, '-0.4', { exitReason: 'sl_hit' }),
    result(3, '-0.9', { exitReason: 'sl_hit', strategy: 'constructor' }),
    result(4, '0.1'),
    result(5, '2.1', { funding: dec('0.05'), netPnl: dec('2.05') }),
    make.trade(6),
  ];
  assert.deepEqual(metricsOf(trades), {
    currency: 'USDC',
    count: 5,
    wins: 2,
    losses: 2,
    winRate: '40',
    gross: '2',
    fees: '0.5',
    funding: '0.05',
    net: '1.55',
    profitFactor: '2.0333',
    expectancy: '0.31',
    won: '3.05',
    lost: '1.5',
    maxDrawdown: '1.5',
    best: '2.05',
    worst: '-1',
    byExitReason: { tp_hit: 3, sl_hit: 2 },
    byStrategy: { razor: { count: 4, net: '2.55' }, constructor: { count: 1, net: '-1' } },
    results: [
      line('constructor', 'sl_hit', 1, ['-0.9', '0.1', '0', '-1']),
      line('razor', 'sl_hit', 1, ['-0.4', '0.1', '0', '-0.5']),
      line('razor', 'tp_hit', 3, ['3.3', '0.3', '0.05', '3.05']),
    ],
    unexplained: 0,
  });
});

test('[N1] a trade with an unknown result counts as unexplained and in nothing else', () => {
  const known = metricsOf([result(1, '1.1')]);
  const ghost = result(2, '0', { pnlSource: 'unknown', exitReason: 'ghost_trade_cleanup' });
  assert.deepEqual(metricsOf([result(1, '1.1'), ghost]), { ...known, unexplained: 1 });
});

test('drawdown follows the order of closing, whatever the order of opening', () => {
  const closing = (n: number, gross: string, hour: number): Trade =>
    result(n, gross, { closedAt: `2026-03-02T${hour}:00:00.000Z` });
  const between = [closing(1, '-1.9', 11), closing(2, '-1.9', 13), closing(3, '3.1', 12)];
  assert.equal(metricsOf(between).maxDrawdown, '2');
  const behind = [closing(1, '-1.9', 11), closing(2, '-1.9', 12), closing(3, '3.1', 13)];
  assert.equal(metricsOf(behind).maxDrawdown, '4');
});

test('currencies are never added up', () => {
  const trades = [
    result(1, '1.1'),
    result(2, '0.002', { currency: 'BTC', fees: dec('0'), netPnl: dec('0.002') }),
  ];
  const all = metricsByCurrency(trades);
  assert.deepEqual([...all.keys()].sort(), ['BTC', 'USDC']);
  assert.equal(all.get('BTC')?.net, '0.002');
  assert.equal(metricsOf(trades).net, '1');
  assert.equal(metricsOf(trades.slice(1)).currency, 'BTC');
});

test('several currencies: one set of figures for each, in the order of their names; one currency has no such list', () => {
  const coin = { currency: 'BTC', fees: dec('0'), netPnl: dec('0.002') };
  const trades = [result(1, '1.1'), result(2, '0.002', coin)];
  const { byCurrency, ...own } = metricsOf(trades);
  assert.deepEqual(byCurrency, {
    BTC: metricsOf(trades.slice(1)),
    USDC: metricsOf(trades.slice(0, 1)),
  });
  assert.deepEqual(Object.keys(byCurrency ?? {}), ['BTC', 'USDC']);
  assert.deepEqual(own, metricsOf(trades.slice(0, 1)));
  assert.ok(!('byCurrency' in metricsOf(trades.slice(1))));
});

test('a currency that is named gives its figures alone, also where nothing was traded in it', () => {
  const trades = [result(1, '1.1'), result(2, '0.002', { currency: 'BTC' })];
  assert.deepEqual(metricsOf(trades, 'BTC'), metricsOf(trades.slice(1)));
  const none = metricsOf(trades, 'ETH');
  assert.deepEqual([none.currency, none.count, none.net], ['ETH', 0, '0']);
});

test('sums hold for any trades: net is gross - fees + funding, and strategies and reasons add up', () => {
  const money = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((units) => dec(`${units}e-6`));
  const trade = fc.record({
    gross: money,
    fees: money,
    funding: money,
    strategy: fc.constantFrom('a', 'b'),
    step: fc.nat(59),
  });
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 30 }), (rows) => {
      const trades = rows.map(({ gross, fees, funding, strategy, step }, n) =>
        make.closedTrade(n, {
          grossPnl: gross,
          fees,
          funding,
          netPnl: add(sub(gross, fees), funding),
          strategy,
          closedAt: `2026-03-02T10:00:${String(step).padStart(2, '0')}.000Z`,
        }),
      );
      const found = metricsOf(trades);
      assert.equal(found.net, add(sub(found.gross, found.fees), found.funding));
      assert.equal(sum(Object.values(found.byStrategy).map(({ net }) => net)), found.net);
      for (const part of ['gross', 'fees', 'funding', 'net'] as const)
        assert.equal(sum((found.results ?? []).map((one) => one[part])), found[part], part);
      assert.equal(
        Object.values(found.byExitReason).reduce((a, b) => a + b, 0),
        rows.length,
      );
      assert.deepEqual(metricsOf([...trades].reverse()), found);
      assert.deepEqual(metricsInOrder([...trades].sort(byClosing)), found);
      assert.ok(!found.maxDrawdown.startsWith('-'));
    }),
  );
});

test('figures of two accounts are those of all their trades, but for drawdown, which is that of one account', () => {
  const money = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((units) => dec(`${units}e-6`));
  const trade = fc.record({
    gross: money,
    strategy: fc.constantFrom('a', 'constructor'),
    currency: fc.constantFrom('USDC', 'BTC'),
    known: fc.boolean(),
    account: fc.nat(1),
  });
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 20 }), fc.boolean(), (rows, named) => {
      const trades = rows.map(({ gross, strategy, currency, known }, n) =>
        result(n, gross, { strategy, currency, pnlSource: known ? 'fills' : 'unknown' }),
      );
      const of = (account: number) => trades.filter((_, n) => rows[n]?.account === account);
      const currency = named ? 'BTC' : undefined;
      const each = [metricsOf(of(0), currency), metricsOf(of(1), currency)];
      const merged = mergedMetrics(each, currency);
      const all = metricsOf(trades, currency);
      const { maxDrawdown: deepest } = merged;
      const falls = each.map(({ byCurrency, ...own }) => byCurrency?.[merged.currency] ?? own);
      const known = falls.filter((one) => one.currency === merged.currency);
      assert.ok(known.some(({ maxDrawdown }) => maxDrawdown === deepest) || deepest === '0');
      const { maxDrawdown: _merged, byCurrency: several, ...sums } = merged;
      const { maxDrawdown: _all, byCurrency: wanted, ...expected } = all;
      assert.deepEqual(sums, expected);
      assert.deepEqual(Object.keys(several ?? {}), Object.keys(wanted ?? {}));
    }),
  );
});
