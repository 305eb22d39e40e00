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
const stop = (orderId: string, state: string): StoryFact =>
  fact('ORDER_SEEN', {
    order: { orderId, state, type: 'stop_market', reduceOnly: true, triggerPrice: '63680' },
  });
const cancel = (): StoryFact =>
  fact('CHANGE_INTENDED', { change: { want: { kind: 'cancelled' }, why: 'trade_closed' } });

describe('the story of a trade', () => {
  it('tells a refusal by the code and the words of the exchange', () => {
    const refused = { label: 'x', code: 10_009, message: 'not_enough_funds' };
    const [line] = storyOf([fact('ORDER_REJECTED', refused)], 't1');
    assert.equal(line?.key, 'web.story.rejected');
    assert.deepEqual(line.values, { reason: { code: 10_009, message: 'not_enough_funds' } });
  });

  it('tells how the stop moves: what was asked for, and what the exchange confirmed', () => {
    const move = { kind: 'edited', amount: '0.001', triggerPrice: '64070' };
    const lines = storyOf(
      [
        fact('CHANGE_INTENDED', { change: { want: move, why: 'break_even' } }),
        fact('STOP_MOVED', { trade: 't1', stopLoss: '64070', reason: 'break_even' }),
        fact('CHANGE_INTENDED', { change: { want: move, why: 'resize' } }),
      ],
      't1',
    );
    assert.deepEqual(
      lines.map(({ key, values }) => [key, values['price'], values['why']]),
      [
        ['web.story.move', { decimal: '64070' }, { word: 'web.why.break_even' }],
        ['web.story.moved', { decimal: '64070' }, { word: 'web.why.break_even' }],
        ['web.story.edit', undefined, { word: 'web.why.resize' }],
      ],
    );
    for (const { key } of lines) assert.ok(hasText(key), key);
    for (const why of ['break_even', 'trailing']) assert.ok(hasText(`web.why.${why}`), why);
  });

  it('tells decision, fill, protection and close, and folds what only repeats them', () => {
    const lines = storyOf(
      [
        entry,
        fact('ORDER_CHANGED', { order: order({ state: 'pending' }) }),
        filled('t1', null),
        fact('POSITION_CHANGED', {}),
        stop('OTO-1', 'untriggered'),
        stop('OTO-1', 'triggered'),
        stop('SLMS-1', 'untriggered'),
        stop('SLMS-1', 'untriggered'),
        filled('t1', 'web'),
        cancel(),
        cancel(),
        fact('TRADE_CLOSED', { trade: closedTrade({ exitReason: 'external_close' }) }),
        stop('SLMS-1', 'cancelled'),
        fact('CHANGE_RESOLVED', {}),
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
        'web.story.cancel',
        'web.story.closed',
        'web.story.guard_gone',
      ],
    );
    assert.deepEqual(
      lines.map(({ facts }) => facts.length),
      [2, 4, 2, 1, 2, 1, 2],
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
