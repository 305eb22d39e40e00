import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coached, coachOf, FRESH, type Sight } from './coach-steps.ts';

const sight = (changes: Partial<Sight> = {}): Sight => ({
  journal: 'j1',
  epoch: 1,
  trades: [],
  ...changes,
});
const open = { id: 't1', status: 'open', byHand: false } as const;
const byHand = { id: 't1', status: 'closed', byHand: true } as const;

describe('the first steps in practice', () => {
  it('ticks each step off when it happened, and keeps it', () => {
    const one = coached(FRESH, sight({ trades: [open] }), null);
    assert.deepEqual(one.done, ['trade']);
    const three = coached(one, sight({ trades: [byHand] }), null);
    assert.deepEqual(three.done, ['trade', 'hand', 'books']);
    assert.equal(coached(three, sight(), null), three, 'what happened stays so');
  });

  it('takes a close by hand from anywhere, not one by the engine', () => {
    assert.deepEqual(coached(FRESH, sight({ trades: [byHand] }), null).done, [
      'trade',
      'hand',
      'books',
    ]);
    const closed = { ...open, status: 'closed' } as const;
    assert.deepEqual(coached(FRESH, sight({ trades: [closed] }), null).done, ['trade']);
  });

  it('counts a restart only under the eyes of this page', () => {
    assert.deepEqual(coached(FRESH, sight({ epoch: 7 }), null).done, []);
    assert.deepEqual(coached(FRESH, sight({ epoch: 2 }), sight()).done, ['restart']);
    assert.deepEqual(coached(FRESH, sight({ epoch: 2, journal: 'j2' }), sight()).done, []);
  });

  it('starts over with other books, but stays dismissed', () => {
    const kept = { journal: 'j0', done: ['trade', 'hand'], dismissed: true } as const;
    assert.deepEqual(coached(kept, sight(), null), { journal: 'j1', done: [], dismissed: true });
  });

  it('reads only what it once wrote', () => {
    assert.deepEqual(coachOf(null), FRESH);
    assert.deepEqual(coachOf('{"done":'), FRESH);
    assert.deepEqual(coachOf('{"journal":"j","done":["trade","dance"],"dismissed":1}'), {
      journal: 'j',
      done: ['trade'],
      dismissed: false,
    });
  });
});
