import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasText } from '../../../src/words/text.ts';
import { AT, closedTrade, found, order } from './samples.ts';
import { type StoryFact, storyOf } from './story.ts';

let seq = 0;
const fact = (type: string, data: unknown): StoryFact => ({ seq: ++seq, at: AT, type, data });

const entry = fact('ORDER_INTENDED', {
  intent: {
    purpose: 'entry',
    type: 'limit',
    direction: 'buy',
    amount: '0.001',
    price: '64010',
    triggerPrice: null,
    children: [
      { purpose: 'stop', triggerPrice: '63680' },
      { purpose: 'target', triggerPrice: '64640' },
    ],
  },
});
const filled = (trade: string, exit: string | null, source = 'push'): StoryFact =>
  fact('FILL_BOOKED', {
    fill: { direction: exit === null ? 'buy' : 'sell', price: '64000' },
    allocations: [{ trade, role: exit === null ? 'open' : 'close', amount: '0.001', fee: '0.032' }],
    exit: exit === null ? null : { by: exit },
    source,
  });
const stop = (changes: Parameters<typeof order>[0]): StoryFact =>
  fact('ORDER_CHANGED', {
    order: order({
      type: 'stop_market',
      reduceOnly: true,
      triggerPrice: '63680',
      ...changes,
    } as never),
  });

describe('the story of a trade', () => {
  it('tells decision, fill, protection and close, and folds what only repeats them', () => {
    const lines = storyOf(
      [
        entry,
        fact('ORDER_CHANGED', { order: order({ state: 'pending' }) }),
        filled('t1', null),
        fact('POSITION_CHANGED', {}),
        stop({ orderId: 'OTO-1', state: 'untriggered' }),
        stop({ orderId: 'OTO-1', state: 'triggered' }),
        stop({ orderId: 'SLMS-1', state: 'untriggered' }),
        filled('t1', 'web'),
        fact('TRADE_CLOSED', { trade: closedTrade({ exitReason: 'external_close' }) }),
      ],
      't1',
    );
    assert.deepEqual(
      lines.map(({ key }) => key),
      [
        'web.story.entry',
        'web.story.filled',
        'web.story.guard_live',
        'web.story.closing_fill',
        'web.story.closed',
      ],
    );
    assert.deepEqual(
      lines.map(({ facts }) => facts.length),
      [2, 4, 1, 1, 1],
      'every fact belongs to one line',
    );
    assert.deepEqual(lines[0]?.values['stop'], { decimal: '63680' });
    assert.equal(lines[3]?.tone, 'hand');
    assert.deepEqual(lines[3]?.values['by'], { word: 'closed_by.web' });
    for (const { key } of lines) assert.ok(hasText(key), key);
  });

  it('counts only what a fill gave to this trade, and says when a check had to find it', () => {
    assert.deepEqual(storyOf([filled('other', null)], 't1'), []);
    const [line] = storyOf([filled('t1', null, 'check')], 't1');
    assert.deepEqual(line?.values['source'], { word: 'web.source.check' });
  });

  it('never shows a number for a result that is not known', () => {
    const [line] = storyOf(
      [fact('TRADE_CLOSED', { trade: closedTrade({ pnlSource: 'unknown' }) })],
      't1',
    );
    assert.equal(line?.key, 'web.story.closed_unknown');
    assert.equal('net' in (line?.values ?? {}), false);
  });

  it('keeps facts that come before the first line, and funding in one line', () => {
    const lines = storyOf(
      [
        fact('STRATEGY_EVALUATED', {}),
        entry,
        fact('FUNDING_ACCRUED', {}),
        fact('FUNDING_ACCRUED', {}),
      ],
      't1',
    );
    assert.deepEqual(
      lines.map(({ key, facts }) => [key, facts.length]),
      [
        ['web.story.entry', 2],
        ['web.fact.FUNDING_ACCRUED', 2],
      ],
    );
  });

  it('tells a difference with both sides', () => {
    const [line] = storyOf([fact('BREAK_OPENED', { break: found({ exchange: 'flat' }) })], 't1');
    assert.deepEqual(line?.values['exchange'], { side: { key: 'side.flat', values: {} } });
  });
});
