import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { found } from '../stream/samples.ts';
import { type Decision, firstDecision, isComplete, wishOf } from './decision.ts';

const decide = (changes: Partial<Decision>): Decision => ({
  ...firstDecision(found({ id: 'brk_1' }), 'enter', []),
  ...changes,
});

describe('deciding a difference', () => {
  it('asks for a strategy to adopt, unless only one could', () => {
    const one = firstDecision(found({}), 'adopt', ['razor']);
    assert.equal(one.strategy, 'razor');
    assert.equal(isComplete(one), true);
    const two = firstDecision(found({}), 'adopt', ['razor', 'other']);
    assert.equal(two.strategy, null);
    assert.equal(isComplete(two), false);
    assert.equal(firstDecision(found({}), 'flatten', ['razor']).strategy, null);
  });

  it('asks for an exit price above 0', () => {
    for (const exitPrice of [null, '', 'abc', '0', '0.00', '-5', '1e5', '64.210,5'])
      assert.equal(isComplete(decide({ exitPrice })), false, String(exitPrice));
    assert.equal(isComplete(decide({ exitPrice: '64210.5' })), true);
    assert.equal(isComplete(decide({ exitPrice: '64210.5', fees: '0' })), true);
    assert.equal(isComplete(decide({ exitPrice: '64210.5', fees: 'much' })), false);
  });

  it('asks for nothing else', () => {
    for (const action of ['by_hand', 'flatten', 'accept'] as const)
      assert.equal(isComplete(decide({ action })), true);
  });

  it('plans anew when the wish changes, and not while the reason is typed', () => {
    const first = decide({ exitPrice: '1' });
    assert.equal(wishOf(first), wishOf({ ...first, reason: 'because' }));
    assert.notEqual(wishOf(first), wishOf({ ...first, exitPrice: '2' }));
    assert.notEqual(wishOf(first), wishOf({ ...first, fees: '1' }));
  });
});
