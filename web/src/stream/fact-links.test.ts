import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linksOf, subjectOf } from './fact-links.ts';

describe('what a fact leads to', () => {
  it('finds the trade wherever a kind of fact names it', () => {
    for (const data of [
      { trade: 't-1' },
      { trade: { id: 't-1' } },
      { intent: { trade: 't-1' } },
      { order: { tradeId: 't-1' } },
      { opens: { trade: 't-1' }, allocations: [{ trade: 't-1' }, { trade: null }] },
      { report: { verdicts: [{ tradeId: 't-1' }, { tradeId: null }] } },
    ])
      assert.deepEqual(linksOf(data).trades, ['t-1'], JSON.stringify(data));
  });

  it('finds differences and reports', () => {
    assert.deepEqual(linksOf({ break: { id: 'brk_1' } }).breaks, ['brk_1']);
    const links = linksOf({ report: { id: 'rep_3', breaks: ['brk_1', 'brk_2'], verdicts: [] } });
    assert.deepEqual(links, { trades: [], breaks: ['brk_1', 'brk_2'], reports: ['rep_3'] });
  });

  it('takes data of any form', () => {
    for (const data of [{}, { trade: 7, break: null, report: [], allocations: 'x' }])
      assert.deepEqual(linksOf(data), { trades: [], breaks: [], reports: [] });
  });
});

describe('what a fact is about, in a few words', () => {
  it('names the thing, its amount and its state, each once', () => {
    const order = {
      orderId: 'o-1',
      label: 'ls-1',
      direction: 'buy',
      amount: '0.0011',
      instrument: 'BTC_USDC-PERPETUAL',
      state: 'open',
    };
    assert.equal(subjectOf({ order }), 'ls-1 · buy · 0.0011 · BTC_USDC-PERPETUAL · open');
    assert.equal(subjectOf({ strategy: 'razor', candles: 20 }), 'razor');
    assert.equal(subjectOf({ link: 'trading', up: false, reason: 'closed' }), 'trading · closed');
    assert.equal(subjectOf({}), '');
  });
});
