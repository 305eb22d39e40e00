import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkFreshness,
  freshness,
  linkState,
  priceFreshness,
  venueLinkState,
} from './freshness.ts';

describe('how far the page may be believed', () => {
  it('[I37] a silent engine shows within 3 s, by a clock that ticks twice a second', () => {
    assert.equal(linkState({ socket: true, age: 2_400 }), 'live');
    assert.equal(linkState({ socket: true, age: 2_500 }), 'delayed');
    assert.equal(linkState({ socket: true, age: 10_001 }), 'stale');
  });

  it('a closed socket is a loss, but for the blink of a reconnect', () => {
    assert.equal(linkState({ socket: false, age: 1_000 }), 'live');
    assert.equal(linkState({ socket: false, age: 2_000 }), 'lost');
    assert.equal(linkState({ socket: false, age: Infinity }), 'lost');
  });

  it('numbers fade first and are struck after 10 s, whatever the cause', () => {
    assert.equal(freshness('live', 0), 'fresh');
    assert.equal(freshness('lost', 5_000), 'delayed');
    assert.equal(freshness('delayed', 5_000), 'delayed');
    assert.equal(freshness('lost', 10_001), 'stale');
    assert.equal(freshness('stale', 10_001), 'stale');
  });

  it('links, prices and checks have their own measures', () => {
    assert.deepEqual([null, 6_000, 6_001, 10_001].map(venueLinkState), [
      'lost',
      'live',
      'delayed',
      'stale',
    ]);
    assert.deepEqual([5_000, 5_001, 15_001].map(priceFreshness), ['fresh', 'delayed', 'stale']);
    assert.deepEqual([null, 44_999, 45_000, 90_001].map(checkFreshness), [
      'stale',
      'fresh',
      'delayed',
      'stale',
    ]);
  });
});
